#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/core/op_def.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "einsum_equation.hpp"
#include "operands.hpp"

namespace deft {
namespace {

/// A tensor whose dimensions have names.
struct Named {
  Output x;
  Labels labels;
};

bool has(const Labels& labels, char label) { return labels.find(label) != labels.npos; }

/// The labels of `from` for which `wanted(label)` holds.
template <class Wanted>
Labels those(const Labels& from, const Wanted& wanted) {
  Labels labels;
  std::ranges::copy_if(from, std::back_inserter(labels), wanted);
  return labels;
}

/// Contracts tensors at the line of one call.
class Contraction {
 public:
  explicit Contraction(SourceLocation where) : options_{.where = where} {}

  /// `x` with each label once: of two equal ones, the diagonal.
  Named with_diagonals(const Named& x) const {
    for (std::size_t i = 0; i < x.labels.size(); ++i) {
      const std::size_t other = x.labels.find(x.labels[i], i + 1);
      if (other == Labels::npos) continue;
      std::vector<std::int64_t> order;
      Labels labels;
      for (std::size_t axis = 0; axis < x.labels.size(); ++axis) {
        if (axis == i || axis == other) continue;
        order.push_back(static_cast<std::int64_t>(axis));
        labels += x.labels[axis];
      }
      order.push_back(static_cast<std::int64_t>(i));
      order.push_back(static_cast<std::int64_t>(other));
      return with_diagonals(
          {diag_part(transpose(x.x, order, options_), options_), labels + x.labels[i]});
    }
    return x;
  }

  /// The sum over all dimensions for which `kept(label)` does not hold.
  template <class Kept>
  Named sum_others(const Named& x, const Kept& kept) const {
    std::vector<std::int64_t> axes;
    for (std::size_t axis = 0; axis < x.labels.size(); ++axis)
      if (!kept(x.labels[axis])) axes.push_back(static_cast<std::int64_t>(axis));
    if (axes.empty()) return x;
    return {reduce_sum(x.x, {.axes = axes, .where = options_.where}), those(x.labels, kept)};
  }

  /// `x` with the dimensions of `order`: 1 where it has none of that name.
  Output arranged(const Named& x, const Labels& order) const {
    std::vector<std::int64_t> permutation;
    for (const char label : order)
      if (has(x.labels, label))
        permutation.push_back(static_cast<std::int64_t>(x.labels.find(label)));
    Output result =
        std::ranges::is_sorted(permutation) ? x.x : transpose(x.x, permutation, options_);
    for (std::size_t axis = 0; axis < order.size(); ++axis)
      if (!has(x.labels, order[axis]))
        result = expand_dims(result, static_cast<std::int64_t>(axis), options_);
    return result;
  }

  /// The sum of the products of two tensors over the labels that are in both and not kept.
  template <class Kept>
  Named multiply(Named a, Named b, const Kept& kept) const {
    a = sum_others(a, [&](char label) { return kept(label) || has(b.labels, label); });
    b = sum_others(b, [&](char label) { return kept(label) || has(a.labels, label); });
    const auto in_a = [&](char label) { return has(a.labels, label); };
    const auto in_b = [&](char label) { return has(b.labels, label); };
    const Labels batch = those(a.labels, [&](char l) { return in_b(l) && kept(l); });
    const Labels inner = those(a.labels, [&](char l) { return in_b(l) && !kept(l); });
    const Labels rows = those(a.labels, [&](char l) { return !in_b(l); });
    const Labels columns = those(b.labels, [&](char l) { return !in_a(l); });
    if (!inner.empty()) return product(a, b, batch, rows, inner, columns);
    const Labels all = batch + rows + columns;
    return {mul(arranged(a, all), arranged(b, all), options_), all};
  }

 private:
  /// The product of matrices [batch, rows, inner] x [batch, inner, columns]. Where all dimensions
  /// are known, those of a side become one. Else the last of each side is taken, and the others
  /// number matrices: over those of `inner` the products are summed.
  Named product(const Named& a, const Named& b, Labels batch, Labels rows, Labels inner,
                Labels columns) const {
    Labels summed;
    if (!a.x.shape().is_fully_defined() || !b.x.shape().is_fully_defined()) {
      summed = take_all_but_last(inner);
      batch += take_all_but_last(rows) + take_all_but_last(columns) + summed;
    }
    const std::size_t lead = batch.size();
    const Output left = merged(merged(arranged(a, batch + rows + inner), lead, rows.size()),
                               lead + 1, inner.size());
    const Output right = merged(merged(arranged(b, batch + inner + columns), lead, inner.size()),
                                lead + 1, columns.size());
    const Output c = matmul(left, right, {.where = options_.where});
    const Named result{unmerged(c, a, b, lead, rows, columns), batch + rows + columns};
    return sum_others(result, [&](char label) { return !has(summed, label); });
  }

