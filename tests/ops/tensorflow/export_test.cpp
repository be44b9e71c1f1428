#include <deft/tensorflow/tensorflow.hpp>

#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/tensorflow/recorded_values.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

/// A graph, and what was imported to it.
struct Model {
  Graph graph;
  ImportedGraph imported;
};

Model imported_from(const std::string& path, const ImportGraphDefOptions& options) {
  Model model;
  model.imported = import_graph_def(model.graph, path, options);
  return model;
}

std::vector<Output> found(const ImportedGraph& model, const std::vector<std::string>& names) {
  std::vector<Output> outputs;
  for (const std::string& name : names) outputs.push_back(model.find(name));
  return outputs;
}

}  // namespace

TEST_CASE("a model that is exported and imported computes and trains to the same bits") {
  const TempFolder folder;
  struct Case {
    std::string model;
    std::vector<std::string> trains;
    std::int64_t batch;
    bool has_feeds;
  };
  for (const Case& c :
       {Case{"linreg_ref", {"train", "train_manual"}, 0, false},
        Case{"mlp_adam", {"train"}, 256, true}, Case{"mlp_adagrad", {"train"}, 256, true},
        Case{"cnn", {"train_adam", "train_centered", "train_adadelta"}, 12, true}})
    for (const char* extension : {".pb", ".pbtxt"}) {
      CAPTURE(c.model);
      INFO(extension);
      const bool is_regression = c.model == "linreg_ref";
      const std::string loss = is_regression ? "mse" : "loss";
      std::vector<std::string> names = c.trains;
      names.push_back(loss);
      const Model first = imported_from(tensorflow_file(c.model + ".pb"),
                                        {.batch = c.batch, .initial_values = false});
      const std::string path = folder / ("exported" + std::string(extension));
      export_graph_def(found(first.imported, names), path);
      const Model second = imported_from(path, {});
      REQUIRE_FALSE(second.imported.variables.empty());
      const auto checkpoint = read_tensorflow_checkpoint(tensorflow_file(c.model + ".ckpt"));
      const std::map<std::string, Tensor> values = recorded_values(c.model);
      for (const std::string& train : c.trains) {
        std::vector<std::map<std::string, Tensor>> results;
        for (const Model* const model : {&first, &second}) {
          Session session(model->graph);
          session.set(model->imported.restored(checkpoint));
          Feeds feeds;
          if (c.has_feeds)
            feeds = {{model->imported.find("x"), values.at("x")},
                     {model->imported.find("labels"), values.at("labels")}};
          session.run(model->imported.find(train), feeds, {.steps = 7});
          std::map<std::string, Tensor> result;
          for (const auto& [name, variable] : model->imported.variables)
            result.emplace(name, session.value(variable));
          result.emplace("the loss", session.eval(model->imported.find(loss), feeds));
          results.push_back(std::move(result));
        }
        for (const auto& result : results[1]) {
          CAPTURE(result.first);
          CHECK(bitwise_equal(result.second, results[0].at(result.first)));
        }
      }
    }
}

