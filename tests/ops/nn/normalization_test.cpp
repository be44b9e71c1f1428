#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/nn/normalization.hpp>
#include <deft/ops/companions.hpp>

#include "support/gradient_check.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

struct PlainMoments {
  double mean = 0;
  double variance = 0;  // by the number of elements
  double count = 0;
};

/// Moments of the elements i of x for which `belongs(i)`.
template <class Belongs>
PlainMoments plain_moments(const Tensor& x, const Belongs& belongs) {
  const auto values = x.data<double>();
  PlainMoments moments;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (belongs(i)) {
      moments.mean += values[i];
      moments.count += 1;
    }
  moments.mean /= moments.count;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (belongs(i)) moments.variance += std::pow(values[i] - moments.mean, 2) / moments.count;
  return moments;
}

/// The unit of element i of [..., units, inner...].
struct UnitOf {
  std::size_t units;
  std::size_t inner = 1;

  std::size_t operator()(std::size_t i) const { return i / inner % units; }
};

/// Of shape `shape`, units at `axis`.
UnitOf unit_of(const Shape& shape, std::size_t axis) {
  std::size_t inner = 1;
  for (std::size_t i = axis + 1; i < shape.rank(); ++i) inner *= static_cast<std::size_t>(shape[i]);
  return {static_cast<std::size_t>(shape[axis]), inner};
}

struct BatchCase {
  Shape shape;
  std::int64_t axis;
};

const std::vector<BatchCase>& batch_cases() {
  static const std::vector<BatchCase> cases = {{{4, 3}, -1},          {{2, 5, 3}, 2},
                                               {{2, 3, 2, 2}, 3},     {{2, 3, 2, 2}, 1},
                                               {{2, 2, 1, 2, 3}, -1}, {{2, 2, 3, 1, 2}, -4}};
  return cases;
}

/// The layer for a case, f64, with uneven scale and shift of up to 3 units.
BatchNorm layer_for(const Graph& graph, const BatchCase& of) {
  const auto rank = static_cast<std::int64_t>(of.shape.rank());
  const auto axis = static_cast<std::size_t>(of.axis < 0 ? of.axis + rank : of.axis);
  return {graph,
          of.shape[axis],
          {.axis = of.axis, .momentum = 0.25, .epsilon = 1e-3, .dtype = DType::f64}};
}

Tensor first_of(const Tensor& values, const Output& like) {
  Tensor part = Tensor::zeros(DType::f64, like.shape());
  for (std::size_t i = 0; i < part.data<double>().size(); ++i)
    part.mutable_data<double>()[i] = values.data<double>()[i];
  return part;
}

TEST_CASE("a norm of a batch has variables under its names") {
  const Graph graph;
  const NameScope scope(graph, "model");
  const BatchNorm norm(graph, 3, {.name = "n"});
  CHECK(norm.scale.name() == "model/n/scale");
  CHECK(norm.shift.name() == "model/n/shift");
  CHECK(norm.moving_mean.name() == "model/n/moving_mean");
  CHECK(norm.moving_variance.name() == "model/n/moving_variance");
  CHECK(is_trainable(norm.scale));
  CHECK(is_trainable(norm.shift));
  CHECK_FALSE(is_trainable(norm.moving_mean));
  CHECK_FALSE(is_trainable(norm.moving_variance));
  CHECK(BatchNorm(graph, 3).scale.name() == "model/batch_norm/scale");
  CHECK(GroupNorm(graph, 4, 2, {.name = "g"}).shift.name() == "model/g/shift");
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 3});
  CHECK(norm(x, Mode::train, {.name = "h"}).name() == "model/h");
  Session session(graph);
  session.run(global_variables_initializer(graph));
  CHECK(session.value(norm.moving_mean) == Tensor{0.0F, 0.0F, 0.0F});
  CHECK(session.value(norm.moving_variance) == Tensor{1.0F, 1.0F, 1.0F});
}

