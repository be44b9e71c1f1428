// "Train on several processes" of examples/README.md.

#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include <deft/collectives/collectives.hpp>
#include <deft/deft.hpp>

#include "support/samples.hpp"
#include "support/temp_folder.hpp"

namespace deft {

TEST_CASE("the page about several processes") {
  const TempFolder folder;
  const std::string path = folder / "kept.safetensors";
  const Tensor features = sample<float>({128, 4}, 1);
  Tensor labels = Tensor::zeros(DType::i64, {128});
  for (std::int64_t i = 0; i < 128; ++i)
    labels.set({i}, std::int64_t{features.at<float>(i, 0) > 0});

  Communicator group =
      Communicator::connect();  // who is who, the launcher says; else a group of one
  Graph graph;
  Random random(graph, {.seed = 1});
  Minibatches data(random, {features, labels},
                   {.batch = 64, .part = {.index = group.rank(), .count = group.size()}});
  Sequential model{Dense(random, 4, 16), relu, Dense(random, 16, 3)};
  Output loss = softmax_cross_entropy(model(data.batch(0), Mode::train), data.batch(1));
  Training train = minimize(
      loss, Adam{.rate = 0.01},
      {.before = {all_reduce_mean(group)}, .shards = 16, .batch = {data.batch(0), data.batch(1)}});
  Output mean_loss = all_reduce(train.loss, group, Reduce::mean);

  Session session(graph);
  session.run(global_variables_initializer(graph));
  session.rejoin(group);  // all begin with the same values
  session.run(train, {.steps = 100});
  Tensor last = session.eval(mean_loss);  // on all ranks, as everything that has a collective
  group.once([&] { save(session, path); });

  CHECK(last.item<float>() < 0.7F);  // that of a guess is above 1
  CHECK(std::filesystem::file_size(path) > 0);
}

}  // namespace deft
