#include "session_impl.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/fork.hpp>

#include "aligned_feeds.hpp"
#include "available_cpus.hpp"
#include "execution/run_steps.hpp"
#include "kernels/environment/standard_arithmetic.hpp"

namespace deft {
namespace {

constexpr int max_threads = 1024;

[[noreturn]] void refuse(ErrorCode code, std::string message, std::string cure,
                         SourceLocation where) {
  throw RunError(
      {.code = code, .message = std::move(message), .cure = std::move(cure), .where = where});
}

std::string quoted(const Output& output) { return "'" + output.name() + "'"; }

/// Throws RunError unless the handle, which errors call `name()`, is of the session's graph.
template <class Name>
void check_handle(Name name, const Output& output, const Graph& graph, SourceLocation where) {
  if (output.is_empty())
    refuse(ErrorCode::empty_handle, name() + " is an empty Output",
           "give it the result of a builder", where);
  if (!(output.graph() == graph))
    refuse(ErrorCode::wrong_graph, name() + ", " + quoted(output) + ", belongs to another graph",
           "use an Output of the session's graph", where);
}

/// Throws RunError if two feeds are for one placeholder.
void check_distinct(std::span<const Output> placeholders, SourceLocation where) {
  Few<std::pair<NodeId, std::size_t>> sorted;
  sorted.reserve(placeholders.size());
  for (std::size_t i = 0; i < placeholders.size(); ++i)
    sorted.emplace_back(placeholders[i].node_id(), i);
  std::ranges::sort(sorted);
  const auto same = std::ranges::adjacent_find(
      sorted, [](const auto& a, const auto& b) { return a.first == b.first; });
  if (same == sorted.end()) return;
  refuse(ErrorCode::duplicate_feed,
         "feeds " + std::to_string(same->second) + " and " + std::to_string(same[1].second) +
             " are both for the placeholder " + quoted(placeholders[same->second]),
         "feed it one value", where);
}

void check_until(const Until& until, SourceLocation where) {
  if (until.reached && until.value.is_empty())
    refuse(ErrorCode::empty_handle, "until has a condition, but its value is an empty Output",
           "give it the result of a builder, such as the loss", where);
  if (!until.value.is_empty() && !until.reached)
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
  const int cpus = options.threads == 1 ? 1 : available_cpus();
  if (options.threads == 0) options.threads = std::min(cpus, max_threads);
  plans = std::make_unique<PlanCache>(
      graph,
      PlanOptions{.threads = options.threads,
                  .cpus = cpus,
                  .optimizations = options.optimizations,
                  .numerics = options.numerics,
                  .memory_limit = options.memory_limit,
                  .always_parallel = options.chaos_seed.has_value() && options.threads > 1},
      options.plan_cache, options.log, variables);
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
    check_handle([&] { return "fetch " + std::to_string(i); }, fetches[i], graph, where);
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
    check_handle([&] { return "feed " + std::to_string(i); }, placeholder, graph, where);
    const Node& node = graph.node(placeholder.node_id());
    if (node.op->effect != Effect::fed)
      refuse(ErrorCode::invalid_argument,
             "feed " + std::to_string(i) + ", " + quoted(placeholder) +
                 ", is no placeholder but the result of " + std::string(node.op->name),
             "feed the results of placeholder()", where);
    endpoints.push_back(placeholder.endpoint());
  }
  check_distinct(placeholders, where);
  return endpoints;
}

const Node& Session::Impl::check_variable(const Output& variable, SourceLocation where) const {
  check_handle([] { return std::string("the variable"); }, variable, graph, where);
  const Node& node = graph.node(variable.node_id());
  if (node.op->effect != Effect::reads_variable)
    refuse(ErrorCode::invalid_argument,
           quoted(variable) + " is no variable but the result of " + std::string(node.op->name),
           "use the Output that variable() returned", where);
  return node;
}

void Session::Impl::check_process(SourceLocation where) const {
  if (fork_generation() != made_in)
    refuse(ErrorCode::forked,
           "the process was forked after this session was made, so its threads are gone",
           "make a Session in the child process", where);
}

Session::Impl::CheckedRun::CheckedRun(const Impl& session, std::span<const Output> outputs,
                                      std::span<const Feed> feeds, const RunOptions& run_options)
    : fetches(session.check_fetches(outputs, run_options.where)) {
  Few<Output> fed;
  for (const Feed& feed : feeds) {
    fed.push_back(feed.placeholder);
    values.push_back(&feed.value);
  }
  placeholders = session.check_placeholders(view(fed), run_options.where);
  session.check_run(view(placeholders), view(values), run_options);
}

std::vector<Tensor> Session::Impl::run(std::span<const Output> fetches, std::span<const Feed> feeds,
                                       const RunOptions& run_options) {
  const CheckedRun run(*this, fetches, feeds, run_options);
  return run_checked(view(run.fetches), view(run.placeholders), view(run.values), run_options,
                     RunInterrupt(run_options.stop, run_options.timeout));
}

void Session::Impl::check_run(std::span<const Endpoint> placeholders,
                              std::span<const Tensor* const> values,
                              const RunOptions& run_options) const {
  check_process(run_options.where);
  check_options(run_options);
  if (!run_options.until.value.is_empty())
    check_handle([] { return std::string("until's value"); }, run_options.until.value, graph,
                 run_options.where);
  for (std::size_t i = 0; i < placeholders.size(); ++i)
    check_feed(graph.node(placeholders[i].node), *values[i], run_options.where);
}

std::shared_ptr<RunnablePlan> Session::Impl::plan_for(std::span<const Endpoint> fetches,
                                                      std::span<const Endpoint> placeholders,
                                                      std::span<const Tensor* const> values,
                                                      const RunOptions& run_options,
                                                      const RunInterrupt& interrupt) {
  const StandardArithmetic arithmetic;
  try {
    return plans->get({.fetches = fetches,
                       .placeholders = placeholders,
                       .values = values,
                       .as_written = run_options.check_numerics,  // the error names an operation
                       .where = run_options.where,
                       .interrupt = interrupt.is_active() ? &interrupt : nullptr});
  } catch (const Interrupted&) {
    throw interruption(interrupt, run_options, 0);
  } catch (const std::bad_alloc&) {
    refuse(ErrorCode::resource_exhausted, "the system refused memory for the plan",
           "use a smaller graph", run_options.where);
  }
}

std::shared_ptr<RunnablePlan> Session::Impl::plan_of_run(std::span<const Endpoint> fetches,
                                                         std::span<const Endpoint> placeholders,
                                                         std::span<const Tensor* const> values,
                                                         const RunOptions& run_options,
                                                         const RunInterrupt& interrupt) {
  if (run_options.until.value.is_empty())
    return plan_for(fetches, placeholders, values, run_options, interrupt);
  Few<Endpoint> all(fetches.begin(), fetches.end());
  all.push_back(run_options.until.value.endpoint());
  auto plan = plan_for(view(all), placeholders, values, run_options, interrupt);
  check_condition(plan->plan().fetches.back(), run_options);
  return plan;
}

std::vector<Tensor> Session::Impl::run_checked(std::span<const Endpoint> fetches,
                                               std::span<const Endpoint> placeholders,
                                               std::span<const Tensor* const> values,
                                               const RunOptions& run_options,
                                               const RunInterrupt& interrupt, RunnablePlan* known) {
  try {
    std::shared_ptr<RunnablePlan> own;
    if (known == nullptr) own = plan_of_run(fetches, placeholders, values, run_options, interrupt);
    const AlignedFeeds feeds(values, run_options.where);
    return run_steps(known == nullptr ? *own : *known, feeds.list(), fetches.size(), run_options,
                     interrupt, {.options = options, .variables = variables, .pool = *pool});
  } catch (const std::bad_alloc&) {
    refuse(ErrorCode::resource_exhausted, "the system refused memory for the run",
           "use smaller tensors", run_options.where);
  }
}

}  // namespace deft
