#include "fashion/options.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "caught.hpp"
#include "common/errors.hpp"

namespace examples::fashion {
namespace {

Options parse(const std::vector<const char*>& words) { return parse_options(words); }

std::string refused(const std::vector<const char*>& words) {
  return deft::caught<UserError>([&] { parse_options(words); }).what();
}

}  // namespace

TEST_CASE("fashion options by default") {
  const Options options = parse({});
  CHECK(options.model == ModelKind::mlp);
  CHECK(options.epochs == 20);
  CHECK(options.seed == 1);
  CHECK(options.threads == 0);
  CHECK(options.data == "/usr/share/datasets/fashion-mnist");
  CHECK(!options.resume);
  CHECK(!options.json);
  CHECK(parse({"--model", "cnn"}).epochs == 15);
}

TEST_CASE("every option of fashion") {
  const Options options =
      parse({"--model=cnn", "--epochs", "7", "--seed", "0", "--threads", "3", "--data", "d",
             "--checkpoint", "c", "--resume", "--tensorboard", "t", "--svg", "s", "--json"});
  CHECK(options.model == ModelKind::cnn);
  CHECK(options.epochs == 7);
  CHECK(options.seed == 0);
  CHECK(options.threads == 3);
  CHECK(options.data == "d");
  CHECK(options.checkpoint == "c");
  CHECK(options.resume);
  CHECK(options.tensorboard == "t");
  CHECK(options.svg == "s");
  CHECK(options.json);
  CHECK(parse({"--help"}).help);
}

TEST_CASE("options that fashion refuses") {
  CHECK(refused({"--model", "rnn"}) == "--model: \"rnn\" is neither mlp nor cnn");
  CHECK(refused({"--epochs", "0"}).find("--epochs: \"0\"") == 0);
  CHECK(refused({"--seed", "-1"}).find("--seed: \"-1\"") == 0);
  CHECK(refused({"--resume"}) ==
        "--resume goes on from a checkpoint; give its folder with --checkpoint");
}

TEST_CASE("the help text of fashion has every option") {
  for (const char* option : {"--model", "--epochs", "--seed", "--threads", "--data", "--checkpoint",
                             "--resume", "--tensorboard", "--svg", "--json", "--help"}) {
    CAPTURE(option);
    CHECK(usage().find(std::string("\n  ") + option) != std::string::npos);
  }
}

}  // namespace examples::fashion
