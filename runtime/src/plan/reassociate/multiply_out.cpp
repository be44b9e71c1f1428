#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "affine_writer.hpp"
#include "rounding.hpp"
#include "units.hpp"

namespace deft {
namespace {

/// Who reads the values of a draft, and what would not be computed without them.
class Uses {
 public:
  Uses(const Draft& draft, const std::vector<Lifetime>& lifetimes)
      : draft_(draft), lifetimes_(lifetimes), makers_(draft), counts_(draft.specs.size(), 0) {
    for (std::size_t at = 0; at < draft.order.size(); ++at)
      if (draft.needed[at])
        for (const ValueId input : draft.inputs_of(at)) ++counts_[input];
    for (const DraftFetch& fetch : draft.fetches)
      if (fetch.value != none) ++counts_[resolved(draft, fetch.value)];
  }

  bool reads(std::uint32_t at) const { return counts_[draft_.first_value[at]] != 0; }

  /// The positions that nobody needs any more if `plan` computes the value of `root`.
  std::vector<std::uint32_t> without(std::uint32_t root, const AffinePlan& plan) const {
    std::unordered_map<ValueId, std::uint32_t> dropped;  // reads, by value
    std::vector<std::uint32_t> gone{root};
    for (std::size_t i = 0; i < gone.size(); ++i)
      for (const ValueId input : draft_.inputs_of(gone[i])) {
        const std::uint32_t maker = makers_[input];
        ++dropped[input];
        bool is_read = false;
        for (ValueId v = draft_.first_value[maker]; v < draft_.first_value[maker + 1]; ++v)
          is_read = is_read || dropped[v] < counts_[v] || keeps(plan, v);
        if (!is_read && lifetimes_[maker] == Lifetime::step && may_replace(draft_, maker))
          gone.push_back(maker);
      }
    return gone;
  }

  void drop(std::span<const std::uint32_t> gone, const AffinePlan& plan) {
    for (const std::uint32_t at : gone)
      for (const ValueId input : draft_.inputs_of(at)) --counts_[input];
    for (const AffinePlan::Summand& summand : plan.summands) ++counts_[summand.varying.value];
  }

 private:
  static bool keeps(const AffinePlan& plan, ValueId value) {
    return std::ranges::any_of(plan.summands, [&](const AffinePlan::Summand& summand) {
      return summand.varying.value == value;
    });
  }

  const Draft& draft_;
  const std::vector<Lifetime>& lifetimes_;
  Makers makers_;
  std::vector<std::uint32_t> counts_;  // by value
};

/// True if a step multiplies by several matrices in turn that are the same in every step: only
/// then is there something to multiply out.
bool repeats_products(const AffineForm& form) {
  return std::ranges::any_of(form.terms, [](const AffineTerm& term) {
    return term.varying.value != none && (term.left.size() > 1 || term.right.size() > 1);
  });
}

class MultiplyOut {
 public:
  MultiplyOut(Draft& draft, std::vector<Explanation::Rewrite>& rewrites)
      : draft_(draft),
        rewrites_(rewrites),
        makers_(draft),
        lifetimes_(lifetimes(draft)),
        forms_(draft, lifetimes_),
        uses_(draft, lifetimes_) {}

  /// Rewrites the largest expressions first, so that those within them need not be looked at;
  /// returns how many.
  std::size_t run() {
    for (auto at = static_cast<std::uint32_t>(lifetimes_.size()); at-- > 0;)
      if (draft_.needed[at] && forms_.at(at) != nullptr && uses_.reads(at)) rewrite(at);
    const std::vector<bool> done = containing_rewritten();
    for (auto& [at, entry] : entries_)
      if (entry.refused.empty() || !done[at]) rewrites_.push_back(std::move(entry));
    return rewritten_.size();
  }

 private:
  void rewrite(std::uint32_t at) {
    const AffineForm& form = *forms_.at(at);
    if (!repeats_products(form)) return;
    const auto plan = plan_affine(draft_, form);
    if (!plan) return;
    const std::vector<std::uint32_t> gone = uses_.without(at, *plan);
    double before = 0;
    for (const std::uint32_t each : gone) before += flops_at(draft_, each);
    Explanation::Rewrite entry = entry_of(at, *plan, before);
    entry.refused = obstacle(draft_.outputs(at)[0].dtype, *plan, before);
    if (!entry.refused.empty()) {
      refuse(at, gone, std::move(entry));
      return;
    }
    entries_.emplace(at, std::move(entry));
    rewritten_.insert(at);
    draft_.same_as[draft_.first_value[at]] = write_affine(draft_, *plan, at);
    uses_.drop(gone, *plan);
  }

  /// Lists the refusal of an expression, made of the positions `inside`, and no refusal of an
  /// expression within it.
  void refuse(std::uint32_t at, std::span<const std::uint32_t> inside, Explanation::Rewrite entry) {
    if (!refused_.contains(at)) entries_.emplace(at, std::move(entry));
    refused_.insert(inside.begin(), inside.end());
  }

  /// By position: an expression within its own has been rewritten, so nothing remains to be done.
  std::vector<bool> containing_rewritten() const {
    std::vector<bool> found(lifetimes_.size(), false);
    for (std::uint32_t at = 0; at < found.size(); ++at)
      for (const ValueId input : draft_.inputs_of(at)) {
        const std::uint32_t maker = makers_[input];
        if (rewritten_.contains(maker) || (forms_.at(maker) != nullptr && found[maker]))
          found[at] = true;
      }
    return found;
  }

  Explanation::Rewrite entry_of(std::uint32_t at, const AffinePlan& plan, double before) const {
    const Node& node = draft_.node(at);
    const bool is_f32 = draft_.outputs(at)[0].dtype == DType::f32;
    return {.what = "Gram form",
            .op = std::string(draft_.op(at).name),
            .node = node.name(),
            .where = node.where,
            .refused = {},
            .flops_before = before,
            .flops_after = plan.step_flops,
            .flops_once = plan.once_flops,
            .error_bound = gamma(plan.roundings, DType::f64),
            .rounding = is_f32 ? unit_roundoff(DType::f32) : 0};
  }

  std::string obstacle(DType dtype, const AffinePlan& plan, double before) const {
    if (plan.step_flops >= before) return "it would save no arithmetic in a step";
    if (dtype == DType::f64 && draft_.options.numerics != Numerics::reassociate_f64)
      return "the data are f64, and no wider type keeps the matrix: for ill-conditioned data it "
             "may "
             "be less accurate; ask for it with Numerics::reassociate_f64";
    return {};
  }

  Draft& draft_;
  std::vector<Explanation::Rewrite>& rewrites_;
  Makers makers_;
  std::vector<Lifetime> lifetimes_;
  AffineForms forms_;
  Uses uses_;
  std::map<std::uint32_t, Explanation::Rewrite> entries_;  // by position
  std::unordered_set<std::uint32_t> rewritten_;            // positions
  std::unordered_set<std::uint32_t> refused_;              // positions, with those inside
};

}  // namespace

std::string multiply_out(Draft& draft, std::vector<Explanation::Rewrite>& rewrites) {
  const std::size_t done = MultiplyOut(draft, rewrites).run();
  if (done == 0) return "unchanged";
  put_in_order(draft);
  merge_duplicates(draft);
  put_in_order(draft);
  return count_text(done, "expression");
}

}  // namespace deft