TEST_CASE("a norm of a batch equals plain loops, and follows its moments") {
  for (const BatchCase& of : batch_cases()) {
    CAPTURE(of.shape.to_string());
    CAPTURE(of.axis);
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, of.shape);
    const BatchNorm norm = layer_for(graph, of);
    const Output y = norm(x, Mode::train);
    const Output evaluated = norm(x, Mode::evaluate);
    const Tensor at = sample<double>(of.shape);
    const Tensor scale = first_of(Tensor{2.0, -1.0, 0.5}, norm.scale);
    const Tensor shift = first_of(Tensor{0.5, 1.0, 2.0}, norm.scale);
    const Tensor mean = first_of(Tensor{3.0, 0.0, -1.0}, norm.scale);
    Session session(graph);
    session.run(global_variables_initializer(graph));
    session.set({{norm.scale, scale}, {norm.shift, shift}, {norm.moving_mean, mean}});
    const std::vector<Tensor> made = session.run({y, group(companions({y})), evaluated}, {{x, at}});
    const auto rank = static_cast<std::int64_t>(of.shape.rank());
    const UnitOf unit =
        unit_of(of.shape, static_cast<std::size_t>(of.axis < 0 ? of.axis + rank : of.axis));
    for (std::size_t i = 0; i < at.data<double>().size(); ++i) {
      const std::size_t u = unit(i);
      const PlainMoments m = plain_moments(at, [&](std::size_t k) { return unit(k) == u; });
      const auto expected = [&](double of_mean, double of_variance) {
        return (at.data<double>()[i] - of_mean) / std::sqrt(of_variance + 1e-3) *
                   scale.data<double>()[u] +
               shift.data<double>()[u];
      };
      CHECK(made[0].data<double>()[i] == doctest::Approx(expected(m.mean, m.variance)));
      CHECK(made[2].data<double>()[i] == doctest::Approx(expected(mean.data<double>()[u], 1)));
      CHECK(session.value(norm.moving_mean).data<double>()[u] ==
            doctest::Approx(0.75 * mean.data<double>()[u] + 0.25 * m.mean));
      CHECK(session.value(norm.moving_variance).data<double>()[u] ==
            doctest::Approx(0.75 + 0.25 * m.variance * m.count / (m.count - 1)));
    }
  }
}

TEST_CASE("with the moments of the batch, evaluation is training to the bit") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    const Graph graph;
    const Output x = cast(constant(graph, sample<double>({6, 4, 3})), dtype);
    const BatchNorm norm(graph, 3, {.dtype = dtype});
    const Moments of = moments(x, {.axes = {0, 1}});
    Session session(graph);
    session.run(global_variables_initializer(graph));
    const std::vector<Tensor> batch = session.run({of.mean, of.variance});
    session.set({{norm.moving_mean, batch[0]}, {norm.moving_variance, batch[1]}});
    CHECK(bitwise_equal(session.run(norm(x, Mode::train)), session.run(norm(x, Mode::evaluate))));
  }
}

TEST_CASE("gradients of norms, to the second order") {
  for (const BatchCase& of : batch_cases()) {
    CAPTURE(of.shape.to_string());
    CAPTURE(of.axis);
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, of.shape);
    BatchNorm norm = layer_for(graph, of);
    norm.scale = placeholder(graph, DType::f64, norm.scale.shape());
    norm.shift = placeholder(graph, DType::f64, norm.scale.shape());
    const std::vector<Output> xs = {x, norm.scale, norm.shift};
    const std::vector<Tensor> at = {sample<double>(of.shape),
                                    first_of(Tensor{2.0, -1.0, 0.5}, norm.scale),
                                    first_of(Tensor{0.5, 1.0, 2.0}, norm.scale)};
    CHECK(gradient_mismatch(norm(x, Mode::train), xs, at, {.tolerance = 1e-8}) == "");
    CHECK(gradient_mismatch(norm(x, Mode::evaluate), {x, norm.scale, norm.shift}, at) == "");
  }
  for (const Shape& shape : {Shape{2, 6}, Shape{2, 3, 6}, Shape{2, 2, 1, 3, 6}}) {
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, shape);
    GroupNorm norm(graph, 6, 2, {.dtype = DType::f64, .epsilon = 1e-3});
    norm.scale = placeholder(graph, DType::f64, {6});
    const std::vector<Tensor> at = {sample<double>(shape), sample<double>({6}, 2)};
    CHECK(gradient_mismatch(norm(x), {x, norm.scale}, at, {.tolerance = 1e-8}) == "");
  }
}

