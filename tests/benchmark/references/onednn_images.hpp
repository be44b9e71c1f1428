#pragma once

#include <memory>

#include <deft/deft.hpp>

namespace deft::benchmark {

// oneDNN's primitives for f32 images [n, height, width, channels], made ready with their operands,
// which must outlive them and stay where they are. They are made for one thread: who runs them
// calls set_onednn_threads(1) before.

/// y = conv(x, filter) with a filter [3, 3, in, out] and images of the same size, or one of its
/// gradients. The filter is in the order that oneDNN wants: bringing it there is a call of its own.
class OnednnConvolution {
 public:
  enum class Wanted { y, x, filter };  // what is computed from both others

  OnednnConvolution(Wanted wanted, Tensor& x, Tensor& filter, Tensor& y);
  ~OnednnConvolution();

  void run() const;
  void take_filter() const;  // from the Tensor
  void give_filter() const;  // to the Tensor

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The largest of windows 2 x 2 beside each other, and the gradient, which goes to where it was.
class OnednnMaxPool {
 public:
  OnednnMaxPool(Tensor& x, Tensor& y, Tensor& x_gradient, const Tensor& y_gradient);
  ~OnednnMaxPool();

  void run() const;
  void run_gradient() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace deft::benchmark
