#pragma once

#include <span>
#include <string_view>

#include "export/node_writer.hpp"

// What deft's ops become: a function for each, in a table for each family.
namespace deft::tensorflow {

struct OpExport {
  std::string_view op;
  ExportHandler write;
};

using OpExports = std::span<const OpExport>;

extern const OpExports array_exports;
extern const OpExports elementwise_exports;
extern const OpExports indexing_exports;
extern const OpExports product_exports;
extern const OpExports source_exports;
extern const OpExports window_exports;

}  // namespace deft::tensorflow
