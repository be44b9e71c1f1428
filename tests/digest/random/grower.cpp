#include "random/grower.hpp"

#include <algorithm>

#include "random/shapes.hpp"

namespace deft::digest {

Grower::Grower(const Theme& theme, std::uint64_t seed)
    : draws(seed),
      theme_(theme),
      most_elements_(draws.of(theme.most_elements)),
      empty_(draws.one_in(10)) {
  const std::size_t rank = draws.below(draws.one_in(6) ? most_dimensions + 1 : 5);
  base_ = draws.shape(rank, most_elements_, empty_);
  for (std::size_t count = 1 + draws.below(3); count > 0; --count) source(dtype());
}

DType Grower::numeric() {
  DType drawn = dtype();
  while (!is_numeric(drawn)) drawn = dtype();
  return drawn;
}

DType Grower::floating() {
  DType drawn = dtype();
  while (!is_floating(drawn)) drawn = dtype();
  return drawn;
}

Value Grower::add(const TensorSpec& spec, const std::vector<Value>& inputs, Make make) {
  Value value{make(), spec, true, true};
  for (const Value& input : inputs) {
    value.pure = value.pure && input.pure;
    value.smooth = value.smooth && input.smooth;
  }
  const Value kept = keep(value, inputs);
  makes_.back() = std::move(make);
  return kept;
}

Value Grower::again() {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < makes_.size(); ++i)
    if (makes_[i]) found.push_back(i);
  if (found.empty()) return values_.back();
  const std::size_t at = draws.of(found);
  Value value = values_[at];
  value.output = makes_[at]();
  const Value kept = keep(value);
  inputs_.back() = inputs_[at];
  return kept;
}

Value Grower::keep(Value value, const std::vector<Value>& inputs) {
  value.index = values_.size();
  values_.push_back(value);
  makes_.emplace_back();
  inputs_.emplace_back();
  for (const Value& input : inputs)
    if (!(input.output == Output())) inputs_.back().push_back(input.index);
  return value;
}

std::vector<Value> Grower::floating_inputs(const Value& y) const {
  std::vector<bool> needed(values_.size(), false);
  needed[y.index] = true;
  std::vector<Value> found;
  for (std::size_t i = y.index + 1; i-- > 0;) {
    if (!needed[i]) continue;
    if (is_floating(values_[i].spec.dtype)) found.push_back(values_[i]);
    for (const std::size_t input : inputs_[i]) needed[input] = true;
  }
  return found;
}

Value Grower::any() {
  return pick_or_make([](DType) { return true; }, &Grower::dtype);
}
Value Grower::numeric_value() { return pick_or_make(is_numeric, &Grower::numeric); }
Value Grower::floating_value() { return pick_or_make(is_floating, &Grower::floating); }

Value Grower::pick_or_make(bool (*fits)(DType), DType (Grower::*dtype_of_new)()) {
  if (!draws.one_in(8))
    if (const auto found = pick([&](const Value& value) { return fits(value.spec.dtype); }))
      return *found;
  return source((this->*dtype_of_new)());
}

Value Grower::of(const TensorSpec& spec) {
  const auto found = pick([&](const Value& value) { return value.spec == spec; });
  return found && !draws.one_in(4) ? *found : source(spec);
}

Value Grower::beside(const TensorSpec& spec) {
  if (!draws.one_in(3)) {
    const auto found = pick([&](const Value& value) {
      const auto both = broadcast_of(spec.shape, value.spec.shape);
      return value.spec.dtype == spec.dtype && both && both->num_elements() <= most_elements_;
    });
    if (found) return *found;
  }
  switch (draws.below(5)) {
    case 0:
      return source({spec.dtype, wider(draws, spec.shape, most_elements_)});
    case 1:
      return source(spec);
    default:
      return source({spec.dtype, narrower(draws, spec.shape)});
  }
}

Side Grower::side(const TensorSpec& spec) {
  if (spec.dtype != DType::boolean && draws.one_in(6)) return number(spec.dtype);
  const Value value = beside(spec);
  return {value.output, value};
}

