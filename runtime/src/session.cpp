#include <deft/runtime/session.hpp>

#include <algorithm>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include <deft/core/error.hpp>

#include "available_cpus.hpp"
#include "fork.hpp"
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

void check_handle(const std::string& which, const Output& output, const Graph& graph,
                  SourceLocation where) {
  if (!output)
    refuse(ErrorCode::empty_handle, which + " is an empty Output",
           "give it the result of a builder", where);
  if (!(output.graph() == graph))
    refuse(ErrorCode::wrong_graph, which + ", " + quoted(output) + ", belongs to another graph",
           "use an Output of the session's graph", where);
}

void check_until(const Until& until, SourceLocation where) {
  if (until.reached && !until.value)
    refuse(ErrorCode::empty_handle, "until has a condition, but its value is an empty Output",
           "give it the result of a builder, such as the loss", where);
  if (until.value && !until.reached)
    refuse(ErrorCode::invalid_argument,
           "until has the value " + quoted(until.value) + ", but no condition",
           "give it a function of a double", where);
}

void check_options(const RunOptions& options) {
  if (options.steps < 1)
    refuse(ErrorCode::invalid_argument, "steps is " + std::to_string(options.steps),
           "run at least 1 step", options.where);
  if (options.progress_every < 1)
    refuse(ErrorCode::invalid_argument,
           "progress_every is " + std::to_string(options.progress_every),
           "report after at least 1 step", options.where);
  if (options.progress_interval.count() < 0)
    refuse(ErrorCode::invalid_argument,
           "progress_interval is " + std::to_string(options.progress_interval.count()) + " ns",
           "report after at least 1 ns, or use 0 to count steps", options.where);
  check_until(options.until, options.where);
}

