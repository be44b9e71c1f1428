#include "report.hpp"

#include <stdexcept>

#include <deft/core/files/bytes.hpp>

namespace deft::conformance {

void Tally::add(const Judgement& judgement) {
  switch (judgement.verdict) {
    case Verdict::passed:
      ++passed;
      close += judgement.close ? 1 : 0;
      bound += judgement.bound > 0 ? 1 : 0;
      break;
    case Verdict::refused:
      ++refused;
      break;
    case Verdict::failed:
      ++failed;
      break;
    case Verdict::other_dtypes:
      ++other_dtypes;
      break;
  }
}

Tally& Tally::operator+=(const Tally& other) {
  passed += other.passed;
  close += other.close;
  bound += other.bound;
  excluded += other.excluded;
  refused += other.refused;
  failed += other.failed;
  other_dtypes += other.other_dtypes;
  return *this;
}

std::string to_markdown(const Table& table, const std::string& first_column) {
  std::string text = "| " + first_column +
                     " | passed | within 1e-6 | inputs bound | excluded | refused | failed | other "
                     "dtypes |\n|---|---|---|---|---|---|---|---|\n";
  const auto row = [&](const std::string& name, const Tally& tally) {
    text += "| " + name;
    for (const int count : {tally.passed, tally.close, tally.bound, tally.excluded, tally.refused,
                            tally.failed, tally.other_dtypes})
      text += " | " + std::to_string(count);
    text += " |\n";
  };
  Tally sum;
  for (const auto& [name, tally] : table) {
    row(name, tally);
    sum += tally;
  }
  if (table.size() > 1) row("all", sum);
  return text;
}

void write_into(const std::string& path, const std::string& name, const std::string& text) {
  const std::string page = read_bytes(path);
  const std::string begin = "<!-- " + name + " -->\n";
  const std::size_t from = page.find(begin);
  const std::size_t to = page.find("<!-- end of " + name + " -->\n");
  if (from == std::string::npos || to == std::string::npos || to < from)
    throw std::runtime_error(path + " has no place for the table \"" + name + '"');
  write_bytes(path, page.substr(0, from + begin.size()) + text + page.substr(to));
}

}  // namespace deft::conformance
