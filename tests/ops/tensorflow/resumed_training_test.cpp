#include <deft/tensorflow/tensorflow.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/tensorflow/recorded_values.hpp"

// Graphs and checkpoints that TensorFlow 2.21 wrote through its interface of version 1, and what it
// computed from them: at first, at the checkpoint, and after as many steps again.
namespace deft {
TEST_CASE("a regression of TensorFlow 1 goes on to the bits of its weights") {
  for (const char* extension : {".pb", ".pbtxt", ".ckpt.meta"})
    for (const int threads : {1, 2}) {
      CAPTURE(extension);
      CAPTURE(threads);
      Graph graph;
      const ImportedGraph model =
          import_graph_def(graph, tensorflow_file(std::string("linreg_ref") + extension));
      std::map<std::string, Tensor> values = recorded_values("linreg_ref");
      Session session(graph, {.threads = threads});
      session.run(model.find("init"));
      CHECK(bitwise_equal(session.eval(model.find("w")), values.at("w0")));
      CHECK(largest_difference(session.eval(model.find("mse:0")), values.at("mse0")) < 1e-6);
      CHECK(largest_difference(session.eval(model.find("grad")), values.at("grad0")) < 1e-6);
      session.set(model.restored(read_tensorflow_checkpoint(tensorflow_file("linreg_ref.ckpt"))));
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
          import_graph_def(graph, tensorflow_file(model_name + extension), {.batch = 256});
      std::map<std::string, Tensor> values = recorded_values(model_name);
      Session session(graph);
      session.set(
          model.restored(read_tensorflow_checkpoint(tensorflow_file(model_name + ".ckpt"))));
      const Feeds feeds{{model.find("x"), values.at("x")},
                        {model.find("labels"), values.at("labels")}};
      CHECK(largest_difference(session.eval(model.find("loss"), feeds), values.at("loss25")) <
            1e-6);
      CHECK(largest_difference(session.eval(model.find("logits"), feeds), values.at("logits25")) <
            1e-6);
      session.run(model.find("train"), feeds, {.steps = 25});
      double largest = 0;
      for (const auto& [name, variable] : model.variables)
        largest = std::max(largest,
                           largest_difference(session.value(variable), values.at("var50:" + name)));
      CHECK(largest < 2e-6);
      CHECK(largest_difference(session.eval(model.find("loss"), feeds), values.at("loss50")) <
            2e-6);
      CHECK(largest_difference(session.eval(model.find("logits"), feeds), values.at("logits50")) <
            2e-6);
    }
}

TEST_CASE("a forward part needs no batch, and a frozen graph no checkpoint") {
  for (const std::string model_name : {"mlp_adam", "mlp_adagrad"}) {
    std::map<std::string, Tensor> values = recorded_values(model_name);
    Graph graph;
    const ImportedGraph trained = import_graph_def(graph, tensorflow_file(model_name + ".pb"),
                                                   {.fetches = {"loss", "logits:0", "acc"}});
    const ImportedGraph frozen =
        import_graph_def(graph, tensorflow_file(model_name + "_frozen.pb"), {.scope = "frozen"});
    Session session(graph);
    session.set(
        trained.restored(read_tensorflow_checkpoint(tensorflow_file(model_name + ".ckpt"))));
    const Feeds feeds{{trained.find("x"), values.at("x")},
                      {trained.find("labels"), values.at("labels")},
                      {frozen.find("x"), values.at("x")}};
    CHECK(largest_difference(session.eval(trained.find("logits"), feeds), values.at("logits25")) <
          1e-6);
    CHECK(largest_difference(session.eval(frozen.find("logits"), feeds), values.at("logits50")) <
          1e-6);
    CHECK(trained.find("loss").shape() == Shape{});
    CHECK(frozen.find("logits").name() == "frozen/logits");
  }
}

TEST_CASE("a convolutional network of reference variables trains with each optimizer") {
  std::map<std::string, Tensor> values = recorded_values("cnn");
  Graph graph;
  const ImportedGraph model = import_graph_def(graph, tensorflow_file("cnn.pb"), {.batch = 12});
  Session session(graph);
  const std::vector<std::pair<Output, Tensor>> start =
      model.restored(read_tensorflow_checkpoint(tensorflow_file("cnn.ckpt")));
  const Feeds feeds{{model.find("x"), values.at("x")}, {model.find("labels"), values.at("labels")}};
  for (const std::string optimizer : {"gradient_descent", "momentum", "nesterov", "adagrad", "adam",
                                      "adadelta", "rms_prop", "centered"}) {
    CAPTURE(optimizer);
    session.set(start);
    CHECK(largest_difference(session.eval(model.find("logits"), feeds), values.at("logits")) <
          1e-6);
    CHECK(largest_difference(session.eval(model.find("loss"), feeds), values.at("loss")) < 1e-6);
    session.run(model.find("train_" + optimizer), feeds, {.steps = 10});
    for (const std::string variable : {"kernel", "bias", "dense", "offset"}) {
      CAPTURE(variable);
      CHECK(largest_difference(session.value(model.find(variable)),
                               values.at(optimizer + ":" + variable)) < 5e-6);
    }
    CHECK(largest_difference(session.eval(model.find("loss"), feeds),
                             values.at(optimizer + ":loss")) < 2e-6);
  }
}

TEST_CASE("a SavedModel is read from its folder") {
  const std::map<std::string, Tensor> values = recorded_values("saved_model");
  Graph graph;
  const ImportedGraph model = import_graph_def(graph, tensorflow_file("saved_model"));
  Session session(graph);
  session.set(model.restored(
      read_tensorflow_checkpoint(tensorflow_file("saved_model/variables/variables"))));
  CHECK(largest_difference(session.eval(model.find("y"), {{model.find("x"), values.at("x")}}),
                           values.at("y")) < 1e-6);
  CHECK(is_trainable(model.variables.at("w")));
  Graph other;
  CHECK_THROWS_AS(import_graph_def(other, tensorflow_file("saved_model"), {.tags = {"train"}}),
                  FileError);
}

TEST_CASE("a MetaGraphDef tells which variables are trainable") {
  Graph graph;
  const ImportedGraph model =
      import_graph_def(graph, tensorflow_file("mlp_adam.ckpt.meta"), {.batch = 256});
  CHECK(is_trainable(model.variables.at("l1/W")));
  CHECK_FALSE(is_trainable(model.variables.at("l1/W/Adam")));
  CHECK_FALSE(is_trainable(model.variables.at("beta1_power")));
}

}  // namespace deft
