#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "fashion/options.hpp"
#include "fashion/pictures.hpp"
#include "peers/peer.hpp"

namespace deft::benchmark {

using examples::fashion::ModelKind;

/// A training on Fashion-MNIST as fashion.py describes it; its arguments are the same.
inline examples::fashion::Options fashion_options(std::span<const char* const> arguments) {
  examples::fashion::Options options;
  const bool is_cnn = !arguments.empty() && std::string_view(arguments[0]) == "cnn";
  options.model = is_cnn ? ModelKind::cnn : ModelKind::mlp;
  options.epochs = 1 + std::stoi(peer_setting("PEER_ROUNDS", "3"));
  options.threads = peer_threads();
  options.data = peer_setting("PEER_DATA", options.data.c_str());
  return options;
}

/// The first PEER_PICTURES of the pictures to train with.
inline examples::fashion::Dataset fashion_data(const examples::fashion::Options& options) {
  examples::fashion::Dataset data = examples::fashion::read_dataset(options.data);
  const std::int64_t count = std::stoll(peer_setting("PEER_PICTURES", "60000"));
  if (count >= data.train.size()) return data;
  const auto first = [](const Tensor& tensor, const Shape& shape) {
    const auto bytes = tensor.data<std::uint8_t>();
    return Tensor::from(shape, bytes.first(static_cast<std::size_t>(shape.num_elements())));
  };
  using examples::fashion::side;
  data.train.pixels = first(data.train.pixels, {count, side, side});
  data.train.labels = first(data.train.labels, {count});
  return data;
}

/// Reports `epoch`, which gives the mean loss over its batches.
template <class Epoch>
void report_epochs(const std::string& name, const examples::fashion::Options& options,
                   const Epoch& epoch) {
  report_rounds(name, static_cast<int>(options.epochs) - 1, epoch,
                [](double loss) { return "\"loss\": " + json_number(loss); });
}

}  // namespace deft::benchmark
