#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <deft/deft.hpp>

#include "random/draws.hpp"
#include "subject.hpp"
#include "values.hpp"

namespace deft::digest {

/// A kind of random graphs.
struct Theme {
  const char* name;
  std::vector<DType> dtypes;                // f32 or f64, and an integer, among them
  std::vector<std::int64_t> most_elements;  // of a value, in a graph
  Values values = Values::small;
};

/// A value of a random graph, of which all that a choice wants to know is known here: to ask the
/// graph would make the choices depend on deft.
struct Value {
  Output output;
  TensorSpec spec;        // in a run; the graph may leave dimensions open
  bool pure = false;      // of constants alone, so that it may be the initial value of a variable
  bool smooth = true;     // gradients may pass
  std::size_t index = 0;  // among the values of the graph
};

/// An operand of an elementwise operation: a value, or a number, which is a value without output.
struct Side {
  Operand operand;
  Value value;
};

/// A graph that grows at random.
class Grower {
 public:
  using Make = std::function<Output()>;

  Grower(const Theme& theme, std::uint64_t seed);

  Draws draws;
  Graph graph;
  std::int64_t most_elements() const { return most_elements_; }
  bool empty() const { return empty_; }  // dimensions may be 0
  bool special() const { return theme_.values != Values::small; }

  // A dtype of the theme.
  DType dtype() { return draws.of(theme_.dtypes); }
  DType numeric();
  DType floating();

  /// Adds the value that `make` computes from `inputs`.
  Value add(const TensorSpec& spec, const std::vector<Value>& inputs, Make make);
  /// Adds a value once more that `add` has added; if there is none, gives the last value.
  Value again();
  /// Adds a value that cannot be made twice.
  Value keep(Value value, const std::vector<Value>& inputs = {});

  /// A value made so far that fits, rather a late one.
  template <class Fits>
  std::optional<Value> pick(Fits fits) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < values_.size(); ++i)
      if (fits(values_[i])) found.push_back(i);
    if (found.empty()) return std::nullopt;
    const std::size_t first = draws.below(found.size());
    const std::size_t second = draws.below(found.size());
    return values_[found[std::max(first, second)]];
  }

  /// The floating values that `y` is computed from, and `y`, if that is one.
  std::vector<Value> floating_inputs(const Value& y) const;

  // A value made so far; at times, and where there is none, a new one.
  Value any();
  Value numeric_value();
  Value floating_value();
  Value of(const TensorSpec& spec);

  /// A value that broadcasts with others of this dtype and shape; a number too as a side.
  Value beside(const TensorSpec& spec);
  Side side(const TensorSpec& spec);

  /// A new constant, placeholder or variable.
  Value source(const TensorSpec& spec);
  Value new_constant(const TensorSpec& spec);
  Value new_placeholder(const TensorSpec& spec);
  Value new_variable(const TensorSpec& spec);

  Value any_variable();  // a numeric one
  /// Writes a variable by `assign`, after all earlier writes of that variable.
  Value write(const Value& variable, const std::function<Output(const Output&)>& assign);

  bool may_differentiate() { return gradients_++ < 3; }

  Subject finish();

 private:
  Value source(DType dtype);
  Value pick_or_make(bool (*fits)(DType), DType (Grower::*dtype)());
  Side number(DType dtype);
  Feeds feeds(bool first) const;

  const Theme& theme_;
  std::int64_t most_elements_;
  bool empty_;
  Shape base_;  // to which many values can be broadcast
  std::vector<Value> values_;
  std::vector<Make> makes_;                       // of each value; may be empty
  std::vector<std::vector<std::size_t>> inputs_;  // of each value, by index
  std::vector<Value> variables_;
  std::map<std::size_t, Output> latest_write_;  // by position in variables_
  std::vector<std::pair<Feed, Feed>> feeds_;    // for runs in turn
  int gradients_ = 0;
};

/// One way to let a graph grow.
using Growth = void (*)(Grower&);

// Lists of ways to let a graph grow; a way that is often wanted stands there more than once.
std::vector<Growth> elementwise_growth();
std::vector<Growth> array_growth();
std::vector<Growth> reduction_growth();
std::vector<Growth> product_growth();
std::vector<Growth> state_growth();
std::vector<Growth> pattern_growth();

// Patterns that others are made of.
Value broadcast_binary(Grower& g, const Value& x, Output (*op)(const Operand&, const Operand&),
                       bool boolean = false);
Value reduce_any(Grower& g, const Value& x);
void grow_gradients(Grower& g);

}  // namespace deft::digest