Side Grower::number(DType dtype) {
  const Value value{{}, {dtype, {}}, true, true};
  if (is_integer(dtype)) return {draws.of<std::int64_t>({0, 1, 1, -1, 2, 3}), value};
  return {draws.of({0.0, -0.0, 1.0, 1.0, -1.0, 0.5, 2.0, 3.25}), value};
}

Value Grower::source(DType dtype) {
  const Shape shape = draws.one_in(2) ? base_ : narrower(draws, base_);
  return source({dtype, shape});
}

Value Grower::source(const TensorSpec& spec) {
  switch (draws.below(8)) {
    case 0:
    case 1:
      return new_constant(spec);
    case 2:
      return new_placeholder(spec);
    default:
      return new_variable(spec);
  }
}

Value Grower::new_constant(const TensorSpec& spec) {
  const Tensor tensor = tensor_of(draws, spec, theme_.values);
  return add(spec, {}, [=, this] { return constant(graph, tensor); });
}

/// Some of whose dimensions are known only in a run.
Value Grower::new_placeholder(const TensorSpec& spec) {
  std::vector<std::int64_t> dims = dims_of(spec.shape);
  for (std::int64_t& dim : dims)
    if (draws.one_in(3)) dim = Shape::unknown;
  const Output x = placeholder(graph, spec.dtype, Shape(dims));
  const Tensor first = tensor_of(draws, spec, theme_.values);
  const Tensor second = tensor_of(draws, spec, theme_.values);
  feeds_.push_back({Feed{x, first}, Feed{x, second}});
  return keep({x, spec});
}

Value Grower::new_variable(const TensorSpec& spec) {
  const auto initial = pick([&](const Value& value) { return value.pure && value.spec == spec; });
  const Output x = initial && draws.one_in(2)
                       ? variable(initial->output)
                       : variable(graph, tensor_of(draws, spec, theme_.values));
  variables_.push_back(keep({x, spec}));
  return variables_.back();
}

Value Grower::any_variable() {
  std::vector<Value> numeric_ones;
  for (const Value& x : variables_)
    if (is_numeric(x.spec.dtype)) numeric_ones.push_back(x);
  if (!numeric_ones.empty()) return draws.of(numeric_ones);
  const Shape shape = any().spec.shape;
  return new_variable({numeric(), shape});
}

Value Grower::write(const Value& variable, const std::function<Output(const Output&)>& assign) {
  const auto at = static_cast<std::size_t>(std::find_if(variables_.begin(), variables_.end(),
                                                        [&](const Value& x) {
                                                          return x.output.node_id() ==
                                                                 variable.output.node_id();
                                                        }) -
                                           variables_.begin());
  std::vector<Output> before;
  if (const auto found = latest_write_.find(at); found != latest_write_.end())
    before.push_back(found->second);
  const ControlDependencies order(graph, before);
  const Output written = assign(variable.output);
  latest_write_[at] = written;
  return keep({written, variable.spec, false, false});
}

Feeds Grower::feeds(bool first) const {
  std::vector<Feed> all;
  for (const auto& [one, other] : feeds_) all.push_back(first ? one : other);
  return all;
}

/// The last value, any few, all, and all after steps. What is not fetched need not be kept.
Subject Grower::finish() {
  std::vector<Output> all;
  std::vector<Output> few{values_.back().output};
  for (const Value& value : values_) {
    all.push_back(value.output);
    if (draws.one_in(5)) few.push_back(value.output);
  }
  std::vector<Output> writes{values_.back().output};
  for (const auto& [variable, write] : latest_write_) writes.push_back(write);
  const Output step = group(writes);

  Subject subject{graph};
  subject.runs = {
      {.fetches = {global_variables_initializer(graph)}, .hashed = false},
      {.fetches = {values_.back().output}, .feeds = feeds(true)},
      {.fetches = few, .feeds = feeds(false)},
      {.fetches = all, .feeds = feeds(true)},
      {.fetches = {step}, .feeds = feeds(true), .hashed = false},
      {.fetches = {step}, .feeds = feeds(false), .steps = 3, .hashed = false},
      {.fetches = all, .feeds = feeds(false)},
  };
  return subject;
}

}  // namespace deft::digest
