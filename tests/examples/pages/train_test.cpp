// "Train a classifier" of examples/README.md.

#include <sstream>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/temp_folder.hpp"

namespace deft {
namespace {

/// A table of 150 flowers that a line tells apart: class 0, 1 or 2 in the last column.
std::string table_of_flowers() {
  std::ostringstream text;
  text << "a,b,c,d,class\n";
  for (int i = 0; i < 150; ++i) {
    const int kind = i % 3;
    const double wave = 0.1 * ((i * 7) % 11);
    text << 5 + wave << ',' << 3 - wave << ',' << kind + wave << ',' << 2 - kind + wave << ','
         << kind << '\n';
  }
  return text.str();
}

TEST_CASE("the page about training a classifier") {
  const TempFolder folder;
  const std::string path = folder.add("flowers.csv", table_of_flowers());
  std::ostringstream printed;
  {
    auto& cout = printed;

    CsvTable table = read_csv(path, {.dtype = DType::f32});  // four measurements and the class
    Graph graph;
    Output all = constant(graph, table.values);
    Output classes = cast(slice(all, 1, {4, 5}), DType::i64);
    Session reader(graph);
    auto [features, labels] = reader.run(slice(all, 1, {0, 4}), reshape(classes, {-1}));

    Random random(graph, {.seed = 1});
    Minibatches data(random, {features, labels}, {.batch = 16, .hold_out = 30});
    Sequential model{Dense(random, 4, 16), relu, Dense(random, 16, 3)};
    Output loss = softmax_cross_entropy(model(data.batch(0), Mode::train), data.batch(1));
    Training train = minimize(loss, Adam{.rate = 0.01});
    Metric right = accuracy(model(data.held_out(0), Mode::evaluate), data.held_out(1));
    Output share = right.value();

    Session session(graph);
    session.run(global_variables_initializer(graph));
    session.run(train, {.steps = 40 * data.batches()});  // 40 epochs
    cout << session.eval(share) << '\n';
  }
  CHECK(std::stod(printed.str()) > 0.9);
}

}  // namespace
}  // namespace deft
