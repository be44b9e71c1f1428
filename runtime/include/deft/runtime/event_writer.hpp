#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <deft/core/any_integer.hpp>
#include <deft/core/graph.hpp>
#include <deft/core/shape.hpp>
#include <deft/core/source_location.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// The step that an event belongs to: an integer, or a tensor of one integer, such as a fetched
/// step counter.
class EventStep {
 public:
  template <std::integral T>
  requires(!std::same_as<T, bool>) EventStep(T number) : number_(number) {}
  EventStep(const Tensor& tensor);

  AnyInteger number() const { return number_; }

  /// Of the tensor; i64[] of a number.
  const TensorSpec& spec() const { return spec_; }

 private:
  AnyInteger number_;
  TensorSpec spec_{DType::i64, {}};
};

/// A number of a curve, or a tensor of one element of any dtype.
class ScalarValue {
 public:
  template <class T>
  requires std::is_arithmetic_v<T> ScalarValue(T value) : value_(static_cast<double>(value)) {}
  ScalarValue(const Tensor& tensor);

  double value() const { return value_; }

  /// Of the tensor; f64[] of a number.
  const TensorSpec& spec() const { return spec_; }

 private:
  double value_ = 0;
  TensorSpec spec_{DType::f64, {}};
};

/// One of the curves that a call of EventWriter::scalars adds to.
struct TaggedScalar {
  std::string tag;
  ScalarValue value;
};

/// What was chosen before training: a finite number, a text or a truth.
struct HyperParameter {
  template <class T>
  requires(std::is_arithmetic_v<T> && !std::same_as<T, bool>)
      HyperParameter(std::string its_name, T its_value)
      : name(std::move(its_name)), value(static_cast<double>(its_value)) {}
  HyperParameter(std::string its_name, std::same_as<bool> auto its_value)
      : name(std::move(its_name)), value(its_value) {}
  HyperParameter(std::string its_name, std::string_view its_value)
      : name(std::move(its_name)), value(std::string(its_value)) {}

  std::string name;
  std::variant<double, bool, std::string> value;
};

/// Optional arguments of EventWriter.
struct EventWriterOptions {
  std::function<double()> clock = {};  // seconds since 1970 in UTC; several threads may call it.
                                       // Default: the system's
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Writes event files, which TensorBoard shows as curves, histograms, pictures, texts, a table of
/// hyperparameters and a graph: `EventWriter log("runs/mlp"); log.scalar("loss", step, loss);`,
/// then `tensorboard --logdir runs`. The folder is a run; a writer adds a file to it and touches no
/// other, so a training that goes on later makes a writer of the same folder.
///
/// A tag names what is shown; slashes group tags. It is UTF-8 and not empty, and keeps to one kind
/// of data, since TensorBoard shows a tag as what came first. Steps may come in any order; of 2^31
/// and more, TensorBoard's table of hyperparameters fails.
///
/// Each call is one record, and is with the system when it returns: a process that is killed leaves
/// at most half a record, at the end. Several threads may write at once; copies write the same
/// file. Throws FileError: for bad arguments, which write nothing, and with path and reason where
/// the system refuses. After a full disk a writer goes on once there is room; the events of calls
/// that threw are lost, but for one whose beginning was on the disk already.
///
/// The format is that of TensorFlow: event.proto, summary.proto and graph.proto, in TFRecords.
class EventWriter {
 public:
  /// Makes the folder, and those above it, if need be, and in it a new file
  /// `events.out.tfevents.<seconds since 1970>.<number>`.
  explicit EventWriter(const std::string& folder, const EventWriterOptions& options = {});
  EventWriter(const EventWriter&) = default;  // and no move, which would leave a writer of nothing
  EventWriter& operator=(const EventWriter&) = default;

  /// A point of a curve. It is shown in f32; NaN and infinities are shown too.
  void scalar(std::string_view tag, const EventStep& step, const ScalarValue& value,
              SourceLocation where = SourceLocation::current());

  /// Points of several curves: `log.scalars(step, {{"loss", loss}, {"accuracy", 0.5}});`.
  void scalars(const EventStep& step, const std::vector<TaggedScalar>& values,
               SourceLocation where = SourceLocation::current());

  /// How the elements of a tensor of any shape and dtype are distributed: 30 buckets of equal width
  /// from the least to the greatest. NaN and infinities have no bucket: how many there are is
  /// written as a scalar of the tag `<tag>/non_finite`, if there are any.
  void histogram(std::string_view tag, const EventStep& step, const Tensor& values,
                 SourceLocation where = SourceLocation::current());

  /// A picture: [height, width], gray, or [height, width, channels] with 1 channel (gray), 3 (red,
  /// green, blue) or 4 (and opacity). Elements are u8, or floating from 0 to 1; others are an
  /// error. [n, height, width, channels] is n pictures with the tags `<tag>/0`, `<tag>/1`, ...
  void image(std::string_view tag, const EventStep& step, const Tensor& pixels,
             SourceLocation where = SourceLocation::current());

  /// A text, in UTF-8; TensorBoard reads it as Markdown.
  void text(std::string_view tag, const EventStep& step, std::string_view markdown,
            SourceLocation where = SourceLocation::current());

  /// What makes this run differ from others, for TensorBoard's table of runs: `{{"rate", 1e-3},
  /// {"model", "mlp"}, {"nesterov", true}}`. Once for a run. Without `metrics` the table has a
  /// column for every hyperparameter and every curve of any run. With them, which are tags of
  /// scalars, it has these columns alone; TensorBoard takes them from one run, so all runs should
  /// name the same hyperparameters and metrics.
  void hyper_parameters(const std::vector<HyperParameter>& values,
                        const std::vector<std::string>& metrics = {},
                        SourceLocation where = SourceLocation::current());

  /// The graph as it is now: nodes with their operation, inputs, control inputs, attributes and the
  /// user's line, and dtype and shape of every output. TensorBoard draws scopes as boxes. Once for
  /// a run: it shows the last.
  void graph(const Graph& graph, SourceLocation where = SourceLocation::current());

  /// Waits until the disk has all events, so that they survive a power failure. When the last copy
  /// of a writer goes it does the same, without an error.
  void flush(SourceLocation where = SourceLocation::current());

  /// The file that it writes.
  const std::string& path() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace deft
