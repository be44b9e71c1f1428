#include <deft/runtime/event_writer.hpp>

#include <array>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/core/files/append_file.hpp>
#include <deft/core/files/wire.hpp>

#include "event_error.hpp"
#include "event_record.hpp"
#include "graph_def.hpp"
#include "histogram.hpp"
#include "hyper_parameters.hpp"
#include "pictures.hpp"
#include "proto_fields.hpp"
#include "summary.hpp"
#include "tag_kinds.hpp"

namespace deft {
namespace {

namespace event = proto::event;

double system_seconds() {
  const std::chrono::duration<double> time = std::chrono::system_clock::now().time_since_epoch();
  return time.count();
}

double checked_seconds(double seconds, SourceLocation where) {
  // Ten digits, so that names are in the order of time.
  if (seconds >= 0 && seconds < 1e10) return seconds;
  refuse_event(ErrorCode::invalid_argument,
               "the clock gives " + std::to_string(seconds) +
                   ", but seconds since 1970 are from 0 to 10000000000",
               "give it a clock of such seconds", where);
}

/// TensorBoard reads files of a folder in the order of their names.
std::string file_name(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds);
  return "events.out.tfevents." + std::to_string(10'000'000'000 + whole).substr(1);
}

std::int64_t checked_step(const EventStep& step, SourceLocation where) {
  const TensorSpec& spec = step.spec();
  if (!is_integer(spec.dtype))
    refuse_event(ErrorCode::dtype_mismatch, "the step is " + to_string(spec) + ", not an integer",
                 "give it i64 or i32, such as a step counter", where);
  if (spec.shape.num_elements() != 1)
    refuse_event(ErrorCode::shape_mismatch, "the step is " + to_string(spec) + ", not one number",
                 "give it a tensor of one element", where);
  if (step.number().fits()) return step.number().value();
  refuse_event(ErrorCode::overflow,
               "the step is " + step.number().to_string() + ", but steps are less than 2^63",
               "count from 0", where);
}

void check_value(const TaggedScalar& scalar, SourceLocation where) {
  const TensorSpec& spec = scalar.value.spec();
  if (spec.shape.num_elements() == 1) return;
  refuse_event(ErrorCode::shape_mismatch,
               "the scalar '" + scalar.tag + "' is " + to_string(spec) + ", not one number",
               "reduce it, or write a histogram", where);
}

/// What Protocol Buffers can have at most.
void check_size(std::size_t bytes, SourceLocation where) {
  constexpr std::size_t most = 0x7FFFFFFF;
  if (bytes > most)
    refuse_event(ErrorCode::overflow,
                 "an event has " + std::to_string(bytes) + " bytes, but at most " +
                     std::to_string(most) + " can be read",
                 "write less at once", where);
}

}  // namespace

EventStep::EventStep(const Tensor& tensor)
    : number_(tensor.num_elements() == 1 ? tensor.to<std::int64_t>()[0] : 0),
      spec_(tensor.spec()) {}

ScalarValue::ScalarValue(const Tensor& tensor)
    : value_(tensor.num_elements() == 1 ? tensor.to<double>()[0] : 0), spec_(tensor.spec()) {}

struct EventWriter::Impl {
  Impl(const std::string& folder, const EventWriterOptions& options)
      : clock(options.clock ? options.clock : system_seconds),
        start(checked_seconds(clock(), options.where)),
        file(folder, file_name(start), options.where) {
    WireWriter first;
    first.fixed(event::wall_time, start);
    first.bytes(event::file_version, "brain.Event:2");
    append(first.text(), options.where);
  }

  ~Impl() {
    try {
      file.sync({});
    } catch (...) {  // who wants to know calls flush
    }
  }

  void append(std::string_view bytes, SourceLocation where) {
    check_size(bytes.size(), where);
    const std::string record = event_record(bytes);
    const std::lock_guard lock(mutex);
    file.append(record, where);
  }

  /// A record of a step, with the fields that `write` gives its Summary.
  template <class Write>
  void add(std::int64_t step, SourceLocation where, const Write& write) {
    WireWriter out;
    out.fixed(event::wall_time, checked_seconds(clock(), where));
    out.varint(event::step, step);
    out.message(event::summary, [&] { write(out); });
    append(out.text(), where);
  }

