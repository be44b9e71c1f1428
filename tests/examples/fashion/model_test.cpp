#include "fashion/model.hpp"

#include <doctest/doctest.h>

#include "sample.hpp"

namespace examples::fashion {

TEST_CASE("how many parameters each network has") {
  for (const auto& [kind, expected] :
       {std::pair{ModelKind::mlp,
                  784 * 256 + 256 + 256 * 128 + 128 + 128 * 100 + 100 + 100 * 10 + 10},
        std::pair{ModelKind::cnn, 9 * 32 + 32 + 9 * 32 * 64 + 64 + 7 * 7 * 64 * 10 + 10}}) {
    const deft::Graph graph;
    const deft::Random random(graph);
    const Network network = make_network(kind, random);
    const deft::Output pixels =
        placeholder(graph, deft::DType::u8, {deft::Shape::unknown, side, side});
    const deft::Output logits = network(pixels, deft::Mode::evaluate);
    CHECK(num_parameters(deft::parameters(logits)) == expected);
  }
}

TEST_CASE("a network says of many pictures what it says of each, and without chance") {
  for (const ModelKind kind : {ModelKind::mlp, ModelKind::cnn}) {
    const deft::Graph graph;
    const deft::Random random(graph);
    const Network network = make_network(kind, random);
    const Pictures pictures = sample_pictures(8, 1);
    const deft::Output pixels =
        placeholder(graph, deft::DType::u8, {deft::Shape::unknown, side, side});
    const deft::Output evaluated = network(pixels, deft::Mode::evaluate);
    const deft::Output trained = network(pixels, deft::Mode::train);
    deft::Session session(graph, {.threads = 1});
    session.run(global_variables_initializer(graph));
    const deft::Tensor logits = session.eval(evaluated, {{pixels, pictures.pixels}});
    CHECK(logits.shape() == deft::Shape{8, 10});
    const deft::Tensor dropped = session.eval(trained, {{pixels, pictures.pixels}});
    CHECK(!bitwise_equal(logits, dropped));
    for (std::int64_t i = 0; i < 8; ++i) {
      const auto bytes = pictures.pixels.data<std::uint8_t>().subspan(
          static_cast<std::size_t>(i * side * side), static_cast<std::size_t>(side * side));
      const deft::Tensor one = deft::Tensor::from<std::uint8_t>(
          {1, side, side}, std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
      const deft::Tensor alone = session.eval(evaluated, {{pixels, one}});
      for (std::int64_t k = 0; k < num_classes; ++k) {
        CHECK(alone.at<float>(0, k) == doctest::Approx(logits.at<float>(i, k)).epsilon(1e-4));
      }
    }
  }
}

}  // namespace examples::fashion
