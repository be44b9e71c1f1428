#include <deft/tensorflow/tensorflow.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/data_path.hpp"

// Graphs and checkpoints that TensorFlow 2.21 wrote through its interface of version 1, and what it
// computed from them: at first, at the checkpoint, and after as many steps again.
namespace deft {
namespace {

std::string path_of(const std::string& file) { return data_path("tensorflow/" + file); }

std::map<std::string, Tensor> recorded(const std::string& model) {
  std::map<std::string, Tensor> values;
  for (NamedTensor& tensor : read_npz(path_of(model + ".npz")))
    values.emplace(tensor.name, std::move(tensor.tensor));
  return values;
}

/// The largest difference of two tensors of f32, relative to what is larger than 1.
double difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  const std::vector<double> xs = a.to<double>();
  const std::vector<double> ys = b.to<double>();
  double largest = 0;
  for (std::size_t i = 0; i < xs.size(); ++i)
    largest = std::max(largest, std::abs(xs[i] - ys[i]) / std::max(1.0, std::abs(ys[i])));
  return largest;
}

}  // namespace

TEST_CASE("a regression of TensorFlow 1 goes on to the bits of its weights") {
  for (const char* extension : {".pb", ".pbtxt", ".ckpt.meta"})
    for (const int threads : {1, 2}) {
      CAPTURE(extension);
      CAPTURE(threads);
      Graph graph;
      const ImportedGraph model =
          import_graph_def(graph, path_of(std::string("linreg_ref") + extension));
      std::map<std::string, Tensor> values = recorded("linreg_ref");
      Session session(graph, {.threads = threads});
      session.run(model.find("init"));
      CHECK(bitwise_equal(session.eval(model.find("w")), values.at("w0")));
      CHECK(difference(session.eval(model.find("mse:0")), values.at("mse0")) < 1e-6);
      CHECK(difference(session.eval(model.find("grad")), values.at("grad0")) < 1e-6);
      session.set(model.restored(read_tensorflow_checkpoint(path_of("linreg_ref.ckpt"))));
      CHECK(bitwise_equal(session.eval(model.find("w/read")), values.at("w50")));
      session.run(model.find("train"), {.steps = 50});
      CHECK(bitwise_equal(session.value(model.find("w")), values.at("w100")));
    }
}

TEST_CASE("networks of TensorFlow 1 go on with Adam and Adagrad to its weights") {
  for (const std::string model_name : {"mlp_adam", "mlp_adagrad"})
    for (const std::string extension : {".pb", ".pbtxt", ".ckpt.meta"}) {
      CAPTURE(model_name);
      CAPTURE(extension);
      Graph graph;
      const ImportedGraph model =
          import_graph_def(graph, path_of(model_name + extension), {.batch = 256});
      std::map<std::string, Tensor> values = recorded(model_name);
      Session session(graph);
      session.set(model.restored(read_tensorflow_checkpoint(path_of(model_name + ".ckpt"))));
      const Feeds feeds{{model.find("x"), values.at("x")},
                        {model.find("labels"), values.at("labels")}};
      CHECK(difference(session.eval(model.find("loss"), feeds), values.at("loss25")) < 1e-6);
      CHECK(difference(session.eval(model.find("logits"), feeds), values.at("logits25")) < 1e-6);
      session.run(model.find("train"), feeds, {.steps = 25});
      double largest = 0;
      for (const auto& [name, variable] : model.variables)
        largest =
            std::max(largest, difference(session.value(variable), values.at("var50:" + name)));
      CHECK(largest < 2e-6);
      CHECK(difference(session.eval(model.find("loss"), feeds), values.at("loss50")) < 2e-6);
      CHECK(difference(session.eval(model.find("logits"), feeds), values.at("logits50")) < 2e-6);
    }
}

TEST_CASE("a forward part needs no batch, and a frozen graph no checkpoint") {
  for (const std::string model_name : {"mlp_adam", "mlp_adagrad"}) {
    std::map<std::string, Tensor> values = recorded(model_name);
    Graph graph;
    const ImportedGraph trained = import_graph_def(graph, path_of(model_name + ".pb"),
                                                   {.fetches = {"loss", "logits:0", "acc"}});
    const ImportedGraph frozen =
        import_graph_def(graph, path_of(model_name + "_frozen.pb"), {.scope = "frozen"});
    Session session(graph);
    session.set(trained.restored(read_tensorflow_checkpoint(path_of(model_name + ".ckpt"))));
    const Feeds feeds{{trained.find("x"), values.at("x")},
                      {trained.find("labels"), values.at("labels")},
                      {frozen.find("x"), values.at("x")}};
    CHECK(difference(session.eval(trained.find("logits"), feeds), values.at("logits25")) < 1e-6);
    CHECK(difference(session.eval(frozen.find("logits"), feeds), values.at("logits50")) < 1e-6);
    CHECK(trained.find("loss").shape() == Shape{});
    CHECK(frozen.find("logits").name() == "frozen/logits");
  }
}

}  // namespace deft
