#pragma once

#include <cstdint>
#include <variant>

#include "fused/fused_program.hpp"

namespace deft {

/// How an operation could be part of a fused group.
struct Stream {
  Form form = {};         // what it computes
  FusedStep step = {};    // as a step of the group's program
  std::int64_t rows = 0;  // that it goes over; 0: it cannot be part of a group

  /// Computed element by element.
  bool is_map() const {
    return std::holds_alternative<MapForm>(form) || std::holds_alternative<FoldForm>(form) ||
           std::holds_alternative<RepeatForm>(form);
  }
  bool is_rename() const { return std::holds_alternative<RenameForm>(form); }
  bool is_product() const { return std::holds_alternative<ProductForm>(form); }

  /// Its result is there when all rows are done.
  bool reduces() const { return deft::reduces(step.kind); }

  /// The rows that it must take at a time; 0: any number.
  std::int64_t tile_rows() const {
    return step.kind == StepKind::product_over_rows ? step.block_rows : 0;
  }
};

}  // namespace deft
