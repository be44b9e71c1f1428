#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/source_location.hpp>
#include <deft/core/tensor.hpp>
#include <deft/data/part.hpp>

namespace deft {

/// What becomes of the rows of an epoch that fill no whole batch.
enum class Remainder : std::uint8_t {
  drop,  // the epoch leaves them out: another few in each epoch, if rows are shuffled
  fill,  // they are the last batch, filled up with the first rows of the epoch, of weight 0
};

/// Optional arguments of Epochs.
struct EpochsOptions {
  std::int64_t batch = 32;    // rows of a step, of all parts together
  Part part = {};             // of each batch; its rows follow upon those of the part before
  std::int64_t hold_out = 0;  // rows that no epoch has
  bool shuffle = true;  // each epoch has an order of its own; else rows are in their own order
  Remainder remainder = Remainder::drop;
  std::int64_t seed = 0;
  std::string_view stream = "minibatches";  // with the seed, names the orders; see HostDraw
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Where a training stands.
struct EpochPosition {
  std::int64_t epoch = 0;  // the number of the epoch
  std::int64_t batch = 0;  // the number of the batch in the epoch that the next step takes
  std::int64_t left = 0;   // steps left in the epoch, that one included: never 0
};

/// Which rows of a data set each step of a training takes. An epoch takes each row that is not held
/// out once, but for a remainder; the next one takes them in another order. All this is a function
/// of seed, stream and step: there is no state, any step may be asked for, and a training that is
/// resumed needs its step alone.
///
/// Rows are held out at random; the seed and the stream alone say which. Orders are those of
/// random_order.
class Epochs {
 public:
  /// Throws ValueError unless 0 <= hold_out < rows, 1 <= batch <= rows - hold_out,
  /// 0 <= part.index < part.count, and batch is a multiple of part.count.
  explicit Epochs(std::int64_t rows, const EpochsOptions& options = {});

  /// For tensors of as many rows each, [rows, ...]. Throws ValueError if there are none, one is a
  /// scalar, or they differ in rows; and as above.
  explicit Epochs(const std::vector<Tensor>& data, const EpochsOptions& options = {});

  std::int64_t rows() const { return rows_; }
  std::int64_t batch() const { return batch_; }  // rows of a step, of all parts together
  std::int64_t part_rows() const { return batch_ / part_.count; }  // of a step, of this part
  const Part& part() const { return part_; }
  std::int64_t trained() const { return trained_; }  // rows that are not held out
  std::int64_t batches() const { return batches_; }  // steps of an epoch
  const std::string& stream() const { return stream_; }

  /// Where a training stands after `step` steps, which may be the value of the global step, an i64
  /// scalar. Throws ValueError if it is negative.
  EpochPosition position(std::int64_t step, SourceLocation where = SourceLocation::current()) const;
  EpochPosition position(const Tensor& step,
                         SourceLocation where = SourceLocation::current()) const;

  /// The numbers of the rows of a step, `part_rows` of them. Throws as position.
  std::vector<std::int64_t> rows_of(std::int64_t step,
                                    SourceLocation where = SourceLocation::current()) const;

  /// Their weights, f32 [part_rows]: 1, or 0 for those that fill a batch up.
  Tensor weights_of(std::int64_t step, SourceLocation where = SourceLocation::current()) const;

  /// The numbers of the rows that are held out, and of all others, ascending.
  std::span<const std::int64_t> held_out() const { return held_out_; }
  std::vector<std::int64_t> trained_rows() const;

 private:
  std::int64_t trained_row(std::int64_t rank) const;

  std::int64_t rows_;
  std::int64_t batch_;
  Part part_;
  std::int64_t trained_;
  std::int64_t batches_;
  bool shuffle_;
  std::int64_t seed_;
  std::string stream_;
  std::vector<std::int64_t> held_out_;
  std::vector<std::int64_t> trained_before_;  // each of held_out_: rows that are not held out
};

}  // namespace deft
