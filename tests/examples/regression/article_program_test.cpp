#include "regression/article_program.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

namespace examples::regression {
namespace {

using deft::DType;

const Dataset data = make_dataset({{"x", "y"}, {{1, 3}, {2, 4}}}, {}, "");

std::vector<double> weights(deft::Session& session, const TrainedModel& model) {
  const auto values = session.eval(cast(model.w, DType::f64));
  return {values.data<double>().begin(), values.data<double>().end()};
}

/// w after 100 epochs of `model`.
std::vector<double> trained(const TrainedModel& model) {
  deft::Session session(model.graph);
  session.run(model.initialize);
  session.run(model.train, {.steps = 100});
  return weights(session, model);
}

}  // namespace

// The numbers are those of plain_loop_test.cpp.
TEST_CASE("TensorFlow's graph trains on the data and at the rate that it is given") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    const std::optional<TrainedModel> model = article_program(data, dtype, 0.1);
    REQUIRE(model);
    CHECK(model->w.dtype() == dtype);
    CHECK(model->w.shape() == deft::Shape{2, 1});
    deft::Session session(model->graph);
    session.run(model->initialize);
    CHECK(session.eval(cast(model->mse, DType::f64)).item<double>() == 10.0);  // (2^2 + 4^2) / 2
    session.run(model->train);
    CHECK(weights(session, *model)[0] == doctest::Approx(0.6));
    CHECK(weights(session, *model)[1] == doctest::Approx(1.4));
    session.run(model->train);
    CHECK(weights(session, *model)[0] == doctest::Approx(0.52));
    CHECK(weights(session, *model)[1] == doctest::Approx(1.16));
  }
}

TEST_CASE("TensorFlow's graph has the bits of the same formula written for deft") {
  const Dataset article = load_dataset({});
  for (const DType dtype : {DType::f32, DType::f64}) {
    const std::optional<TrainedModel> model = article_program(article, dtype, 0.001);
    REQUIRE(model);
    CHECK(trained(*model) == trained(trained_model(article, dtype, 0.001, GradientKind::manual)));
  }
}

TEST_CASE("data with another number of coefficients than the article's program") {
  Options options;
  options.degree = 2;
  CHECK_FALSE(article_program(load_dataset(options), DType::f64, 0.001).has_value());
  options = {};
  options.intercept = false;
  CHECK_FALSE(article_program(load_dataset(options), DType::f64, 0.001).has_value());
}

}  // namespace examples::regression
