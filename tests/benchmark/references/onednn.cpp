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
  impl.a = memory(of_a, impl.engine, const_cast<void*>(a.matrix.raw()));  // it is only read
  impl.b = memory(of_b, impl.engine, const_cast<void*>(b.matrix.raw()));
  impl.c = memory(of_c, impl.engine, c.mutable_raw());

  dnnl::primitive_attr attributes;
  if (result == Result::added_to) {
    dnnl::post_ops after;
    after.append_sum(1.0F);
    attributes.set_post_ops(after);
  }
  set_onednn_threads(threads);  // oneDNN cuts the product for so many when it is made
#if DNNL_VERSION_MAJOR >= 3
  impl.matmul = dnnl::matmul({impl.engine, of_a, of_b, of_c, attributes});
#else
  impl.matmul = dnnl::matmul({{of_a, of_b, of_c}, attributes, impl.engine});
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
