#include <algorithm>
#include <chrono>
#include <exception>
#include <thread>
#include <utility>

#include <deft/core/error.hpp>

#include "algorithms/share.hpp"
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

/// A note is this line, then the rank's addresses.
std::string first_line(const GroupOptions& options) {
  return "deft group 1, ranks: " + std::to_string(options.size) + '\n';
}

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

std::shared_ptr<gloo::transport::Device> listen(const GroupOptions& options) {
  const std::string address = options.address.empty() ? address_of_host() : options.address;
  if (address.empty())
    refuse(ErrorCode::invalid_argument,
           "the name of this host has no address but that of its own loopback",
           "give GroupOptions::address, or DEFT_ADDRESS, as a number", options.where);
  if (!is_numeric_address(address))
    refuse(ErrorCode::invalid_argument, "the address \"" + address + "\" is no number",
           "give one such as 10.0.0.7", options.where);
  if (!is_own_address(address))
    refuse(ErrorCode::invalid_argument, "this machine does not have the address " + address,
           "give one that `ip address` lists", options.where);
  try {
    return listen_on(address);
  } catch (const std::exception& error) {
    refuse(ErrorCode::invalid_argument, "cannot listen on " + address + ": " + error.what(),
           "give an address of this machine", options.where);
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
    : options_(std::move(options)), store_(open_store(options_)), device_(listen(options_)) {}

ProcessMeeting::~ProcessMeeting() {
  if (left_note_in_ > 0) store_->forget(left_note_in_, options_.rank);
}

Meeting::Met ProcessMeeting::meet(int after, Deadline deadline, SourceLocation where) {
  if (after > 0 && !store_->allows_newcomers())
    refuse(ErrorCode::unavailable, "a group that met by PMIx cannot meet again",
           "let it meet in a folder: DEFT_STORE", where);
  for (int generation = after + 1;; ++generation) {
    generation = std::max(generation, store_->newest());
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    auto transport = std::make_unique<GlooTransport>(device_, options_.rank, options_.size,
                                                     std::clamp(left, milliseconds(1), attempt));
    if (!store_->put(generation, options_.rank, first_line(options_) + transport->addresses()))
      continue;  // of a process in whose place this one was started
    const int earlier = std::exchange(left_note_in_, generation);
    if (earlier > 0) store_->forget(earlier, options_.rank);
    const Notes notes = wait_for_notes(generation, deadline);
    if (!notes.absent.empty()) refuse_absent(notes.absent, options_, options_.store, where);
    if (notes.outdated) continue;
    try {
      transport->connect(addresses_of(notes, where));
      greet(*transport, std::min(deadline, Clock::now() + attempt));
    } catch (const Broken& broken) {
      if (Clock::now() >= deadline) refuse_absent({broken.rank}, options_, options_.store, where);
      continue;
    }
    if (options_.rank == 0) store_->forget_before(generation);
    return {generation, std::move(transport)};
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

std::vector<std::string> ProcessMeeting::addresses_of(const Notes& notes,
                                                      SourceLocation where) const {
  const std::string expected = first_line(options_);
  std::vector<std::string> addresses;
  for (std::size_t rank = 0; rank < notes.of_ranks.size(); ++rank) {
    const std::string& note = notes.of_ranks[rank];
    if (!note.starts_with(expected))
      refuse(ErrorCode::ranks_differ,
             "rank " + std::to_string(rank) + " says \"" + note.substr(0, note.find('\n')) +
                 "\", this one \"" + expected.substr(0, expected.find('\n')) + '"',
             "start all ranks with one version of deft and one number of ranks", where);
    addresses.push_back(note.substr(expected.size()));
  }
  return addresses;
}

}  // namespace deft::collectives
