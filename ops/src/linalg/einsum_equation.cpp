#include "einsum_equation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <deft/core/op_def.hpp>

namespace deft {
namespace {

constexpr std::string_view arrow = "->";
constexpr std::string_view dots = "...";

[[noreturn]] void refuse(std::string message, std::string cure,
                         ErrorCode code = ErrorCode::invalid_argument) {
  throw Refusal{code, std::move(message), std::move(cure)};
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A label, which is ASCII, as an index below 128.
std::size_t index_of(char label) { return static_cast<unsigned char>(label); }

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string without_spaces(std::string_view text) {
  std::string result(text);
  std::erase(result, ' ');
  return result;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(at); end != text.npos; end = text.find(at)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

/// The letters of a term and where its dots stand among them.
struct Term {
  std::string letters;
  std::size_t dots_at = std::string::npos;

  bool has_dots() const { return dots_at != std::string::npos; }

  explicit Term(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (is_letter(text[i])) {
        letters += text[i];
      } else if (text.substr(i).starts_with(dots) && !has_dots()) {
        dots_at = letters.size();
        i += dots.size() - 1;
      } else {
        refuse("the term " + quoted(text) + " has '" + std::string(1, text[i]) + "' at position " +
                   std::to_string(i),
               "a term consists of letters and at most one \"...\"");
      }
    }
  }

  /// With the labels of `count` dimensions for the dots.
  Labels labels(std::size_t count) const {
    Labels all = letters;
    for (std::size_t i = 1; has_dots() && i <= count; ++i)
      all.insert(dots_at, 1, static_cast<char>(i));
    return all;
  }
};

Labels labels_of(const Term& term, std::string_view text, std::size_t operand, std::size_t rank) {
  if (term.letters.size() > rank || (!term.has_dots() && term.letters.size() < rank))
    refuse("the term " + quoted(text) + " names " + std::to_string(term.letters.size()) +
               " dimensions, but operand " + std::to_string(operand) + " has rank " +
               std::to_string(rank),
           "name each dimension by a letter; \"...\" stands for any others",
           ErrorCode::shape_mismatch);
  return term.labels(rank - term.letters.size());
}

/// All leading dimensions, and the letters that occur once.
Labels implied_result(const std::vector<Labels>& operands, std::size_t leading) {
  std::array<int, 128> times{};
  for (const Labels& labels : operands)
    for (const char label : labels) ++times[index_of(label)];
  Labels result = Term(dots).labels(leading);
  for (std::size_t c = 'A'; c <= 'z'; ++c)
    if (times[c] == 1) result += static_cast<char>(c);
  return result;
}

Labels given_result(std::string_view text, const std::vector<Labels>& operands,
                    std::size_t leading) {
  const Term term(text);
  for (const char letter : term.letters) {
    if (std::ranges::count(term.letters, letter) > 1)
      refuse("the result " + quoted(text) + " has '" + std::string(1, letter) + "' twice",
             "name each dimension of the result once; diag makes a diagonal");
    const auto has = [letter](const Labels& labels) { return labels.find(letter) != labels.npos; };
    if (std::ranges::none_of(operands, has))
      refuse("the result " + quoted(text) + " has '" + std::string(1, letter) +
                 "', which no operand has",
             "broadcast_to repeats a tensor along new dimensions");
  }
  if (leading > 0 && !term.has_dots())
    refuse("the result " + quoted(text) + " is without the " + std::to_string(leading) +
               " dimensions that \"...\" stands for",
           "write \"...\" in the result, and sum over dimensions by their letter");
  return term.labels(leading);
}

/// Dimensions under one letter must be equal; those under dots broadcast.
void check_dimensions(const std::vector<Labels>& operands, std::span<const Shape> shapes) {
  struct Seen {
    std::int64_t size = Shape::unknown;
    std::size_t operand = 0;
  };
  std::array<Seen, 128> seen;
  for (std::size_t i = 0; i < operands.size(); ++i)
    for (std::size_t axis = 0; axis < operands[i].size(); ++axis) {
      const char label = operands[i][axis];
      const std::int64_t size = shapes[i].dims()[axis];
      Seen& first = seen[index_of(label)];
      if (size == Shape::unknown || (!is_letter(label) && size == 1)) continue;
      if (first.size == Shape::unknown) first = {size, i};
      if (first.size == size) continue;
      const std::string name = is_letter(label) ? "dimension '" + std::string(1, label) + "'"
                                                : "dimension -" + std::to_string(int{label}) +
                                                      " of those that \"...\" stands for";
      refuse(name + " is " + std::to_string(first.size) + " in operand " +
                 std::to_string(first.operand) + " " + shapes[first.operand].to_string() + " and " +
                 std::to_string(size) + " in operand " + std::to_string(i) + " " +
                 shapes[i].to_string(),
             "dimensions of one name must be equal", ErrorCode::shape_mismatch);
    }
}

}  // namespace

EinsumEquation parse_einsum(std::string_view equation, std::span<const Shape> shapes) {
  const std::string text = without_spaces(equation);
  const std::string_view whole = text;
  const std::size_t end = whole.find(arrow);
  const auto terms = split(whole.substr(0, end), ',');
  if (terms.size() != shapes.size())
    refuse("the equation " + quoted(equation) + " has " + std::to_string(terms.size()) +
               " terms for " + std::to_string(shapes.size()) + " operands",
           "write a term for each operand, with commas between them");
  EinsumEquation parsed;
  std::size_t leading = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const Term term(terms[i]);
    parsed.operands.push_back(labels_of(term, terms[i], i, shapes[i].rank()));
    leading = std::max(leading, shapes[i].rank() - term.letters.size());
  }
  check_dimensions(parsed.operands, shapes);
  parsed.result = end == whole.npos
                      ? implied_result(parsed.operands, leading)
                      : given_result(whole.substr(end + arrow.size()), parsed.operands, leading);
  return parsed;
}

}  // namespace deft
