#include <deft/runtime/session.hpp>

#include <utility>

#include "session_impl.hpp"

namespace deft {

Session::Session(const Graph& graph, const SessionOptions& options, SourceLocation where)
    : impl_(std::make_shared<Impl>(graph, options, where)) {}

// Every run holds a share of the Impl, so that another thread may destroy the Session meanwhile.

Tensor Session::run_one(const Output& fetch, const Feeds& feeds, const RunOptions& options) {
  const std::shared_ptr<Impl> impl = impl_;
  return std::move(impl->run({&fetch, 1}, feeds.list(), options)[0]);
}

std::vector<Tensor> Session::run(const Fetches& fetches, const RunOptions& options) {
  return run(fetches, {}, options);
}

std::vector<Tensor> Session::run(const Fetches& fetches, const Feeds& feeds,
                                 const RunOptions& options) {
  const std::shared_ptr<Impl> impl = impl_;
  return impl->run(fetches.list(), feeds.list(), options);
}

Tensor Session::eval(const Output& fetch, const Feeds& feeds, SourceLocation where) {
  return run_one(fetch, feeds, {.where = where});
}

Tensor Session::value(const Output& variable, SourceLocation where) const {
  return values({variable}, where).front();
}

std::vector<Tensor> Session::values(const std::vector<Output>& variables,
                                    SourceLocation where) const {
  const std::shared_ptr<Impl> impl = impl_;
  return impl->values(variables, where);
}

void Session::set(const Output& variable, const Tensor& value, SourceLocation where) {
  set({{variable, value}}, where);
}

void Session::set(const std::vector<std::pair<Output, Tensor>>& values, SourceLocation where) {
  const std::shared_ptr<Impl> impl = impl_;
  impl->set(values, where);
}

Session Session::clone(SourceLocation where) const {
  const std::shared_ptr<Impl> impl = impl_;
  impl->check_process(where);
  const Session made(impl->graph, impl->options, where);
  made.impl_->variables.set(impl->variables.all());
  return made;
}

Callable Session::prepare(const Fetches& fetches, const std::vector<Output>& placeholders,
                          SourceLocation where) {
  const auto callable = std::make_shared<Callable::Impl>();
  callable->session = impl_;
  callable->fetches = impl_->check_fetches(fetches.list(), where);
  callable->placeholders = impl_->check_placeholders(placeholders, where);
  return Callable(callable);
}

Explanation Session::explain(const Fetches& fetches, const RunOptions& options) {
  return explain(fetches, {}, options);
}

Explanation Session::explain(const Fetches& fetches, const Feeds& feeds,
                             const RunOptions& options) {
  const std::shared_ptr<Impl> impl = impl_;
  return impl->explain(fetches.list(), feeds.list(), options);
}

const Graph& Session::graph() const { return impl_->graph; }

int Session::threads() const { return impl_->options.threads; }

}  // namespace deft
