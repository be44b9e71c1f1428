#include <deft/runtime/session.hpp>

#include <utility>

#include "session_impl.hpp"

namespace deft {

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

}  // namespace deft
