#include "board.hpp"

#include <algorithm>
#include <string>

namespace examples::fashion {
namespace {

constexpr std::size_t max_mistakes = 24;

/// One picture as u8 [side, side].
deft::Tensor picture(const Pictures& pictures, std::int64_t number) {
  constexpr std::int64_t size = side * side;
  const auto pixels = pictures.pixels.data<std::uint8_t>().subspan(
      static_cast<std::size_t>(number * size), static_cast<std::size_t>(size));
  return deft::Tensor::from({side, side}, pixels);
}

std::string tag_of(const Mistake& mistake, std::size_t rank) {
  const auto name = [](std::int64_t label) {
    return std::string(class_names[static_cast<std::size_t>(label)]);
  };
  return "mistakes/" + std::to_string(rank + 1) + " " + name(mistake.truth) + " taken for " +
         name(mistake.guess);
}

}  // namespace

Board::Board(const deft::Graph& graph, const deft::Training& training, const Options& options)
    : parameters_(training.parameters) {
  if (options.tensorboard.empty()) return;
  writer_.emplace(options.tensorboard);
  writer_->graph(graph);
  writer_->hyper_parameters({{"model", std::string(to_string(options.model))},
                             {"epochs", static_cast<double>(options.epochs)},
                             {"seed", static_cast<double>(options.seed)}},
                            {"test/accuracy", "test/loss"});
}

void Board::show_epoch(std::int64_t step, const Epoch& epoch, const deft::Session& session) {
  if (!writer_) return;
  writer_->scalars(step, {{"train/loss", epoch.train_loss},
                          {"train/accuracy", epoch.train_accuracy},
                          {"test/loss", epoch.test_loss},
                          {"test/accuracy", epoch.test_accuracy}});
  const std::vector<deft::Tensor> values = session.values(parameters_);
  for (std::size_t i = 0; i < values.size(); ++i) {
    writer_->histogram(parameters_[i].name(), step, values[i]);
  }
  writer_->flush();
}

void Board::show_mistakes(std::int64_t step, const Pictures& pictures, const Evaluation& test) {
  if (!writer_) return;
  const std::size_t count = std::min(max_mistakes, test.mistakes.size());
  for (std::size_t i = 0; i < count; ++i) {
    writer_->image(tag_of(test.mistakes[i], i), step, picture(pictures, test.mistakes[i].picture));
  }
  writer_->flush();
}

}  // namespace examples::fashion
