#pragma once

#include <cstdint>

#include <deft/core/dtype.hpp>

// The numbers of the fields that deft writes: event.proto, summary.proto, graph.proto and what
// these import, in TensorFlow; api.proto and plugin_data.proto of TensorBoard's plugin hparams.
namespace deft::proto {

using Field = std::uint32_t;

namespace event {
constexpr Field wall_time = 1, step = 2, file_version = 3, graph_def = 4, summary = 5;
}
namespace summary {
constexpr Field value = 1;
}
namespace value {  // Summary.Value
constexpr Field tag = 1, simple_value = 2, image = 4, histo = 5, tensor = 8, metadata = 9;
}
namespace image {  // Summary.Image
constexpr Field height = 1, width = 2, colorspace = 3, encoded_image_string = 4;
}
namespace histogram {  // HistogramProto
constexpr Field min = 1, max = 2, num = 3, sum = 4, sum_squares = 5, bucket_limit = 6, bucket = 7;
}
namespace metadata {  // SummaryMetadata
constexpr Field plugin_data = 1;
}
namespace plugin_data {
constexpr Field plugin_name = 1, content = 2;
}
namespace tensor {  // TensorProto
constexpr Field dtype = 1, tensor_shape = 2, string_val = 8;
}
namespace shape {  // TensorShapeProto
constexpr Field dim = 2;
}
namespace dim {  // TensorShapeProto.Dim
constexpr Field size = 1;
}
namespace map_entry {
constexpr Field key = 1, value = 2;
}

namespace graph_def {
constexpr Field node = 1;
}
namespace node_def {
constexpr Field name = 1, op = 2, input = 3, attr = 5;
}
namespace attr_value {
constexpr Field list = 1, s = 2, i = 3, f = 4, b = 5, type = 6, shape = 7;
}

namespace hparams {  // HParamsPluginData
constexpr Field experiment = 2, session_start_info = 3;
}
namespace experiment {
constexpr Field hparam_infos = 4, metric_infos = 5;
}
namespace hparam_info {
constexpr Field name = 1, type = 4;
}
namespace metric_info {
constexpr Field name = 1;
}
namespace metric_name {
constexpr Field tag = 2;
}
namespace start_info {  // SessionStartInfo
constexpr Field hparams = 1, group_name = 4, start_time_secs = 5;
}
namespace any_value {  // google.protobuf.Value
constexpr Field number = 2, string = 3, boolean = 4;
}

/// DataType
constexpr std::uint32_t string_type = 7;
constexpr std::uint32_t type_of(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return 1;
    case DType::f64:
      return 2;
    case DType::i32:
      return 3;
    case DType::i64:
      return 9;
    case DType::boolean:
      return 10;
    case DType::u8:
      return 4;
    case DType::i8:
      return 6;
    case DType::i16:
      return 5;
    case DType::u16:
      return 17;
    case DType::u32:
      return 22;
    case DType::u64:
      return 23;
    case DType::f16:
      return 19;
    case DType::bf16:
      return 14;
  }
  return 0;
}

}  // namespace deft::proto
