#include "group.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/fork.hpp>
#include <deft/core/op_def.hpp>

#include "broken_text.hpp"
#include "tags.hpp"

namespace deft {

using collectives::Broken;
using collectives::Share;

namespace {

/// What a rank says in one message at most: the number of all its bytes, then as many of them as
/// there is room for.
constexpr std::size_t note_bytes = 256;
constexpr std::size_t note_room = note_bytes - sizeof(std::uint64_t);

std::vector<std::size_t> equal_parts(int size, std::size_t bytes) {
  return std::vector<std::size_t>(static_cast<std::size_t>(size), bytes);
}

std::int64_t next_id() {
  static std::atomic<std::int64_t> last{0};
  return ++last;
}

}  // namespace

Communicator::Impl::Round::Round(Transport& transport, std::size_t of_rank, std::uint32_t tag)
    : bytes(static_cast<std::size_t>(transport.size) * of_rank),
      share(transport, bytes, equal_parts(transport.size, of_rank), tag) {}

Communicator::Impl::Generation::Generation(std::unique_ptr<Transport> made)
    : transport(std::move(made)),
      notes(*transport, note_bytes, collectives::tags::note),
      votes(*transport, 1, collectives::tags::vote),
      goodbyes(*transport, 1, collectives::tags::goodbye),
      next_tag(collectives::tags::first) {}

Communicator::Impl::Impl(GroupOptions options, std::unique_ptr<collectives::Meeting> meeting)
    : options_(std::move(options)),
      id_(next_id()),
      made_in_(fork_generation()),
      meeting_(std::move(meeting)),
      vote_([this] {
        present_->votes.share.run(deadline());
        present_->votes.share.post();
      }) {
  if (meeting_) lane_ = std::make_unique<collectives::Lane>();
  reconnect(options_.where);
}

/// Who closes a connection before the other end has read all takes the rest away from it: so ranks
/// that end together wait for each other, for a moment.
void Communicator::Impl::take_leave() noexcept {
  constexpr std::chrono::seconds longest{1};
  try {
    if (connected_ && present_->transport->loses_unread())
      present_->goodbyes.share.run(std::chrono::steady_clock::now() + longest);
  } catch (...) {
    return;  // others have ended before, or go on
  }
}

/// A child that was forked has none of the threads that these wait for, and shares their sockets
/// with its parent: it leaves them as they are.
Communicator::Impl::~Impl() {
  if (!meeting_) return;
  if (!is_forked()) {
    lane_->run([this] {
      take_leave();
      present_.reset();
      meeting_.reset();
    });
  } else {
    new auto(std::move(lane_));
    new auto(std::move(meeting_));
    new auto(std::move(present_));
  }
}

bool Communicator::Impl::is_forked() const { return fork_generation() != made_in_; }

void Communicator::Impl::check_process(const char* what, SourceLocation where) const {
  if (!is_forked()) return;
  throw RunError({.code = ErrorCode::forked,
                  .message = "the process was forked since the group met, so its threads are gone",
                  .cure = "connect in the child process, under a rank of its own",
                  .op = what,
                  .where = where});
}

Communicator::Impl::Deadline Communicator::Impl::deadline() const {
  return std::chrono::steady_clock::now() + options_.timeout;
}

void Communicator::Impl::reconnect(SourceLocation where) {
  check_process("Communicator::connect", where);
  abort();
  if (meeting_) return lane_->run([&] { meet(where); });
  ++generation_;
  connected_ = true;
}

void Communicator::Impl::meet(SourceLocation where) {
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
}

void Communicator::Impl::abort() noexcept {
  if (is_forked()) return;
  connected_ = false;
  std::shared_ptr<Generation> aborted;
  {
    const std::scoped_lock lock(mutex_);
    aborted = present_;
  }
  if (aborted) aborted->transport->abort();
}

void Communicator::Impl::run(const char* what, SourceLocation where,
                             const std::function<void()>& work) {
  check_process(what, where);
  try {
    if (!connected_) throw Broken{Broken::Kind::aborted, -1};
    lane_->run(work);
  } catch (const Broken& broken) {
    abort();
    throw RunError({.code = ErrorCode::unavailable,
                    .message = collectives::text_of(broken, options_.timeout),
                    .cure = std::string(collectives::how_to_meet_again),
                    .op = what,
                    .where = where});
  } catch (...) {
    abort();
    throw;
  }
}

std::vector<std::vector<std::byte>> Communicator::Impl::exchange(std::span<const std::byte> bytes,
                                                                 SourceLocation where) {
  if (!meeting_) return {{bytes.begin(), bytes.end()}};
  std::vector<std::vector<std::byte>> all;
  run("exchange", where, [&] { all = exchange_on_lane(bytes); });
  return all;
}

std::vector<std::vector<std::byte>> Communicator::Impl::exchange_on_lane(
    std::span<const std::byte> bytes) {
  const auto note_of = [&](int rank) {
    return present_->notes.bytes.data() + static_cast<std::size_t>(rank) * note_bytes;
  };
  const std::uint64_t own_size = bytes.size();
  std::byte* const own = note_of(rank());
  std::memcpy(own, &own_size, sizeof own_size);
  std::copy_n(bytes.begin(), std::min(bytes.size(), note_room), own + sizeof own_size);
  const Deadline until = deadline();
  present_->notes.share.run(until);

  std::vector<std::vector<std::byte>> all;
  std::vector<std::size_t> rest_bytes;
  std::size_t rest_of_all = 0;
  std::size_t own_rest = 0;  // where it begins
  for (int of = 0; of < size(); ++of) {
    std::uint64_t length = 0;
    std::memcpy(&length, note_of(of), sizeof length);
    const std::byte* const begin = note_of(of) + sizeof length;
    all.emplace_back(begin, begin + std::min<std::size_t>(length, note_room));
    if (of == rank()) own_rest = rest_of_all;
    rest_bytes.push_back(length - all.back().size());
    rest_of_all += rest_bytes.back();
  }
  if (rest_of_all == 0) return all;

  std::vector<std::byte> rest(rest_of_all);
  if (bytes.size() > note_room)
    std::ranges::copy(bytes.subspan(note_room),
                      rest.begin() + static_cast<std::ptrdiff_t>(own_rest));
  Share(*present_->transport, rest, rest_bytes, collectives::tags::rest).run(until);
  auto from = rest.cbegin();
  for (std::size_t of = 0; of < all.size(); ++of) {
    const auto end = from + static_cast<std::ptrdiff_t>(rest_bytes[of]);
    all[of].insert(all[of].end(), from, end);
    from = end;
  }
  return all;
}

void Communicator::Impl::broadcast(std::span<std::byte> bytes, int from, SourceLocation where) {
  if (!meeting_ || bytes.empty()) return;
  run("broadcast", where, [&] {
    std::vector<std::size_t> parts = equal_parts(size(), 0);
    parts[static_cast<std::size_t>(from)] = bytes.size();
    Share(*present_->transport, bytes, std::move(parts), collectives::tags::rest).run(deadline());
  });
}

}  // namespace deft
