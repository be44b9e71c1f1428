#include <deft/tensorflow/tensorflow.hpp>

#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/tensorflow/recorded_values.hpp"

namespace deft {

TEST_CASE("each op gives what TensorFlow gives") {
  const std::map<std::string, Tensor> values = recorded_values("ops");
  CHECK(values.size() > 200);
  Graph graph;
  const ImportedGraph model = import_graph_def(graph, tensorflow_file("ops.pb"));
  Session session(graph);
  for (const auto& recorded : values) {
    const std::string& name = recorded.first;
    const Tensor& value = recorded.second;
    CAPTURE(name);
    const Tensor result = session.eval(model.find("out/" + name));
    CHECK(result.spec() == value.spec());
    if (result.spec() != value.spec()) continue;
    const bool is_sum = name.find("Backprop") != std::string::npos;  // of terms of up to 100
    CHECK(largest_difference(result, value) < (is_sum ? 2e-5 : 2e-6));
  }
}

}  // namespace deft
