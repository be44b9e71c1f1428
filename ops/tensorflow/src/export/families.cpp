#include "export/families.hpp"

namespace deft::tensorflow {

ExportHandler find_export_handler(std::string_view op) {
  static const auto table = [] {
    std::map<std::string_view, ExportHandler> made;
    for (const OpExports& family : {array_exports, elementwise_exports, indexing_exports,
                                    product_exports, source_exports, window_exports})
      for (const OpExport& handler : family) made.emplace(handler.op, handler.write);
    return made;
  }();
  const auto found = table.find(op);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace deft::tensorflow
