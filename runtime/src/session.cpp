#include <deft/runtime/session.hpp>

#include <algorithm>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include <deft/core/error.hpp>

#include "available_cpus.hpp"
#include "run_steps.hpp"
#include "session_impl.hpp"

namespace deft {
namespace {

constexpr int max_threads = 1024;

[[noreturn]] void refuse(ErrorCode code, std::string message, std::string cure,
                         SourceLocation where) {
  throw RunError(
      {.code = code, .message = std::move(message), .cure = std::move(cure), .where = where});
}

std::string quoted(const Output& output) { return "'" + output.name() + "'"; }

void check_handle(const char* what, std::size_t i, const Output& output, const Graph& graph,
                  SourceLocation where) {
  const std::string which = std::string(what) + " " + std::to_string(i);
  if (!output)
    refuse(ErrorCode::empty_handle, which + " is an empty Output",
           "give it the result of a builder", where);
  if (!(output.graph() == graph))
    refuse(ErrorCode::wrong_graph, which + ", " + quoted(output) + ", belongs to another graph",
           "use an Output of the session's graph", where);
}

void check_options(const RunOptions& options) {
  if (options.steps < 1)
    refuse(ErrorCode::invalid_argument, "steps is " + std::to_string(options.steps),
           "run at least 1 step", options.where);
  if (options.progress_every < 1)
    refuse(ErrorCode::invalid_argument,
           "progress_every is " + std::to_string(options.progress_every),
           "report after at least 1 step", options.where);
}

/// Throws RunError unless the value fits the placeholder's dtype and shape.
void check_feed(const Node& placeholder, const Tensor& value, SourceLocation where) {
  const TensorSpec& wanted = placeholder.outputs[0];
  const bool same_dtype = value.dtype() == wanted.dtype;
  if (same_dtype && value.shape().is_compatible_with(wanted.shape)) return;
  throw RunError(
      {.code = same_dtype ? ErrorCode::shape_mismatch : ErrorCode::dtype_mismatch,
       .message = "is " + to_string(wanted) + ", but is fed " + to_string(value.spec()),
       .cure = same_dtype ? "feed a tensor of that shape, or declare the dimension Shape::unknown"
                          : "feed a tensor of the placeholder's dtype",
       .op = std::string(placeholder.op->name),
       .node = placeholder.name(),
       .where = where});
}

}  // namespace

Session::Impl::Impl(const Graph& g, SessionOptions o, SourceLocation where)
    : graph(g), options(std::move(o)) {
  if (options.threads < 0 || options.threads > max_threads)
    refuse(ErrorCode::invalid_argument, "threads is " + std::to_string(options.threads),
           "use 0 for all CPUs, or 1 to " + std::to_string(max_threads), where);
  if (options.threads == 0) options.threads = std::min(available_cpus(), max_threads);
  try {
    pool = std::make_unique<ThreadPool>(options.threads - 1);
  } catch (const std::system_error& error) {
    refuse(ErrorCode::resource_exhausted,
           "the system refused one of " + std::to_string(options.threads - 1) +
               " threads: " + error.what(),
           "use fewer threads", where);
  }
}

std::vector<Endpoint> Session::Impl::check_fetches(const std::vector<Output>& fetches,
                                                   SourceLocation where) const {
  std::vector<Endpoint> endpoints;
  endpoints.reserve(fetches.size());
  for (std::size_t i = 0; i < fetches.size(); ++i) {
    check_handle("fetch", i, fetches[i], graph, where);
    endpoints.push_back(fetches[i].endpoint());
  }
  return endpoints;
}

std::vector<Endpoint> Session::Impl::check_placeholders(const std::vector<Output>& placeholders,
                                                        SourceLocation where) const {
  std::vector<Endpoint> endpoints;
  endpoints.reserve(placeholders.size());
  for (std::size_t i = 0; i < placeholders.size(); ++i) {
    const Output& placeholder = placeholders[i];
    check_handle("feed", i, placeholder, graph, where);
    if (placeholder.node().op->effect != Effect::fed)
      refuse(ErrorCode::invalid_argument,
             "feed " + std::to_string(i) + ", " + quoted(placeholder) +
                 ", is no placeholder but the result of " +
                 std::string(placeholder.node().op->name),
             "feed the results of placeholder()", where);
    const auto same = std::find(endpoints.begin(), endpoints.end(), placeholder.endpoint());
    if (same != endpoints.end())
      refuse(ErrorCode::duplicate_feed,
             "feeds " + std::to_string(same - endpoints.begin()) + " and " + std::to_string(i) +
                 " are both for the placeholder " + quoted(placeholder),
             "feed it one value", where);
    endpoints.push_back(placeholder.endpoint());
  }
  return endpoints;
}

std::vector<Tensor> Session::Impl::run(const std::vector<Output>& fetches,
                                       const std::vector<Feed>& feeds,
                                       const RunOptions& run_options) {
  std::vector<Output> placeholders;
  std::vector<const Tensor*> values;
  for (const Feed& feed : feeds) {
    placeholders.push_back(feed.placeholder);
    values.push_back(&feed.value);
  }
  const std::vector<Endpoint> targets = check_fetches(fetches, run_options.where);
  return run_checked(targets, check_placeholders(placeholders, run_options.where), values,
                     run_options);
}

std::vector<Tensor> Session::Impl::run_checked(const std::vector<Endpoint>& fetches,
                                               const std::vector<Endpoint>& placeholders,
                                               const std::vector<const Tensor*>& values,
                                               const RunOptions& run_options) {
  check_options(run_options);
  PlanRequest request{.fetches = fetches, .feeds = {}, .where = run_options.where};
  for (std::size_t i = 0; i < placeholders.size(); ++i) {
    check_feed(graph.node(placeholders[i].node), *values[i], run_options.where);
    request.feeds.push_back({placeholders[i], values[i]->shape()});
  }
  try {
    const auto runnable = plans.get(graph, request, options.log);
    return run_steps(*runnable, values, run_options, variables, *pool);
  } catch (const std::bad_alloc&) {
    refuse(ErrorCode::resource_exhausted, "the system refused memory for the run",
           "use smaller tensors", run_options.where);
  }
}

Session::Session(const Graph& graph, const SessionOptions& options, SourceLocation where)
    : impl_(std::make_shared<Impl>(graph, options, where)) {}

Tensor Session::run(const Output& fetch, const RunOptions& options) {
  return run(fetch, Feeds{}, options);
}

Tensor Session::run(const Output& fetch, const Feeds& feeds, const RunOptions& options) {
  return impl_->run({fetch}, feeds.list(), options)[0];
}

std::vector<Tensor> Session::run(std::initializer_list<Output> fetches, const RunOptions& options) {
  return run(std::vector<Output>(fetches), Feeds{}, options);
}

std::vector<Tensor> Session::run(std::initializer_list<Output> fetches, const Feeds& feeds,
                                 const RunOptions& options) {
  return run(std::vector<Output>(fetches), feeds, options);
}

std::vector<Tensor> Session::run(const std::vector<Output>& fetches, const RunOptions& options) {
  return run(fetches, Feeds{}, options);
}

std::vector<Tensor> Session::run(const std::vector<Output>& fetches, const Feeds& feeds,
                                 const RunOptions& options) {
  return impl_->run(fetches, feeds.list(), options);
}

Tensor Session::eval(const Output& fetch, const Feeds& feeds, SourceLocation where) {
  return run(fetch, feeds, {.where = where});
}

Callable Session::prepare(const std::vector<Output>& fetches,
                          const std::vector<Output>& placeholders, SourceLocation where) {
  const auto callable = std::make_shared<Callable::Impl>();
  callable->session = impl_;
  callable->fetches = impl_->check_fetches(fetches, where);
  callable->placeholders = impl_->check_placeholders(placeholders, where);
  return Callable(callable);
}

const Graph& Session::graph() const { return impl_->graph; }

int Session::threads() const { return impl_->options.threads; }

std::vector<Tensor> Callable::operator()(const std::vector<Tensor>& values,
                                         const RunOptions& options) const {
  if (values.size() != impl_->placeholders.size())
    refuse(ErrorCode::invalid_argument,
           "the call takes " + std::to_string(impl_->placeholders.size()) +
               (impl_->placeholders.size() == 1 ? " value" : " values") + ", but is given " +
               std::to_string(values.size()),
           "pass one value per placeholder, in the order of prepare", options.where);
  std::vector<const Tensor*> pointers;
  pointers.reserve(values.size());
  for (const Tensor& value : values) pointers.push_back(&value);
  return impl_->session->run_checked(impl_->fetches, impl_->placeholders, pointers, options);
}

}  // namespace deft