TEST_CASE("a norm of groups equals plain loops") {
  for (const Shape& shape : {Shape{3, 6}, Shape{2, 5, 6}, Shape{2, 2, 3, 6}, Shape{2, 2, 1, 3, 6}})
    for (const std::size_t groups : {std::size_t{1}, std::size_t{3}, std::size_t{6}}) {
      CAPTURE(shape.to_string());
      CAPTURE(groups);
      std::vector<std::int64_t> dims(shape.rank(), Shape::unknown);
      dims.back() = 6;
      const Graph graph;
      const Output x = placeholder(graph, DType::f64, Shape(dims));
      const GroupNorm norm(graph, 6, static_cast<std::int64_t>(groups),
                           {.dtype = DType::f64, .epsilon = 1e-3});
      const Tensor at = sample<double>(shape);
      const Tensor scale = Tensor{2.0, -1.0, 0.5, 1.0, 3.0, 0.25};
      Session session(graph);
      session.set({{norm.scale, scale}, {norm.shift, scale}});
      const Tensor made = session.run(norm(x), {{x, at}});
      const std::size_t example = at.data<double>().size() / static_cast<std::size_t>(shape[0]);
      const auto group_of = [&](std::size_t i) {
        return std::pair(i / example, i % 6 * groups / 6);
      };
      for (std::size_t i = 0; i < at.data<double>().size(); ++i) {
        const PlainMoments m =
            plain_moments(at, [&](std::size_t k) { return group_of(k) == group_of(i); });
        const double factor = scale.data<double>()[i % 6];
        CHECK(made.data<double>()[i] == doctest::Approx((at.data<double>()[i] - m.mean) /
                                                            std::sqrt(m.variance + 1e-3) * factor +
                                                        factor));
      }
    }
}

TEST_CASE("dimensions known only in a run, and a batch of nothing") {
  const Graph graph;
  const Output x =
      placeholder(graph, DType::f32, {Shape::unknown, Shape::unknown, Shape::unknown, 4});
  const BatchNorm norm(graph, 4);
  const GroupNorm in_groups(graph, 4, 2);
  const Output y = norm(x, Mode::train);
  const std::vector<Output> slopes =
      gradients(reduce_sum(square(y) + square(in_groups(x))),
                {x, norm.scale, norm.shift, in_groups.scale, in_groups.shift});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const Output followed = group(companions({y}));
  session.run(followed, {{x, sample<float>({2, 3, 2, 4})}});
  const Tensor mean = session.value(norm.moving_mean);
  const Tensor variance = session.value(norm.moving_variance);
  CHECK_FALSE(mean == Tensor{0.0F, 0.0F, 0.0F, 0.0F});
  const Tensor nothing = Tensor::zeros(DType::f32, {0, 3, 2, 4});
  session.run(followed, {{x, nothing}});
  CHECK(session.value(norm.moving_mean) == mean);
  CHECK(session.value(norm.moving_variance) == variance);
  std::vector<Output> fetches = slopes;
  fetches.push_back(y);
  const std::vector<Tensor> values = session.run(fetches, {{x, nothing}});
  CHECK(values[0].shape() == nothing.shape());
  for (const std::size_t i : {1U, 2U, 3U, 4U}) CHECK(values[i] == Tensor{0.0F, 0.0F, 0.0F, 0.0F});
  CHECK(values[5].shape() == nothing.shape());
}

TEST_CASE("statistics stay where a batch has no variance") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {Shape::unknown, 4});
  const BatchNorm norm(graph, 4, {.momentum = 1, .dtype = DType::f64});
  const Output followed = group(companions({norm(x, Mode::train)}));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  session.run(followed, {{x, Tensor{{5.0, 5.0, 5.0, 5.0}}}});
  CHECK(session.value(norm.moving_mean) == Tensor{0.0, 0.0, 0.0, 0.0});
  CHECK(session.value(norm.moving_variance) == Tensor{1.0, 1.0, 1.0, 1.0});
  constexpr double infinity = std::numeric_limits<double>::infinity();
  session.run(followed,
              {{x, Tensor{{1.0, not_a_number, infinity, 1e200}, {3.0, 1.0, 1.0, -1e200}}}});
  CHECK(session.value(norm.moving_mean) == Tensor{2.0, 0.0, 0.0, 0.0});
  CHECK(session.value(norm.moving_variance) == Tensor{2.0, 1.0, 1.0, 1.0});
}

TEST_CASE("momentum is the weight of the batch") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{1.0F}, {3.0F}});
  const BatchNorm usual(graph, 1);
  const BatchNorm still(graph, 1, {.momentum = 0});
  const Output y = usual(x, Mode::train) + still(x, Mode::train);
  Session session(graph);
  session.run(global_variables_initializer(graph));
  session.run(group(companions({y})), RunOptions{.steps = 2});
  CHECK(session.value(usual.moving_mean).data<float>()[0] == doctest::Approx(0.2 + 0.9 * 0.2));
  CHECK(session.value(still.moving_mean).data<float>()[0] == 0);
}

}  // namespace
}  // namespace deft