/// Throws RunError unless the value of RunOptions::until is one element.
void check_condition(const PlanOutput& value, const RunOptions& options) {
  if (value.value != none && value.spec.shape.num_elements() == 1) return;
  refuse(
      ErrorCode::shape_mismatch,
      "until's value, " + quoted(options.until.value) + ", " +
          (value.value == none ? "is an operation without output" : "is " + to_string(value.spec)),
      "it must have one element: reduce it", options.where);
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
    : graph(g), options(std::move(o)), made_in(fork_generation()) {
  if (options.threads < 0 || options.threads > max_threads)
    refuse(ErrorCode::invalid_argument, "threads is " + std::to_string(options.threads),
           "use 0 for all CPUs, or 1 to " + std::to_string(max_threads), where);
  if (options.threads == 0) options.threads = std::min(available_cpus(), max_threads);
  plans = std::make_unique<PlanCache>(
      graph,
      PlanOptions{.threads = options.threads,
                  .memory_limit = options.memory_limit,
                  .always_parallel = options.chaos_seed.has_value() && options.threads > 1},
      options.log, variables);
  try {
    pool = std::make_unique<ThreadPool>(options.threads - 1);
  } catch (const std::system_error& error) {
    refuse(ErrorCode::resource_exhausted,
           "the system refused one of " + std::to_string(options.threads - 1) +
               " threads: " + error.what(),
           "use fewer threads", where);
  }
}

Session::Impl::~Impl() {
  // A forked child has no workers that could be joined.
  if (fork_generation() != made_in) static_cast<void>(pool.release());
}

Few<Endpoint> Session::Impl::check_fetches(std::span<const Output> fetches,
                                           SourceLocation where) const {
  Few<Endpoint> endpoints;
  endpoints.reserve(fetches.size());
  for (std::size_t i = 0; i < fetches.size(); ++i) {
    check_handle("fetch " + std::to_string(i), fetches[i], graph, where);
    endpoints.push_back(fetches[i].endpoint());
  }
  return endpoints;
}

Few<Endpoint> Session::Impl::check_placeholders(std::span<const Output> placeholders,
                                                SourceLocation where) const {
  Few<Endpoint> endpoints;
  endpoints.reserve(placeholders.size());
  for (std::size_t i = 0; i < placeholders.size(); ++i) {
    const Output& placeholder = placeholders[i];
    check_handle("feed " + std::to_string(i), placeholder, graph, where);
    const Node& node = graph.node(placeholder.node_id());
    if (node.op->effect != Effect::fed)
      refuse(ErrorCode::invalid_argument,
             "feed " + std::to_string(i) + ", " + quoted(placeholder) +
                 ", is no placeholder but the result of " + std::string(node.op->name),
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

std::vector<Tensor> Session::Impl::run(std::span<const Output> fetches, std::span<const Feed> feeds,
                                       const RunOptions& run_options) {
  const Few<Endpoint> targets = check_fetches(fetches, run_options.where);
  Few<Output> placeholders;
  Few<const Tensor*> values;
  for (const Feed& feed : feeds) {
    placeholders.push_back(feed.placeholder);
    values.push_back(&feed.value);
  }
  const Few<Endpoint> fed = check_placeholders(view(placeholders), run_options.where);
  check_run(view(fed), view(values), run_options);
  return run_checked(view(targets), view(fed), view(values), run_options);
}

void Session::Impl::check_run(std::span<const Endpoint> placeholders,
                              std::span<const Tensor* const> values,
                              const RunOptions& run_options) const {
  if (fork_generation() != made_in)
    refuse(ErrorCode::forked,
           "the process was forked after this session was made, so its threads are gone",
           "make a Session in the child process", run_options.where);
  check_options(run_options);
  if (run_options.until.value)
    check_handle("until's value", run_options.until.value, graph, run_options.where);
  for (std::size_t i = 0; i < placeholders.size(); ++i)
    check_feed(graph.node(placeholders[i].node), *values[i], run_options.where);
}

std::shared_ptr<RunnablePlan> Session::Impl::plan_for(std::span<const Endpoint> fetches,
                                                      std::span<const Endpoint> placeholders,
                                                      std::span<const Tensor* const> values,
                                                      SourceLocation where) {
  try {
    return plans->get(
        {.fetches = fetches, .placeholders = placeholders, .values = values, .where = where});
  } catch (const std::bad_alloc&) {
    refuse(ErrorCode::resource_exhausted, "the system refused memory for the plan",
           "use a smaller graph", where);
  }
}

std::vector<Tensor> Session::Impl::run_checked(std::span<const Endpoint> fetches,
                                               std::span<const Endpoint> placeholders,
                                               std::span<const Tensor* const> values,
                                               const RunOptions& run_options,
                                               std::shared_ptr<RunnablePlan> known) {
  try {
    Few<Endpoint> all;
    if (run_options.until.value) {
      all.assign(fetches.begin(), fetches.end());
      all.push_back(run_options.until.value.endpoint());
    }
    if (known == nullptr)
      known = plan_for(all.empty() ? fetches : view(all), placeholders, values, run_options.where);
    if (!all.empty()) check_condition(known->plan().fetches.back(), run_options);
    return run_steps(*known, values, fetches.size(), run_options,
                     {.options = options, .variables = variables, .pool = *pool});
  } catch (const std::bad_alloc&) {
    refuse(ErrorCode::resource_exhausted, "the system refused memory for the run",
           "use smaller tensors", run_options.where);
  }
}

std::shared_ptr<RunnablePlan> Callable::Impl::find(std::span<const Tensor* const> values) const {
  const std::lock_guard lock(mutex);
  if (latest == nullptr || control_edges != session->graph.num_added_control_edges())
    return nullptr;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i]->shape() != shapes[i]) return nullptr;
  return latest;
}

void Callable::Impl::remember(std::span<const Tensor* const> values,
                              std::shared_ptr<RunnablePlan> plan) const {
  std::vector<Shape> now;
  now.reserve(values.size());
  for (const Tensor* value : values) now.push_back(value->shape());
  const std::lock_guard lock(mutex);
  shapes = std::move(now);
  control_edges = session->graph.num_added_control_edges();
  latest = std::move(plan);
}

Session::Session(const Graph& graph, const SessionOptions& options, SourceLocation where)
    : impl_(std::make_shared<Impl>(graph, options, where)) {}

// Every run holds a share of the Impl, so that another thread may destroy the Session meanwhile.

Tensor Session::run(const Output& fetch, const RunOptions& options) {
  const std::shared_ptr<Impl> impl = impl_;
  return std::move(impl->run({&fetch, 1}, {}, options)[0]);
}

Tensor Session::run(const Output& fetch, const Feeds& feeds, const RunOptions& options) {
  const std::shared_ptr<Impl> impl = impl_;
  return std::move(impl->run({&fetch, 1}, feeds.list(), options)[0]);
}

std::vector<Tensor> Session::run(std::initializer_list<Output> fetches, const RunOptions& options) {
  const std::shared_ptr<Impl> impl = impl_;
  return impl->run({fetches.begin(), fetches.size()}, {}, options);
}

std::vector<Tensor> Session::run(std::initializer_list<Output> fetches, const Feeds& feeds,
                                 const RunOptions& options) {
  const std::shared_ptr<Impl> impl = impl_;
  return impl->run({fetches.begin(), fetches.size()}, feeds.list(), options);
}

std::vector<Tensor> Session::run(const std::vector<Output>& fetches, const RunOptions& options) {
  const std::shared_ptr<Impl> impl = impl_;
  return impl->run(fetches, {}, options);
}

std::vector<Tensor> Session::run(const std::vector<Output>& fetches, const Feeds& feeds,
                                 const RunOptions& options) {
  const std::shared_ptr<Impl> impl = impl_;
  return impl->run(fetches, feeds.list(), options);
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
  const std::shared_ptr<const Impl> impl = impl_;
  Few<const Tensor*> pointers;
  for (const Tensor& value : values) pointers.push_back(&value);
  Session::Impl& session = *impl->session;
  const std::span<const Endpoint> fetches = view(impl->fetches);
  const std::span<const Endpoint> placeholders = view(impl->placeholders);
  const std::span<const Tensor* const> given = view(pointers);
  session.check_run(placeholders, given, options);
  if (options.until.value) return session.run_checked(fetches, placeholders, given, options);
  std::shared_ptr<RunnablePlan> plan = impl->find(given);
  if (plan == nullptr) {
    plan = session.plan_for(fetches, placeholders, given, options.where);
    impl->remember(given, plan);
  }
  return session.run_checked(fetches, placeholders, given, options, std::move(plan));
}

}  // namespace deft
