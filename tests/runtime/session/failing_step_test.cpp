#include <limits>
#include <new>
#include <stdexcept>

#include "support/misuse.hpp"

namespace deft {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

Output matrix(Bench& t, float last) {
  return constant(t.graph, Tensor::from<float>({2, 2}, {1, 2, 3, last}));
}

constexpr Misuse numbers[] = {
    {"an i32 by 0", typeid(RunError), ErrorCode::numeric,
     "{0}: div 'ratio': an integer, 0, is divided by 0 (inputs: i32[3], i32[3]); replace zeros "
     "among the divisors, or divide floating numbers",
     [](Bench& t) { t.session.run(div(t.here(t.i), t.i, {.name = "ratio"})); }},
    {"an i64 by a scalar 0", typeid(RunError), ErrorCode::numeric,
     "{0}: div 'div': an integer, 7, is divided by 0 (inputs: i64[3], i64[]); replace zeros among "
     "the divisors, or divide floating numbers",
     [](Bench& t) { t.session.run(t.here(t.l) / 0); }},
    {"a negative power of an i32", typeid(RunError), ErrorCode::numeric,
     "{0}: pow 'power': an integer, 7, is raised to the power -2 (inputs: i32[3], i32[]); use "
     "exponents of at least 0, or floating numbers",
     [](Bench& t) { t.session.run(pow(t.here(t.i), -2, {.name = "power"})); }},
    {"a negative power of an i64", typeid(RunError), ErrorCode::numeric,
     "{0}: pow 'power': an integer, -1, is raised to the power -1 (inputs: i64[3], i64[3]); use "
     "exponents of at least 0, or floating numbers",
     [](Bench& t) { t.session.run(pow(t.here(t.l), t.l, {.name = "power"})); }},
    {"the inverse of NaN", typeid(RunError), ErrorCode::numeric,
     "{0}: pinv 'inverse': a [2, 2] holds NaN at [1, 1] (inputs: f32[2, 2]); only finite matrices "
     "are decomposed",
     [](Bench& t) {
       const Output a = matrix(t, nan);
       t.session.run(pinv(t.here(a), {.name = "inverse"}));
     }},
    {"equations with an infinity", typeid(RunError), ErrorCode::numeric,
     "{0}: lstsq 'fit': b [2, 2] holds an infinity at [1, 1] (inputs: f32[2, 2], f32[2, 2]); only "
     "finite matrices are decomposed",
     [](Bench& t) {
       const Output a = matrix(t, 4);
       const Output b = matrix(t, -infinity);
       t.session.run(lstsq(t.here(a), b, {.name = "fit"}));
     }},
    {"the factor of what is not positive definite", typeid(RunError), ErrorCode::numeric,
     "{0}: cholesky 'factor': a [2, 2] is not positive definite: pivot 1 is -2.25 (inputs: f32[2, "
     "2]); "
     "add a multiple of the identity, or use eigh",
     [](Bench& t) { t.session.run(cholesky(t.here(matrix(t, 4)), {.name = "factor"})); }},
    {"equations without a solution", typeid(RunError), ErrorCode::numeric,
     "{0}: solve 'x': a [2, 2] is singular: pivot 0 is 0 (inputs: f32[2, 2], f32[2, 2]); lstsq and "
     "pinv take matrices of any rank",
     [](Bench& t) {
       const Output a = zeros(t.graph, DType::f32, {2, 2});
       t.session.run(solve(t.here(a), a, {.name = "x"}));
     }},
    {"a gradient names the line of its forward node", typeid(RunError), ErrorCode::numeric,
     "{0}: pinv 'gradients/pinv': a [2, 2] holds NaN at [1, 1] (inputs: f32[2, 2]); only finite "
     "matrices are decomposed",
     [](Bench& t) {
       const Output a = matrix(t, nan);
       const Output b = matrix(t, 4);
       const Output fit = lstsq(t.here(a), b, {.name = "fit"});
       const Output grad = gradients(reduce_sum(fit), {b}).at(0);
       t.session.run(grad);
     }},
};

/// f32[3] -> f32[3], or what `infer` says
constexpr OpDef with_kernel(OpDef::Prepare kernel, Effect effect = Effect::none) {
  OpDef op;
  op.name = "custom";
  op.arity = {0, 1};
  op.effect = effect;
  op.infer = [](const InferContext&) { return std::vector<TensorSpec>{{DType::f32, {3}}}; };
  op.kernel = kernel;
  return op;
}

constexpr OpDef kernelless = with_kernel(nullptr);
constexpr OpDef idle = with_kernel([](const KernelContext&) { return Kernel{}; });
constexpr OpDef forwards = with_kernel([](const KernelContext&) { return Kernel::forward(); });
constexpr OpDef forwarding_write =
    with_kernel([](const KernelContext&) { return Kernel::forward(); }, Effect::writes_variable);
constexpr OpDef unprepared =
    with_kernel([](const KernelContext&) -> Kernel { throw std::domain_error("no such device"); });
constexpr OpDef throws_error = with_kernel(
    [](const KernelContext&) {
      return make_kernel([](const KernelArgs&) { throw std::runtime_error("out of ink"); });
    },
    Effect::stateful);
constexpr OpDef throws_number = with_kernel(
    [](const KernelContext&) { return make_kernel([](const KernelArgs&) { throw 42; }); },
    Effect::stateful);
constexpr OpDef throws_memory = with_kernel(
    [](const KernelContext&) {
      return make_kernel([](const KernelArgs&) { throw std::bad_alloc(); });
    },
    Effect::stateful);

/// Says f32[3] of an unknown shape, f64[3] of a known one.
constexpr OpDef changes_its_mind = [] {
  OpDef op = with_kernel([](const KernelContext&) { return Kernel{}; });
  op.infer = [](const InferContext& context) {
    const bool known = context.inputs[0].shape.is_fully_defined();
    return std::vector<TensorSpec>{{known ? DType::f64 : DType::f32, {3}}};
  };
  return op;
}();

/// A kernel that does nothing but what `lie` says.
template <class Lie>
Kernel lying(Lie lie) {
  Kernel kernel = make_kernel([](const KernelArgs&) {}, 1);
  lie(kernel);
  return kernel;
}

constexpr OpDef wants_all_scratch = with_kernel([](const KernelContext&) {
  return lying([](Kernel& k) { k.scratch_bytes = ~std::size_t{0} - 32; });
});
constexpr OpDef wants_all_thread_scratch = with_kernel([](const KernelContext&) {
  return lying([](Kernel& k) { k.thread_scratch_bytes = ~std::size_t{0} - 32; });
});
constexpr OpDef leaves_beyond = with_kernel([](const KernelContext&) {
  return lying([](Kernel& k) {
    k.scratch_bytes = 64;
    k.partials = {{.offset = 60, .block_bytes = 8, .bytes = 8}};
  });
});

constexpr OpDef makes_other_rows = with_kernel(
    [](const KernelContext&) { return lying([](Kernel& k) { k.rows_per_block = 2; }); });
constexpr OpDef reads_rows_of_nothing = with_kernel([](const KernelContext&) {
  return lying([](Kernel& k) {
    k.rows_per_block = 3;
    k.reads_rows_of = 1;
  });
});

/// No output, and a kernel that runs nothing but copies input 7.
constexpr OpDef copies_nothing = [] {
  OpDef op = with_kernel([](const KernelContext&) {
    Kernel kernel;
    kernel.copies = 7;
    return kernel;
  });
  op.infer = [](const InferContext&) { return std::vector<TensorSpec>{}; };
  return op;
}();

/// A constant whose value is f32[3], though its rule says f32[1000].
const Tensor& value_of_three(const Attributes&) {
  static const Tensor three = Tensor::from<float>({3}, {1, 2, 3});
  return three;
}
constexpr OpDef lies_of_its_value{
    .name = "custom",
    .infer =
        [](const InferContext&) {
          return std::vector<TensorSpec>{{DType::f32, {1000}}};
        },
    .value = value_of_three,
};

constexpr Misuse definitions[] = {
    {"a kernel that wants all scratch there is", typeid(RunError), ErrorCode::internal,
     "{0}: custom 'x': the kernel asks for 18446744073709551583 bytes of scratch (inputs: f32[3]); "
     "mend the kernel in the op's OpDef",
     [](Bench& t) {
       t.session.run(t.graph.add(wants_all_scratch, {t.here(t.v)}, {}, {.name = "x"}));
     }},
    {"a kernel that wants all scratch of a thread", typeid(RunError), ErrorCode::internal,
     "{0}: custom 'x': the kernel asks for 18446744073709551583 bytes of scratch (inputs: f32[3]); "
     "mend the kernel in the op's OpDef",
     [](Bench& t) {
       t.session.run(t.graph.add(wants_all_thread_scratch, {t.here(t.v)}, {}, {.name = "x"}));
     }},
    {"a kernel that leaves something outside its scratch", typeid(RunError), ErrorCode::internal,
     "{0}: custom 'x': the kernel leaves 8 bytes from byte 60 on in 64 bytes of scratch (inputs: "
     "f32[3]); mend the kernel in the op's OpDef",
     [](Bench& t) { t.session.run(t.graph.add(leaves_beyond, {t.here(t.v)}, {}, {.name = "x"})); }},
    {"a kernel that reads rows of an input that there is not", typeid(RunError),
     ErrorCode::internal,
     "{0}: custom 'x': the kernel reads rows of input 1, which is not one of as many rows as are "
     "made by blocks (inputs: f32[3]); mend the kernel in the op's OpDef",
     [](Bench& t) {
       t.session.run(t.graph.add(reads_rows_of_nothing, {t.here(t.v)}, {}, {.name = "x"}));
     }},
    {"a kernel whose blocks are not all rows", typeid(RunError), ErrorCode::internal,
     "{0}: custom 'x': the kernel makes 3 rows in 1 blocks of 2 (inputs: f32[3]); mend the kernel "
     "in the op's OpDef",
     [](Bench& t) {
       t.session.run(t.graph.add(makes_other_rows, {t.here(t.v)}, {}, {.name = "x"}));
     }},
    {"a kernel that copies an input that is not there", typeid(RunError), ErrorCode::internal,
     "{0}: custom 'x': the kernel copies input 7, which is not all of its only output (inputs: "
     "f32[3]); mend the kernel in the op's OpDef",
     [](Bench& t) {
       t.session.run(t.graph.add(copies_nothing, {t.here(t.v)}, {}, {.name = "x"}));
     }},
    {"a value of another shape", typeid(RunError), ErrorCode::internal,
     "{0}: custom 'x': the value is f32[3], but the shape rule gives f32[1000]; mend the value or "
     "the rule in the op's OpDef",
     [](Bench& t) {
       t.session.run(exp(t.here(t.graph).add(lies_of_its_value, {}, {}, {.name = "x"})));
     }},
    {"no kernel", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: custom 'x': has no kernel (inputs: f32[3]); set OpDef::kernel",
     [](Bench& t) { t.session.run(t.graph.add(kernelless, {t.here(t.v)}, {}, {.name = "x"})); }},
    {"a kernel that makes nothing", typeid(RunError), ErrorCode::internal,
     "{0}: custom 'x': the kernel runs nothing, but must make f32[3] (inputs: f32[3]); mend the "
     "kernel in the op's OpDef",
     [](Bench& t) { t.session.run(t.graph.add(idle, {t.here(t.v)}, {}, {.name = "x"})); }},
    {"a kernel that forwards nothing", typeid(RunError), ErrorCode::internal,
     "{0}: custom 'x': the kernel forwards, which is for ops without effect that make each output "
     "of an input; mend the kernel in the op's OpDef",
     [](Bench& t) { t.session.run(t.here(t.graph).add(forwards, {}, {}, {.name = "x"})); }},
    {"a kernel that forwards another size", typeid(RunError), ErrorCode::internal,
     "{0}: custom 'x': the kernel forwards f64[3] as f32[3] (inputs: f64[3]); mend the kernel in "
     "the op's OpDef",
     [](Bench& t) { t.session.run(t.graph.add(forwards, {t.here(t.d)}, {}, {.name = "x"})); }},
    {"a write that forwards", typeid(RunError), ErrorCode::internal,
     "{0}: custom 'x': the kernel forwards, which is for ops without effect that make each output "
     "of an input (inputs: f32[3]); mend the kernel in the op's OpDef",
     [](Bench& t) {
       t.session.run(t.graph.add(forwarding_write, {t.here(t.w)}, {}, {.name = "x"}));
     }},
    {"a kernel that is not prepared", typeid(RunError), ErrorCode::kernel_failure,
     "{0}: custom 'x': the kernel failed: no such device (inputs: f32[3])",
     [](Bench& t) { t.session.run(t.graph.add(unprepared, {t.here(t.v)}, {}, {.name = "x"})); }},
    {"a kernel that throws", typeid(RunError), ErrorCode::kernel_failure,
     "{0}: custom 'x': the kernel failed: out of ink (inputs: f32[3])",
     [](Bench& t) { t.session.run(t.graph.add(throws_error, {t.here(t.v)}, {}, {.name = "x"})); }},
    {"a kernel that throws a number", typeid(RunError), ErrorCode::kernel_failure,
     "{0}: custom 'x': the kernel failed with something that is not a std::exception (inputs: "
     "f32[3])",
     [](Bench& t) { t.session.run(t.graph.add(throws_number, {t.here(t.v)}, {}, {.name = "x"})); }},
    {"a kernel without memory", typeid(RunError), ErrorCode::resource_exhausted,
     "{0}: custom 'x': the kernel was refused memory (inputs: f32[3]); use smaller tensors or "
     "free memory",
     [](Bench& t) { t.session.run(t.graph.add(throws_memory, {t.here(t.v)}, {}, {.name = "x"})); }},
    {"a shape rule that changes its mind", typeid(RunError), ErrorCode::internal,
     "{0}: custom 'x': the shape rule gives f64[3] for output 0 now, but gave f32[3] when the "
     "node was added (inputs: f32[1, 3]); mend the rule in the op's OpDef",
     [](Bench& t) {
       const Output x = t.graph.add(changes_its_mind, {t.here(t.open)}, {}, {.name = "x"});
       t.session.run(x, {{t.open, Tensor::zeros(DType::f32, {1, 3})}});
     }},
};

constexpr std::int64_t exbi = std::int64_t{1} << 60;

constexpr Misuse memory[] = {
    {"a result that is too large", typeid(RunError), ErrorCode::resource_exhausted,
     "{0}: zeros 'large': the system refused 4611686018427387904 bytes for a tensor "
     "f32[1152921504606846976]; use smaller tensors or free memory",
     [](Bench& t) {
       t.session.run(zeros(t.here(t.graph), DType::f32, {exbi}, {.name = "large"}));
     }},
    {"a value that is too large", typeid(RunError), ErrorCode::resource_exhausted,
     "{0}: zeros 'large': needs 4611686018427387904 of 4612248968380809280 bytes for the values "
     "of a run, which the system refused; use smaller tensors or free memory",
     [](Bench& t) {
       const Output large = zeros(t.here(t.graph), DType::f32, {exbi}, {.name = "large"});
       t.session.run(reduce_sum(large));
     }},
    {"a variable that is too large", typeid(RunError), ErrorCode::resource_exhausted,
     "{0}: variable 'large': the system refused 4611686018427387904 bytes for a tensor "
     "f32[1152921504606846976]; use smaller tensors or free memory",
     [](Bench& t) {
       variable(zeros(t.here(t.graph), DType::f32, {exbi}, {.name = "start"}), {.name = "large"});
       t.session.run(global_variables_initializer(t.graph));
     }},
    {"values that are too large together", typeid(RunError), ErrorCode::resource_exhausted,
     "{0}: add 'sum': needs 4611686018427387904 bytes beside 4611686018427387904 of the same run, "
     "together more than 63 bits count (inputs: f32[1152921504606846976], "
     "f32[1152921504606846976]); use smaller tensors",
     [](Bench& t) {
       const Output large = zeros(t.graph, DType::f32, {exbi});
       const Output sum = add(t.here(large), large, {.name = "sum"});
       Session(t.graph, {.optimizations = Optimizations::none()})
           .run(reduce_sum(square(sum) * large));
     }},
};

TEST_CASE("numbers for which an operation is not defined") { check_misuses(numbers); }
TEST_CASE("wrong kernels and rules in a run") { check_misuses(definitions); }
TEST_CASE("memory that the system refuses to a run") { check_misuses(memory); }

TEST_CASE("a placeholder that is not fed is refused before anything runs") {
  static int executed = 0;
  static constexpr OpDef counts = with_kernel(
      [](const KernelContext&) { return make_kernel([](const KernelArgs&) { ++executed; }); },
      Effect::stateful);
  Bench bench;
  const Output counted = bench.graph.add(counts, {bench.v}, {}, {});
  const Output x = placeholder(bench.graph, DType::f32, {3});
  CHECK_THROWS_AS(bench.session.run({counted, x}), RunError);
  CHECK_THROWS_AS(bench.session.run(counted + x), RunError);
  CHECK(executed == 0);
  bench.session.run(counted);
  CHECK(executed == 1);
}

}  // namespace
}  // namespace deft
