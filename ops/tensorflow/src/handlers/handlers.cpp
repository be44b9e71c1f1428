#include "handlers/handlers.hpp"

#include <map>

namespace deft::tensorflow {

const OpHandler* find_handler(std::string_view op) {
  static const auto table = [] {
    std::map<std::string_view, const OpHandler*> made;
    for (const OpHandlers& family :
         {activation_handlers, array_handlers, constant_handlers, convolution_handlers,
          indexing_handlers, loss_handlers, math_handlers, normalization_handlers,
          optimizer_handlers, pooling_handlers, random_handlers, reduction_handlers, shape_handlers,
          slicing_handlers, state_handlers})
      for (const OpHandler& handler : family) made.emplace(handler.op, &handler);
    return made;
  }();
  const auto found = table.find(op);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace deft::tensorflow
