#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <deque>
#include <optional>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "fused/fused_kernel.hpp"
#include "fused/x86/code_generator.hpp"
#include <deft/core/tensor.hpp>

#include "support/ops/element_functions.hpp"
#include "support/samples.hpp"

namespace deft {

/// Numbers from -1 to 1 and, for the sign of a sum of zeros, -0 sixteen times in a row.
template <class T>
std::vector<T> numbers_and_zeros(std::mt19937& random, std::int64_t count) {
  std::vector<T> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = i / 16 % 4 == 0 ? T{-0.0} : static_cast<T>(random()) / T{0x1p31} - T{1};
  return values;
}

/// A group written by hand, with inputs of any values.
class GroupBuilder {
 public:
  using Operand = FusedProgram::Operand;

  explicit GroupBuilder(std::int64_t rows) { program_.rows = rows; }

  const FusedProgram& program() const { return program_; }

  /// An input of the first of these values. There may be more, where no row is.
  template <class T>
  Operand input(const Shape& shape, const std::vector<T>& values) {
    return input_bytes({dtype_of<T>(), shape}, values);
  }
  template <class T>
  Operand input_bytes(const TensorSpec& spec, const std::vector<T>& values) {
    std::vector<std::byte> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    inputs_.push_back(std::move(bytes));
    program_.inputs.push_back({spec});
    return {false, static_cast<std::uint32_t>(inputs_.size() - 1)};
  }

  /// An input whose value is known beforehand.
  template <class T>
  Operand constant(const Shape& shape, const std::vector<T>& values) {
    const auto count = static_cast<std::size_t>(shape.num_elements());
    constants_.push_back(Tensor::from<T>(shape, std::span(values).first(count)));
    const Operand made = input<T>(shape, values);
    program_.inputs.back().constant = &constants_.back();
    return made;
  }

  Operand map(const ElementFunction& function, std::vector<Operand> operands, DType dtype,
              bool output = false) {
    return step(MapForm{&function}, std::move(operands), {dtype, Shape{program_.rows}}, output);
  }

  Operand step(const Form& form, std::vector<Operand> operands, const TensorSpec& spec,
               bool output) {
    FusedProgram::Step made{as_step(form, operands, spec), std::move(operands), spec};
    if (output) made.output = static_cast<std::int64_t>(program_.num_outputs++);
    program_.steps.push_back(std::move(made));
    return {true, static_cast<std::uint32_t>(program_.steps.size() - 1)};
  }

  /// The sum of all elements of `zeros`, which are 0 or NaN, as an output.
  void zero_sum(Operand zeros) {
    const DType dtype = program_.own_spec(zeros).dtype;
    program_.steps.push_back({{ReductionForm{}, StepKind::zero_sum},
                              {zeros},
                              {dtype, {}},
                              static_cast<std::int64_t>(program_.num_outputs++)});
  }

  /// An output that overwrites an input.
  struct Pair {
    std::size_t output, input;
  };

  /// The bytes of all outputs, each with some after its end, which must stay. `generator` as in
  /// fused_kernel.
  std::vector<std::vector<std::byte>> run(CodeGenerator* generator = nullptr,
                                          std::optional<Pair> in_place = std::nullopt) const {
    const Kernel kernel = fused_kernel(program_, generator);
    std::vector<const void*> inputs;
    for (const auto& input : inputs_) inputs.push_back(input.data());
    std::vector<std::vector<std::byte>> results;
    std::vector<void*> outputs;
    for (const FusedProgram::Step& step : program_.steps)
      if (step.output >= 0)
        results.emplace_back(
            static_cast<std::size_t>(step.spec.shape.num_elements()) * size_of(step.spec.dtype) +
                64,
            std::byte{0x5a});
    for (auto& result : results) outputs.push_back(result.data());
    if (in_place) {
      auto& result = results[in_place->output];
      std::memcpy(result.data(), inputs[in_place->input], result.size() - 64);
      inputs[in_place->input] = result.data();
    }
    constexpr std::size_t beyond = 1 << 16;
    const std::size_t shared = (kernel.scratch_bytes + 63) / 64 * 64;
    const std::size_t used = shared + kernel.thread_scratch_bytes;
    std::vector<std::byte> scratch(used + 64 + beyond, std::byte{0x5a});
    void* aligned = scratch.data();
    std::size_t space = scratch.size();
    std::align(64, used, aligned, space);
    const KernelArgs args{.inputs = inputs.data(),
                          .outputs = outputs.data(),
                          .scratch = static_cast<std::byte*>(aligned),
                          .thread_scratch = static_cast<std::byte*>(aligned) + shared};
    kernel.run(kernel.state.get(), args, 0, kernel.blocks);
    if (kernel.finish != nullptr) kernel.finish(kernel.state.get(), args);
    const std::byte* const end = args.scratch + used;
    CHECK(std::all_of(end, end + beyond, [](std::byte b) { return b == std::byte{0x5a}; }));
    return results;
  }

  /// The same with machine code.
  std::vector<std::vector<std::byte>> run_generated(
      std::optional<Pair> in_place = std::nullopt) const {
    CodeGenerator generator;
    return run(&generator, in_place);
  }

  /// What the kernel allows to overwrite each other.
  std::vector<Pair> in_place_pairs() const {
    const auto bytes = [](const TensorSpec& spec) { return spec.shape.num_bytes(spec.dtype); };
    const unsigned allowed = fused_kernel(program_, nullptr).in_place;
    std::vector<Pair> pairs;
    for (const FusedProgram::Step& step : program_.steps)
      for (std::size_t i = 0; step.output >= 0 && i < inputs_.size() && i < 32; ++i)
        if (((allowed >> i) & 1U) != 0 && bytes(step.spec) == bytes(program_.inputs[i].spec))
          pairs.push_back({static_cast<std::size_t>(step.output), i});
    return pairs;
  }

 private:
  FusedStep as_step(const Form& form, std::span<const Operand> operands, const TensorSpec& result) {
    std::vector<TensorSpec> specs;
    for (const Operand& operand : operands) {
      specs.push_back(operand.is_step ? program_.steps[operand.index].spec
                                      : program_.inputs[operand.index].spec);
      if (operand.as != nullptr) specs.back().shape = *operand.as;
    }
    if (const auto* product = std::get_if<ProductForm>(&form))
      return row_stream(*product, specs, result)->step;
    if (const auto* reduction = std::get_if<ReductionForm>(&form))
      return row_stream(*reduction, specs[0], program_.rows)->step;
    return {form};
  }

  FusedProgram program_;
  std::vector<std::vector<std::byte>> inputs_;
  std::deque<Tensor> constants_;
};

/// Special values and others of any magnitude.
template <class T>
std::vector<T> mixed_values(std::size_t count, std::uint32_t seed) {
  std::mt19937_64 random(seed);
  const std::vector<T> special = special_values<T>();
  std::vector<T> values(count);
  for (T& value : values) {
    const auto bits = random();
    if (bits % 3 == 0)
      value = special[random() % special.size()];
    else if (bits % 3 == 1)
      value = static_cast<T>(static_cast<double>(static_cast<std::int64_t>(random())) * 0x1p-58);
    else
      value = std::bit_cast<T>(
          static_cast<std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>(random()));
  }
  return values;
}

}  // namespace deft
