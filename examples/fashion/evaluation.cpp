#include "evaluation.hpp"

#include <algorithm>

#include <deft/onnx/onnx.hpp>

namespace examples::fashion {
namespace {

constexpr std::int64_t pictures_at_once = 500;

/// Elements `first` to `last` of the first dimension of a u8 tensor, which is not copied.
deft::Tensor rows(const deft::Tensor& tensor, std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> dims(tensor.shape().dims().begin(), tensor.shape().dims().end());
  const auto row_size = static_cast<std::size_t>(tensor.num_elements() / dims[0]);
  dims[0] = last - first;
  const auto keeper = std::make_shared<deft::Tensor>(tensor);
  const auto bytes = std::as_const(*keeper).data<std::uint8_t>().subspan(
      static_cast<std::size_t>(first) * row_size, static_cast<std::size_t>(dims[0]) * row_size);
  return deft::Tensor::borrow(deft::Shape(std::span<const std::int64_t>(dims)), bytes, keeper);
}

}  // namespace

Judge::Judge(const deft::Graph& graph, const Network& network, const Pictures& pictures)
    : pictures_(pictures) {
  const deft::NameScope scope(graph, "test");
  pixels_ =
      placeholder(graph, deft::DType::u8, {deft::Shape::unknown, side, side}, {.name = "pixels"});
  labels_ = placeholder(graph, deft::DType::u8, {deft::Shape::unknown}, {.name = "labels"});
  logits_ = network(pixels_, deft::Mode::evaluate);
  losses_ = softmax_cross_entropy(logits_, labels_,
                                  {.reduction = deft::LossReduction::none, .name = "losses"});
  guesses_ = argmax(logits_, -1, {.name = "guesses"});
}

void Judge::write_onnx(deft::Session& session, const std::string& path) const {
  deft::export_onnx(
      {{"logits", logits_}}, path,
      {.value_of = [&](const deft::Output& variable) { return session.value(variable); },
       .inputs = {{"pixels", pixels_}}});
}

Evaluation Judge::judge(deft::Session& session) const {
  Evaluation evaluation;
  const auto truths = pictures_.labels.data<std::uint8_t>();
  std::int64_t right = 0;
  for (std::int64_t first = 0; first < pictures_.size(); first += pictures_at_once) {
    const std::int64_t last = std::min(first + pictures_at_once, pictures_.size());
    const std::vector<deft::Tensor> values =
        session.run({losses_, guesses_}, {{pixels_, rows(pictures_.pixels, first, last)},
                                          {labels_, rows(pictures_.labels, first, last)}});
    const auto losses = values[0].data<float>();
    const auto guesses = values[1].data<std::int64_t>();
    for (std::int64_t picture = first; picture < last; ++picture) {
      const auto i = static_cast<std::size_t>(picture - first);
      const std::size_t truth = truths[static_cast<std::size_t>(picture)];
      const auto guess = static_cast<std::size_t>(guesses[i]);
      evaluation.loss += losses[i];
      ++evaluation.confusion[truth][guess];
      if (truth == guess) {
        ++right;
      } else {
        evaluation.mistakes.push_back(
            {picture, static_cast<std::int64_t>(truth), guesses[i], losses[i]});
      }
    }
  }
  const auto count = static_cast<double>(pictures_.size());
  evaluation.loss /= count;
  evaluation.accuracy = static_cast<double>(right) / count;
  std::stable_sort(evaluation.mistakes.begin(), evaluation.mistakes.end(),
                   [](const Mistake& a, const Mistake& b) { return a.loss > b.loss; });
  return evaluation;
}

}  // namespace examples::fashion
