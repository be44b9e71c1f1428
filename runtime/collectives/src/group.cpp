#include "group.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/fork.hpp>

#include "tags.hpp"

namespace deft {

using collectives::Broken;
using collectives::Share;

namespace {

/// What a rank says in one message at most: the number of all its bytes, then as many of them as
/// there is room for.
constexpr std::size_t note_bytes = 256;
constexpr std::size_t note_room = note_bytes - sizeof(std::uint64_t);

std::vector<std::size_t> equal_parts(int size) {
  return std::vector<std::size_t>(static_cast<std::size_t>(size), note_bytes);
}

}  // namespace

Communicator::Impl::Generation::Generation(std::unique_ptr<Transport> made)
    : transport(std::move(made)),
      notes(static_cast<std::size_t>(transport->size) * note_bytes),
      share_notes(*transport, notes, equal_parts(transport->size), collectives::tags::note) {}

Communicator::Impl::Impl(GroupOptions options, std::unique_ptr<collectives::Meeting> meeting)
    : options_(std::move(options)), made_in_(fork_generation()), meeting_(std::move(meeting)) {
  if (!meeting_) {
    generation_ = 1;
    connected_ = true;
    return;
  }
  lane_ = std::make_unique<collectives::Lane>();
  connect(options_.where);
}

/// A child that was forked has none of the threads that these wait for, and shares their sockets
/// with its parent: it leaves them as they are.
Communicator::Impl::~Impl() {
  if (!meeting_) return;
  if (fork_generation() == made_in_) {
    lane_->run([this] {
      present_.reset();
      meeting_.reset();
    });
  } else {
    lane_.release();
    meeting_.release();
    new std::shared_ptr<Generation>(std::move(present_));
  }
}

void Communicator::Impl::check_process(const char* what, SourceLocation where) const {
  if (fork_generation() == made_in_) return;
  throw RunError({.code = ErrorCode::forked,
                  .message = "the process was forked since the group met, so its threads are gone",
                  .cure = "connect in the child process, under a rank of its own",
                  .op = what,
                  .where = where});
}

Communicator::Impl::Deadline Communicator::Impl::deadline() const {
  return std::chrono::steady_clock::now() + options_.timeout;
}

void Communicator::Impl::connect(SourceLocation where) {
  check_process("Communicator::connect", where);
  if (!meeting_) {
    ++generation_;
    return;
  }
  abort();
  lane_->run([&] {
    {
      const std::scoped_lock lock(mutex_);
      present_.reset();
    }
    const Deadline until = std::chrono::steady_clock::now() + options_.connect_timeout;
    collectives::Meeting::Met met = meeting_->meet(generation_, until, where);
    auto made = std::make_shared<Generation>(std::move(met.transport));
    const std::scoped_lock lock(mutex_);
    present_ = std::move(made);
    generation_ = met.generation;
    connected_ = true;
  });
}

void Communicator::Impl::abort() noexcept {
  connected_ = false;
  std::shared_ptr<Generation> aborted;
  {
    const std::scoped_lock lock(mutex_);
    aborted = present_;
  }
  if (aborted) aborted->transport->abort();
}

void Communicator::Impl::run(const char* what, SourceLocation where,
                             const std::function<void(Transport&)>& work) {
  check_process(what, where);
  if (!connected_) fail(what, {Broken::Kind::aborted, -1}, where);
  try {
    lane_->run([&] { work(*present_->transport); });
  } catch (const Broken& broken) {
    abort();
    fail(what, broken, where);
  } catch (...) {
    abort();
    throw;
  }
}

std::vector<std::vector<std::byte>> Communicator::Impl::exchange(std::span<const std::byte> bytes,
                                                                 SourceLocation where) {
  if (!meeting_) return {{bytes.begin(), bytes.end()}};
  std::vector<std::vector<std::byte>> all;
  run("exchange", where, [&](Transport&) { all = exchange(*present_, bytes); });
  return all;
}

std::vector<std::vector<std::byte>> Communicator::Impl::exchange(
    Generation& generation, std::span<const std::byte> bytes) const {
  const auto note_of = [&](int rank) {
    return generation.notes.data() + static_cast<std::size_t>(rank) * note_bytes;
  };
  const std::uint64_t own_size = bytes.size();
  std::byte* const own = note_of(options_.rank);
  std::memcpy(own, &own_size, sizeof own_size);
  std::copy_n(bytes.begin(), std::min(bytes.size(), note_room), own + sizeof own_size);
  const Deadline until = deadline();
  generation.share_notes.run(until);

  std::vector<std::vector<std::byte>> all;
  std::vector<std::size_t> rest_bytes;
  std::size_t rest_of_all = 0;
  for (int rank = 0; rank < options_.size; ++rank) {
    std::uint64_t size = 0;
    std::memcpy(&size, note_of(rank), sizeof size);
    const std::byte* const begin = note_of(rank) + sizeof size;
    all.emplace_back(begin, begin + std::min<std::size_t>(size, note_room));
    rest_bytes.push_back(size - all.back().size());
    rest_of_all += rest_bytes.back();
  }
  if (rest_of_all == 0) return all;

  std::vector<std::byte> rest(rest_of_all);
  const auto rank = static_cast<std::size_t>(options_.rank);
  std::size_t before = 0;
  for (std::size_t i = 0; i < rank; ++i) before += rest_bytes[i];
  std::copy(bytes.end() - static_cast<std::ptrdiff_t>(rest_bytes[rank]), bytes.end(),
            rest.begin() + static_cast<std::ptrdiff_t>(before));
  Share(*generation.transport, rest, rest_bytes, collectives::tags::rest).run(until);
  auto from = rest.cbegin();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto end = from + static_cast<std::ptrdiff_t>(rest_bytes[i]);
    all[i].insert(all[i].end(), from, end);
    from = end;
  }
  return all;
}

void Communicator::Impl::fail(const char* what, const Broken& broken, SourceLocation where) const {
  const std::string rank = "rank " + std::to_string(broken.rank);
  std::string message;
  switch (broken.kind) {
    case Broken::Kind::closed:
      message = rank + " closed its connection: it ended, or left the group because another did";
      break;
    case Broken::Kind::silent:
      message = rank + " was not heard of for " + std::to_string(options_.timeout.count()) + " ms";
      break;
    case Broken::Kind::aborted:
      message = "the group is broken: this rank has left it, or an earlier collective failed";
      break;
  }
  throw RunError({.code = ErrorCode::unavailable,
                  .message = message,
                  .cure = "the ranks that are left can meet again by Communicator::reconnect",
                  .op = what,
                  .where = where});
}

}  // namespace deft
