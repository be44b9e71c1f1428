#include "regression/options.hpp"

#include <doctest/doctest.h>

#include "caught.hpp"
#include "common/errors.hpp"

namespace examples::regression {
namespace {

Options parse(std::vector<const char*> arguments) { return parse_options(arguments); }

std::string error(std::vector<const char*> arguments) {
  return deft::caught<UserError>([&] { parse_options(arguments); }).what();
}

}  // namespace

TEST_CASE("without options the article's run") {
  const Options options = parse({});
  CHECK(options.rows == 10'000);
  CHECK(options.epochs == 10'000);
  CHECK(options.learning_rate == 0.001);
  CHECK(options.dtype == deft::DType::f64);
  CHECK(options.gradients == std::vector{GradientKind::manual, GradientKind::symbolic});
  CHECK(options.intercept);
  CHECK_FALSE(options.json);
}

TEST_CASE("every option sets its field") {
  const Options options = parse({"--epochs=7",
                                 "--learning-rate",
                                 "0.5",
                                 "--dtype",
                                 "f32",
                                 "--threads",
                                 "3",
                                 "--gradient",
                                 "symbolic",
                                 "--data",
                                 "a.csv",
                                 "--target",
                                 "y",
                                 "--degree",
                                 "2",
                                 "--no-intercept",
                                 "--plot",
                                 "a.svg",
                                 "--graph=--a.dot",
                                 "--json",
                                 "--help"});
  CHECK(options.epochs == 7);
  CHECK(options.learning_rate == 0.5);
  CHECK(options.dtype == deft::DType::f32);
  CHECK(options.threads == 3);
  CHECK(options.gradients == std::vector{GradientKind::symbolic});
  CHECK(options.data == "a.csv");
  CHECK(options.target == "y");
  CHECK(options.degree == 2);
  CHECK_FALSE(options.intercept);
  CHECK(options.plot == "a.svg");
  CHECK(options.graph == "--a.dot");
  CHECK(options.json);
  CHECK(options.help);
  CHECK_FALSE(options.standardize);
  CHECK(parse({"--standardize"}).standardize);
  CHECK(parse({"--rows", "2"}).rows == 2);
  CHECK(parse({"--gradient", "manual"}).gradients == std::vector{GradientKind::manual});
  CHECK(parse({"--gradient", "both"}).gradients.size() == 2);
}

TEST_CASE("mistakes are named") {
  CHECK(error({"--bogus"}) == "\"--bogus\" is not an option; --help lists them");
  CHECK(error({"data.csv"}) == "\"data.csv\" is not an option; --help lists them");
  CHECK(error({""}) == "\"\" is not an option; --help lists them");
  CHECK(error({"--row=5"}) == "\"--row\" is not an option; --help lists them");
  CHECK(error({"--rows"}) == "--rows needs a value: N");
  CHECK(error({"--rows="}) == "--rows needs a value: N");
  CHECK(error({"--rows", "5", "--rows", "6"}) == "--rows is given twice");
  CHECK(error({"--plot", "--json"}) == "--plot needs a value: FILE.svg");
  CHECK(error({"--data", ""}) == "--data needs a value: FILE.csv");
  CHECK(error({"--json=1"}) == "--json takes no value");
  for (const char* rows :
       {"-5", "0", "1", "1e4", "12x", " 12", "99999999999999999999", "100000000"}) {
    CHECK(error({"--rows", rows}) ==
          "--rows: \"" + std::string(rows) + "\" is not a whole number from 2 to 10000000");
  }
  CHECK(error({"--epochs", "-1"}).starts_with("--epochs: \"-1\" is not a whole number from 0 to "));
  CHECK(error({"--threads", "0"}).starts_with("--threads: \"0\" is not a whole number from 1 to "));
  CHECK(error({"--degree", "0"}).starts_with("--degree: \"0\" is not a whole number from 1 to "));
  CHECK(error({"--learning-rate", "nan"}) == "--learning-rate: \"nan\" is not finite");
  CHECK(error({"--learning-rate", "0"}) == "--learning-rate: \"0\" is not greater than zero");
  CHECK(error({"--learning-rate", "-0.1"}) == "--learning-rate: \"-0.1\" is not greater than zero");
  CHECK(error({"--learning-rate", "0.1x"}) == "--learning-rate: \"0.1x\" is not a number");
  CHECK(error({"--learning-rate", "1e999"}) ==
        "--learning-rate: \"1e999\" is outside the range of double");
  CHECK(error({"--dtype", "f16"}) == "--dtype: \"f16\" is neither f32 nor f64");
  CHECK(error({"--gradient", "no"}) == "--gradient: \"no\" is none of manual, symbolic and both");
}

TEST_CASE("options that contradict each other") {
  CHECK(error({"--learning-rate", "1e300", "--dtype", "f32"}) ==
        "--learning-rate: 1e+300 does not fit f32");
  CHECK(error({"--dtype", "f32", "--learning-rate", "1e-300"}) ==
        "--learning-rate: 1e-300 does not fit f32");
  CHECK(error({"--data", "a.csv", "--rows", "5"}) ==
        "--rows is for generated data; leave it out with --data");
  CHECK(error({"--target", "y"}) == "--target names a column of a file; give the file with --data");
  CHECK(error({"--standardize", "--no-intercept"}) ==
        "--standardize moves columns to mean 0, which takes a constant term; leave out "
        "--no-intercept");
  CHECK(error({"--plot", "a", "--graph", "a"}) == "--plot and --graph name the same file, \"a\"");
  CHECK(error({"--data", "a", "--plot", "a"}) == "--data and --plot name the same file, \"a\"");
  CHECK(error({"--data", "a", "--graph", "a"}) == "--data and --graph name the same file, \"a\"");
  CHECK(error({"--plot", "./a", "--data", "a"}) == "--data and --plot name the same file, \"./a\"");
}

TEST_CASE("the help text has every option") {
  const std::string text = usage();
  for (const char* option : {"--rows", "--epochs", "--learning-rate", "--dtype", "--threads",
                             "--gradient", "--data", "--target", "--degree", "--no-intercept",
                             "--standardize", "--plot", "--graph", "--json", "--help"}) {
    CAPTURE(option);
    CHECK(text.find("\n  " + std::string(option) + " ") != std::string::npos);
  }
}

}  // namespace examples::regression
