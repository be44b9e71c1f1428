#include "selection.hpp"

#include <cmath>

namespace examples::kfold {

std::vector<Score> scores(const std::vector<double>& penalties,
                          const std::vector<double>& training_mse,
                          const std::vector<double>& validation_mse) {
  const std::size_t models = validation_mse.size();
  const std::size_t count = models / penalties.size();
  const auto folds = static_cast<double>(count);
  std::vector<Score> result;
  for (std::size_t p = 0; p < penalties.size(); ++p) {
    Score score{penalties[p]};
    for (std::size_t i = p; i < models; i += penalties.size()) {
      score.training_mse += training_mse[i] / folds;
      score.validation_mse += validation_mse[i] / folds;
    }
    double sum = 0;
    for (std::size_t i = p; i < models; i += penalties.size()) {
      const double deviation = validation_mse[i] - score.validation_mse;
      sum += deviation * deviation;
    }
    score.standard_error = std::sqrt(sum / (folds - 1) / folds);
    result.push_back(score);
  }
  return result;
}

Choice choose(const std::vector<Score>& scores) {
  Choice choice;
  for (std::size_t i = 1; i < scores.size(); ++i) {
    if (scores[i].validation_mse < scores[choice.best].validation_mse) choice.best = i;
  }
  const Score& best = scores[choice.best];
  for (std::size_t i = choice.best; i < scores.size(); ++i) {
    if (scores[i].validation_mse <= best.validation_mse + best.standard_error) choice.simplest = i;
  }
  return choice;
}

}  // namespace examples::kfold
