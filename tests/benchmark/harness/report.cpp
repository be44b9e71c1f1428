#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "median.hpp"

namespace deft::benchmark {
namespace {

struct Line {
  const Case& c;
  int threads;
  double deft;
  double reference;
  double ratio_median;
  double ratio_min;

  bool pass() const { return (c.bar.absolute ? deft : ratio_median) <= c.bar.limit; }
};

Line summarise(const Case& c, int threads, const Samples& samples) {
  const std::vector<double> ratios = samples.ratios();
  return {c,
          threads,
          median(samples.deft),
          median(samples.reference),
          median(ratios),
          *std::min_element(ratios.begin(), ratios.end())};
}

std::string formatted(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

/// JSON knows no infinity.
std::string json_number(double value) {
  return std::isfinite(value) ? formatted("%.6g", value) : "null";
}

std::string json_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string json(const Line& line) {
  return "{\"case\": " + json_string(line.c.name) +
         ", \"threads\": " + std::to_string(line.threads) +
         ", \"deft\": " + json_number(line.deft) +
         ", \"reference\": " + json_number(line.reference) +
         ", \"reference_name\": " + json_string(line.c.reference) +
         ", \"unit\": " + json_string(line.c.unit) +
         ", \"ratio_median\": " + json_number(line.ratio_median) +
         ", \"ratio_min\": " + json_number(line.ratio_min) +
         ", \"bar\": " + json_number(line.c.bar.limit) +
         ", \"pass\": " + (line.pass() ? "true" : "false") + "}";
}

std::string bar(const Bar& bar, std::string_view unit) {
  return formatted("%g", bar.limit) + (bar.absolute ? " " + std::string(unit) : "");
}

void print_row(int name_width, const Line& line, double latency) {
  std::string note(line.c.reference);
  if (!std::isnan(latency)) note += "; core to core " + formatted("%.0f", latency) + " ns";
  std::printf("%-*s %7d %10.4g %10.4g  %-8s %8.3f %8.3f  %-10s %-6s  %s\n", name_width,
              line.c.name.data(), line.threads, line.deft, line.reference, line.c.unit.data(),
              line.ratio_median, line.ratio_min, bar(line.c.bar, line.c.unit).c_str(),
              line.pass() ? "pass" : "MISSED", note.c_str());
}

}  // namespace

Report::Report(Format format, std::span<const Case> cases) : format_(format), name_width_(4) {
  for (const Case& c : cases) name_width_ = std::max(name_width_, static_cast<int>(c.name.size()));
  if (format_ == Format::table)
    std::printf("%-*s %7s %10s %10s  %-8s %8s %8s  %-10s %-6s  %s\n", name_width_, "case",
                "threads", "deft", "reference", "unit", "ratio", "min", "bar", "", "reference");
}

void Report::add(const Case& c, const Setting& setting, const Samples& samples, double latency) {
  const Line line = summarise(c, setting.threads, samples);
  switch (format_) {
    case Format::table:
      print_row(name_width_, line, latency);
      break;
    case Format::json:
      std::printf("%s\n", json(line).c_str());
      break;
    case Format::smoke:
      std::printf("%s: works\n", c.name.data());
      break;
  }
  std::fflush(stdout);
}

void Report::skip(const Case& c, std::string_view obstacle) {
  if (format_ == Format::json)
    std::printf("{\"case\": %s, \"not_measured\": %s}\n", json_string(c.name).c_str(),
                json_string(obstacle).c_str());
  else
    std::printf("%-*s not measured: %s\n", name_width_, c.name.data(), obstacle.data());
  std::fflush(stdout);
}

}  // namespace deft::benchmark
