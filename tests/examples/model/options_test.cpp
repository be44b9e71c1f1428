#include "model/options.hpp"

#include <doctest/doctest.h>

#include "caught.hpp"
#include "common/errors.hpp"

namespace examples::model {
namespace {

Options parse(std::vector<const char*> arguments) { return parse_options(arguments); }

std::string error(std::vector<const char*> arguments) {
  return deft::caught<UserError>([&] { parse_options(arguments); }).what();
}

}  // namespace

TEST_CASE("every option of model sets its field") {
  const Options options = parse({"m.onnx",       "--run",
                                 "in.npz",       "--output=out.npz",
                                 "--compare",    "expected.npz",
                                 "--rtol",       "0",
                                 "--atol",       "1e-9",
                                 "--time",       "0.5",
                                 "--profile",    "trace.json",
                                 "--dot",        "m.dot",
                                 "--convert",    "m.pb",
                                 "--checkpoint", "m.ckpt",
                                 "--batch",      "0",
                                 "--dims",       "height=224,a=b=3",
                                 "--outputs",    "y,z:1",
                                 "--threads",    "2",
                                 "--json"});
  CHECK(options.file == "m.onnx");
  CHECK(options.run == "in.npz");
  CHECK(options.output == "out.npz");
  CHECK(options.compare == "expected.npz");
  CHECK(options.rtol == 0);
  CHECK(options.atol == 1e-9);
  CHECK(options.time == 0.5);
  CHECK(options.profile == "trace.json");
  CHECK(options.dot == "m.dot");
  CHECK(options.convert == "m.pb");
  CHECK(options.checkpoint == "m.ckpt");
  CHECK(options.batch == 0);
  CHECK(options.dims == std::map<std::string, std::int64_t>{{"height", 224}, {"a=b", 3}});
  CHECK(options.outputs == std::vector<std::string>{"y", "z:1"});
  CHECK(options.threads == 2);
  CHECK(options.json);
  CHECK(options.computes());
}

TEST_CASE("a model alone is described") {
  const Options options = parse({"m.onnx"});
  CHECK_FALSE(options.computes());
  CHECK_FALSE(options.time.has_value());
  CHECK(options.rtol == 1e-3);
  CHECK(options.atol == 1e-7);
  CHECK(parse({"m.onnx", "--time"}).time == 1);
  CHECK(parse({"m.onnx", "--time", "--json"}).json);
  CHECK(parse({"--help"}).help);
}

TEST_CASE("what model cannot do is refused before it begins") {
  CHECK(error({}) == "give the file of a model first; --help says more");
  CHECK(error({"--json"}) == "give the file of a model first; --help says more");
  CHECK(error({"m.onnx", "--rtol", "1e-3"}) == "--rtol and --atol are for --compare");
  CHECK(error({"m.onnx", "--rtol", "-1"}) == "--rtol: \"-1\" is less than zero");
  CHECK(error({"m.onnx", "--time", "0"}) == "--time: \"0\" is not greater than zero");
  CHECK(error({"m.onnx", "--time="}) == "--time needs a value: [SECONDS]");
  CHECK(error({"m.onnx", "--dims", "height"}) ==
        "--dims: \"height\" is no list of name=N with commas between them");
  CHECK(error({"m.onnx", "--dims", "=3"}) ==
        "--dims: \"=3\" is no list of name=N with commas between them");
  CHECK(error({"m.onnx", "--dims", "a=1,a=2"}) == "--dims: \"a=1,a=2\" has \"a\" twice");
  CHECK(error({"m.onnx", "--dims", "a=-1"}) ==
        "--dims: \"-1\" is not a whole number from 0 to 1000000000");
  CHECK(error({"m.onnx", "--outputs", "a,,b"}) == "--outputs: \"a,,b\" has an empty part");
  CHECK(error({"m.onnx", "--convert", "m.h5"}) ==
        "--convert: m.h5: the name says no format; it is to end in .onnx, .pb, .pbtxt, .npz, "
        ".safetensors or .ckpt");
  CHECK(error({"m.onnx", "--run", "a.npz", "--output", "./a.npz"})
            .starts_with("--run and --output name the same file"));
  CHECK(error({"m.onnx", "--output", "a.npz", "--compare", "./a.npz"})
            .starts_with("--compare and --output name the same file"));
}

}  // namespace examples::model