TEST_CASE("a program of deft's is exported with its initializer, and frozen") {
  const TempFolder folder;
  Graph graph;
  const Output x = placeholder(graph, DType::f32, {4, 3}, {.name = "x"});
  const Output w = variable(graph, Tensor{{0.5F}, {-1.0F}, {2.0F}}, {.name = "w"});
  const Output b = variable(zeros(graph, DType::f32, {1}), {.name = "b"});
  const Output y = add(matmul(x, w), b, {.name = "y"});
  const Output loss = reduce_mean(square(y - 1), {.name = "loss"});
  const std::vector<Output> slopes = gradients(loss, {w, b});
  const Output swap =
      group({assign_sub(w, 0.1 * slopes[0]), assign(b, b - 0.1 * slopes[1])}, {.name = "step"});
  const Output init = global_variables_initializer(graph, {.name = "init"});
  const Tensor data{
      {1.0F, 2.0F, 3.0F}, {0.5F, -1.0F, 2.0F}, {0.0F, 1.0F, 0.0F}, {4.0F, 4.0F, 4.0F}};
  Session session(graph);
  session.run(init);
  session.run(swap, {{x, data}}, {.steps = 5});

  export_graph_def({swap, loss, y, init}, folder / "model.pb");
  const Model again = imported_from(folder / "model.pb", {});
  Session other(again.graph);
  other.run(again.imported.find("init"));
  other.run(again.imported.find("step"), {{again.imported.find("x"), data}}, {.steps = 5});
  CHECK(bitwise_equal(other.value(again.imported.variables.at("w")), session.value(w)));
  CHECK(bitwise_equal(other.value(again.imported.variables.at("b")), session.value(b)));

  export_graph_def({y}, folder / "frozen.pb",
                   {.values = {{w, session.value(w)}, {b, session.value(b)}}, .freeze = true});
  const Model frozen = imported_from(folder / "frozen.pb", {});
  CHECK(frozen.imported.variables.empty());
  CHECK(bitwise_equal(
      Session(frozen.graph).eval(frozen.imported.find("y"), {{frozen.imported.find("x"), data}}),
      session.eval(y, {{x, data}})));
}

TEST_CASE("assigns read and write in deft's order") {
  const TempFolder folder;
  Graph graph;
  const Output a = variable(graph, Tensor::scalar(1.0), {.name = "a"});
  const Output b = variable(graph, Tensor::scalar(2.0), {.name = "b"});
  const Output swap = group({assign(a, b), assign(b, a)}, {.name = "swap"});
  const Output doubled = assign_add(a, a, {.name = "doubled"});
  const Output after = [&] {
    const ControlDependencies behind(graph, {doubled});
    return add(a, 0.5, {.name = "after"});
  }();
  export_graph_def({swap, after}, folder / "swap.pb");
  const Model again = imported_from(folder / "swap.pb", {});
  Session session(again.graph);
  session.run(global_variables_initializer(again.graph));
  session.run(again.imported.find("swap"));
  CHECK(session.value(again.imported.variables.at("a")).item<double>() == 2);
  CHECK(session.value(again.imported.variables.at("b")).item<double>() == 1);
  CHECK(session.eval(again.imported.find("after")).item<double>() == 4.5);
}

TEST_CASE("each op that can be exported comes back to the same bits") {
  Graph graph;
  const ImportedGraph ops = import_graph_def(graph, tensorflow_file("ops.pb"));
  Session session(graph);
  const TempFolder folder;
  std::size_t exported = 0;
  for (const auto& node : ops.nodes) {
    const std::string& name = node.first;
    const std::vector<Output>& outputs = node.second;
    if (!name.starts_with("out/")) continue;
    CAPTURE(name);
    std::string bytes;
    try {
      bytes = graph_def_bytes(outputs);
    } catch (const GraphError& error) {
      CHECK(std::string(error.what()).find("cannot be exported") != std::string::npos);
      continue;
    }
    ++exported;
    Graph again;
    const ImportedGraph back = import_graph_def(again, bytes, GraphDefFormat::graph_def);
    CHECK(bitwise_equal(Session(again).eval(back.find(name)), session.eval(outputs[0])));
  }
  CHECK(exported >= 235);
}

TEST_CASE("all that cannot be exported is listed at once") {
  Graph graph;
  const Output x = placeholder(graph, DType::f32, {3, 3}, {.name = "x"});
  const Output s = top_k(x, 3, {.name = "best"}).values;
  const Output c = cholesky(x, {.name = "root"});
  try {
    graph_def_bytes({s + c});
    FAIL("it was exported");
  } catch (const GraphError& error) {
    const std::string text = error.what();
    CHECK(text.find("top_k 'best'") != std::string::npos);
    CHECK(text.find("cholesky 'root'") != std::string::npos);
  }
  CHECK_THROWS_AS(graph_def_bytes({}), GraphError);
  CHECK_THROWS_AS(graph_def_bytes({x}, {.values = {{x, Tensor{1.0F}}}}), GraphError);
}

}  // namespace deft
