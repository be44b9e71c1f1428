#include <deft/collectives/collectives.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "runtime/collectives/ranks.hpp"

namespace deft {
namespace {

/// x of a rank: f64 [3].
Tensor values_of(int rank) { return Tensor{1.0 + rank, 0.1 * rank, -2.0 * rank}; }

std::vector<double> run(const Output& y, const Feeds& feeds = {}) {
  return Session(y.graph()).eval(y, feeds).to<double>();
}

}  // namespace

TEST_CASE("every rank has what all ranks have, combined") {
  for (const int size : {1, 2, 3, 4})
    in_threads(size, [&](const Communicator& group) {
      Graph graph;
      const Output x = constant(graph, values_of(group.rank()));
      const double n = size;
      const double ranks = n * (n - 1) / 2;
      const auto check = [&](Reduce reduce, const std::vector<double>& right) {
        const std::vector<double> y = run(all_reduce(x, group, reduce));
        for (std::size_t i = 0; i < right.size(); ++i) CHECK(y[i] == doctest::Approx(right[i]));
      };
      check(Reduce::sum, {n + ranks, 0.1 * ranks, -2 * ranks});
      check(Reduce::mean, {1 + ranks / n, 0.1 * ranks / n, -2 * ranks / n});
      check(Reduce::max, {n, 0.1 * (n - 1), 0});
      check(Reduce::min, {1, 0, -2 * (n - 1)});
    });
}

TEST_CASE("tensors of one dtype go together, empty ones and scalars among them") {
  in_threads(3, [](const Communicator& group) {
    Graph graph;
    const float rank = static_cast<float>(group.rank());
    const std::vector<Output> ys = all_reduce(
        {constant(graph, Tensor::scalar(rank)), constant(graph, Tensor::zeros(DType::f32, {0, 2})),
         constant(graph, Tensor{rank, 1.0F})},
        group);
    const std::vector<Tensor> values = Session(graph).run(ys);
    CHECK(values[0].item<float>() == 3);
    CHECK(values[1].shape() == Shape{0, 2});
    CHECK(values[2].to<float>() == std::vector<float>{3, 3});
  });
}

TEST_CASE("what is gathered, scattered and broadcast") {
  in_threads(3, [](const Communicator& group) {
    Graph graph;
    const double rank = group.rank();
    const Output x = reshape(constant(graph, Tensor{rank, 10 + rank}), {1, 2});
    CHECK(run(all_gather(x, group)) == std::vector<double>{0, 10, 1, 11, 2, 12});
    CHECK(all_gather(x, group).shape() == Shape{3, 2});
    const Output rows = constant(graph, Tensor{1 * rank, 2 * rank, 3 * rank, 4.0, 5.0, 6.0});
    const std::vector<std::vector<double>> parts{{3, 6}, {9, 12}, {15, 18}};
    CHECK(run(reduce_scatter(rows, group)) == parts[static_cast<std::size_t>(group.rank())]);
    CHECK(run(broadcast(x, 2, group)) == std::vector<double>{2, 12});
    const Output ids =
        constant(graph, Tensor::scalar<std::uint8_t>(static_cast<std::uint8_t>(group.rank() + 7)));
    CHECK(Session(graph).eval(broadcast(ids, 1, group)).item<std::uint8_t>() == 8);
  });
}

TEST_CASE("a metric counts the examples of all ranks") {
  in_threads(3, [](const Communicator& group) {
    Graph graph;
    const double rank = group.rank();
    const Output values = constant(graph, Tensor{rank, 4.0});
    const Output weights = constant(graph, Tensor{1.0, rank});
    const Metric mean = all_reduce(weighted_mean(values, {.weights = weights}), group);
    CHECK(run(mean.value()).front() == doctest::Approx((0 + 1 + 2 + 4 * 3) / 6.0));
    const Accumulator total = accumulate(mean);
    Session session(graph);
    session.run(global_variables_initializer(graph));
    session.run(total.update, {.steps = 3});
    CHECK(session.eval(total.value).item<double>() == doctest::Approx(15 / 6.0));
  });
}

TEST_CASE("gradients of collectives are those of the sum of all ranks' losses") {
  in_threads(3, [](const Communicator& group) {
    const auto check = [&](const auto& op, const std::vector<double>& x,
                           const std::vector<double>& right) {
      Graph graph;
      const Output in = constant(graph, Tensor::from(x));
      const Output y = op(in);
      // Every rank weighs its elements differently.
      std::vector<double> weights;
      for (std::int64_t i = 0; i < y.shape().num_elements(); ++i)
        weights.push_back(static_cast<double>(1 + i) * (1 + group.rank()));
      const Output loss =
          reduce_sum(y * reshape(constant(graph, Tensor::from(weights)), y.shape()));
      const std::vector<double> dx = run(gradients(loss, {in}).front());
      for (std::size_t i = 0; i < right.size(); ++i) CHECK(dx[i] == doctest::Approx(right[i]));
    };
    const double rank = group.rank();
    const std::vector<double> x{rank, 5 - rank, 3};
    check([&](const Output& in) { return all_reduce(in, group); }, x, {6, 12, 18});
    check([&](const Output& in) { return all_reduce(in, group, Reduce::mean); }, x, {2, 4, 6});
    check([&](const Output& in) { return all_reduce(in, group, Reduce::max); }, x,
          {rank == 2 ? 6.0 : 0.0, rank == 0 ? 12.0 : 0.0, 6});
    check([&](const Output& in) { return broadcast(in, 1, group); }, x,
          rank == 1 ? std::vector<double>{6, 12, 18} : std::vector<double>{0, 0, 0});
    check([&](const Output& in) { return all_gather(in, group); }, x,
          {6 * (3 * rank + 1), 6 * (3 * rank + 2), 6 * (3 * rank + 3)});
    check([&](const Output& in) { return reduce_scatter(in, group); }, x, {1, 2, 3});
  });
}

TEST_CASE("what cannot be reduced is refused where it is written") {
  in_threads(2, [](const Communicator& group) {
    Graph graph;
    const Output bits = constant(graph, Tensor::scalar(true));
    CHECK_THROWS_AS(all_reduce(bits, group), GraphError);
    const Output ids = constant(graph, Tensor{1, 2, 3});
    CHECK_THROWS_AS(all_reduce(ids, group, Reduce::mean), GraphError);
    CHECK_THROWS_AS(all_reduce({ids, constant(graph, Tensor{1.0})}, group), GraphError);
    CHECK_THROWS_AS(reduce_scatter(ids, group), GraphError);
    CHECK_THROWS_AS(all_gather(bits, group), GraphError);
    CHECK_THROWS_AS(broadcast(ids, 2, group), GraphError);
  });
}

TEST_CASE("a graph whose group is gone says so") {
  Graph graph;
  Output y;
  {
    const Communicator group = Communicator::in_threads(2).front();
    y = all_reduce(constant(graph, Tensor{1.0F}), group);
  }
  try {
    Session(graph).run(y);
    FAIL("it ran");
  } catch (const RunError& error) {
    CHECK(error.code() == ErrorCode::unavailable);
    CHECK(std::string(error.what()).find("keep a copy of the Communicator") != std::string::npos);
  }
}

}  // namespace deft
