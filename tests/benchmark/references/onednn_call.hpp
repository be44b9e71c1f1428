#pragma once

#include <stdexcept>
#include <vector>

#include <dnnl.hpp>

#include <deft/deft.hpp>

namespace deft::benchmark {

/// Where primitives run, and what makes operands of tensors.
struct OnednnEngine {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};

  dnnl::memory over(const dnnl::memory::desc& desc, Tensor& t) const {
    return {desc, engine, t.mutable_raw()};
  }
  /// The tensor is only read.
  dnnl::memory over(const dnnl::memory::desc& desc, const Tensor& t) const {
    return {desc, engine, const_cast<void*>(t.raw())};
  }
};

/// A primitive and its arguments, by the C interface: the C++ one makes a map of them in every
/// execution.
struct OnednnCall {
  dnnl::primitive primitive;
  std::vector<dnnl_exec_arg_t> arguments;

  void run(const dnnl::stream& stream) const {
    const dnnl_status_t status = dnnl_primitive_execute(
        primitive.get(), stream.get(), static_cast<int>(arguments.size()), arguments.data());
    if (status != dnnl_success) throw std::runtime_error("oneDNN refused a primitive");
  }
};

}  // namespace deft::benchmark
