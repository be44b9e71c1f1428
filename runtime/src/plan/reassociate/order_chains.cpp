#include <algorithm>
#include <optional>

#include "chain.hpp"
#include "plan/facts.hpp"
#include "plan/rewriting.hpp"
#include "rounding.hpp"
#include "units.hpp"

namespace deft {
namespace {

constexpr std::size_t longest_chain = 32;  // factors; a longer one is taken as several

class Chains {
 public:
  Chains(Draft& draft, std::vector<Explanation::Rewrite>& rewrites)
      : draft_(draft),
        rewrites_(rewrites),
        makers_(draft),
        lifetimes_(lifetimes(draft)),
        reads_(draft.specs.size(), 0),
        is_part_(draft.order.size(), false) {
    for (std::size_t at = 0; at < draft.order.size(); ++at)
      if (draft.needed[at])
        for (const ValueId input : draft.inputs_of(at)) ++reads_[input];
    for (const DraftFetch& fetch : draft.fetches)
      if (fetch.value != none) ++reads_[resolved(draft, fetch.value)];
  }

  std::size_t run() {
    const std::size_t first = rewrites_.size();
    std::size_t done = 0;
    for (auto at = static_cast<std::uint32_t>(is_part_.size()); at-- > 0;)
      if (!is_part_[at] && product_of(at) && rewrite(at)) ++done;
    std::reverse(rewrites_.begin() + static_cast<std::ptrdiff_t>(first), rewrites_.end());
    return done;
  }

 private:
  struct Chain {
    std::vector<MatrixFactor> factors;
    double flops = 0;      // as it is written
    double roundings = 0;  // of a term, in any order
  };

  std::optional<ProductForm> product_of(std::uint32_t at) const {
    return may_replace(draft_, at) ? product_at(draft_, at) : std::nullopt;
  }

  /// True if the product that makes `value` may be taken apart to make position `reader`: nobody
  /// else reads it, and it is not the same in all steps where the reader is not.
  bool is_open(ValueId value, std::uint32_t reader) const {
    const std::uint32_t maker = makers_[value];
    return reads_[value] == 1 && lifetimes_[maker] == lifetimes_[reader] && product_of(maker);
  }

  Chain chain_of(std::uint32_t root) {
    const ValueId result = draft_.first_value[root];
    Chain chain{.factors = {{result}}};
    for (std::size_t i = 0; i < chain.factors.size() && chain.factors.size() < longest_chain;) {
      const MatrixFactor factor = chain.factors[i];
      if (factor.value == result || is_open(factor.value, root))
        take_apart(chain, i);
      else
        ++i;
    }
    return chain;
  }

  void take_apart(Chain& chain, std::size_t i) {
    const MatrixFactor whole = chain.factors[i];
    const std::uint32_t at = makers_[whole.value];
    const ProductForm step = *product_at(draft_, at);
    const ProductDims dims = product_dims(draft_, at, step);
    chain.flops += dims.flops();
    chain.roundings += static_cast<double>(dims.k);
    is_part_[at] = true;
    const std::span<const ValueId> inputs = draft_.inputs_of(at);
    std::vector<MatrixFactor> pair{{inputs[0], step.transpose_a}, {inputs[1], step.transpose_b}};
    if (whole.transposed) transpose(pair);
    chain.factors[i] = pair[0];
    chain.factors.insert(chain.factors.begin() + static_cast<std::ptrdiff_t>(i) + 1, pair[1]);
  }

  bool rewrite(std::uint32_t root) {
    const Chain chain = chain_of(root);
    if (chain.factors.size() < 3) return false;
    const ChainOrder order(dims_of(draft_, chain.factors));
    if (order.flops() >= chain.flops) return false;
    const MatrixFactor made = append_chain(draft_, root, chain.factors, order);
    draft_.same_as[draft_.first_value[root]] = made.value;
    const Node& node = draft_.node(root);
    rewrites_.push_back({.what = "matrix chain",
                         .op = std::string(draft_.op(root).name),
                         .node = node.name(),
                         .where = node.where,
                         .refused = {},
                         .flops_before = chain.flops,
                         .flops_after = order.flops(),
                         .error_bound = gamma(chain.roundings, draft_.outputs(root)[0].dtype)});
    return true;
  }

  Draft& draft_;
  std::vector<Explanation::Rewrite>& rewrites_;
  Makers makers_;
  std::vector<Lifetime> lifetimes_;
  std::vector<std::uint32_t> reads_;  // by value
  std::vector<bool> is_part_;         // of a chain that has been looked at
};

}  // namespace

std::string order_chains(Draft& draft, std::vector<Explanation::Rewrite>& rewrites) {
  const std::size_t done = Chains(draft, rewrites).run();
  if (done == 0) return "unchanged";
  put_in_order(draft);
  return count_text(done, "chain");
}

}  // namespace deft
