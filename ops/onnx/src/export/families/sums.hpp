#pragma once

#include <cstddef>

#include "export/node_writer.hpp"

namespace deft::onnx {

/// x, to which `like` would broadcast, summed to the shape of `like`, whatever that is in a run.
ValueName summed_like(NodeWriter& writer, const ValueName& x, std::size_t rank,
                      const ValueName& like, std::size_t rank_of_like);

}  // namespace deft::onnx
