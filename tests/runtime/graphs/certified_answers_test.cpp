#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/files/csv.hpp>
#include <deft/deft.hpp>
#include <deft/ops/derivatives.hpp>
#include <deft/runtime/lbfgs.hpp>

#include "support/data_path.hpp"
#include "support/ulps.hpp"

// Models whose answers others have published: see data/certified/README.md.

namespace deft {
namespace {

/// Columns of a table of data/certified: [rows, columns].
Output read(const Graph& graph, const std::string& table, const std::vector<std::string>& columns) {
  return constant(graph, read_csv(data_path("certified/" + table), {.columns = columns}).values);
}

Output with_ones(const Output& x) { return concat({x, ones_like(slice(x, 1, {.end = 1}))}, 1); }

void check_digits(const Tensor& values, const std::vector<double>& published, double wanted) {
  const std::vector<double> all = values.to<double>();
  REQUIRE(all.size() == published.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(i);
    CAPTURE(all[i]);
    CAPTURE(published[i]);
    CHECK(digits(all[i], published[i]) > wanted);
  }
}

/// A generalized linear model of predictors x [n, k]: eta = x beta. It is fitted on orthonormal
/// columns, x = q r, since raw ones differ by orders of magnitude; beta = r^-1 gamma.
struct Model {
  Output gamma;
  Output eta;   // [n, 1]
  Output beta;  // [k, 1]
  Output q;

  explicit Model(const Output& x) {
    const auto [of_q, of_r] = qr(x);
    q = of_q;
    gamma = variable(zeros(x.graph(), DType::f64, {x.shape()[1], 1}), {.name = "gamma"});
    eta = matmul(q, gamma);
    beta = triangular_solve(of_r, gamma, {.lower = false});
  }

