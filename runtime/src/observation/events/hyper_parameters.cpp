#include "hyper_parameters.hpp"

#include <cmath>
#include <set>
#include <string_view>
#include <variant>

#include "event_error.hpp"
#include "proto_fields.hpp"
#include "summary.hpp"

namespace deft {
namespace {

using namespace proto;

/// DataType of api.proto.
std::uint32_t type_of(const HyperParameter& parameter) {
  constexpr std::uint32_t string = 1;
  constexpr std::uint32_t boolean = 2;
  constexpr std::uint32_t number = 3;
  if (std::holds_alternative<bool>(parameter.value)) return boolean;
  return std::holds_alternative<double>(parameter.value) ? number : string;
}

struct ValueWriter {
  WireWriter& out;

  void operator()(double number) const { out.fixed(any_value::number, number); }
  void operator()(bool boolean) const { out.varint(any_value::boolean, boolean ? 1 : 0); }
  void operator()(const std::string& text) const { out.bytes(any_value::string, text); }
};

/// SessionStartInfo.
void write_start(WireWriter& out, const RunParameters& run) {
  for (const HyperParameter& parameter : run.values)
    out.message(start_info::hparams, [&] {
      out.bytes(map_entry::key, parameter.name);
      out.message(map_entry::value, [&] { std::visit(ValueWriter{out}, parameter.value); });
    });
  out.bytes(start_info::group_name, run.run);
  out.fixed(start_info::start_time_secs, run.start_time);
}

/// Experiment: the columns of the table.
void write_experiment(WireWriter& out, const RunParameters& run) {
  for (const HyperParameter& parameter : run.values)
    out.message(experiment::hparam_infos, [&] {
      out.bytes(hparam_info::name, parameter.name);
      out.varint(hparam_info::type, type_of(parameter));
    });
  for (const std::string& metric : run.metrics)
    out.message(experiment::metric_infos, [&] {
      out.message(metric_info::name, [&] { out.bytes(metric_name::tag, metric); });
    });
}

/// A value without data, whose metadata say all.
void write_value(WireWriter& out, std::string_view its_tag, Field kind,
                 void (*write)(WireWriter&, const RunParameters&), const RunParameters& run) {
  WireWriter content;
  content.message(kind, [&] { write(content, run); });
  out.message(summary::value, [&] {
    out.bytes(value::tag, its_tag);
    write_plugin(out, "hparams", content.text());
  });
}

void check_name(std::string_view name, const std::string& what, SourceLocation where) {
  if (name.empty())
    refuse_event(ErrorCode::invalid_argument, what + " is empty", "give it a name", where);
  check_utf8(name, what, where);
}

}  // namespace

void RunParameters::check(SourceLocation where) const {
  std::set<std::string_view> names;
  for (const HyperParameter& parameter : values) {
    check_name(parameter.name, "the name of a hyperparameter", where);
    if (!names.insert(parameter.name).second)
      refuse_event(ErrorCode::invalid_argument,
                   "two hyperparameters are named '" + parameter.name + "'",
                   "give one of them another name", where);
    const auto* const number = std::get_if<double>(&parameter.value);
    if (number != nullptr && !std::isfinite(*number))
      refuse_event(ErrorCode::invalid_argument,
                   "the hyperparameter '" + parameter.name + "' is " + std::to_string(*number) +
                       ", but TensorBoard shows no table with numbers that are not finite",
                   "give it as a text", where);
    if (const auto* const text = std::get_if<std::string>(&parameter.value))
      check_utf8(*text, "the hyperparameter '" + parameter.name + "'", where);
  }
  for (const std::string& metric : metrics) check_name(metric, "the tag of a metric", where);
  check_utf8(run, "the path of the folder", where);
}

void RunParameters::write(WireWriter& summary) const {
  if (!metrics.empty())
    write_value(summary, "_hparams_/experiment", hparams::experiment, write_experiment, *this);
  write_value(summary, "_hparams_/session_start_info", hparams::session_start_info, write_start,
              *this);
}

}  // namespace deft
