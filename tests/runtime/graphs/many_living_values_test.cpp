// Elementwise graphs of which more values are alive at a time than the processor has vector and
// mask registers, also of tensors of many dimensions: the same bytes however they are optimised.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <deft/deft.hpp>

#include "support/executable_mappings.hpp"
#include "support/graphs/any_graph/draws.hpp"
#include "support/graphs/any_graph/shapes.hpp"
#include "support/graphs/any_graph/tensors.hpp"
#include "support/instruction_sets.hpp"
#include "support/plans/plain_run.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr std::uint64_t graphs = sanitized ? 8 : 80;
constexpr std::size_t most_values = 44;  // AVX-512 has 32 vector registers
constexpr std::size_t most_masks = 16;   // and 7 mask registers that choose

/// Values and conditions that are all read once more when something made of all of them is known,
/// so that no order of the operations needs fewer at a time.
template <class T>
class WideGraph {
 public:
  WideGraph(std::uint64_t seed, const Shape& shape, bool broadcasts)
      : draws_(seed), special_(draws_.one_in(3)) {
    for (int i = 0; i < 3; ++i) add_source(shape);
    add_source({});
    for (int i = 0; broadcasts && i < 2; ++i) add_source(narrower(draws_, shape));
    while (values_.size() < most_values) values_.push_back(number());
    while (masks_.size() < most_masks) masks_.push_back(condition());
    const Output of_all = fold(values_);
    const Output of_all_masks = fold_masks();
    std::vector<Output> again;
    for (std::size_t i = 0; i < values_.size(); ++i) again.push_back(chosen(i, of_all));
    again.push_back(where(of_all_masks, of_all, again[0]));
    fetches_ = {fold(again)};
    if (draws_.one_in(2)) fetches_.push_back(reduce_sum(fetches_[0]));
    for (const std::vector<Output>& some : {values_, masks_, again})
      if (draws_.one_in(2)) fetches_.push_back(draws_.of(some));
  }

  void check() const {
    check_against_plain(fetches_, [&](const SessionOptions& options) { return values(options); });
  }

  /// The operations of the largest fused group, and whether machine code was made for any.
  std::size_t largest_group(bool& generated) const {
    const std::size_t before = executable_mappings();
    Session session(graph_, {.threads = 1});
    std::size_t largest = 0;
    for (const Explanation::Operation& operation : session.explain(fetches_).operations)
      largest = std::max(largest, operation.parts.size());
    generated = executable_mappings() > before;
    return largest;
  }

 private:
  void add_source(const Shape& shape) {
    values_.push_back(variable(graph_, any_tensor<T>(draws_, shape, special_)));
  }

  Output any() { return draws_.of(values_); }

  /// Of one of the first values, which have the whole shape, and any others.
  Output number() {
    const Output x = draws_.one_in(2) ? values_.back() : values_[draws_.below(3)];
    const Output whole = draws_.one_in(2) ? x : x * values_[0];
    switch (draws_.below(9)) {
      case 0:
        return abs(whole) - any();
      case 1:
        return draws_.one_in(3) ? tanh(whole) : -whole;
      case 2:
        return sqrt(abs(whole));
      case 3:
        return sign(whole) + values_[1];
      default:
        return binary(whole, any());
    }
  }

  Output binary(const Output& x, const Output& y) {
    switch (draws_.below(7)) {
      case 0:
      case 1:
        return x + y;
      case 2:
        return x - y;
      case 3:
        return x * 0.5;
      case 4:
        return maximum(x, y);
      case 5:
        return minimum(y, x);
      default:
        return x / y;
    }
  }

  Output condition() {
    const Output x = values_[values_.size() - 1 - draws_.below(most_values / 2)];
    switch (draws_.below(6)) {
      case 0:
        return less(x, any());
      case 1:
        return less_equal(any(), x);
      case 2:
        return greater(x, any());
      case 3:
        return greater_equal(x, any());
      case 4:
        return equal(x, any());
      default:
        return not_equal(x, any());
    }
  }

  Output fold(const std::vector<Output>& all) {
    Output result = all[0];
    for (const std::size_t i : draws_.permutation(all.size())) switch (draws_.below(3)) {
        case 0:
          result = result + all[i];
          break;
        case 1:
          result = all[i] - result;
          break;
        default:
          result = where(less(all[i], result), all[i], result);
      }
    return result;
  }

  Output fold_masks() {
    Output result = masks_[0];
    for (std::size_t i = 1; i < masks_.size(); ++i)
      result = draws_.one_in(2) ? not_equal(result, masks_[i]) : equal(masks_[i], result);
    return result;
  }

  /// Reads value and condition `i` again, after all are known.
  Output chosen(std::size_t i, const Output& of_all) {
    const Output x = draws_.one_in(2) ? maximum(values_[i], of_all) : values_[i] - of_all;
    return where(masks_[i % masks_.size()], x, any());
  }

  std::vector<Tensor> values(const SessionOptions& options) const {
    Session session(graph_, options);
    session.run(global_variables_initializer(graph_));
    return values_of(session, fetches_);
  }

  Draws draws_;
  bool special_;
  Graph graph_;
  std::vector<Output> values_;
  std::vector<Output> masks_;
  std::vector<Output> fetches_;
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all{{1},
                                      {100},
                                      {1025},
                                      {40'003},
                                      {31, 33},
                                      {2, 3, 1, 5, 2, 7},
                                      {4, 3, 2, 5, 4, 17},
                                      {2, 1, 3, 2, 1, 4, 5},
                                      {1, 2, 2, 3, 1, 2, 2, 3},
                                      {2, 2, 4, 4, 4, 2, 4, 5}};
  return all;
}

TEST_CASE_TEMPLATE("more values alive than there are registers", T, float, double) {
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    CAPTURE(seed);
    const Shape& shape = shapes()[seed % shapes().size()];
    const bool broadcasts = shape.num_elements() > 1 && seed / shapes().size() % 2 == 1;
    const WideGraph<T> graph(seed, shape, broadcasts);
    graph.check();
    if (broadcasts) continue;
    bool generated = false;
    const std::size_t largest = graph.largest_group(generated);
    const bool can_generate = (hwy::SupportedTargets() & HWY_AVX3) != 0 && !sanitized;
    if (can_generate || shape.num_elements() > 1)
      CHECK(largest > 2 * most_values + 2 * most_masks);  // nobody has cut it apart
    if (can_generate) CHECK(generated);
  }
}

TEST_CASE_TEMPLATE("more values alive than there are registers, on lower instruction sets", T,
                   float, double) {
  const std::vector<std::int64_t> targets = InstructionSet::all();
  for (std::size_t i = 1; i < targets.size(); ++i) {
    CAPTURE(targets[i]);
    const InstructionSet only(targets[i]);
    for (std::uint64_t seed = 0; seed < graphs / 8; ++seed) {
      CAPTURE(seed);
      const std::uint64_t number = 100 * i + seed;
      WideGraph<T>(number, shapes()[number % shapes().size()], seed % 2 == 1).check();
    }
  }
}

}  // namespace
}  // namespace deft
