#pragma once

#include <functional>
#include <initializer_list>
#include <type_traits>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/nn/mode.hpp>

namespace deft {

/// Layers and functions, one applied to the result of the other:
///
///     Sequential model{Dense(random, 784, 256), relu, BatchNorm(graph, 256),
///                      [&](const Output& x, Mode mode) {
///                        return mode == Mode::train ? dropout(x, 0.3, random) : x;
///                      },
///                      Dense(random, 256, 10)};
///     Output loss = softmax_cross_entropy(model(x, Mode::train), labels);
///
/// A list and nothing more: it registers nothing, and what it holds is the caller's copy.
class Sequential {
  template <class F, class... More>
  static constexpr bool takes =
      std::is_invocable_r_v<Output, const F&, const Output&, const More&...>;

 public:
  /// Something to apply: it takes an Output, then perhaps a Mode, then perhaps NodeOptions, which
  /// tell it the line.
  class Step {
   public:
    template <class F>
    requires(takes<F, Mode, NodeOptions> || takes<F, Mode> || takes<F, NodeOptions> || takes<F>)
        Step(F apply) {
      if constexpr (requires { apply == nullptr; })
        if (apply == nullptr) return;
      apply_ = [apply = std::move(apply)](const Output& x, Mode mode, const NodeOptions& options) {
        if constexpr (takes<F, Mode, NodeOptions>)
          return Output(apply(x, mode, options));
        else if constexpr (takes<F, Mode>)
          return Output(apply(x, mode));
        else if constexpr (takes<F, NodeOptions>)
          return Output(apply(x, options));
        else
          return Output(apply(x));
      };
    }

   private:
    friend class Sequential;
    // Empty if made of an empty function.
    std::function<Output(const Output&, Mode, const NodeOptions&)> apply_;
  };

  /// Throws GraphError for an empty std::function or a null pointer.
  Sequential(std::initializer_list<Step> steps, SourceLocation where = SourceLocation::current())
      : Sequential(std::vector<Step>(steps), where) {}
  explicit Sequential(std::vector<Step> steps, SourceLocation where = SourceLocation::current());

  /// `x` after all steps, whose nodes carry the line `where`; of no steps, `x`.
  Output operator()(const Output& x, Mode mode,
                    SourceLocation where = SourceLocation::current()) const;

 private:
  std::vector<Step> steps_;
};

}  // namespace deft
