// RunOptions::check_numerics: the first operation that makes NaN or infinity is named.

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "caught.hpp"
#include "support/misuse.hpp"

namespace deft {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class T>
Tensor ones_but(std::int64_t count, std::int64_t at, double value) {
  std::vector<T> values(static_cast<std::size_t>(count), T{1});
  values[static_cast<std::size_t>(at)] = static_cast<T>(value);
  return Tensor::from<T>({count}, values);
}

RunError failure(Session& session, const std::vector<Output>& fetches, const Feeds& feeds = {}) {
  return caught<RunError>([&] { session.run(fetches, feeds, {.check_numerics = true}); });
}

TEST_CASE("of several operations that make NaN the first in plan order is named") {
  for (int threads = 1; threads <= 8; ++threads) {
    const Graph graph;
    const Output w = variable(graph, ones_but<float>(5000, 17, -1));
    const Output good = exp(w);
    const Output first = sqrt(w, {.name = "first"});
    const Output second = log(w, {.name = "second"});
    const Output third = rsqrt(w, {.name = "third"});
    const Output step = assign(w, add_n({good, third, second, first}));
    Session plain(graph, {.threads = threads});
    Session chaotic(graph, {.threads = threads, .chaos_seed = static_cast<std::uint64_t>(threads)});
    for (Session* session : {&plain, &chaotic}) {
      session->run(global_variables_initializer(graph));
      const Error error = failure(*session, {step});
      CHECK(error.code() == ErrorCode::non_finite);
      CHECK(error.info().node == "first");
      CHECK(error.info().message == "produced NaN as element 17 of f32[5000]");
      CHECK(session->eval(w) == ones_but<float>(5000, 17, -1));
    }
  }
}

/// log(x) is the first operation to make what log(`value`) is.
template <class T>
void check_element(std::int64_t count, std::int64_t at, double value, const std::string& made) {
  const Graph graph;
  const Output x = placeholder(graph, dtype_of<T>(), {Shape::unknown});
  const Output y = reduce_sum(log(x, {.name = "log"}) * 2);
  for (const int threads : {1, 2}) {
    Session session(graph, {.threads = threads});
    const Error error = failure(session, {y}, {{x, ones_but<T>(count, at, value)}});
    CHECK(error.info().node == "log");
    CHECK(error.info().message == "produced " + made + " as element " + std::to_string(at) +
                                      " of " + std::string(to_string(dtype_of<T>())) + "[?]");
  }
}

TEST_CASE("the first bad element is named wherever it is") {
  for (const std::int64_t count : {1, 7, 64, 5000, (1 << 20) + 3}) {
    for (const std::int64_t at : {std::int64_t{0}, count / 2, count - 1}) {
      check_element<float>(count, at, -1, "NaN");
      check_element<double>(count, at, 0, "-inf");
    }
  }
  check_element<float>(100, 99, infinity, "inf");
  check_element<double>(100, 1, infinity, "inf");
}

TEST_CASE("a NaN that is fed is found at the first operation that puts it out") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {3}, {.name = "x"});
  const Output same = identity(x, {.name = "same"});
  const Output shaped = reshape(same, {1, 3}, {.name = "shaped"});
  const Output chosen = where(constant(graph, Tensor::from<bool>({1, 3}, {true, false, true})),
                              shaped, 0.0, {.name = "chosen"});
  const Output sum = reduce_sum(shaped, {.name = "sum"});
  Session session(graph, {.threads = 2});
  CHECK(failure(session, {sum}, {{x, ones_but<float>(3, 1, nan)}}).info().node == "sum");
  session.run(chosen, {{x, ones_but<float>(3, 1, nan)}}, {.check_numerics = true});
  const Error error = failure(session, {chosen}, {{x, ones_but<float>(3, 2, nan)}});
  CHECK(error.info().node == "chosen");
  CHECK(error.info().message == "produced NaN as element 2 of f32[1, 3]");
}

TEST_CASE("an assign that copies a NaN is named, and leaves its variable") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {4});
  const Output w = variable(zeros(graph, DType::f64, {4}));
  const Output copy = assign(w, x, {.name = "copy"});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  CHECK(failure(session, {copy}, {{x, ones_but<double>(4, 3, -infinity)}}).info().node == "copy");
  CHECK(session.eval(w) == Tensor::zeros(DType::f64, {4}));
}

