#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include <deft/core/source_location.hpp>

#include "proto.hpp"

namespace deft::onnx {

/// Elements that stand in files beside that of the model. A file lies in the model's folder or
/// below it: absolute paths, "..", symbolic links and whatever is no regular file are refused,
/// since a model may come from anywhere, and so are parts that overlap and parts beyond the end.
class ExternalData {
 public:
  /// `model` is how errors call the model. Without a folder, external data are refused.
  ExternalData(std::string model, std::string folder, SourceLocation where)
      : model_(std::move(model)), folder_(std::move(folder)), where_(where) {}

  /// Checks that the elements of a tensor, `size` bytes, are there. To be asked before there is
  /// memory for them. Throws FileError.
  void check(const TensorProto& tensor, std::uint64_t size);

  /// Reads them.
  void read(const TensorProto& tensor, std::span<std::byte> to) const;

 private:
  struct Part {
    std::string path;
    std::uint64_t offset = 0;
  };
  Part part_of(const TensorProto& tensor) const;
  std::string checked_path(const TensorProto& tensor, const std::string& location) const;
  std::uint64_t number(const TensorProto& tensor, const std::string& key,
                       std::uint64_t fallback) const;
  [[noreturn]] void fail(const TensorProto& tensor, const std::string& problem,
                         const std::string& cure) const;

  std::string model_;
  std::string folder_;
  SourceLocation where_;
  /// The parts in use: by path, from where to where, and of which tensor.
  struct Use {
    std::uint64_t end;
    std::string tensor;
  };
  std::map<std::string, std::map<std::uint64_t, Use>> used_;
};

}  // namespace deft::onnx
