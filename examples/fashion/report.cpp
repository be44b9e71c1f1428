#include "report.hpp"

#include "common/json.hpp"
#include "common/layout.hpp"
#include "common/numbers.hpp"

namespace examples::fashion {
namespace {

std::string title(const Report& report, const Options& options) {
  std::string text = std::string(to_string(options.model)) + ", " +
                     plural(static_cast<std::size_t>(report.parameters), "parameter") + ", " +
                     plural(static_cast<std::size_t>(report.threads), "thread") + ", " +
                     fixed_point(report.seconds, 1) + " s";
  if (report.resumed_after > 0) {
    text += ", resumed after " + plural(static_cast<std::size_t>(report.resumed_after), "epoch");
  }
  return text;
}

std::string epochs_table(const Report& report) {
  std::vector<Row> rows{{"epoch", "train loss", "train accuracy", "test loss", "test accuracy"}};
  for (std::size_t i = 0; i < report.epochs.size(); ++i) {
    const Epoch& epoch = report.epochs[i];
    rows.push_back({std::to_string(i + 1), fixed_point(epoch.train_loss, 4),
                    fixed_point(epoch.train_accuracy, 4), fixed_point(epoch.test_loss, 4),
                    fixed_point(epoch.test_accuracy, 4)});
  }
  return aligned(rows);
}

std::string confusion_table(const Evaluation& test) {
  Row head{"is, is taken for"};
  for (const std::string_view name : class_names) head.emplace_back(name);
  std::vector<Row> rows{head};
  for (std::size_t truth = 0; truth < class_names.size(); ++truth) {
    Row& row = rows.emplace_back(Row{std::string(class_names[truth])});
    for (const std::int64_t count : test.confusion[truth]) row.push_back(std::to_string(count));
  }
  return aligned(rows);
}

}  // namespace

std::string to_text(const Report& report, const Options& options) {
  return title(report, options) + "\n\n" + epochs_table(report) + "\n" +
         confusion_table(report.test) + "\ntest accuracy " + fixed_point(report.test.accuracy, 4) +
         "\n";
}

std::string to_json(const Report& report, const Options& options) {
  return "{\"model\": \"" + std::string(to_string(options.model)) +
         "\", \"seed\": " + std::to_string(options.seed) +
         ", \"threads\": " + std::to_string(report.threads) +
         ", \"epochs\": " + std::to_string(report.epochs.size()) +
         ", \"parameters\": " + std::to_string(report.parameters) +
         ", \"train_loss\": " + json_number(report.epochs.back().train_loss) +
         ", \"test_loss\": " + json_number(report.test.loss) +
         ", \"test_accuracy\": " + json_number(report.test.accuracy) +
         ", \"seconds\": " + json_number(report.seconds) + "}\n";
}

}  // namespace examples::fashion
