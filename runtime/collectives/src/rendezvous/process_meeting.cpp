#include <algorithm>
#include <chrono>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>

#include <deft/core/error.hpp>

#include "algorithms/share.hpp"
#include "rendezvous/entrance.hpp"
#include "rendezvous/meeting.hpp"
#include "tags.hpp"
#include "transport/gloo_transport.hpp"
#include "transport/sockets.hpp"

namespace deft::collectives {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// How long ranks that have all left notes may take to connect, before they try again.
constexpr milliseconds attempt{3000};

/// A note is this line, then the card of the rank's entrance.
std::string first_line(const GroupOptions& options) {
  return "deft group 2, ranks: " + std::to_string(options.size) + '\n';
}

Deadline attempt_until(Deadline deadline) { return std::min(deadline, Clock::now() + attempt); }

/// Returns when all ranks are connected to all: some may have failed.
void greet(Transport& transport, Deadline deadline) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(transport.size));
  Share(transport, bytes, std::vector<std::size_t>(bytes.size(), 1), tags::greeting).run(deadline);
}

[[noreturn]] void refuse(ErrorCode code, const std::string& message, const std::string& cure,
                         SourceLocation where) {
  throw RunError({.code = code,
                  .message = message,
                  .cure = cure,
                  .op = "Communicator::connect",
                  .where = where});
}

/// The address of this rank's entrances.
std::string own_address(const GroupOptions& options) {
  std::string address = options.address.empty() ? address_of_host() : options.address;
  if (address.empty())
    refuse(ErrorCode::invalid_argument,
           "the name of this host has no address but that of its own loopback",
           "give GroupOptions::address, or DEFT_ADDRESS, as a number", options.where);
  if (!is_numeric_address(address))
    refuse(ErrorCode::invalid_argument, "the address \"" + address + "\" is no number",
           "give one such as 10.0.0.7", options.where);
  return address;
}

Entrance open_entrance(const std::string& address, SourceLocation where) {
  try {
    return Entrance(address);
  } catch (const std::system_error& error) {
    refuse(ErrorCode::invalid_argument,
           "cannot wait for others at the address " + address + ": " + error.what(),
           "give one that `ip address` lists", where);
  }
}

std::shared_ptr<gloo::transport::Device> device_of(const GroupOptions& options) {
  try {
    return new_device();
  } catch (const std::exception& error) {
    refuse(ErrorCode::invalid_argument,
           std::string("this machine has no loopback 127.0.0.1: ") + error.what(),
           "ip link set lo up", options.where);
  }
}

}  // namespace

void refuse_absent(const std::vector<int>& ranks, const GroupOptions& options,
                   const std::string& store, SourceLocation where) {
  std::string names;
  for (const int rank : ranks) names += (names.empty() ? "" : ", ") + std::to_string(rank);
  refuse(ErrorCode::unavailable,
         "of " + std::to_string(options.size) + " ranks these did not come to " + store +
             " within " + std::to_string(options.connect_timeout.count()) + " ms: " + names,
         "start them, or give more time by GroupOptions::connect_timeout", where);
}

ProcessMeeting::ProcessMeeting(GroupOptions options)
    : options_(std::move(options)),
      address_(own_address(options_)),
      store_(open_store(options_)),
      device_(device_of(options_)) {}

ProcessMeeting::~ProcessMeeting() {
  if (left_note_in_ > 0) store_->forget(left_note_in_, options_.rank);
}

Meeting::Met ProcessMeeting::meet(int after, Deadline deadline, SourceLocation where) {
  if (after > 0 && !store_->allows_newcomers())
    refuse(ErrorCode::unavailable, "a group that met by PMIx cannot meet again",
           "let it meet in a folder: DEFT_STORE", where);
  for (int generation = after + 1;; ++generation) {
    generation = std::max(generation, store_->newest());
    const Entrance entrance = open_entrance(address_, where);
    if (!store_->put(generation, options_.rank, first_line(options_) + entrance.card()))
      continue;  // of a process in whose place this one was started
    const int earlier = std::exchange(left_note_in_, generation);
    if (earlier > 0) store_->forget(earlier, options_.rank);
    const Notes notes = wait_for_notes(generation, deadline);
    if (!notes.absent.empty()) refuse_absent(notes.absent, options_, options_.store, where);
    if (notes.outdated) continue;
    try {
      auto transport = std::make_unique<GlooTransport>(
          device_, options_.rank,
          entrance.connect(options_.rank, cards_of(notes, where), attempt_until(deadline),
                           [&] { return store_->newest() > generation; }));
      greet(*transport, attempt_until(deadline));
      if (options_.rank == 0) store_->forget_before(generation);
      return {generation, std::move(transport)};
    } catch (const Broken& broken) {
      if (Clock::now() >= deadline) refuse_absent({broken.rank}, options_, options_.store, where);
    }
  }
}

/// All notes are read again each time: a rank whose time was over has taken its own away, and may
/// have come back, to wait elsewhere.
ProcessMeeting::Notes ProcessMeeting::wait_for_notes(int generation, Deadline deadline) {
  Notes notes{.of_ranks = std::vector<std::string>(static_cast<std::size_t>(options_.size))};
  for (milliseconds pause(1);; pause = std::min(pause * 2, milliseconds(20))) {
    notes.absent.clear();
    std::vector<int> gone;
    for (int rank = 0; rank < options_.size; ++rank) {
      std::string& known = notes.of_ranks[static_cast<std::size_t>(rank)];
      std::string note = store_->get(generation, rank).value_or("");
      if (note.empty())
        (known.empty() ? notes.absent : gone).push_back(rank);
      else
        known = std::move(note);
    }
    if (notes.absent.empty() && gone.empty()) return notes;
    if (store_->newest() > generation) {
      notes.absent.clear();
      notes.outdated = true;
      return notes;
    }
    if (Clock::now() >= deadline) {
      if (notes.absent.empty()) notes.absent = std::move(gone);
      return notes;
    }
    std::this_thread::sleep_for(pause);
  }
}

std::vector<std::string> ProcessMeeting::cards_of(const Notes& notes, SourceLocation where) const {
  const std::string expected = first_line(options_);
  std::vector<std::string> cards;
  for (std::size_t rank = 0; rank < notes.of_ranks.size(); ++rank) {
    const std::string& note = notes.of_ranks[rank];
    if (!note.starts_with(expected))
      refuse(ErrorCode::ranks_differ,
             "rank " + std::to_string(rank) + " says \"" + note.substr(0, note.find('\n')) +
                 "\", this one \"" + expected.substr(0, expected.find('\n')) + '"',
             "start all ranks with one version of deft and one number of ranks", where);
    cards.push_back(note.substr(expected.size()));
  }
  return cards;
}

}  // namespace deft::collectives
