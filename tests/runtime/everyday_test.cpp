#include <memory>
#include <span>
#include <sstream>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

// The lines under "Everyday lines" in the README.

namespace deft {
namespace {

TEST_CASE("everyday lines with tensors") {
  std::vector<float> vector{1, 2, 3};
  const auto keep_alive = std::make_shared<std::vector<float>>(6);
  const std::span<const float> span = *keep_alive;

  Tensor x{{1.0F, 2.0F}, {3.0F, 4.0F}};
  Tensor v = Tensor::from(std::move(vector));
  Tensor b = Tensor::borrow({3, 2}, span, keep_alive);
  float a = x.at<float>(1, 0);
  x.set({1, 0}, 2.5F);
  std::vector<double> d = x.to<double>();
  Tensor zero = Tensor::zeros(DType::f32, {v.shape()[0], d.size()});

  CHECK(v == Tensor{1.0F, 2.0F, 3.0F});
  CHECK(b == Tensor::zeros(DType::f32, {3, 2}));
  CHECK(a == 3);
  CHECK(d == std::vector<double>{1, 2, 2.5, 4});
  CHECK(zero.shape() == Shape{3, 4});
}

TEST_CASE("everyday lines with a graph and a session") {
  const Tensor x{{1.0F, 2.0F}, {3.0F, 4.0F}};
  Graph graph;
  Output w;
  {
    const NameScope scope(graph, "layer");
    w = variable(graph, {1.0F, -1.0F}, {.name = "w"});
  }
  Output h = w * 2;

  Output y = h * x + 1;
  Output mask = y < 0 && h >= 1;
  Output logs = where_safe(
      y > 0, y, [](const Output& t) { return log(t); }, 0);
  Output loss = reduce_sum(logs);
  Output g = gradient(loss, w);

  Session session(graph);
  session.run(global_variables_initializer(graph));
  const Tensor saved = session.value(w);
  session.run(assign_sub(w, g));
  auto [w1, l1] = session.run(w, loss);
  Tensor now = session.value(w);
  session.set(w, saved);

  std::ostringstream out;
  out << y << ' ' << y.shape() << ' ' << y.dtype() << '\n';
  Output w2 = graph.find("layer/w");
  Output again = graph.find_output("layer/w:0");

  CHECK(w1 == now);
  CHECK(l1.shape() == Shape{});
  CHECK(session.value(w) == Tensor{1.0F, -1.0F});
  CHECK(session.run(mask) == Tensor{{false, false}, {false, false}});
  CHECK(session.run(g).at<float>(1) == 0);
  CHECK(out.str() == "add f32[2, 2] [2, 2] f32\n");
  CHECK(w2 == w);
  CHECK(again == w);
}

}  // namespace
}  // namespace deft
