#include "report.hpp"

#include "common/json.hpp"
#include "common/layout.hpp"
#include "common/numbers.hpp"

namespace examples::kfold {
namespace {

std::string mark_of(std::size_t i, const Choice& choice) {
  if (i == choice.best) return "chosen";
  return i == choice.simplest ? "within one s.e." : "";
}

std::string extent(const Report& report) {
  const std::size_t penalties = report.scores.size();
  return plural(report.rows, "row") + ", " + plural(report.features, "feature") + ", " +
         plural(report.folds, "fold") + " x " + std::to_string(penalties) +
         (penalties == 1 ? " penalty" : " penalties") + " = " + plural(report.models(), "model") +
         " in one graph, " + plural(static_cast<std::size_t>(report.threads), "thread");
}

std::string effort(const Report& report, const Options& options) {
  const bool asked_for = options.learning_rate > 0;
  return plural(static_cast<std::size_t>(options.steps), "step") +
         (asked_for ? " at learning rate " + shortest(options.learning_rate) : "") + " in " +
         fixed_point(report.seconds, 3) + " s; the closed form in " +
         fixed_point(report.closed_form_seconds, 3) + " s";
}

/// Whether the choice can be believed.
std::string verdict(const Report& report) {
  std::string text =
      "weights and chosen penalty are those of the closed form (largest relative difference " +
      rounded(report.largest_difference, 2) + ")\n";
  const std::size_t best = report.choice.best;
  const std::size_t last = report.scores.size() - 1;
  if (last > 0 && (best == 0 || best == last)) {
    text += "the chosen penalty is at the end of --penalties: a better one may lie beyond\n";
  }
  return text;
}

}  // namespace

std::string to_text(const Report& report, const Options& options) {
  std::vector<Row> rows{{"", "penalty", "validation mse", "standard error", "training mse"}};
  for (std::size_t i = 0; i < report.scores.size(); ++i) {
    const Score& score = report.scores[i];
    rows.push_back({mark_of(i, report.choice), shortest(score.penalty),
                    rounded(score.validation_mse, 6), rounded(score.standard_error, 3),
                    rounded(score.training_mse, 6)});
  }
  return extent(report) + "\n" + effort(report, options) + "\n" + verdict(report) + "\n" +
         aligned(rows);
}

std::string to_json(const Report& report, const Options& options) {
  std::string results;
  for (std::size_t i = 0; i < report.scores.size(); ++i) {
    const Score& score = report.scores[i];
    results +=
        (results.empty() ? "{\"penalty\": " : ", {\"penalty\": ") + json_number(score.penalty) +
        ", \"validation_mse\": " + json_number(score.validation_mse) +
        ", \"standard_error\": " + json_number(score.standard_error) +
        ", \"training_mse\": " + json_number(score.training_mse) +
        ", \"closed_form_validation_mse\": " + json_number(report.closed_form[i].validation_mse) +
        "}";
  }
  return "{\"rows\": " + std::to_string(report.rows) +
         ", \"features\": " + std::to_string(report.features) +
         ", \"folds\": " + std::to_string(report.folds) +
         ", \"models\": " + std::to_string(report.models()) +
         ", \"steps\": " + std::to_string(options.steps) +
         ", \"threads\": " + std::to_string(report.threads) +
         ", \"seconds\": " + json_number(report.seconds) +
         ", \"closed_form_seconds\": " + json_number(report.closed_form_seconds) +
         ", \"largest_difference\": " + json_number(report.largest_difference) +
         ", \"chosen_penalty\": " + json_number(report.scores[report.choice.best].penalty) +
         ", \"one_standard_error_penalty\": " +
         json_number(report.scores[report.choice.simplest].penalty) + ", \"results\": [" + results +
         "]}\n";
}

}  // namespace examples::kfold
