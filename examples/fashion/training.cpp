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

/// Failures in a row after which a rank does not wait for another any more.
constexpr int most_failures = 3;

/// A training under way: its graph, the session that runs it, and what it shows and keeps.
class Trainer {
 public:
  Trainer(const Dataset& data, const Options& options, const deft::Communicator& group)
      : options_(options),
        group_(group),
        test_(data.test),
        model_(data, options, group),
        session_(model_.graph, {.threads = options.threads}),
        board_(model_.graph, model_.training, options) {
    if (!options.checkpoint.empty() && group.rank() == 0)
      checkpoints_.emplace(model_.graph, options.checkpoint);
    report_.parameters = num_parameters(model_.training.parameters);
    report_.threads = session_.threads();
  }

  Report run() {
    start();
    const Stopwatch stopwatch;
    while (num_epochs() < options_.epochs) run_epoch_or_rejoin();
    if (judged_after_ != num_epochs()) report_.test = model_.judge.judge(session_);
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
            {"epochs", std::to_string(options_.epochs)},
            {"shards", std::to_string(options_.shards)}};
  }

  std::int64_t num_epochs() const { return static_cast<std::int64_t>(report_.epochs.size()); }

  /// Variables as the last epoch kept has left them, or as they are at first. A process that takes
  /// the place of one that ended has those of the others.
  void start() {
    session_.run(model_.initialize);
    if (group_.generation() == 1 && !options_.checkpoint.empty()) group_.once([&] { restore(); });
    session_.rejoin(group_);
    read_history();
    report_.resumed_after = num_epochs();
  }

  void restore() {
    const auto kept = checkpoints_->latest_metadata();
    if (!kept) return;
    if (!options_.resume) {
      throw UserError(printable(options_.checkpoint, 200) +
                      " has checkpoints of an earlier run; go on from them with --resume, or name "
                      "another folder");
    }
    check_same_training(*kept);
    checkpoints_->restore_latest(session_);
  }

  /// The epochs that are over: no loss is 0.
  void read_history() {
    const deft::Tensor history = session_.value(model_.history);
    report_.epochs.clear();
    for (std::int64_t i = 0; i < options_.epochs && history.at<double>(i, 0) != 0; ++i) {
      report_.epochs.push_back({history.at<double>(i, 0), history.at<double>(i, 1),
                                history.at<double>(i, 2), history.at<double>(i, 3)});
    }
  }

  /// If another rank ends, all go on from the last step that all have done.
  void run_epoch_or_rejoin() {
    try {
      if (failures_ > 0) {
        session_.rejoin(group_);
        read_history();
        failures_ = 0;
      }
      if (num_epochs() < options_.epochs) run_epoch();
    } catch (const deft::RunError& error) {
      if (error.code() != deft::ErrorCode::unavailable) throw;
      if (!options_.rejoin || ++failures_ > most_failures) throw TrainingError(error.what());
    }
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
    const std::int64_t number = num_epochs();
    const std::int64_t steps = (number + 1) * model_.batches.batches() - step();
    if (steps == model_.batches.batches())
      session_.run({model_.epoch_loss.reset, model_.epoch_accuracy.reset});
    if (steps > 0) train_epoch(number, steps);
    const auto [loss, accuracy] = so_far();
    report_.test = model_.judge.judge(session_);
    const Epoch epoch{loss, accuracy, report_.test.loss, report_.test.accuracy};
    report_.epochs.push_back(epoch);
    judged_after_ = num_epochs();
    board_.show_epoch(step(), epoch, session_);
    keep(number, epoch);
  }

  void train_epoch(std::int64_t number, std::int64_t steps) {
    ProgressBar bar("epoch " + std::to_string(number + 1) + "/" + std::to_string(options_.epochs),
                    steps);
    deft::RunOptions run_options{.steps = steps};
    if (bar.active() && group_.rank() == 0) {
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
    if (!options_.checkpoint.empty())
      group_.once([&] { checkpoints_->save(session_, {.metadata = metadata()}); });
  }

  Options options_;
  const deft::Communicator group_;
  Pictures test_;
  TrainingGraph model_;
  deft::Session session_;
  Board board_;
  std::optional<deft::Checkpoints> checkpoints_;
  Report report_;
  std::int64_t judged_after_ = -1;  // so many epochs, by report_.test
  int failures_ = 0;                // since all ranks were together
};

}  // namespace

deft::Communicator alone() { return deft::Communicator::connect({.rank = 0, .size = 1}); }

Report train(const Dataset& data, const Options& options, const deft::Communicator& group) {
  return Trainer(data, options, group).run();
}

}  // namespace examples::fashion
