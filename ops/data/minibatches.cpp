#include <deft/data/minibatches.hpp>

#include <string>
#include <string_view>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>

namespace deft {
namespace {

constexpr std::string_view op_name = "minibatches";

Epochs make_epochs(const Random& random, const std::vector<Tensor>& data,
                   const MinibatchesOptions& options) {
  const std::string_view name = options.name.empty() ? op_name : options.name;
  const std::string stream =
      options.stream.empty() ? random.graph().next_name(name) : std::string(options.stream);
  return Epochs(data, {.batch = options.batch,
                       .part = options.part,
                       .hold_out = options.hold_out,
                       .shuffle = options.shuffle,
                       .remainder = options.remainder,
                       .seed = random.seed(),
                       .stream = stream,
                       .where = options.where});
}

/// Builds in the graph what Epochs computes on the host.
class Dealer {
 public:
  Dealer(const Random& random, const Epochs& epochs) : random_(random), epochs_(epochs) {
    const Output first = floor_mod(random.step(), epochs.batches()) * epochs.batch();
    positions_ = first + range(random.graph(), DType::i64, 0, epochs.part_rows());
    // The ranks of a group run one graph, but for the elements of its constants.
    const auto& [index, count] = epochs.part();
    if (count > 1) positions_ = positions_ + index * epochs.part_rows();
  }

  /// i64 [part_rows]
  Output rows(bool shuffle) const {
    const std::int64_t trained = epochs_.trained();
    Output rows = positions_;
    if (has_remainder()) rows = where(rows < trained, rows, rows - trained);
    if (shuffle) {
      const Output epoch = floor_div(random_.step(), epochs_.batches());
      rows = random_order(Random(random_.graph(), {.seed = random_.seed(), .step = epoch}), rows,
                          trained, {.stream = epochs_.stream()});
    }
    if (epochs_.held_out().empty()) return rows;
    return gather(constant(random_.graph(), Tensor::from(epochs_.trained_rows())), rows);
  }

  /// f32 [part_rows]
  Output weights() const {
    if (!has_remainder()) return ones(random_.graph(), DType::f32, {epochs_.part_rows()}, named());
    return cast(positions_ < epochs_.trained(), DType::f32, named());
  }

 private:
  static NodeOptions named() { return {.name = "weights"}; }

  /// Whether the last batch is filled up.
  bool has_remainder() const { return epochs_.batches() > epochs_.trained() / epochs_.batch(); }

  const Random& random_;
  const Epochs& epochs_;
  Output positions_;  // in the order of the epoch, i64 [part_rows]
};

std::vector<Output> gather_each(const std::vector<Output>& from, const Output& rows,
                                std::string_view name) {
  std::vector<Output> some;
  some.reserve(from.size());
  for (const Output& tensor : from) some.push_back(gather(tensor, rows, {.name = name}));
  return some;
}

const Output& checked(const std::vector<Output>& outputs, std::int64_t i, SourceLocation where) {
  if (i < 0 || static_cast<std::size_t>(i) >= outputs.size())
    throw ValueError({.message = "tensor " + std::to_string(i) + " of " +
                                 std::to_string(outputs.size()) + " is asked for",
                      .cure = "count tensors from 0, in the order in which they were given",
                      .where = where});
  return outputs[static_cast<std::size_t>(i)];
}

}  // namespace

Minibatches::Minibatches(const Random& random, std::vector<Tensor> data,
                         const MinibatchesOptions& options)
    : step_(random.step()), epochs_(make_epochs(random, data, options)) {
  const Graph& graph = random.graph();
  const Composite made(step_, op_name, {options.name, options.where});
  const Output rows = made.inside([&] {
    const Dealer dealer(random, epochs_);
    weights_ = dealer.weights();
    return dealer.rows(options.shuffle);
  });
  rows_ = identity(rows, made.result());
  made.inside([&] {
    std::vector<Output> whole;
    whole.reserve(data.size());
    for (Tensor& tensor : data)
      whole.push_back(constant(graph, std::move(tensor), {.name = "data"}));
    batches_ = gather_each(whole, rows_, "batch");
    const auto held_out = epochs_.held_out();
    if (held_out.empty()) return;
    const Tensor numbers = Tensor::from(std::vector(held_out.begin(), held_out.end()));
    held_out_ = gather_each(whole, constant(graph, numbers), "held_out");
  });
}

Output Minibatches::batch(std::int64_t i, SourceLocation where) const {
  return checked(batches_, i, where);
}

Output Minibatches::held_out(std::int64_t i, SourceLocation where) const {
  if (epochs_.held_out().empty())
    throw ValueError({.message = "no rows are held out, but those of tensor " + std::to_string(i) +
                                 " are asked for",
                      .cure = "give MinibatchesOptions::hold_out",
                      .where = where});
  return checked(held_out_, i, where);
}

}  // namespace deft
