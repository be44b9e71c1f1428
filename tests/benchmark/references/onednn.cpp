#include "onednn.hpp"

#include <array>
#include <stdexcept>

#include <dlfcn.h>

#include <dnnl.hpp>

namespace deft::benchmark {

using dnnl::memory;

struct OnednnProduct::Impl {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  memory a, b, c;
  dnnl::matmul matmul;
  std::array<dnnl_exec_arg_t, 3> arguments{};  // those of the C interface: the C++ one makes a map
                                               // of them in every execution
};

OnednnProduct::OnednnProduct(const Tensor& a, const Tensor& b, Tensor& c, Result result,
                             int threads)
    : impl_(std::make_unique<Impl>()) {
  Impl& impl = *impl_;
  const std::int64_t n = a.shape()[0];
  const memory::desc square({n, n}, memory::data_type::f32, memory::format_tag::ab);
  impl.a = memory(square, impl.engine, const_cast<void*>(a.raw()));  // it is only read
  impl.b = memory(square, impl.engine, const_cast<void*>(b.raw()));
  impl.c = memory(square, impl.engine, c.mutable_raw());

  dnnl::primitive_attr attributes;
  if (result == Result::added_to) {
    dnnl::post_ops after;
    after.append_sum(1.0F);
    attributes.set_post_ops(after);
  }
  set_onednn_threads(threads);  // oneDNN cuts the product for so many when it is made
#if DNNL_VERSION_MAJOR >= 3
  impl.matmul = dnnl::matmul({impl.engine, square, square, square, attributes});
#else
  impl.matmul = dnnl::matmul({{square, square, square}, attributes, impl.engine});
#endif
  impl.arguments = {{{DNNL_ARG_SRC, impl.a.get()},
                     {DNNL_ARG_WEIGHTS, impl.b.get()},
                     {DNNL_ARG_DST, impl.c.get()}}};
}

OnednnProduct::~OnednnProduct() = default;
OnednnProduct::OnednnProduct(OnednnProduct&&) noexcept = default;

void OnednnProduct::run() const {
  const Impl& impl = *impl_;
  const dnnl_status_t status =
      dnnl_primitive_execute(impl.matmul.get(), impl.stream.get(),
                             static_cast<int>(impl.arguments.size()), impl.arguments.data());
  if (status != dnnl_success) throw std::runtime_error("oneDNN refused a matrix product");
}

void set_onednn_threads(int threads) {
  // Looked up, so that the program needs no OpenMP where oneDNN is built without.
  static const auto set =
      reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  if (set != nullptr) set(threads);
}

}  // namespace deft::benchmark