TEST_CASE("the steps before the one that makes infinity remain") {
  for (const int threads : {1, 2}) {
    const Graph graph;
    const Output w = variable(graph, Tensor::scalar(1e30F));
    const Output product = mul(w, 1e4, {.name = "product"});
    const Output step = assign(w, product);
    Session session(graph, {.threads = threads});
    session.run(global_variables_initializer(graph));
    const auto run = [&] { session.run(step, {.steps = 9, .check_numerics = true}); };
    const Error error = caught<RunError>(run);
    CHECK(error.info().node == "product");
    CHECK(error.info().message == "produced inf as element 0 of f32[]");
    CHECK(session.eval(w).item<float>() == 1e30F * 1e4F * 1e4F);
    session.run(step, {.steps = 2});
    CHECK(std::isinf(session.eval(w).item<float>()));
  }
}

TEST_CASE("finite runs pass, also with the largest and the smallest numbers") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {4});
  const Output y = placeholder(graph, DType::f32, {4});
  Session session(graph, {.threads = 2});
  using D = std::numeric_limits<double>;
  using F = std::numeric_limits<float>;
  const Tensor doubles = Tensor::from<double>({4}, {D::max(), D::lowest(), D::denorm_min(), -0.0});
  const Tensor floats = Tensor::from<float>({4}, {F::max(), F::lowest(), F::denorm_min(), -0.0F});
  const std::vector<Tensor> seen =
      session.run({-x, -y}, {{x, doubles}, {y, floats}}, {.check_numerics = true});
  CHECK(seen[0].data<double>()[0] == D::lowest());
  CHECK(seen[1].data<float>()[1] == F::max());
}

TEST_CASE("integers and booleans are not looked at, whatever their bits") {
  const Graph graph;
  const Output x = placeholder(graph, DType::i32, {2});
  const Output y = placeholder(graph, DType::i64, {2});
  const Tensor bits = Tensor::from<std::int32_t>({2}, {0x7fc00000, 0x7f800000});
  const Tensor wide = Tensor::from<std::int64_t>({2}, {0x7ff8000000000000, 0x7ff0000000000000});
  Session session(graph);
  const std::vector<Tensor> seen =
      session.run({x + 1, y + 1, equal(x, 0)}, {{x, bits}, {y, wide}}, {.check_numerics = true});
  CHECK(seen[0].data<std::int32_t>()[1] == 0x7f800001);
}

/// f32[] -> f32[], f32[2]: the second has an infinity.
constexpr OpDef two_outputs{
    .name = "two_outputs",
    .arity = {1, 1},
    .infer =
        [](const InferContext&) {
          return std::vector<TensorSpec>{{DType::f32, {}}, {DType::f32, {2}}};
        },
    .kernel =
        [](const KernelContext&) {
          return make_kernel([](const KernelArgs& args) {
            *args.output<float>(0) = *args.input<float>(0);
            args.output<float>(1)[0] = 1;
            args.output<float>(1)[1] = -std::numeric_limits<float>::infinity();
          });
        },
};

constexpr Misuse not_finite[] = {
    {"a logarithm of 0", typeid(RunError), ErrorCode::non_finite,
     "{0}: log 'gain': produced -inf as element 1 of f32[3] (inputs: f32[3]); it is the first "
     "operation of the plan that does: look at its inputs",
     [](Bench& t) {
       const Output x = constant(t.graph, Tensor::from<float>({3}, {1, 0, 2}));
       const Output y = log(t.here(x), {.name = "gain"});
       t.session.run(reduce_sum(y), {.check_numerics = true});
     }},
    {"the second output of an operation", typeid(RunError), ErrorCode::non_finite,
     "{0}: two_outputs 'pair': produced -inf as element 1 of 'pair:1', f32[2] (inputs: f32[]); it "
     "is the first operation of the plan that does: look at its inputs",
     [](Bench& t) {
       const Output x = constant(t.graph, Tensor::scalar(1.0F));
       const Output y = t.graph.add(two_outputs, {t.here(x)}, {}, {.name = "pair"})[0];
       t.session.run(y * 2, {.check_numerics = true});
     }},
    {"a gradient", typeid(RunError), ErrorCode::non_finite,
     "{0}: div 'gradients/div': produced inf as element 0 of f32[1] (inputs: f32[1], f32[1]); it "
     "is the first operation of the plan that does: look at its inputs",
     [](Bench& t) {
       const Output x = constant(t.graph, Tensor::from<float>({1}, {0}));
       const Output y = sqrt(t.here(x));
       t.session.run(gradients(y, {x}).at(0), {.check_numerics = true});
     }},
};

TEST_CASE("operations that make what is not finite") { check_misuses(not_finite); }

}  // namespace
}  // namespace deft
