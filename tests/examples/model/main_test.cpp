// Runs the program as a user does.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "examples/json.hpp"
#include "examples/program.hpp"
#include "support/data_path.hpp"
#include "support/temp_folder.hpp"
#include "support/trace.hpp"

namespace examples {
namespace {

Outcome model_program(std::vector<std::string> options) {
  options.insert(options.begin(), MODEL_PROGRAM);
  return run(options);
}

std::string onnx(const std::string& name) { return deft::data_path("onnx/" + name + ".onnx"); }
std::string tensorflow(const std::string& name) { return deft::data_path("tensorflow/" + name); }

Json json_of(std::vector<std::string> options, int status = 0) {
  options.emplace_back("--json");
  const Outcome outcome = model_program(options);
  CAPTURE(outcome.err);
  CHECK(outcome.status == status);
  return JsonReader(outcome.out).whole();
}

void check_fails(const std::vector<std::string>& options, const std::string& text) {
  check_failed(model_program(options), 2, "model", text);
}

/// The inputs and outputs that are recorded for a model, as files with the model's own names.
struct Recorded {
  explicit Recorded(const std::string& name) {
    std::vector<deft::NamedTensor> in;
    std::vector<deft::NamedTensor> out;
    for (const auto& [key, tensor] : deft::read_npz(deft::data_path("onnx/" + name + ".npz"))) {
      if (key.starts_with("in:")) in.push_back({key.substr(3), tensor});
      if (key.starts_with("out:")) out.push_back({key.substr(4), tensor});
    }
    deft::write_npz(inputs, in);
    deft::write_npz(outputs, out);
  }

