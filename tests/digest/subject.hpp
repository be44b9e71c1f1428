#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <deft/deft.hpp>

namespace deft::digest {

/// A 64-bit hash of tensors: of dtype, shape and every byte, but that one NaN is as good as
/// another. Which of its operands' NaN an instruction hands on is not promised.
class Hash {
 public:
  void add(std::uint64_t word);
  void add(const Tensor& tensor);
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325U;
};

/// One run of a session.
struct Run {
  std::vector<Output> fetches;
  Feeds feeds = {};
  std::int64_t steps = 1;
  bool hashed = true;  // false if it is made for what it leaves in the variables
};

/// A graph, and what is run of it: all in one session, in this order.
struct Subject {
  Graph graph;
  std::vector<Run> runs = {};
  std::string name = {};
};

/// The subject of a model: `steps` steps after its variables have been initialised. Fetched are
/// `results` before and after.
Subject trained(std::string name, const Graph& graph, const Output& step, std::int64_t steps,
                const std::vector<Output>& results);

/// The subject of values: each by itself, so that what lies before it need not be kept, and all.
Subject fetched(std::string name, const Graph& graph, const std::vector<Output>& results);

/// What all hashed runs give. A run that is refused counts by its code.
std::uint64_t digest_of(const Subject& subject, const SessionOptions& options);

}  // namespace deft::digest
