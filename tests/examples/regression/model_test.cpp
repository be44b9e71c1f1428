#include "regression/model.hpp"

#include <doctest/doctest.h>

namespace examples::regression {
namespace {

using deft::DType;

const Dataset data = make_dataset({{"x", "y"}, {{1, 3}, {2, 4}}}, {}, "");

}  // namespace

// The numbers are those of plain_loop_test.cpp.
TEST_CASE("every run of train is one epoch") {
  for (const GradientKind kind : {GradientKind::manual, GradientKind::symbolic}) {
    for (const DType dtype : {DType::f32, DType::f64}) {
      const TrainedModel model = trained_model(data, dtype, 0.1, kind);
      CHECK(model.w.dtype() == dtype);
      CHECK(model.w.shape() == deft::Shape{2, 1});
      deft::Session session(model.graph);
      session.run(model.initialize);
      const deft::Output mse = cast(model.mse, DType::f64);
      const deft::Output w = cast(model.w, DType::f64);
      CHECK(session.eval(mse).item<double>() == 10.0);  // (2^2 + 4^2) / 2
      session.run(model.train);
      CHECK(session.eval(w).data<double>()[0] == doctest::Approx(0.6));
      CHECK(session.eval(w).data<double>()[1] == doctest::Approx(1.4));
      session.run(model.train);
      CHECK(session.eval(w).data<double>()[0] == doctest::Approx(0.52));
      CHECK(session.eval(w).data<double>()[1] == doctest::Approx(1.16));
    }
  }
}

TEST_CASE("the closed form of a line through two points") {
  const ClosedFormModel model = closed_form_model(data);
  deft::Session session(model.graph);
  const deft::Tensor w = session.eval(model.w);
  CHECK(w.data<double>()[0] == doctest::Approx(1.0));
  CHECK(w.data<double>()[1] == doctest::Approx(1.0));
  CHECK(session.eval(model.mse).item<double>() < 1e-25);
}

namespace {

/// The error of the closed form for `data`.
double least_error(const Dataset& columns) {
  const ClosedFormModel model = closed_form_model(columns);
  return deft::Session(model.graph).eval(model.mse).item<double>();
}

}  // namespace

// The right values are those of least squares in rational arithmetic.
TEST_CASE("the closed form of columns of very different sizes: seconds since 1970") {
  std::vector<double> t;
  std::vector<double> y;
  for (int i = 0; i < 1440; ++i) {
    t.push_back(1'700'000'000 + 60 * i);
    y.push_back(20 + i * 5 / 1440.0 + (i * 37 % 101 - 50) / 10.0);
  }
  const Dataset minutes = make_dataset({{"t", "y"}, {t, y}}, {}, "");
  const ClosedFormModel model = closed_form_model(minutes);
  deft::Session session(model.graph);
  CHECK(session.eval(model.w).data<double>()[1] ==
        doctest::Approx(5.780763725112536e-05).epsilon(1e-9));
  CHECK(session.eval(model.mse).item<double>() == doctest::Approx(8.507104014031379));
}

TEST_CASE("the closed form of columns of very different sizes: powers of years") {
  std::vector<double> year;
  std::vector<double> y;
  for (int i = 0; i <= 120; ++i) {
    year.push_back(1900 + i);
    const double cube = (i - 60) * (i - 60) * (i - 60);
    y.push_back((i * i * 7 + 13 * i) % 31 / 10.0 + cube / 40000);
  }
  const double errors[][2] = {{1, 1.5339894683479662},
                              {3, 0.7899272025863374},
                              {5, 0.7877866964041356},
                              {6, 0.787619421744588}};
  for (const auto& expected : errors) {
    Options options;
    options.degree = static_cast<int>(expected[0]);
    CAPTURE(options.degree);
    CHECK(least_error(make_dataset({{"year", "y"}, {year, y}}, options, "")) ==
          doctest::Approx(expected[1]).epsilon(1e-6));
  }
}

TEST_CASE("the closed form of columns as large and as small as numbers can be") {
  for (const double size : {1e-300, 1e-160, 1e160, 1.7e308}) {
    CAPTURE(size);
    const Dataset line =
        make_dataset({{"x", "y"}, {{0, size / 2, size, size}, {1, 2, 3, 3}}}, {}, "");
    CHECK(least_error(line) < 1e-25);
  }
}

}  // namespace examples::regression
