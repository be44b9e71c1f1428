#pragma once

#include <cstdint>

#include <deft/deft.hpp>

namespace deft::benchmark {

/// Data of a network of two layers with relu between, and what its variables are at first.
struct TwoLayers {
  TwoLayers(std::int64_t rows, std::int64_t inputs, std::int64_t units, std::int32_t classes,
            float scale);

  Tensor x;       // f32 [rows, inputs]
  Tensor labels;  // i32 [rows], below `classes`
  Tensor w1, b1;  // f32 [inputs, units], random within `scale`, and [units]
  Tensor w2, b2;  // f32 [units, classes], [classes]
};

/// A session that trains it: all data are variables, so that nothing is known before a run.
class TwoLayersTraining {
 public:
  TwoLayersTraining(const TwoLayers& data, const Rule& rule, int threads);

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  Tensor weights() const { return session_.value(w1_); }  // of the first layer

 private:
  Graph graph_;
  Output w1_;
  Session session_;
  Output step_;
};

}  // namespace deft::benchmark
