/// Reductions of ten million values, which need to be read once.

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/reader.hpp"

namespace deft::benchmark {
namespace {

Axes axes_of(Along along) {
  if (along == Along::all) return {0, 1};
  return along == Along::rows ? Axes{0} : Axes{1};
}

Output reduce_in_deft(Reduction reduction, const Output& x, Along along) {
  const ReduceOptions options{.axes = axes_of(along)};
  switch (reduction) {
    case Reduction::sum:
      return reduce_sum(x, options);
    case Reduction::mean:
      return reduce_mean(x, options);
    default:
      return reduce_max(x, options);
  }
}

/// As simply as can be, to the shape of `like`.
Tensor reduce_by_hand(Reduction reduction, const Tensor& x, Along along, const Shape& like) {
  const auto values = x.data<float>();
  const auto columns = static_cast<std::size_t>(x.shape()[1]);
  Tensor result = Tensor::uninitialized(DType::f32, like);
  const auto results = result.mutable_data<float>();
  const bool max = reduction == Reduction::max;
  std::vector<double> found(results.size(), max ? -std::numeric_limits<double>::infinity() : 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    double& at = found[along == Along::all ? 0 : along == Along::rows ? i % columns : i / columns];
    at = max ? std::max(at, double{values[i]}) : at + double{values[i]};
  }
  const auto count = static_cast<double>(values.size() / results.size());
  for (std::size_t i = 0; i < results.size(); ++i)
    results[i] = static_cast<float>(reduction == Reduction::mean ? found[i] / count : found[i]);
  return result;
}

/// x is a variable, so that nothing is known before the run; the result needs no new memory.
class Reduced {
 public:
  Reduced(Reduction reduction, const Tensor& x, Along along) {
    const Output reduced = reduce_in_deft(reduction, variable(graph_, x, {.name = "x"}), along);
    result_ = variable(zeros(graph_, DType::f32, reduced.shape()), {.name = "result"});
    step_ = group({assign(result_, reduced)});
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  Tensor result() { return session_.eval(result_); }

 private:
  Graph graph_;
  Output result_;
  Output step_;
  Session session_{graph_, {.threads = 1}};
};

}  // namespace

template <Reduction reduction, Along along>
Contest reduce(const Setting& setting) {
  const Tensor x = random_tensor({setting.size(1000, 10), setting.size(10'000, 100)}, 1);
  const auto ours = std::make_shared<Reduced>(reduction, x, along);
  ours->run(1);
  const Tensor found = ours->result();
  expect_close(found, reduce_by_hand(reduction, x, along, found.shape()), 1e-5);
  const auto reader = std::make_shared<Reader>(x, 1);
  reader->check();
  return {timed(setting, runs_of(ours), 1e3), timed(setting, runs_of(reader), 1e3)};
}

template Contest reduce<Reduction::sum, Along::all>(const Setting&);
template Contest reduce<Reduction::sum, Along::rows>(const Setting&);
template Contest reduce<Reduction::sum, Along::columns>(const Setting&);
template Contest reduce<Reduction::mean, Along::all>(const Setting&);
template Contest reduce<Reduction::mean, Along::rows>(const Setting&);
template Contest reduce<Reduction::mean, Along::columns>(const Setting&);
template Contest reduce<Reduction::max, Along::all>(const Setting&);
template Contest reduce<Reduction::max, Along::rows>(const Setting&);
template Contest reduce<Reduction::max, Along::columns>(const Setting&);

}  // namespace deft::benchmark
