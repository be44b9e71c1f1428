#include <deft/data/batches.hpp>

#include <cstring>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/fork.hpp>

#include "prefetcher.hpp"

namespace deft {
namespace {

[[noreturn]] void refuse(std::string message, std::string cure, SourceLocation where,
                         ErrorCode code = ErrorCode::invalid_argument) {
  throw ValueError(
      {.code = code, .message = std::move(message), .cure = std::move(cure), .where = where});
}

EpochsOptions epochs_options(const BatchesOptions& options) {
  return {.batch = options.batch,
          .part = options.part,
          .hold_out = options.hold_out,
          .shuffle = options.shuffle,
          .remainder = options.remainder,
          .seed = options.seed,
          .stream = options.stream,
          .where = options.where};
}

/// The rows of a tensor [n, ...].
Tensor gathered(const Tensor& all, std::span<const std::int64_t> rows) {
  const auto dims = all.shape().dims();
  std::vector<std::int64_t> shape(dims.begin(), dims.end());
  shape[0] = static_cast<std::int64_t>(rows.size());
  Tensor made = Tensor::uninitialized(all.dtype(), Shape(shape));
  const std::size_t bytes = all.num_bytes() / static_cast<std::size_t>(dims[0]);
  const auto* const from = static_cast<const std::byte*>(all.raw());
  auto* to = static_cast<std::byte*>(made.mutable_raw());
  for (const std::int64_t row : rows) {
    std::memcpy(to, from + static_cast<std::size_t>(row) * bytes, bytes);
    to += bytes;
  }
  return made;
}

Batches::Source source_of(std::vector<Tensor> data) {
  return [data = std::move(data)](std::span<const std::int64_t> rows) {
    std::vector<Tensor> some;
    some.reserve(data.size());
    for (const Tensor& tensor : data) some.push_back(gathered(tensor, rows));
    return some;
  };
}

/// Refuses what a source gives unless it is tensors of `rows` rows.
void require_rows(const std::vector<Tensor>& tensors, std::size_t rows, SourceLocation where) {
  if (tensors.empty()) refuse("the source gives no tensors", "return one at least", where);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Shape& shape = tensors[i].shape();
    if (shape.rank() > 0 && shape.dims()[0] == static_cast<std::int64_t>(rows)) continue;
    refuse("the source gives tensor " + std::to_string(i) + " of shape " + shape.to_string() +
               " for " + std::to_string(rows) + " rows",
           "return as many rows as are asked for", where, ErrorCode::shape_mismatch);
  }
}

}  // namespace

struct Batches::Impl {
  Impl(Epochs all, Source from, const BatchesOptions& options)
      : epochs(std::move(all)), source(std::move(from)), where(options.where) {
    if (!source) refuse("the source is empty", "give it a function", where);
    if (options.prefetch < 0)
      refuse(std::to_string(options.prefetch) + " batches are prefetched", "prefetch at least 0",
             where);
    if (options.prefetch == 0) return;
    try {
      prefetcher = std::make_unique<Prefetcher>(
          [this](std::int64_t step) { return read(epochs.rows_of(step, where)); },
          options.prefetch);
    } catch (const std::system_error& error) {
      refuse(std::string("the system refuses a thread: ") + error.what(),
             "prefetch 0 batches, or end other threads", where, ErrorCode::resource_exhausted);
    }
  }

  // A forked child has no thread that could be joined.
  ~Impl() {
    if (fork_generation() != made_in) static_cast<void>(prefetcher.release());
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::vector<Tensor> read(std::span<const std::int64_t> rows) {
    const std::lock_guard lock(reading);
    std::vector<Tensor> tensors = source(rows);
    require_rows(tensors, rows.size(), where);
    return tensors;
  }

  /// Refuses a forked child, where locks may be held by threads that are gone.
  void require_unforked(SourceLocation at) const {
    if (fork_generation() != made_in)
      refuse("the process was forked after these batches were made, so their threads are gone",
             "make others in the child", at, ErrorCode::forked);
  }

  const std::uint64_t made_in = fork_generation();
  Epochs epochs;
  Source source;
  SourceLocation where;
  std::mutex reading;                      // held while the source is called
  std::unique_ptr<Prefetcher> prefetcher;  // last: it calls `read`; null without a thread
};

Batches::Batches(std::vector<Tensor> data, const BatchesOptions& options) {
  Epochs epochs(data, epochs_options(options));
  impl_ = std::make_unique<Impl>(std::move(epochs), source_of(std::move(data)), options);
}

Batches::Batches(std::int64_t rows, Source source, const BatchesOptions& options)
    : impl_(std::make_unique<Impl>(Epochs(rows, epochs_options(options)), std::move(source),
                                   options)) {}

Batches::~Batches() = default;

std::vector<Tensor> Batches::batch(std::int64_t step, SourceLocation where) {
  impl_->require_unforked(where);
  impl_->epochs.position(step, where);  // refuses a negative step
  return impl_->prefetcher ? impl_->prefetcher->take(step)
                           : impl_->read(impl_->epochs.rows_of(step));
}

std::vector<Tensor> Batches::held_out(SourceLocation where) {
  impl_->require_unforked(where);
  if (impl_->epochs.held_out().empty())
    refuse("no rows are held out, but they are asked for", "give BatchesOptions::hold_out", where);
  return impl_->read(impl_->epochs.held_out());
}

const Epochs& Batches::epochs() const { return impl_->epochs; }

}  // namespace deft