  deft::TempFolder folder;
  std::string inputs = folder / "in.npz";
  std::string outputs = folder / "expected.npz";
};

}  // namespace

TEST_CASE("a model is described") {
  const Json json = json_of({onnx("tf/linreg")});
  CHECK(json["format"].text == "ONNX");
  CHECK(json["versions"]["opset"].text != "");
  CHECK(json["unsupported"].items.empty());
  REQUIRE(json["inputs"].items.size() == 2);
  CHECK(json["inputs"][0]["name"].text == "x:0");
  CHECK(json["inputs"][0]["shape"][1].number == 2);
  CHECK(json["outputs"][1]["name"].text == "mse:0");
  CHECK(json["parameters"].number > 0);
  CHECK(json["bytes"].number >= 4 * json["parameters"].number);
  CHECK(json["operations"]["MatMul"].number == 1);

  const Outcome outcome = model_program({onnx("tf/linreg")});
  CHECK(outcome.status == 0);
  for (const char* part : {"linreg.onnx: ONNX, ir ", "inputs\n", "outputs\n", "parameters\n",
                           "MatMul", "all of it can be imported"})
    CHECK(has(outcome.out, part));
}

TEST_CASE("what cannot be imported is listed, and has a status of its own") {
  const Outcome outcome = model_program({onnx("skl/svr")});
  CHECK(outcome.status == 3);
  CHECK(has(outcome.err, "svr.onnx cannot be imported"));
  CHECK(has(outcome.out, "ai.onnx.ml.SVMRegressor"));
  CHECK(has(outcome.out,
            "cannot be imported\n  SVMRegressor \"SVM\" (ai.onnx.ml 1): deft has no "
            "support vector machines\n"));
  const Json json = json_of({onnx("negative/tf2onnx_unregistered_op")}, 3);
  CHECK(json["unsupported"].items.size() > 0);
  CHECK(json["operations"]["BroadcastGradientArgs"].number > 0);
}

TEST_CASE("outputs are computed, written and compared") {
  const Recorded recorded("skl/mlpr_tanh");
  const std::string written = recorded.folder / "out.npz";
  const Json json = json_of({onnx("skl/mlpr_tanh"), "--run", recorded.inputs, "--output", written,
                             "--compare", recorded.outputs, "--rtol", "1e-5"});
  REQUIRE(json["differences"].items.size() == 1);
  CHECK(json["differences"][0]["absolute"].number < 1e-4);
  CHECK(json["differences"][0]["allowed"].text == "true");
  const std::vector<deft::NamedTensor> out = deft::read_npz(written);
  const std::vector<deft::NamedTensor> expected = deft::read_npz(recorded.outputs);
  REQUIRE(out.size() == 1);
  CHECK(out[0].name == expected.at(0).name);
  CHECK(out[0].tensor.spec() == expected[0].tensor.spec());

  deft::write_npz(
      recorded.outputs,
      {{out[0].name, deft::Tensor::zeros(out[0].tensor.dtype(), out[0].tensor.shape())}});
  const Outcome differs = model_program(
      {onnx("skl/mlpr_tanh"), "--run", recorded.inputs, "--compare", recorded.outputs});
  CHECK(differs.status == 1);
  CHECK(has(differs.out, "beyond what is allowed"));
}

TEST_CASE("inputs that must be known become constants, and no others") {
  const Recorded recorded("features/loop_sum_scanout");
  const Json json = json_of(
      {onnx("features/loop_sum_scanout"), "--run", recorded.inputs, "--compare", recorded.outputs});
  REQUIRE(json["constants"].items.size() == 1);
  CHECK(json["constants"][0].text == "n");
  CHECK(json["differences"].items.size() == 2);

  const std::string weights = recorded.folder / "w.npz";
  const Outcome outcome = model_program(
      {onnx("features/loop_sum_scanout"), "--run", recorded.inputs, "--convert", weights});
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(deft::read_npz(weights).empty());  // it has no floating parameters
}

TEST_CASE("initializers are overridden by name") {
  const Recorded recorded("features/init_overridden");
  const Json json = json_of(
      {onnx("features/init_overridden"), "--run", recorded.inputs, "--compare", recorded.outputs});
  CHECK(json["constants"].items.empty());
}

TEST_CASE("keys that are wrong or missing are answered by those that there are") {
  const deft::TempFolder folder;
  const auto file = [&](const std::vector<deft::NamedTensor>& tensors) {
    deft::write_npz(folder / "in.npz", tensors);
    return folder / "in.npz";
  };
  const std::string model = onnx("skl/mlpr_tanh");  // X f32[?, 5]
  const deft::Tensor right = deft::Tensor::zeros(deft::DType::f32, {2, 5});
  check_fails({model, "--run", file({{"x", right}})},
              "in.npz has \"x\", which is no input of the model; it has \"X\"");
  check_fails({model, "--run", file({})}, "the outputs need the input \"X\", f32[?, 5], which ");
  check_fails({model, "--run", file({})}, "does not have; it has nothing");
  check_fails({model, "--run", file({{"X", deft::Tensor::zeros(deft::DType::f32, {2, 6})}})},
              "\"X\" is f32[2, 6] in ");
  check_fails({model, "--run", file({{"X", deft::Tensor::zeros(deft::DType::f64, {2, 5})}})},
              "\"X\" is f64[2, 5] in ");
  const std::string expected = folder / "expected.npz";
  deft::write_npz(expected, {{"X", right}});
  check_fails({model, "--run", file({{"X", right}}), "--compare", expected},
              ", an output of the model; it has \"X\"");
  check_fails({model, "--dims", "N=3"}, "--dims: no input has a dimension \"N\"; none has a name");
  check_fails({model, "--checkpoint", "a"}, "--checkpoint is for graphs of TensorFlow");
  check_fails({folder / "none.onnx"}, "No such file or directory");
  check_fails({folder / "model.h5"}, "the name says no format");
}

TEST_CASE("random inputs are measured, profiled and drawn") {
  const deft::TempFolder folder;
  const Json json =
      json_of({onnx("skl/mlpr_tanh"), "--time", "0.01", "--batch", "3", "--profile",
               folder / "trace.json", "--dot", folder / "model.dot", "--threads", "1"});
  CHECK(json["timing"]["runs"].number >= 3);
  CHECK(json["timing"]["threads"].number == 1);
  CHECK(json["timing"]["median_seconds"].number >= json["timing"]["fastest_seconds"].number);
  CHECK(json["timing"]["first_run_seconds"].number > 0);
  CHECK(json["import_seconds"].number > 0);
  CHECK(json["results"][0]["shape"][0].number == 3);
  CHECK(JsonReader(folder.read("trace.json")).whole()["traceEvents"].items.size() > 0);
  CHECK(has(folder.read("model.dot"), "digraph"));
}

TEST_CASE("a graph of TensorFlow runs with the checkpoint beside it") {
  const Json json = json_of({tensorflow("linreg_ref.ckpt.meta")});
  CHECK(json["format"].text == "TensorFlow MetaGraphDef");
  CHECK(json["operations"]["MatMul"].number > 0);

  const deft::TempFolder folder;
  const std::vector<deft::NamedTensor> weights =
      deft::read_npz(deft::data_path("tensorflow/linreg_ref.npz"));
  const std::string weights_file = folder / "w.npz";
  CHECK(model_program({tensorflow("linreg_ref.ckpt.meta"), "--convert", weights_file}).status == 0);
  CHECK(deft::read_npz(weights_file).size() > 0);
}

TEST_CASE("a frozen graph becomes a model of ONNX, which computes the same") {
  const deft::TempFolder folder;
  const std::string frozen = tensorflow("mlp_adam_frozen.pb");
  const std::string converted = folder / "mlp.onnx";
  const Json described = json_of({frozen});
  REQUIRE(described["inputs"].items.size() == 1);
  const std::string input = described["inputs"][0]["name"].text;
  deft::write_npz(folder / "in.npz", {{input, deft::Tensor::zeros(deft::DType::f32, {4, 8})}});
  CHECK(
      model_program({frozen, "--run", folder / "in.npz", "--output", folder / "out.npz"}).status ==
      0);
  CHECK(model_program({frozen, "--convert", converted}).status == 0);
  const Json json = json_of({converted, "--run", folder / "in.npz", "--compare", folder / "out.npz",
                             "--rtol", "0", "--atol", "0"});
  CHECK(json["differences"].items.size() > 0);
}

TEST_CASE("a model of ONNX becomes a graph of TensorFlow, as text too") {
  const Recorded recorded("tf/linreg");
  for (const char* name : {"linreg.pb", "linreg.pbtxt"}) {
    const std::string converted = recorded.folder / name;
    CHECK(model_program({onnx("tf/linreg"), "--convert", converted}).status == 0);
    const Json json = json_of({converted});
    CHECK(json["unsupported"].items.empty());
    CHECK(json["inputs"].items.size() == 2);
    CHECK(json["operations"]["MatMul"].number == 1);
  }
}

TEST_CASE("weights go from a checkpoint to other files of tensors and back") {
  const deft::TempFolder folder;
  const std::string checkpoint = tensorflow("mlp_adam.ckpt.index");
  CHECK(model_program({checkpoint, "--convert", folder / "a.safetensors"}).status == 0);
  CHECK(model_program({folder / "a.safetensors", "--convert", folder / "b.ckpt"}).status == 0);
  CHECK(model_program({folder / "b.ckpt.index", "--convert", folder / "c.npz"}).status == 0);
  const Json first = json_of({checkpoint});
  const Json last = json_of({folder / "c.npz"});
  REQUIRE(first["tensors"].items.size() > 0);
  CHECK(first["tensors"].items.size() == last["tensors"].items.size());
  CHECK(first["bytes"].number == last["bytes"].number);
  check_fails({checkpoint, "--convert", folder / "d.onnx"}, "tensors without a model become");
  check_fails({checkpoint, "--time"}, "has no model, but tensors");
}

}  // namespace examples
