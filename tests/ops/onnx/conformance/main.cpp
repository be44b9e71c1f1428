// deft_onnx_conformance FOLDER... [--only GLOB] [--ops] [--failures] [--table NAME PAGE]
// runs deft's ONNX importer on folders of test cases, each with model.onnx and its data.
//   --only GLOB        cases whose names match
//   --ops              a row for each operation, not for each tier
//   --failures         names what was refused, failed or excluded, and why
//   --table NAME PAGE  writes the table into a page, between its marks
// Exits with 1 if a case gives a wrong answer, or one of those that deft means to pass (operations
// of tiers A to F, of f32, f64, i32, i64, bool and u8) is refused; with 77 if there are no cases.

#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/core/glob.hpp>

#include "judgement.hpp"
#include "report.hpp"
#include "scope.hpp"

namespace {

using namespace deft::conformance;

struct Arguments {
  std::vector<std::string> folders;
  std::string only = "*";
  bool ops = false;
  bool failures = false;
  std::string table;
  std::string page;
};

Arguments read_arguments(const std::vector<std::string>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--only")
      arguments.only = words.at(++i);
    else if (word == "--ops")
      arguments.ops = true;
    else if (word == "--failures")
      arguments.failures = true;
    else if (word == "--table") {
      arguments.table = words.at(++i);
      arguments.page = words.at(++i);
    } else {
      arguments.folders.push_back(word);
    }
  }
  return arguments;
}

std::string row_of(const TestCase& test, bool ops) {
  if (ops) return op_of(test);
  const std::string set = test.folder.parent_path().filename();
  if (is_expanded(test)) return set + ", expanded";
  return set + ", tier " + tier_of(test);
}

int run(const Arguments& arguments) {
  Table table;
  std::map<std::string, int> excluded;
  int bad = 0;
  for (const std::string& folder : arguments.folders) {
    for (const auto& path : find_cases(folder)) {
      if (!deft::matches_glob(arguments.only, path.filename().string())) continue;
      const TestCase test = read_case(path);
      Tally& tally = table[row_of(test, arguments.ops)];
      if (const std::string reason = exclusion(test); !reason.empty()) {
        ++tally.excluded;
        ++excluded[reason];
        if (arguments.failures)
          std::printf("%-10s %s: %s\n", "excluded", test.name.c_str(), reason.c_str());
        continue;
      }
      const Judgement judgement = judge(test);
      tally.add(judgement);
      const bool failed = judgement.verdict == Verdict::failed;
      const bool refused = judgement.verdict == Verdict::refused;
      bad += failed || (refused && is_in_scope(test)) ? 1 : 0;
      if ((failed || refused) && arguments.failures)
        std::printf("%-10s %s: %s\n", refused ? "refused" : "failed", test.name.c_str(),
                    judgement.reason.c_str());
    }
  }
  if (table.empty()) {
    std::printf("skipped: there are no cases; Debian's are in the package libonnx-testdata\n");
    return 77;
  }
  std::string text = to_markdown(table, arguments.ops ? "operation" : "cases");
  if (!excluded.empty()) text += "\nExcluded:\n\n";
  for (const auto& [reason, count] : excluded)
    text += "* " + std::to_string(count) + ": " + reason + ".\n";
  std::printf("%s", text.c_str());
  if (!arguments.page.empty()) write_into(arguments.page, arguments.table, "\n" + text + "\n");
  return bad == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(read_arguments({argv + 1, argv + argc}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
