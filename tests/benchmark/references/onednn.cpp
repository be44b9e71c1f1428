#include "onednn.hpp"

#include <dlfcn.h>

#include <dnnl.hpp>

#include "onednn_call.hpp"

namespace deft::benchmark {

using dnnl::memory;

struct OnednnProduct::Impl : OnednnEngine {
  memory a, b, c;
  OnednnCall call;
};

OnednnProduct::OnednnProduct(const Factor& a, const Factor& b, Tensor& c, Result result,
                             int threads)
    : impl_(std::make_unique<Impl>()) {
  Impl& impl = *impl_;
  const auto described = [](const Factor& factor) {
    return memory::desc({factor.rows(), factor.columns()}, memory::data_type::f32,
                        factor.transposed ? memory::format_tag::ba : memory::format_tag::ab);
  };
  const memory::desc of_a = described(a);
  const memory::desc of_b = described(b);
  const memory::desc of_c = described(c);
  impl.a = impl.over(of_a, a.matrix);
  impl.b = impl.over(of_b, b.matrix);
  impl.c = impl.over(of_c, c);

  dnnl::primitive_attr attributes;
  if (result == Result::added_to) {
    dnnl::post_ops after;
    after.append_sum(1.0F);
    attributes.set_post_ops(after);
  }
  set_onednn_threads(threads);  // oneDNN cuts the product for so many when it is made
#if DNNL_VERSION_MAJOR >= 3
  const dnnl::matmul product({impl.engine, of_a, of_b, of_c, attributes});
#else
  const dnnl::matmul product({{of_a, of_b, of_c}, attributes, impl.engine});
#endif
  impl.call = {product,
               {{DNNL_ARG_SRC, impl.a.get()},
                {DNNL_ARG_WEIGHTS, impl.b.get()},
                {DNNL_ARG_DST, impl.c.get()}}};
}

OnednnProduct::~OnednnProduct() = default;
OnednnProduct::OnednnProduct(OnednnProduct&&) noexcept = default;

void OnednnProduct::run() const { impl_->call.run(impl_->stream); }

void set_onednn_threads(int threads) {
  // Looked up, so that the program needs no OpenMP where oneDNN is built without.
  static const auto set =
      reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  if (set != nullptr) set(threads);
}

}  // namespace deft::benchmark
