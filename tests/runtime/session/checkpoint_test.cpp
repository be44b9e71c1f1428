#include <filesystem>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "runtime/session/noisy_model.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

TEST_CASE("a training that is resumed ends in the bits of one that was not interrupted") {
  const TempFolder folder;
  NoisyModel whole;
  whole.initialize();
  whole.run(13);
  save(whole.session, folder / "middle");
  whole.run(12);
  save(whole.session, folder / "end");

  NoisyModel resumed;
  const Restored report = restore(resumed.session, folder / "middle");
  CHECK(report.restored.size() == global_variables(resumed.graph).size());
  CHECK(resumed.session.value(global_step(resumed.graph)).item<std::int64_t>() == 13);
  resumed.run(12);
  save(resumed.session, folder / "resumed");
  CHECK(folder.read("end") == folder.read("resumed"));
}

TEST_CASE("every dtype, scalars and empty tensors come back") {
  const TempFolder folder;
  const Graph graph;
  const std::vector<Tensor> values = {
      Tensor{{1.5F, -0.0F}},
      Tensor::scalar(2.5),
      Tensor{1, -2, 3},
      Tensor{std::int64_t{1} << 60},
      Tensor{true, false},
      Tensor::from<std::uint8_t>({2, 1}, {0, 255}),
      Tensor::from<std::int8_t>({-128, 127}),
      Tensor::from<std::int16_t>({-32768}),
      Tensor::from<std::uint16_t>({65535}),
      Tensor{4294967295U},
      Tensor::from<std::uint64_t>({~std::uint64_t{0}}),
      Tensor{Half(1.5), Half::from_bits(0x7E01)},
      Tensor{{BFloat16(-2)}},
      Tensor::zeros(DType::f32, {0, 3}),
  };
  std::vector<Output> variables;
  for (const Tensor& value : values)
    variables.push_back(variable(zeros(graph, value.dtype(), value.shape()), {.name = "v"}));
  Session session(graph);
  for (std::size_t i = 0; i < values.size(); ++i) session.set(variables[i], values[i]);
  save(session, folder / "a", {.metadata = {{"epoch", "3"}}});
  Session other(graph);
  CHECK(restore(other, folder / "a").metadata.at("epoch") == "3");
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(bitwise_equal(other.value(variables[i]), values[i]));
}

TEST_CASE("what is kept small is widened to what computes, if it loses nothing") {
  const TempFolder folder;
  write_safetensors(folder / "a", {{"w", Tensor{Half(1.5), Half(-2)}},
                                   {"b", Tensor{BFloat16(3)}},
                                   {"i", Tensor::from<std::uint16_t>({65535})},
                                   {"j", Tensor{4294967295U}}});
  const Graph graph;
  const Output w = variable(zeros(graph, DType::f32, {2}), {.name = "w"});
  const Output b = variable(zeros(graph, DType::f64, {1}), {.name = "b"});
  const Output i = variable(zeros(graph, DType::i32, {1}), {.name = "i"});
  const Output j = variable(zeros(graph, DType::i64, {1}), {.name = "j"});
  Session session(graph);
  restore(session, folder / "a");
  CHECK(session.value(w) == Tensor{1.5F, -2.0F});
  CHECK(session.value(b) == Tensor{3.0});
  CHECK(session.value(i) == Tensor{65535});
  CHECK(session.value(j) == Tensor{std::int64_t{4294967295}});

  write_safetensors(folder / "b", {{"w", Tensor{1.5, -2.0}},
                                   {"b", Tensor{3}},
                                   {"i", Tensor{4294967295U}},
                                   {"j", Tensor::from<std::uint64_t>({1})}});
  const Error error = caught<FileError>([&] { restore(session, folder / "b"); });
  CHECK(error.info().message.ends_with(
      "it has as another 'w', f64[2] for f32[2], 'b', i32[1] for f64[1], 'i', u32[1] for i32[1], "
      "'j', u64[1] for i64[1]"));
}

/// Variables a f32[2] and b f64[], at 1 and 2.
struct Two {
  Graph graph;
  Output a = variable(graph, Tensor{1.0F, 1.0F}, {.name = "a"});
  Output b = variable(graph, Tensor::scalar(2.0), {.name = "b"});
  Session session{graph};
  Two() { session.run(global_variables_initializer(graph)); }
};

