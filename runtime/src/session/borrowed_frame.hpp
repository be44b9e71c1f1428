#pragma once

#include <memory>
#include <utility>

#include "plan_cache.hpp"

namespace deft {

/// The frame of a run; goes back to the plan when the run is over.
class BorrowedFrame {
 public:
  explicit BorrowedFrame(RunnablePlan& from) : from_(from), frame_(from.take_frame()) {}
  ~BorrowedFrame() {
    frame_->release();
    from_.give_back(std::move(frame_));
  }
  BorrowedFrame(const BorrowedFrame&) = delete;
  BorrowedFrame& operator=(const BorrowedFrame&) = delete;

  Frame& operator*() const { return *frame_; }

 private:
  RunnablePlan& from_;
  std::unique_ptr<Frame> frame_;
};

}  // namespace deft
