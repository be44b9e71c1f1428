/// libtorch with its modules and optimizer: batches from its DataLoader, and at its best from
/// tensors that hold all pictures, with the channels last.

#include <cmath>
#include <numbers>

#include <torch/torch.h>

#include "common/program.hpp"
#include "peers/fashion.hpp"

namespace deft::benchmark {
namespace {

namespace nn = torch::nn;
using examples::fashion::num_classes;
using examples::fashion::side;

constexpr std::int64_t batch_size = 128;

/// f32 [n, 1, side, side] -> logits [n, num_classes].
nn::Sequential make_network(ModelKind kind) {
  if (kind == ModelKind::mlp) {
    return nn::Sequential(nn::Flatten(), nn::Linear(side * side, 256), nn::ReLU(), nn::Dropout(0.3),
                          nn::Linear(256, 128), nn::ReLU(), nn::Dropout(0.2), nn::Linear(128, 100),
                          nn::ReLU(), nn::Linear(100, num_classes));
  }
  return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(1, 32, 3).padding(1)), nn::ReLU(),
                        nn::MaxPool2d(2), nn::Dropout(0.1),
                        nn::Conv2d(nn::Conv2dOptions(32, 64, 3).padding(1)), nn::ReLU(),
                        nn::MaxPool2d(2), nn::Flatten(), nn::Dropout(0.4),
                        nn::Linear(side / 4 * (side / 4) * 64, num_classes));
}

/// Gives variables the first values that those of the example have.
void initialize(const nn::Sequential& network, ModelKind kind) {
  for (torch::Tensor& parameter : network->parameters()) {
    if (parameter.dim() == 1) {
      nn::init::zeros_(parameter);
    } else if (kind == ModelKind::cnn && parameter.dim() == 2) {
      nn::init::xavier_uniform_(parameter);
    } else {
      nn::init::kaiming_normal_(parameter, 0, torch::kFanIn, torch::kReLU);
    }
  }
}

/// A network and its optimizer.
class Training {
 public:
  Training(ModelKind kind, std::int64_t updates, torch::MemoryFormat layout)
      : layout_(layout),
        peak_(kind == ModelKind::mlp ? 2e-3 : 3e-3),
        updates_(static_cast<double>(updates)),
        network_(make_network(kind)),
        optimizer_(network_->parameters(), torch::optim::AdamWOptions(peak_).weight_decay(0.02)) {
    initialize(network_, kind);
    for (torch::Tensor& parameter : network_->parameters()) {
      if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(layout));
    }
  }

  /// One update with a batch of u8; gives its loss.
  torch::Tensor step(const torch::Tensor& pixels, const torch::Tensor& labels) {
    for (auto& group : optimizer_.param_groups()) group.options().set_lr(rate());
    ++count_;
    const torch::Tensor x = (pixels.unsqueeze(1).to(torch::kFloat32) - 72.94) / 90.02;
    const torch::Tensor loss = nn::functional::cross_entropy(
        network_->forward(x.contiguous(layout_)), labels.to(torch::kInt64));
    optimizer_.zero_grad();
    loss.backward();
    optimizer_.step();
    return loss.detach();
  }

 private:
  /// Rises to its peak in a twentieth of the updates, and falls along a cosine.
  double rate() const {
    const double warm_up = updates_ / 20;
    if (count_ < warm_up) return peak_ * count_ / warm_up;
    return peak_ * (1 + std::cos(std::numbers::pi * (count_ - warm_up) / (updates_ - warm_up))) / 2;
  }

  torch::MemoryFormat layout_;  // of pictures and of the weights of convolutions
  double peak_;
  double updates_;
  double count_ = 0;
  nn::Sequential network_;
  torch::optim::AdamW optimizer_;
};

/// What DataLoader draws from.
class PictureSet : public torch::data::datasets::Dataset<PictureSet> {
 public:
  PictureSet(torch::Tensor pixels, torch::Tensor labels)
      : pixels_(std::move(pixels)), labels_(std::move(labels)) {}

  torch::data::Example<> get(std::size_t i) override {
    const auto row = static_cast<std::int64_t>(i);
    return {pixels_[row], labels_[row]};
  }
  torch::optional<std::size_t> size() const override {
    return static_cast<std::size_t>(labels_.size(0));
  }

 private:
  torch::Tensor pixels_;
  torch::Tensor labels_;
};

torch::Tensor view_of(const Tensor& tensor) {
  void* const values = const_cast<void*>(tensor.raw());
  const auto dims = tensor.shape().dims();
  return torch::from_blob(values, {dims.data(), dims.size()}, torch::kUInt8);
}

void train(std::span<const char* const> arguments) {
  const examples::fashion::Options options = fashion_options(arguments);
  torch::set_num_threads(options.threads);
  torch::manual_seed(1);
  const examples::fashion::Pictures pictures = fashion_data(options).train;
  const torch::Tensor pixels = view_of(pictures.pixels);
  const torch::Tensor labels = view_of(pictures.labels);
  const std::int64_t batches = labels.size(0) / batch_size;

  Training with_loader(options.model, options.epochs * batches, torch::MemoryFormat::Contiguous);
  const auto loader = torch::data::make_data_loader<torch::data::samplers::RandomSampler>(
      PictureSet(pixels, labels).map(torch::data::transforms::Stack<>()),
      torch::data::DataLoaderOptions(batch_size)
          .drop_last(true)
          .workers(static_cast<std::size_t>(options.threads - 1)));
  report_epochs("libtorch", options, [&] {
    double sum = 0;
    for (const auto& batch : *loader) {
      sum += with_loader.step(batch.data, batch.target).item<double>();
    }
    return sum / static_cast<double>(batches);
  });

  Training in_memory(options.model, options.epochs * batches, torch::MemoryFormat::ChannelsLast);
  report_epochs("libtorch at its best", options, [&] {
    torch::Tensor sum = torch::zeros({});
    const torch::Tensor order = torch::randperm(labels.size(0));
    for (std::int64_t i = 0; i < batches; ++i) {
      const torch::Tensor rows = order.narrow(0, i * batch_size, batch_size);
      sum += in_memory.step(pixels.index_select(0, rows), labels.index_select(0, rows));
    }
    return sum.item<double>() / static_cast<double>(batches);
  });
}

}  // namespace
}  // namespace deft::benchmark

int main(int argc, char** argv) {
  return examples::run_program("fashion_libtorch_peer", argc, argv, deft::benchmark::train);
}
