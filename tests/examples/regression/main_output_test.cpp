// Runs the program as a user does, and looks at what it writes.

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "examples/json.hpp"
#include "examples/regression/methods.hpp"
#include "examples/regression/run.hpp"

namespace examples::regression {

TEST_CASE("plot and graph are written, and replaced") {
  const deft::TempFolder folder;
  for (const char* epochs : {"10", "0"}) {
    const Outcome outcome = regression_program({"--rows", "50", "--epochs", epochs, "--plot",
                                                folder / "fit.svg", "--graph", folder / "g.dot"});
    CHECK(outcome.status == 0);
    CHECK(folder.names() == std::set<std::string>{"fit.svg", "g.dot"});
    CHECK(folder.read("fit.svg").starts_with("<svg "));
    CHECK(folder.read("fit.svg").ends_with("</svg>\n"));
    CHECK(folder.read("g.dot").find("digraph") != std::string::npos);
  }
  CHECK(folder.read("g.dot").find("lstsq") != std::string::npos);
}

TEST_CASE("an output that is an input, another output or the standard output") {
  const deft::TempFolder folder;
  const std::string data = "x,y\n1,2\n2,3\n3,5\n";
  const std::string file = folder.add("keep.csv", data);
  std::filesystem::create_symlink("keep.csv", folder / "link");
  const auto check_refused = [&](std::vector<std::string> options, const std::string& names,
                                 const std::string& out_path) {
    options.insert(options.end(), {"--epochs", "0"});
    const Outcome outcome = regression_program(options, out_path);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(outcome.err.starts_with("regression: " + names + " name the same file, "));
    CHECK(folder.read("keep.csv") == data);
    CHECK_FALSE(std::filesystem::exists(folder / "new"));
  };
  check_refused({"--plot", folder / "./keep.csv", "--data", file}, "--data and --plot", {});
  check_refused({"--graph", folder / "link", "--data", file}, "--data and --graph", {});
  check_refused({"--plot", folder / "new", "--graph", folder / "./new"}, "--plot and --graph", {});
  const std::string out = folder.add("out", "");
  check_refused({"--plot", out}, "standard output and --plot", out);
  check_refused({"--plot", "/dev/stdout"}, "standard output and --plot", out);
}

TEST_CASE("files that cannot be written") {
  const deft::TempFolder folder;
  folder.add("file", "old");
  const auto check_path = [&](const std::string& option, const std::string& path,
                              const std::string& text) {
    check_failed(regression_program({"--rows", "10", "--epochs", "1", option, path}), 2,
                 "regression", text);
  };
  for (const char* option : {"--plot", "--graph"}) {
    check_path(option, folder / "none/a", "No such file or directory");
    check_path(option, folder / "file/a", "Not a directory");
    check_path(option, folder / "", "Is a directory");
    check_path(option, "/dev/full", "No space left on device");
  }
  CHECK(folder.names() == std::set<std::string>{"file"});
  CHECK(folder.read("file") == "old");
}

TEST_CASE("a file size limit leaves the old file as it was") {
  const deft::TempFolder folder;
  folder.add("fit.svg", "old");
  const std::string command =
      "trap '' XFSZ; ulimit -f 1; exec \"$0\" --rows 1000 --epochs 1 --plot \"$1\"";
  const Outcome outcome = run({"bash", "-c", command, REGRESSION_PROGRAM, folder / "fit.svg"});
  check_failed(outcome, 2, "regression", "File too large");
  CHECK(folder.names() == std::set<std::string>{"fit.svg"});
  CHECK(folder.read("fit.svg") == "old");
}

TEST_CASE("a standard output that cannot be written") {
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--rows", "10", "--epochs", "1"},
        {"--json", "--epochs", "0"},
        {"--help"}}) {
    const Outcome outcome = regression_program(options, "/dev/full");
    CHECK(outcome.status == 2);
    CHECK(outcome.err ==
          "regression: cannot write to the standard output: No space left on device\n");
  }
}

TEST_CASE("a progress bar on a terminal") {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(terminal >= 0);
  REQUIRE(::grantpt(terminal) == 0);
  REQUIRE(::unlockpt(terminal) == 0);
  const std::string name = ::ptsname(terminal);
  const std::string command =
      "exec \"$0\" --rows 10 --epochs 500 --learning-rate 0.3 --json 2> \"$1\"";
  const Outcome outcome = run({"bash", "-c", command, REGRESSION_PROGRAM, name});
  CHECK(outcome.status == 0);
  CHECK(JsonReader(outcome.out).whole()["results"].items.size() == methods().size());
  std::string shown(10'000, ' ');
  shown.resize(
      static_cast<std::size_t>(std::max<ssize_t>(0, ::read(terminal, shown.data(), shown.size()))));
  ::close(terminal);
  CAPTURE(shown);
  for (const char* part :
       {"\rplain loop  [", "\rgraph_manual  [", "\rgraph_symbolic  [", "s left"}) {
    CHECK(shown.find(part) != std::string::npos);
  }
  CHECK(shown.ends_with("\r\x1b[K"));
}

}  // namespace examples::regression
