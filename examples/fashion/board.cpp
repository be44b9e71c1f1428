#include "board.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace examples::fashion {
namespace {

std::string tag_of(const Mistake& mistake, std::size_t rank) {
  return "mistakes/" + std::to_string(rank + 1) + " " + std::string(class_name(mistake.truth)) +
         " taken for " + std::string(class_name(mistake.guess));
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
  const std::span<const Mistake> mistakes = test.worst_mistakes();
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    writer_->image(tag_of(mistakes[i], i), step,
                   deft::Tensor::from({side, side}, pictures.picture(mistakes[i].picture)));
  }
  writer_->flush();
}

}  // namespace examples::fashion
