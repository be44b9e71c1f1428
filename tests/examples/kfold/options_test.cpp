#include "kfold/options.hpp"

#include <doctest/doctest.h>

#include "caught.hpp"
#include "common/errors.hpp"

namespace examples::kfold {
namespace {

using Penalties = std::vector<double>;

Options parse(std::vector<const char*> arguments) { return parse_options(arguments); }

std::string error(std::vector<const char*> arguments) {
  return deft::caught<UserError>([&] { parse_options(arguments); }).what();
}

}  // namespace

TEST_CASE("every option sets its field") {
  const Options options =
      parse({"--data", "a.csv", "--target", "y", "--folds=3", "--penalties", "1,0.5,2e1", "--steps",
             "7", "--learning-rate", "0.25", "--threads", "2", "--svg", "a.svg", "--seed",
             "4294967295", "--json", "--help"});
  CHECK(options.data == "a.csv");
  CHECK(options.target == "y");
  CHECK(options.folds == 3);
  CHECK(options.penalties == Penalties{0.5, 1, 20});
  CHECK(options.steps == 7);
  CHECK(options.learning_rate == 0.25);
  CHECK(options.threads == 2);
  CHECK(options.svg == "a.svg");
  CHECK(options.seed == 4294967295U);
  CHECK(options.json);
  CHECK(options.help);
  CHECK(parse({"--rows", "9"}).rows == 9);
  CHECK(parse({"--features", "8"}).features == 8);
  CHECK(parse({"--penalties", "3"}).penalties == Penalties{3});
}

TEST_CASE("the help text tells the defaults") {
  const Options options = parse({});
  const std::string text = usage();
  const auto tells = [&](const std::string& name, std::int64_t value) {
    const std::size_t line = text.find("\n  " + name + " ");
    const std::size_t said = text.find("(default " + std::to_string(value) + ")", line);
    return line != std::string::npos && said < text.find('\n', line + 1);
  };
  CHECK(tells("--rows", options.rows));
  CHECK(tells("--features", options.features));
  CHECK(tells("--seed", options.seed));
  CHECK(tells("--folds", options.folds));
  CHECK(tells("--steps", options.steps));
  CHECK(options.penalties.front() == 0.001);
  CHECK(options.penalties.back() == 100);
  for (const char* name :
       {"--data", "--target", "--penalties", "--learning-rate", "--threads", "--svg", "--json"}) {
    CAPTURE(name);
    CHECK(text.find("\n  " + std::string(name) + " ") != std::string::npos);
  }
}

TEST_CASE("mistakes are named") {
  CHECK(error({"--plot", "a.svg"}) == "\"--plot\" is not an option; --help lists them");
  CHECK(error({"--folds", "1"}) == "--folds: \"1\" is not a whole number from 2 to 100");
  CHECK(error({"--rows", "1"}).starts_with("--rows: \"1\" is not a whole number from 2 to "));
  CHECK(error({"--features", "0"}).starts_with("--features: \"0\" is not a whole number from 1 "));
  CHECK(error({"--steps", "0"}).starts_with("--steps: \"0\" is not a whole number from 1 to "));
  CHECK(error({"--seed", "4294967296"}).ends_with(" is not a whole number from 0 to 4294967295"));
  CHECK(error({"--learning-rate", "0"}) == "--learning-rate: \"0\" is not greater than zero");
}

TEST_CASE("penalties are distinct numbers greater than zero") {
  CHECK(error({"--penalties", ""}) == "--penalties needs a value: LIST");
  CHECK(error({"--penalties", "1,,2"}) == "--penalties: \"\" is not a number");
  CHECK(error({"--penalties", "1,"}) == "--penalties: \"\" is not a number");
  CHECK(error({"--penalties", "1 2"}) == "--penalties: \"1 2\" is not a number");
  CHECK(error({"--penalties", "1,0"}) == "--penalties: \"0\" is not greater than zero");
  CHECK(error({"--penalties", "2,1,2.0"}) == "--penalties: \"2,1,2.0\" has 2 twice");
  CHECK(error({"--penalties", "1e101"}).ends_with("has numbers outside 1e-100 to 1e+100"));
  CHECK(error({"--penalties", "1e-101"}).ends_with("has numbers outside 1e-100 to 1e+100"));
  std::string many = "1";
  for (int i = 2; i <= 101; ++i) many += "," + std::to_string(i);
  CHECK(error({"--penalties", many.c_str()}).ends_with(" has more than 100 numbers"));
}

TEST_CASE("options that contradict each other") {
  CHECK(error({"--data", "a.csv", "--rows", "5"}) ==
        "--rows is for generated data; leave it out with --data");
  CHECK(error({"--features", "5", "--data", "a.csv"}) ==
        "--features is for generated data; leave it out with --data");
  CHECK(error({"--target", "y"}) == "--target names a column of a file; give the file with --data");
  CHECK(error({"--data", "a", "--svg", "a"}) == "--data and --svg name the same file, \"a\"");
  CHECK(error({"--trace", "./a", "--svg", "a"}) == "--svg and --trace name the same file, \"./a\"");
}

}  // namespace examples::kfold
