#pragma once

#include <span>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

namespace deft {

/// f32 ones, for feeds.
inline Tensor ones_of(const Shape& shape) {
  Tensor tensor = Tensor::uninitialized(DType::f32, shape);
  for (float& x : tensor.mutable_data<float>()) x = 1;
  return tensor;
}

/// What a misuse has at hand: a graph with inputs of several kinds, and a session in which the
/// variable has its value.
struct Bench {
  Graph graph;
  Graph other;
  Output a = placeholder(graph, DType::f32, {2, 3}, {.name = "a"});
  Output b = placeholder(graph, DType::f32, {4, 5}, {.name = "b"});
  Output open = placeholder(graph, DType::f32, {Shape::unknown, 3}, {.name = "open"});
  Output v = constant(graph, Tensor::from<float>({3}, {1, 2, 3}), {.name = "v"});
  Output d = constant(graph, Tensor::from<double>({3}, {1, 2, 3}), {.name = "d"});
  Output i = constant(graph, Tensor::from<std::int32_t>({3}, {7, 0, -1}), {.name = "i"});
  Output l = constant(graph, Tensor::from<std::int64_t>({3}, {7, 0, -1}), {.name = "l"});
  Output flags = constant(graph, Tensor::from<bool>({3}, {true, false, true}), {.name = "flags"});
  Output w = variable(graph, Tensor::from<float>({3}, {1, 2, 3}), {.name = "w"});
  Output done = no_op(graph, {.name = "done"});
  Output foreign = constant(other, Tensor::from<float>({3}, {1, 2, 3}), {.name = "foreign"});
  Output empty;
  Session session{graph, {.threads = 2}};
  std::vector<SourceLocation> marks;
  std::size_t nodes = 0;  // of the graph at the last mark

  Bench() { session.run(global_variables_initializer(graph)); }

  /// `argument`; marks the line as the one that an error must name.
  template <class T>
  T&& here(T&& argument, SourceLocation where = SourceLocation::current()) {
    marks.push_back(where);
    nodes = graph.num_nodes();
    return std::forward<T>(argument);
  }

  /// `text` with file and line of the first mark for "{0}", of the second for "{1}", ...
  std::string filled(std::string text) const {
    for (std::size_t k = 0; k < marks.size(); ++k) {
      const std::string marker = "{" + std::to_string(k) + "}";
      const std::string place = marks[k].file + (":" + std::to_string(marks[k].line));
      for (std::size_t at = text.find(marker); at != std::string::npos; at = text.find(marker, at))
        text.replace(at, marker.size(), place);
    }
    return text;
  }
};

/// One way to use deft wrongly, and the error that it must give.
struct Misuse {
  const char* name;
  const std::type_info& type;
  ErrorCode code;
  const char* text;  // what() says exactly this, see Bench::filled
  void (*act)(Bench& bench);
  bool adds_nodes = false;  // what was built before the fault showed stays in the graph
};

inline void check_misuse(const Misuse& row) {
  INFO(std::string(row.name));
  Bench bench;
  bool thrown = false;
  try {
    row.act(bench);
  } catch (const Error& error) {
    thrown = true;
    CHECK(std::string(typeid(error).name()) == row.type.name());
    CHECK(std::string(to_string(error.code())) == to_string(row.code));
    CHECK(std::string(error.what()) == bench.filled(row.text));
  }
  CHECK_MESSAGE(thrown, "nothing was thrown");
  if (row.type != typeid(RunError) && !row.adds_nodes && !bench.marks.empty())
    CHECK(bench.graph.num_nodes() == bench.nodes);
  const Tensor value = bench.session.run(assign_add(bench.w, bench.v));
  CHECK(value == Tensor::from<float>({3}, {2, 4, 6}));
}

inline void check_misuses(std::span<const Misuse> rows) {
  for (const Misuse& row : rows) check_misuse(row);
}

}  // namespace deft
