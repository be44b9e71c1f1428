#include <doctest/doctest.h>

#include <deft/core/op_def.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/state.hpp>

namespace deft {
namespace {

/// Is due when it is asked for the third time.
struct Third : Interrupt {
  int* asked = nullptr;
};

TEST_CASE("a product of integers asks within a long row whether it is still wanted") {
  int asked = 0;
  Third counts;
  counts.asked = &asked;
  counts.due = [](const Interrupt& self) { return ++*static_cast<const Third&>(self).asked == 3; };
  for (const DType dtype : {DType::i32, DType::i64}) {
    asked = 0;
    const TensorSpec inputs[] = {{dtype, {1, 1 << 20}}, {dtype, {1 << 20, 1}}};
    const TensorSpec output{dtype, {1, 1}};
    const Graph graph;
    const Output product = matmul(placeholder(graph, dtype, inputs[0].shape),
                                  placeholder(graph, dtype, inputs[1].shape));
    const Kernel kernel = product.node().op->kernel(
        {.inputs = inputs, .outputs = {&output, 1}, .attributes = *product.node().attributes});
    const Tensor x = Tensor::zeros(dtype, inputs[0].shape);
    const void* const from[] = {x.raw(), x.raw()};
    Tensor made = Tensor::zeros(dtype, output.shape);
    void* const to = made.mutable_raw();
    const KernelArgs args{.inputs = from, .outputs = &to, .interrupt = &counts};
    kernel.run(kernel.state.get(), args, 0, kernel.blocks);
    CHECK(asked == 3);
  }
}

}  // namespace
}  // namespace deft
