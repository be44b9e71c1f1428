#include <deft/core/conversion.hpp>

#include <deft/core/convert_element.hpp>
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

template <class To, class From>
void convert_row(const Row& row) {
  const From* x = row.input<From>(0);
  To* to = row.out<To>();
  for (std::size_t i = 0; i < row.count; ++i) to[i] = convert_element<To>(x[i]);
}

}  // namespace

/// Here alone the conversions of all pairs of dtypes are compiled.
RowFunction conversion(DType from, DType to) {
  return visit_dtype(from, [to]<class From>(std::type_identity<From>) {
    return visit_dtype(
        to, []<class To>(std::type_identity<To>) -> RowFunction { return convert_row<To, From>; });
  });
}

}  // namespace deft