TEST_CASE("what does not fit is listed, all of it, and nothing changes") {
  const TempFolder folder;
  write_safetensors(folder / "other", {{"a", Tensor{5.0F}}, {"c", Tensor{1}}, {"d", Tensor{2}}});
  Two two;
  const Error error = caught<FileError>([&] { restore(two.session, folder / "other"); });
  CHECK(error.info().message ==
        "'" + (folder / "other") +
            "' does not fit the graph: it has as another 'a', f32[1] for f32[2]; it lacks 'b'; no "
            "variable is named 'c', 'd'");
  CHECK(two.session.value(two.a) == Tensor{1.0F, 1.0F});
}

TEST_CASE("options let a file have less, more, or other names") {
  const TempFolder folder;
  write_safetensors(folder / "other", {{"old/a", Tensor{5.0F, 6.0F}}, {"c", Tensor{1}}});
  Two two;
  const Restored report = restore(
      two.session, folder / "other",
      {.rename = {{"a", "old/a"}}, .missing = Missing::keep, .superfluous = Superfluous::ignore});
  CHECK(report.restored == std::vector<std::string>{"a"});
  CHECK(report.kept == std::vector<std::string>{"b"});
  CHECK(report.ignored == std::vector<std::string>{"c"});
  CHECK(two.session.value(two.a) == Tensor{5.0F, 6.0F});
  CHECK(two.session.value(two.b).item<double>() == 2);
  restore(two.session, folder / "other", {.only = {two.a}, .rename = {{"a", "old/a"}}});
  CHECK_THROWS_AS(restore(two.session, folder / "other", {.rename = {{"z", "c"}}}), GraphError);
  CHECK_THROWS_AS(restore(two.session, folder / "absent"), FileError);
}

TEST_CASE(
    "a variable without a value cannot be saved, and a file that cannot be written is told of") {
  const TempFolder folder;
  const Graph graph;
  const Output a = variable(graph, Tensor{1.0F}, {.name = "a"});
  Session session(graph);
  CHECK(caught<RunError>([&] { save(session, folder / "x"); }).code() ==
        ErrorCode::uninitialized_variable);
  CHECK_FALSE(std::filesystem::exists(folder / "x"));
  session.set(a, Tensor{2.0F});
  CHECK_THROWS_AS(save(session, folder / "no/such/folder"), FileError);
  save(session, folder / "one", {.variables = {a}});
  CHECK(read_safetensors(folder / "one").tensors.size() == 1);
}

TEST_CASE("a file holds one consistent state while runs go on") {
  const TempFolder folder;
  const Graph graph;
  const Output a = variable(graph, Tensor::zeros(DType::i64, {1000}), {.name = "a"});
  const Output b = variable(graph, Tensor::zeros(DType::i64, {}), {.name = "b"});
  const Output step = group({assign_add(a, ones_like(a)), assign_add(b, ones_like(b))});
  Session session(graph, {.threads = 2});
  session.run(global_variables_initializer(graph));
  const std::jthread runner([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) session.run(step);
  });
  std::int64_t last = 0;
  for (int i = 0; i < 20 || last == 0; ++i) {
    save(session, folder / "state");
    const Safetensors file = read_safetensors(folder / "state");
    const Tensor& first = file.tensors[0].tensor;
    const std::int64_t count = file.tensors[1].tensor.item<std::int64_t>();
    for (const std::int64_t value : first.data<std::int64_t>()) REQUIRE(value == count);
    CHECK(count >= last);
    last = count;
  }
}

TEST_CASE("several variables are set at once or not at all") {
  Two two;
  two.session.set({{two.a, Tensor{3.0F, 4.0F}}, {two.b, Tensor::scalar(5.0)}});
  CHECK(two.session.values({two.b, two.a})[0].item<double>() == 5);
  CHECK_THROWS_AS(two.session.set({{two.a, Tensor{0.0F, 0.0F}}, {two.b, Tensor::scalar(0.0F)}}),
                  RunError);
  CHECK(two.session.value(two.a) == Tensor{3.0F, 4.0F});
}

}  // namespace
}  // namespace deft
