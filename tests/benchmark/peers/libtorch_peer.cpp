/// libtorch: as written with autograd, and at its best: by hand, in place, without autograd.

#include <torch/torch.h>

#include "data/line_data.hpp"
#include "peers/article.hpp"

namespace deft::benchmark {
namespace {

torch::Tensor copy_of(const Tensor& tensor, std::int64_t columns) {
  void* const values = const_cast<void*>(tensor.raw());
  return torch::from_blob(values, {tensor.shape()[0], columns}, torch::kFloat32).clone();
}

std::array<float, 2> values_of(const torch::Tensor& w) {
  return {w[0].item<float>(), w[1].item<float>()};
}

std::array<float, 2> train_with_autograd(const torch::Tensor& X, const torch::Tensor& d) {
  torch::Tensor w = torch::zeros({2, 1}, torch::requires_grad());
  for (int epoch = 0; epoch < epochs; ++epoch) {
    (X.mm(w) - d).square().mean().backward();
    const torch::NoGradGuard guard;
    w -= rate * w.grad();
    w.grad().zero_();
  }
  return values_of(w.detach());
}

std::array<float, 2> train_in_place(const torch::Tensor& X, const torch::Tensor& d) {
  const torch::NoGradGuard guard;
  const torch::Tensor columns = X.t().contiguous();
  const torch::Tensor target = d.squeeze(1);
  torch::Tensor w = torch::zeros({2});
  torch::Tensor e = torch::empty_like(target);
  torch::Tensor gradient = torch::empty({2});
  for (int epoch = 0; epoch < epochs; ++epoch) {
    torch::addmv_out(e, target, columns.t(), w, -1);
    torch::mv_out(gradient, columns, e);
    w.sub_(gradient, rate * 2 / static_cast<float>(d.size(0)));
  }
  return values_of(w);
}

}  // namespace
}  // namespace deft::benchmark

int main() {
  using namespace deft::benchmark;
  torch::set_num_threads(peer_threads());
  const LineData<float> data(10'000);
  const torch::Tensor X = copy_of(data.X(), 2);
  const torch::Tensor d = copy_of(data.d(), 1);
  report("libtorch", [&] { return train_with_autograd(X, d); });
  report("libtorch at its best", [&] { return train_in_place(X, d); });
}
