#include <deft/deft.hpp>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  using namespace deft;
  const std::string folder = argc > 1 ? argv[1] : "/usr/share/datasets/fashion-mnist";
  Graph graph;
  Random random(graph, {.seed = 42});
  Minibatches data(random,
                   {read_idx(folder + "/train-images-idx3-ubyte.gz"),
                    read_idx(folder + "/train-labels-idx1-ubyte.gz")},
                   {.batch = 128, .hold_out = 5000});
  Dense first(random, 784, 256, {.name = "first"}), last(random, 256, 10, {.name = "last"});
  auto model = [&](const Output& pixels, Mode mode) {
    Output h = relu(first(reshape(cast(pixels, DType::f32), {-1, 784}) / 255));
    return last(mode == Mode::train ? dropout(h, 0.3, random) : h);
  };
  const double steps = 10.0 * double(data.batches());
  Output loss = softmax_cross_entropy(model(data.batch(0), Mode::train), data.batch(1));
  Training train = minimize(loss, AdamW{.rate = cosine_decay(1e-3, {.steps = steps})},
                            {.before = {clip_by_global_norm(1)}});
  Output logits = model(data.held_out(0), Mode::evaluate);
  Output validation_loss = softmax_cross_entropy(logits, data.held_out(1));
  Output right = accuracy(logits, data.held_out(1)).value();

  Session session(graph);
  session.run(global_variables_initializer(graph));
  Checkpoints checkpoints(graph, "checkpoints", {.best = Better::lower});
  checkpoints.restore_latest(session);
  EventWriter log("runs/mlp");
  for (;;) {
    const EpochPosition at = data.position(session.value(data.step()));
    if (at.epoch == 10) break;
    session.run(train, {.steps = at.left});
    auto [step, l, a] = session.run(data.step(), validation_loss, right);
    log.scalars(step, {{"validation/loss", l}, {"validation/accuracy", a}});
    checkpoints.save(session, {.metric = l.item<float>()});
    std::printf("epoch %d: loss %.4f, accuracy %.4f\n", int(at.epoch) + 1, l.item<float>(),
                a.item<double>());
  }
}