  /// Makes `loss` least, beginning where the session is.
  void fit(Session& session, const Output& loss, double tolerance) const {
    const LbfgsResult result = minimize_lbfgs(
        session, loss, {}, {.iterations = 500, .history = 20, .gradient_tolerance = tolerance});
    CAPTURE(result.iterations);
    CAPTURE(result.gradient_norm);
    CHECK(std::string(to_string(result.reason)) == "gradient");
  }
};

/// log(n!) of every element.
double log_factorial(double n) { return std::lgamma(n + 1); }

const std::vector<std::string> longley_columns{"GNPDEFL", "GNP", "UNEMP", "ARMED", "POP", "YEAR"};
const std::vector<double> longley_coefficients{
    15.0618722713733,       -0.358191792925910E-01, -2.02022980381683, -1.03322686717359,
    -0.511041056535807E-01, 1829.15146461355,       -3482258.63459582};

TEST_CASE("Longley by lstsq to the digits that NIST certifies") {
  const Graph graph;
  const Output x = with_ones(read(graph, "longley.csv", longley_columns));
  const LeastSquares fit = lstsq_full(x, read(graph, "longley.csv", {"TOTEMP"}));
  const Output inverted = pinv(x);  // x^+ x^+^T is (x^T x)^-1
  const Output variances =
      diag_part(matmul(inverted, inverted, {.transpose_b = true})) * (fit.residual / 9.0);
  Session session(graph);
  const auto [coefficients, residual, errors] =
      session.run(fit.solution, fit.residual, sqrt(variances));
  check_digits(coefficients, longley_coefficients, 9.5);
  check_digits(residual, {836424.055505915}, 11);
  check_digits(errors,
               {84.9149257747669, 0.334910077722432E-01, 0.488399681651699, 0.214274163161675,
                0.226073200069370, 455.478499142212, 890420.383607373},
               7);
}

TEST_CASE("Longley by L-BFGS") {
  const Graph graph;
  const Model model(with_ones(read(graph, "longley.csv", longley_columns)));
  const Output loss = reduce_sum(square(model.eta - read(graph, "longley.csv", {"TOTEMP"})));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  model.fit(session, loss, 1e-6);
  check_digits(session.eval(model.beta), longley_coefficients, 8);
  check_digits(session.eval(loss), {836424.055505915}, 11);
}

/// Stata ended where elements of the gradient are still up to 2e-6, so that 7 digits are to be
/// found again; Newton's method in Python goes where L-BFGS goes.
TEST_CASE("a logit of Spector's grades, with standard errors by the Hessian") {
  const Graph graph;
  const Output x = with_ones(read(graph, "spector.csv", {"GPA", "TUCE", "PSI"}));
  const Output w = variable(zeros(graph, DType::f64, {4, 1}), {.name = "w"});
  const Output loss = sigmoid_cross_entropy(matmul(x, w), read(graph, "spector.csv", {"GRADE"}),
                                            {.reduction = LossReduction::sum});
  const Output information = reshape(hessian(loss, w), {4, 4});
  const Output errors = sqrt(diag_part(inverse(information)));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const LbfgsResult result = minimize_lbfgs(session, loss, {}, {.gradient_tolerance = 1e-11});
  CAPTURE(result.gradient_norm);
  CHECK(std::string(to_string(result.reason)) == "gradient");
  check_digits(session.value(w), {2.82611297201, 0.0951576702557, 2.37868772835, -13.0213483201},
               6.5);
  check_digits(session.value(w),
               {2.82611259488932, 0.0951576613179093, 2.37868765509335, -13.0213468581157}, 10);
  check_digits(session.eval(errors), {1.26294114526, 0.141554207662, 1.06456430165, 4.93132462871},
               6.5);
}

TEST_CASE("a binomial model of California's schools") {
  const Graph graph;
  const Output table = read(graph, "star98.csv", {});
  const Output successes = slice(table, 1, {1, 2});
  const Output trials = slice(table, 1, {0, 1});
  const Model model(with_ones(slice(table, 1, {.begin = 2})));
  // -log of the likelihood, but for the binomial coefficients
  const Output loss = reduce_sum(trials * softplus(model.eta) - successes * model.eta);
  Session session(graph);
  session.run(global_variables_initializer(graph));
  model.fit(session, loss, 1e-7);
  check_digits(
      session.eval(model.beta),
      {-0.0168150366, 0.0099254766,  -0.0187242148, -0.0142385609, 0.2544871730, 0.2406936644,
       0.0804086739,  -1.9521605027, -0.3340864748, -0.1690221685, 0.0049167021, -0.0035799644,
       -0.0140765648, -0.0040049918, -0.0039063958, 0.0917143006,  0.0489898381, 0.0080407389,
       0.0002220095,  -0.0022492486, 2.9588779262},
      5.5);
  const auto [minus_log, n, k] = session.run(loss, trials, successes);
  double log_likelihood = -minus_log.item<double>();
  for (std::size_t i = 0; i < n.data<double>().size(); ++i) {
    const double of = n.data<double>()[i];
    const double taken = k.data<double>()[i];
    log_likelihood += log_factorial(of) - log_factorial(taken) - log_factorial(of - taken);
  }
  CHECK(digits(log_likelihood, -2998.61255899391) > 11);
}

TEST_CASE("a Poisson model of executions") {
  const Graph graph;
  const Output y = read(graph, "cpunish.csv", {"EXECUTIONS"});
  const Output x = concat({read(graph, "cpunish.csv", {"INCOME", "PERPOVERTY", "PERBLACK"}),
                           log(read(graph, "cpunish.csv", {"VC100k96"})),
                           read(graph, "cpunish.csv", {"SOUTH", "DEGREE"})},
                          1);
  const Model model(with_ones(x));
  const Output loss = poisson_loss(model.eta, y, {.reduction = LossReduction::sum});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  model.fit(session, loss, 1e-10);
  check_digits(session.eval(model.beta),
               {2.611017e-04, 7.781801e-02, -9.493111e-02, 2.969349e-01, 2.301183e+00,
                -1.872207e+01, -6.801480e+00},
               6);
  double log_likelihood = -session.eval(loss).item<double>();
  for (const double count : session.eval(y).to<double>()) log_likelihood -= log_factorial(count);
  CHECK(digits(log_likelihood, -31.92732869482515) > 12);
}

/// mu = 1 / eta, which is of no use where eta is not positive: the fit begins at a constant.
TEST_CASE("a gamma model of Scotland's votes") {
  const Graph graph;
  const Output table =
      read(graph, "scotvote.csv",
           {"YES", "COUTAX", "UNEMPF", "MOR", "ACT", "GDP", "AGE", "COUTAX_FEMALEUNEMP"});
  const Output y = slice(table, 1, {.end = 1});
  const Model model(with_ones(slice(table, 1, {.begin = 1})));
  // half the deviance
  const Output loss = reduce_sum(y * model.eta - 1.0 - log(y * model.eta));
  Session session(graph);
  session.set(model.gamma, session.eval(matmul(model.q, broadcast_like(1.0 / reduce_mean(y), y),
                                               {.transpose_a = true})));
  model.fit(session, loss, 1e-9);
  check_digits(session.eval(model.beta),
               {4.961768e-05, 2.034423e-03, -7.181429e-05, 1.118520e-04, -1.467515e-07,
                -5.186831e-04, -2.42717498e-06, -1.776527e-02},
               6);
  CHECK(digits(2 * session.eval(loss).item<double>(), 0.087388516417) > 10);
}

/// R's fit ended where elements of the gradient are still 9e-3, and has 4 digits of the parameters;
/// those of Newton's method in Python are the second list.
TEST_CASE("a negative binomial model of bills") {
  const Graph graph;
  const Output y = read(graph, "committee.csv", {"BILLS104"});
  const Output subs = read(graph, "committee.csv", {"SUBS"});
  const Output staff = log(read(graph, "committee.csv", {"STAFF"}));
  const Output x = concat({read(graph, "committee.csv", {"SIZE"}), subs, staff,
                           read(graph, "committee.csv", {"PRESTIGE", "BILLS103"}), subs * staff},
                          1);
  const Model model(with_ones(x));
  // -log of the likelihood for a dispersion of 1
  const Output loss = reduce_sum((y + 1.0) * softplus(model.eta) - y * model.eta);
  Session session(graph);
  session.run(global_variables_initializer(graph));
  model.fit(session, loss, 1e-10);
  check_digits(
      session.eval(model.beta),
      {-0.0268147, 1.25103364, 2.91070663, -0.34799563, 0.00659808, -0.31303026, -6.44847076}, 3.5);
  check_digits(session.eval(model.beta),
               {-0.0268181505758316, 1.25109695119641, 2.91079900403578, -0.347917996727775,
                0.00659793106799855, -0.31304495033803, -6.44869980877471},
               10);
  CHECK(digits(-session.eval(loss).item<double>(), -101.33286676188968) > 9);
}

}  // namespace
}  // namespace deft