  static Labels take_all_but_last(Labels& labels) {
    Labels taken = labels.substr(0, labels.empty() ? 0 : labels.size() - 1);
    labels.erase(0, taken.size());
    return taken;
  }

  /// The `count` dimensions from `first` on as one.
  Output merged(const Output& x, std::size_t first, std::size_t count) const {
    if (count == 1) return x;
    if (count == 0) return expand_dims(x, static_cast<std::int64_t>(first), options_);
    std::vector<std::int64_t> dims(x.shape().dims().begin(), x.shape().dims().end());
    const auto begin = dims.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(count);
    const std::int64_t size = Shape(std::span<const std::int64_t>(begin, end)).num_elements();
    dims.insert(dims.erase(begin, end), size);
    return reshape(x, Shape(std::span<const std::int64_t>(dims)), options_);
  }

  /// c [batch, M, N] with the dimensions of `rows` and `columns` for M and N.
  Output unmerged(const Output& c, const Named& a, const Named& b, std::size_t lead,
                  const Labels& rows, const Labels& columns) const {
    if (rows.size() == 1 && columns.size() == 1) return c;
    if (rows.size() <= 1 && columns.size() <= 1) {
      std::vector<std::int64_t> none;
      if (rows.empty()) none.push_back(static_cast<std::int64_t>(lead));
      if (columns.empty()) none.push_back(static_cast<std::int64_t>(lead) + 1);
      return squeeze(c, none, options_);
    }
    const auto leading = c.shape().dims().first(lead);
    std::vector<std::int64_t> dims(leading.begin(), leading.end());
    for (const char label : rows) dims.push_back(a.x.shape().dims()[a.labels.find(label)]);
    for (const char label : columns) dims.push_back(b.x.shape().dims()[b.labels.find(label)]);
    return reshape(c, Shape(std::span<const std::int64_t>(dims)), options_);
  }

  NodeOptions options_;
};

EinsumEquation parse(std::string_view equation, const std::vector<Output>& operands,
                     const NodeOptions& options) {
  ErrorInfo info{.op = "einsum", .node = std::string(options.name), .where = options.where};
  std::vector<Shape> shapes;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!has_spec(operands[i])) {
      info.code = operands[i].is_empty() ? ErrorCode::empty_handle : ErrorCode::invalid_argument;
      info.message = "operand " + std::to_string(i) +
                     (operands[i].is_empty() ? " is an empty Output" : " has no output");
      info.cure = "give it the result of a builder";
      throw GraphError(info);
    }
    shapes.push_back(operands[i].shape());
    info.operands += (i == 0 ? "" : ", ") + to_string(operands[i].spec());
  }
  try {
    return parse_einsum(equation, shapes);
  } catch (const Refusal& refusal) {
    info.code = refusal.code;
    info.message = refusal.message;
    info.cure = refusal.cure;
    throw GraphError(info);
  }
}

}  // namespace

Output einsum(std::string_view equation, const std::vector<Output>& operands,
              const NodeOptions& options) {
  const EinsumEquation parsed = parse(equation, operands, options);
  const Contraction contraction(options.where);
  Named result;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Named next = contraction.with_diagonals({operands[i], parsed.operands[i]});
    const auto kept = [&](char label) {
      const auto later = parsed.operands.begin() + static_cast<std::ptrdiff_t>(i) + 1;
      return has(parsed.result, label) ||
             std::any_of(later, parsed.operands.end(),
                         [label](const Labels& labels) { return has(labels, label); });
    };
    result = i == 0 ? next : contraction.multiply(result, next, kept);
  }
  const auto in_result = [&](char label) { return has(parsed.result, label); };
  result = contraction.sum_others(result, in_result);
  return identity(contraction.arranged(result, parsed.result), options);
}

}  // namespace deft