  std::function<double()> clock;
  double start;
  TagKinds tags;
  std::mutex mutex;  // of the file
  AppendFile file;
};

EventWriter::EventWriter(const std::string& folder, const EventWriterOptions& options)
    : impl_(std::make_shared<Impl>(folder, options)) {}

void EventWriter::scalar(std::string_view tag, const EventStep& step, const ScalarValue& value,
                         SourceLocation where) {
  scalars(step, {{std::string(tag), value}}, where);
}

void EventWriter::scalars(const EventStep& step, const std::vector<TaggedScalar>& values,
                          SourceLocation where) {
  const std::int64_t number = checked_step(step, where);
  for (const TaggedScalar& each : values) check_value(each, where);
  std::vector<TagKinds::Claim> claims;
  claims.reserve(values.size());
  for (const TaggedScalar& each : values) claims.push_back({each.tag, TagKind::scalar});
  impl_->tags.claim(claims, where);
  impl_->add(number, where, [&](WireWriter& out) {
    for (const TaggedScalar& each : values) write_scalar(out, each.tag, each.value.value());
  });
}

void EventWriter::histogram(std::string_view tag, const EventStep& step, const Tensor& values,
                            SourceLocation where) {
  const std::int64_t number = checked_step(step, where);
  const Histogram counted = histogram_of(values);
  const std::string non_finite = std::string(tag) + "/non_finite";
  const std::array<TagKinds::Claim, 2> claims{
      {{tag, TagKind::histogram}, {non_finite, TagKind::scalar}}};
  impl_->tags.claim(std::span(claims).first(counted.non_finite == 0 ? 1 : 2), where);
  impl_->add(number, where, [&](WireWriter& out) {
    write_histogram(out, tag, counted);
    if (counted.non_finite != 0)
      write_scalar(out, non_finite, static_cast<double>(counted.non_finite));
  });
}

void EventWriter::image(std::string_view tag, const EventStep& step, const Tensor& pixels,
                        SourceLocation where) {
  const std::int64_t number = checked_step(step, where);
  TagKinds::check(tag, TagKind::image, where);
  const Pictures pictures(tag, pixels, where);
  std::vector<std::string> tags(pictures.size(), std::string(tag));
  std::vector<TagKinds::Claim> claims;
  claims.reserve(tags.size());
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (pictures.is_batch()) tags[i].append("/").append(std::to_string(i));
    claims.push_back({tags[i], TagKind::image});
  }
  impl_->tags.claim(claims, where);
  impl_->add(number, where, [&](WireWriter& out) {
    for (std::size_t i = 0; i < tags.size(); ++i) write_image(out, tags[i], pictures[i]);
  });
}

void EventWriter::text(std::string_view tag, const EventStep& step, std::string_view markdown,
                       SourceLocation where) {
  const std::int64_t number = checked_step(step, where);
  TagKinds::check(tag, TagKind::text, where);
  check_utf8(markdown, "the text '" + std::string(tag) + "'", where);
  impl_->tags.claim(std::array{TagKinds::Claim{tag, TagKind::text}}, where);
  impl_->add(number, where, [&](WireWriter& out) { write_text(out, tag, markdown); });
}

void EventWriter::hyper_parameters(const std::vector<HyperParameter>& values,
                                   const std::vector<std::string>& metrics, SourceLocation where) {
  std::error_code error;
  const auto folder = std::filesystem::path(path()).parent_path();
  const auto absolute = std::filesystem::canonical(folder, error);
  const RunParameters run{values, metrics, (error ? folder : absolute).string(), impl_->start};
  run.check(where);
  impl_->add(0, where, [&](WireWriter& out) { run.write(out); });
}

void EventWriter::graph(const Graph& graph, SourceLocation where) {
  WireWriter out;
  out.fixed(event::wall_time, checked_seconds(impl_->clock(), where));
  out.bytes(event::graph_def, graph_def_of(graph));
  impl_->append(out.text(), where);
}

void EventWriter::flush(SourceLocation where) {
  const std::lock_guard lock(impl_->mutex);
  impl_->file.sync(where);
}

const std::string& EventWriter::path() const { return impl_->file.path(); }

}  // namespace deft
