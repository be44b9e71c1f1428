#pragma once

#include <cstdint>
#include <vector>

#include "streams.hpp"

namespace deft {

/// Numbers for operations such that every operation has a higher one than those it waits for, but
/// for those that hand their rows on to it, which may have the same. Operations that go over the
/// same rows and have the same number can be one without waiting for each other in a circle.
/// Operations on single numbers, such as the rate of a step, lie between two levels of the others:
/// an operation that waits for such a number can still be one with those that do not.
class Levels {
 public:
  Levels(const Draft& draft, const Streams& streams);

  std::int64_t operator[](std::size_t at) const { return levels_[at]; }

  /// False for a value that is there from the beginning.
  bool takes_time(std::size_t at) const {
    return draft_.op(at).kernel != nullptr || !draft_.waits_of(at).empty();
  }

  /// True for a single number that is computed from such numbers and from what is there from the
  /// beginning, such as the rate of a step: nobody waits long for it, and it waits for no other
  /// operation.
  bool is_soon_there(std::size_t at) const;

 private:
  template <class Visit>
  void for_each_wait(std::size_t at, Visit visit);
  void find_handed(std::size_t at);
  void raise();
  bool makes_number(std::size_t at) const;

  const Draft& draft_;
  const Streams& streams_;
  std::vector<std::int64_t> levels_;
  enum class Handed : std::uint8_t { nothing, rows, other };
  std::vector<Handed> handed_;  // of the operation that is looked at, by what it waits for
};

}  // namespace deft
