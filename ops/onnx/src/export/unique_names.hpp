#pragma once

#include <map>
#include <set>
#include <string>

namespace deft::onnx {

/// Names of which none is given out twice.
class UniqueNames {
 public:
  /// Whether the name was free; it is taken from now on.
  bool take(const std::string& name) { return taken_.insert(name).second; }

  /// `wanted`, or that with a number where it is taken.
  std::string made(const std::string& wanted) {
    std::string name = wanted;
    for (int& last = last_[wanted]; !take(name);) name = wanted + '_' + std::to_string(++last);
    return name;
  }

 private:
  std::set<std::string> taken_;
  std::map<std::string, int> last_;
};

}  // namespace deft::onnx
