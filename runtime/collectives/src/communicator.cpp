#include <deft/collectives/communicator.hpp>

#include <exception>
#include <future>
#include <string>
#include <utility>

#include <deft/core/error.hpp>

#include "group.hpp"
#include "known_groups.hpp"
#include "rendezvous/launcher.hpp"
#include "rendezvous/meeting.hpp"

namespace deft {

using collectives::ProcessMeeting;
using collectives::ThreadMeeting;

Communicator::Communicator(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {
  remember_group(impl_);
}

Communicator::operator StepGroup&() const { return *impl_; }
std::int64_t Communicator::id() const { return impl_->id(); }

Communicator Communicator::connect(const GroupOptions& options) {
  const GroupOptions known = collectives::completed(options, collectives::process_environment);
  std::unique_ptr<ProcessMeeting> meeting;
  if (known.size > 1) meeting = std::make_unique<ProcessMeeting>(known);
  return Communicator(std::make_shared<Impl>(known, std::move(meeting)));
}

std::vector<Communicator> Communicator::in_threads(int size, const GroupOptions& options) {
  if (size < 1)
    throw RunError({.code = ErrorCode::invalid_argument,
                    .message = "a group of " + std::to_string(size) + " ranks",
                    .cure = "give 1 or more",
                    .op = "Communicator::in_threads",
                    .where = options.where});
  const auto hub = std::make_shared<ThreadMeeting::Hub>();
  hub->present.resize(static_cast<std::size_t>(size));
  std::vector<std::future<std::shared_ptr<Impl>>> ranks;
  ranks.reserve(static_cast<std::size_t>(size));
  for (int rank = 0; rank < size; ++rank)
    ranks.push_back(std::async(std::launch::async, [&, rank] {
      GroupOptions own = options;
      own.rank = rank;
      own.size = size;
      std::unique_ptr<ThreadMeeting> meeting;
      if (size > 1) meeting = std::make_unique<ThreadMeeting>(hub, own);
      return std::make_shared<Impl>(own, std::move(meeting));
    }));
  std::vector<Communicator> group;
  group.reserve(ranks.size());
  for (auto& rank : ranks) group.push_back(Communicator(rank.get()));
  return group;
}

int Communicator::rank() const { return impl_->rank(); }
int Communicator::size() const { return impl_->size(); }
int Communicator::generation() const { return impl_->generation(); }
bool Communicator::is_connected() const { return impl_->is_connected(); }
void Communicator::abort() const noexcept { impl_->abort(); }
void Communicator::reconnect(SourceLocation where) const { impl_->reconnect(where); }

/// The text of a failure is what that rank says; of a success, nothing.
void Communicator::once(const std::function<void()>& work, int on_rank,
                        SourceLocation where) const {
  std::exception_ptr failure;
  std::string text;
  if (rank() == on_rank) {
    try {
      work();
    } catch (const std::exception& error) {
      failure = std::current_exception();
      text = *error.what() == '\0' ? "an exception without a text" : error.what();
    } catch (...) {
      failure = std::current_exception();
      text = "something that is not a std::exception";
    }
  }
  const auto all = exchange(std::as_bytes(std::span(text)), where);
  if (failure) std::rethrow_exception(failure);
  const std::vector<std::byte>& said = all.at(static_cast<std::size_t>(on_rank));
  if (said.empty()) return;
  throw RunError({.code = ErrorCode::kernel_failure,
                  .message = "rank " + std::to_string(on_rank) + " failed: " +
                             std::string(reinterpret_cast<const char*>(said.data()), said.size()),
                  .op = "Communicator::once",
                  .where = where});
}

std::vector<std::vector<std::byte>> Communicator::exchange(std::span<const std::byte> bytes,
                                                           SourceLocation where) const {
  return impl_->exchange(bytes, where);
}

}  // namespace deft
