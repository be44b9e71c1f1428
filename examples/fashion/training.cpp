#include "training.hpp"

#include <array>
#include <map>
#include <optional>

#include "board.hpp"
#include "common/errors.hpp"
#include "common/numbers.hpp"
#include "common/progress_bar.hpp"
#include "common/stopwatch.hpp"
#include "common/text.hpp"
#include "training_graph.hpp"

namespace examples::fashion {
namespace {

/// A training under way: its graph, the session that runs it, and what it shows and keeps.
class Trainer {
 public:
  Trainer(const Dataset& data, const Options& options)
      : options_(options),
        test_(data.test),
        model_(data, options),
        session_(model_.graph, {.threads = options.threads}),
        board_(model_.graph, model_.training, options) {
    if (!options.checkpoint.empty()) checkpoints_.emplace(model_.graph, options.checkpoint);
    report_.parameters = num_parameters(model_.training.parameters);
    report_.threads = session_.threads();
  }

  Report run() {
    start();
    const Stopwatch stopwatch;
    if (report_.resumed_after == options_.epochs) report_.test = model_.judge.judge(session_);
    while (static_cast<std::int64_t>(report_.epochs.size()) < options_.epochs) run_epoch();
    report_.seconds = stopwatch.seconds();
    board_.show_mistakes(step(), test_, report_.test);
    if (!options_.onnx.empty()) model_.judge.write_onnx(session_, options_.onnx);
    return report_;
  }

 private:
  std::int64_t step() const { return session_.value(model_.batches.step()).item<std::int64_t>(); }

  /// Loss and accuracy over the batches of the epoch so far.
  std::array<double, 2> so_far() {
    const auto [loss, accuracy] =
        session_.run(model_.epoch_loss.value, model_.epoch_accuracy.value);
    return {loss.item<double>(), accuracy.item<double>()};
  }

  /// What a checkpoint tells beside the variables: what they would mean something else under.
  std::map<std::string, std::string> metadata() const {
    return {{"model", to_string(options_.model)},
            {"seed", std::to_string(options_.seed)},
            {"epochs", std::to_string(options_.epochs)}};
  }

  /// Variables as the last epoch kept has left them, or as they are at first.
  void start() {
    session_.run(model_.initialize);
    if (!checkpoints_) return;
    const auto kept = checkpoints_->latest_metadata();
    if (!kept) return;
    if (!options_.resume) {
      throw UserError(printable(options_.checkpoint, 200) +
                      " has checkpoints of an earlier run; go on from them with --resume, or name "
                      "another folder");
    }
    check_same_training(*kept);
    checkpoints_->restore_latest(session_);
    const std::int64_t done = model_.batches.position(step()).epoch;
    const deft::Tensor history = session_.value(model_.history);
    for (std::int64_t i = 0; i < done; ++i) {
      report_.epochs.push_back({history.at<double>(i, 0), history.at<double>(i, 1),
                                history.at<double>(i, 2), history.at<double>(i, 3)});
    }
    report_.resumed_after = done;
  }

  void check_same_training(const std::map<std::string, std::string>& kept) const {
    for (const auto& [name, value] : metadata()) {
      const auto found = kept.find(name);
      const std::string other = found == kept.end() ? "none" : found->second;
      if (other == value) continue;
      throw UserError("the checkpoint in " + printable(options_.checkpoint, 200) + " has the " +
                      name + " " + printable(other) + " and not " + value +
                      "; give it the same options, or another folder");
    }
  }

  void run_epoch() {
    const std::int64_t number = static_cast<std::int64_t>(report_.epochs.size());
    session_.run({model_.epoch_loss.reset, model_.epoch_accuracy.reset});
    train_epoch(number);
    const auto [loss, accuracy] = so_far();
    report_.test = model_.judge.judge(session_);
    const Epoch epoch{loss, accuracy, report_.test.loss, report_.test.accuracy};
    report_.epochs.push_back(epoch);
    board_.show_epoch(step(), epoch, session_);
    keep(number, epoch);
  }

  void train_epoch(std::int64_t number) {
    const std::int64_t steps = model_.batches.batches();
    ProgressBar bar("epoch " + std::to_string(number + 1) + "/" + std::to_string(options_.epochs),
                    steps);
    deft::RunOptions run_options{.steps = steps};
    if (bar.active()) {
      run_options.on_progress = [&](const deft::Progress& progress) {
        const auto [loss, accuracy] = so_far();
        bar.show(progress.step,
                 "loss " + fixed_point(loss, 4) + ", accuracy " + fixed_point(accuracy, 4));
      };
      run_options.progress_interval = ProgressBar::redrawn_after;
    }
    session_.run({model_.training, model_.epoch_loss.update, model_.epoch_accuracy.update},
                 run_options);
  }

  /// Writes an epoch down in the history, and all variables to the disk.
  void keep(std::int64_t number, const Epoch& epoch) {
    deft::Tensor history = session_.value(model_.history);
    history.set<double>({number, 0}, epoch.train_loss);
    history.set<double>({number, 1}, epoch.train_accuracy);
    history.set<double>({number, 2}, epoch.test_loss);
    history.set<double>({number, 3}, epoch.test_accuracy);
    session_.set(model_.history, history);
    if (checkpoints_) checkpoints_->save(session_, {.metadata = metadata()});
  }

  Options options_;
  Pictures test_;
  TrainingGraph model_;
  deft::Session session_;
  Board board_;
  std::optional<deft::Checkpoints> checkpoints_;
  Report report_;
};

}  // namespace

Report train(const Dataset& data, const Options& options) { return Trainer(data, options).run(); }

}  // namespace examples::fashion
