#pragma once

#include <string_view>

#include <deft/core/files/wire.hpp>

#include "histogram.hpp"
#include "png.hpp"

namespace deft {

// Each writes a field `value` of a message Summary (summary.proto), which TensorBoard shows under
// the tag.

/// A field simple_value: f32.
void write_scalar(WireWriter& out, std::string_view tag, double number);

/// A field histo.
void write_histogram(WireWriter& out, std::string_view tag, const Histogram& counted);

/// A field image: a PNG.
void write_image(WireWriter& out, std::string_view tag, const Picture& picture);

/// A tensor of one string, for the plugin "text".
void write_text(WireWriter& out, std::string_view tag, std::string_view markdown);

/// Of such a field `value`, what tells TensorBoard which of its plugins shows it.
void write_plugin(WireWriter& out, std::string_view name, std::string_view content);

}  // namespace deft
