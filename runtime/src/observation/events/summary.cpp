#include "summary.hpp"

#include <span>

#include "proto_fields.hpp"

namespace deft {
namespace {

using namespace proto;

template <class Body>
void write_value(WireWriter& out, std::string_view its_tag, const Body& body) {
  out.message(summary::value, [&] {
    out.bytes(value::tag, its_tag);
    body();
  });
}

}  // namespace

void write_scalar(WireWriter& out, std::string_view tag, double number) {
  write_value(out, tag, [&] { out.fixed(value::simple_value, static_cast<float>(number)); });
}

void write_histogram(WireWriter& out, std::string_view tag, const Histogram& counted) {
  write_value(out, tag, [&] {
    out.message(value::histo, [&] {
      out.fixed(histogram::min, counted.min);
      out.fixed(histogram::max, counted.max);
      out.fixed(histogram::num, counted.count);
      out.fixed(histogram::sum, counted.sum);
      out.fixed(histogram::sum_squares, counted.sum_squares);
      out.packed_fixed(histogram::bucket_limit, std::span(counted.limits));
      out.packed_fixed(histogram::bucket, std::span(counted.counts));
    });
  });
}

void write_image(WireWriter& out, std::string_view tag, const Picture& picture) {
  write_value(out, tag, [&] {
    out.message(value::image, [&] {
      out.varint(image::height, picture.height);
      out.varint(image::width, picture.width);
      out.varint(image::colorspace, picture.channels);
      out.bytes(image::encoded_image_string, encode_png(picture));
    });
  });
}

void write_text(WireWriter& out, std::string_view tag, std::string_view markdown) {
  write_value(out, tag, [&] {
    write_plugin(out, "text", "");
    out.message(value::tensor, [&] {
      out.varint(tensor::dtype, string_type);
      out.message(tensor::tensor_shape, [] {});
      out.bytes(tensor::string_val, markdown);
    });
  });
}

void write_plugin(WireWriter& out, std::string_view name, std::string_view content) {
  out.message(value::metadata, [&] {
    out.message(metadata::plugin_data, [&] {
      out.bytes(plugin_data::plugin_name, name);
      if (!content.empty()) out.bytes(plugin_data::content, content);
    });
  });
}

}  // namespace deft
