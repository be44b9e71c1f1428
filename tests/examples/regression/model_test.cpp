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

}  // namespace examples::regression
