#pragma once

#include <cstdint>

// The numbers of the fields of graph.proto, node_def.proto, attr_value.proto, tensor.proto,
// tensor_shape.proto, meta_graph.proto, saved_model.proto and variable.proto in TensorFlow.
namespace deft::tensorflow::fields {

using Field = std::uint32_t;

namespace saved_model {
constexpr Field schema_version = 1, meta_graphs = 2;
}
namespace meta_graph {
constexpr Field meta_info = 1, graph = 2, saver = 3, collections = 4, signatures = 5;
}
namespace meta_info {
constexpr Field tags = 4;
}
namespace map_entry {
constexpr Field key = 1, value = 2;
}
namespace collection {
constexpr Field nodes = 1, bytes = 2;
}
namespace bytes_list {
constexpr Field value = 1;
}
namespace variable_def {
constexpr Field variable_name = 1, initializer_name = 2, trainable = 7;
}
namespace graph {
constexpr Field node = 1, library = 2, version = 3, versions = 4;
}
namespace versions {
constexpr Field producer = 1, min_consumer = 2;
}
namespace library {
constexpr Field function = 1;
}
namespace function {
constexpr Field signature = 1;
}
namespace signature {
constexpr Field name = 1;
}
namespace node {
constexpr Field name = 1, op = 2, input = 3, device = 4, attr = 5;
}
namespace attr {
constexpr Field list = 1, s = 2, i = 3, f = 4, b = 5, type = 6, shape = 7, tensor = 8,
                placeholder = 9, func = 10;
}
namespace list {
constexpr Field s = 2, i = 3, f = 4, b = 5, type = 6, shape = 7, tensor = 8, func = 9;
}
namespace tensor {
constexpr Field dtype = 1, shape = 2, content = 4, float_val = 5, double_val = 6, int_val = 7,
                string_val = 8, int64_val = 10, bool_val = 11, half_val = 13, uint32_val = 16,
                uint64_val = 17;
}
namespace shape {
constexpr Field dim = 2, unknown_rank = 3;
}
namespace dim {
constexpr Field size = 1;
}

}  // namespace deft::tensorflow::fields
