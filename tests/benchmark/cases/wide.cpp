/// One step of a linear regression with many columns: X is far larger than the caches near a core,
/// so that what counts is how often it is read.

#include <memory>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "data/descent.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/openblas.hpp"
#include "references/reader.hpp"

namespace deft::benchmark {
namespace {

constexpr double rate = 0.1;

struct Data {
  Data(std::int64_t rows, std::int64_t columns)
      : X(random_tensor({rows, columns}, 1)), d(random_tensor({rows, 1}, 2)) {}

  std::int64_t rows() const { return X.shape()[0]; }
  std::int64_t columns() const { return X.shape()[1]; }
  /// What the sums of a gradient are multiplied with.
  double factor() const { return 2 * rate / static_cast<double>(rows()); }

  Tensor X;
  Tensor d;
};

Data many_rows(const Setting& setting) { return {setting.size(100'000, 200), 100}; }
Data many_columns(const Setting& setting) { return {setting.size(20'000, 40), 1000}; }

class Wide {
 public:
  Wide(const Data& data, int threads) : session_(graph_, {.threads = threads}) {
    descent_ = gradient_descent(constant(graph_, data.X, {.name = "X"}),
                                constant(graph_, data.d, {.name = "d"}), rate);
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(descent_.train, {.steps = steps}); }
  Tensor weights() { return session_.eval(descent_.w); }

 private:
  Graph graph_;
  Descent descent_;
  Session session_;
};

/// One step from w = 0, which leaves e = -d, as simply as can be.
Tensor first_weights(const Data& data) {
  const auto columns = static_cast<std::size_t>(data.columns());
  const auto X = data.X.data<float>();
  const auto d = data.d.data<float>();
  std::vector<double> sums(columns);
  for (std::size_t i = 0; i < X.size(); ++i)
    sums[i % columns] += double{X[i]} * double{d[i / columns]};
  Tensor w = Tensor::uninitialized(DType::f32, {data.columns(), 1});
  for (std::size_t j = 0; j < columns; ++j)
    w.mutable_data<float>()[j] = static_cast<float>(data.factor() * sums[j]);
  return w;
}

Contest against_reading(const Setting& setting, const Data& data) {
  const auto ours = std::make_shared<Wide>(data, setting.threads);
  ours->run(1);
  expect_close(ours->weights(), first_weights(data), 1e-4);
  const auto reader = std::make_shared<Reader>(data.X, setting.threads);
  reader->check();
  return {timed(setting, runs_of(ours), 1e3), timed(setting, runs_of(reader), 1e3)};
}

/// The same step with a BLAS: two products, each of which reads X.
class WideWithBlas {
 public:
  WideWithBlas(const Data& data, const OpenBlas& blas)
      : data_(data),
        blas_(blas),
        e_(Tensor::zeros(DType::f32, {data.rows(), 1})),
        sums_(Tensor::zeros(DType::f32, {data.columns(), 1})),
        w_(Tensor::zeros(DType::f32, {data.columns(), 1})) {}

  void run(std::int64_t steps) {
    for (std::int64_t i = 0; i < steps; ++i) step();
  }
  const Tensor& weights() const { return w_; }

 private:
  void step() {
    const auto X = data_.X.data<float>().data();
    const auto d = data_.d.data<float>();
    const auto e = e_.mutable_data<float>();
    const auto sums = sums_.mutable_data<float>();
    const auto w = w_.mutable_data<float>();
    const auto factor = static_cast<float>(data_.factor());
    blas_.multiply(X, data_.rows(), data_.columns(), w.data(), e.data());
    for (std::size_t i = 0; i < e.size(); ++i) e[i] -= d[i];
    blas_.multiply_transposed(X, data_.rows(), data_.columns(), e.data(), sums.data());
    for (std::size_t j = 0; j < w.size(); ++j) w[j] -= factor * sums[j];
  }

  Data data_;
  const OpenBlas& blas_;
  Tensor e_;
  Tensor sums_;
  Tensor w_;
};

Contest against_blas(const Setting& setting, const Data& data) {
  const OpenBlas* blas = OpenBlas::installed();
  if (blas == nullptr) return not_measured("libopenblas.so.0 is not installed");
  const auto ours = std::make_shared<Wide>(data, setting.threads);
  const auto by_hand = std::make_shared<WideWithBlas>(data, *blas);
  ours->run(3);
  by_hand->run(3);
  expect_close(ours->weights(), by_hand->weights(), 1e-4);
  return {timed(setting, runs_of(ours), 1e3), timed(setting, runs_of(by_hand), 1e3)};
}

}  // namespace

Contest wide_100(const Setting& setting) { return against_reading(setting, many_rows(setting)); }

Contest wide_1000(const Setting& setting) {
  return against_reading(setting, many_columns(setting));
}

Contest wide_100_blas(const Setting& setting) { return against_blas(setting, many_rows(setting)); }

Contest wide_1000_blas(const Setting& setting) {
  return against_blas(setting, many_columns(setting));
}

}  // namespace deft::benchmark
