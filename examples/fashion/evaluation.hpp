#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <deft/deft.hpp>

#include "model.hpp"
#include "pictures.hpp"

namespace examples::fashion {

/// A picture of which a network believes that it shows something else.
struct Mistake {
  std::int64_t picture = 0;
  std::int64_t truth = 0;
  std::int64_t guess = 0;
  double loss = 0;  // the larger, the surer the network was
};

/// How well a network does.
struct Evaluation {
  double loss = 0;      // mean over the pictures
  double accuracy = 0;  // the part that it tells right
  /// confusion[truth][guess] pictures.
  std::array<std::array<std::int64_t, num_classes>, num_classes> confusion = {};
  std::vector<Mistake> mistakes;  // the largest loss first

  /// The mistakes that are shown, where only some can be.
  std::span<const Mistake> worst_mistakes() const {
    constexpr std::size_t shown = 24;
    return std::span(mistakes).first(std::min(shown, mistakes.size()));
  }
};

/// Shows pictures to a network, whose variables a session holds.
class Judge {
 public:
  Judge(const deft::Graph& graph, const Network& network, const Pictures& pictures);

  Evaluation judge(deft::Session& session) const;

  /// Writes the network as a model of ONNX: pixels u8 [batch, side, side] -> logits f32
  /// [batch, num_classes].
  void write_onnx(deft::Session& session, const std::string& path) const;

 private:
  Pictures pictures_;
  deft::Output pixels_;  // placeholders of some pictures
  deft::Output labels_;
  deft::Output logits_;  // of each of them
  deft::Output losses_;
  deft::Output guesses_;
};

}  // namespace examples::fashion
