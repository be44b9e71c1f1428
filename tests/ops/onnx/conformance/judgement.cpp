#include "judgement.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>

#include <deft/deft.hpp>
#include <deft/onnx/onnx.hpp>

namespace deft::conformance {
namespace {

/// Which inputs are bound as constants, in the order in which it is tried: what deft must know when
/// a graph is built, ONNX may have as an input.
enum class Bind { none, small_integers, all_but_first, all };

bool binds(Bind bind, std::size_t i, const Tensor& input) {
  switch (bind) {
    case Bind::none:
      return false;
    case Bind::small_integers:
      return !is_floating(input.dtype()) && input.shape().rank() <= 1;
    case Bind::all_but_first:
      return i != 0;
    case Bind::all:
      break;
  }
  return true;
}

double number(const Tensor& x, std::size_t i) {
  return visit_dtype(x.dtype(), [&]<class T>(std::type_identity<T>) {
    return static_cast<double>(x.data<T>()[i]);
  });
}

/// What rounding alone may change: of f16 and bf16 the last bit, since the reference rounds every
/// sum within an operation to them, and deft only results.
double least_rtol(DType dtype) {
  return dtype == DType::bf16 ? 1.0 / 128 : dtype == DType::f16 ? 1.0 / 1024 : 0;
}

/// Where two tensors differ by more than the tolerances allow; nothing if they do nowhere.
std::optional<std::string> difference(const Tensor& is, const Tensor& expected, double rtol,
                                      double atol) {
  if (is.spec() != expected.spec())
    return to_string(is.spec()) + ", not " + to_string(expected.spec());
  for (std::size_t i = 0; i < static_cast<std::size_t>(is.num_elements()); ++i) {
    const double a = number(is, i);
    const double b = number(expected, i);
    if (a == b || (std::isnan(a) && std::isnan(b))) continue;
    if (std::abs(a - b) <= atol + std::max(rtol, least_rtol(is.dtype())) * std::abs(b)) continue;
    return "element " + std::to_string(i) + " is " + std::to_string(a) + ", not " +
           std::to_string(b);
  }
  return {};
}

std::vector<Tensor> run(const TestCase& test, const DataSet& data, Bind bind, int& bound) {
  OnnxImportOptions options{};
  std::vector<Feed> feeds;
  std::vector<std::string> fed;
  bound = 0;
  for (std::size_t i = 0; i < data.inputs.size() && i < test.inputs.size(); ++i) {
    options.shapes[test.inputs[i]] = data.inputs[i].shape();
    if (binds(bind, i, data.inputs[i])) {
      options.constants[test.inputs[i]] = data.inputs[i];
      ++bound;
    }
  }
  const Graph graph;
  const OnnxModel model = import_onnx(graph, test.folder / "model.onnx", options);
  for (std::size_t i = 0; i < data.inputs.size() && i < test.inputs.size(); ++i)
    if (options.constants.count(test.inputs[i]) == 0)
      feeds.push_back({model.input(test.inputs[i]), data.inputs[i]});
  std::vector<Output> fetches;
  for (const NamedOutput& output : model.outputs) fetches.push_back(output.output);
  Session session(graph);
  return session.run(fetches, feeds);
}

std::optional<std::string> difference(const std::vector<Tensor>& results, const DataSet& data,
                                      double rtol, double atol) {
  if (results.size() < data.outputs.size())
    return std::to_string(results.size()) + " outputs, not " + std::to_string(data.outputs.size());
  for (std::size_t i = 0; i < data.outputs.size(); ++i)
    if (const auto found = difference(results[i], data.outputs[i], rtol, atol))
      return "output " + std::to_string(i) + ": " + *found;
  return {};
}

Judgement judge(const TestCase& test, Bind bind) {
  Judgement judgement{.close = true};
  for (const DataSet& data : read_data(test)) {
    const std::vector<Tensor> results = run(test, data, bind, judgement.bound);
    if (const auto found = difference(results, data, test.rtol, test.atol)) {
      judgement.verdict = Verdict::failed;
      judgement.close = false;
      judgement.reason = *found;
      return judgement;
    }
    if (difference(results, data, 1e-6, 1e-7)) judgement.close = false;
  }
  return judgement;
}

}  // namespace

Judgement judge(const TestCase& test) {
  if (const std::string reason = unsuitable(test); !reason.empty())
    return {.verdict = Verdict::other_dtypes, .reason = reason};
  std::string refusal;
  for (const Bind bind : {Bind::none, Bind::small_integers, Bind::all_but_first, Bind::all}) {
    try {
      return judge(test, bind);
    } catch (const Error& error) {
      refusal = error.info().message;
    }
  }
  return {.verdict = Verdict::refused, .reason = refusal};
}

}  // namespace deft::conformance
