#include "model.hpp"

#include "pictures.hpp"

namespace examples::fashion {

using deft::DType;
using deft::Mode;
using deft::Output;
using deft::Random;

namespace {

/// Pixels as numbers whose mean over the training pictures is 0 and whose variance is 1.
Output normalized(const Output& pixels) {
  constexpr double mean = 72.94;
  constexpr double deviation = 90.02;
  return (cast(pixels, DType::f32) - mean) / deviation;
}

Output dropped(const Output& x, double rate, const Random& random, Mode mode) {
  return mode == Mode::train ? dropout(x, rate, random) : x;
}

/// Layers of 256, 128 and 100 units, as in the list of results that comes with the pictures.
Network make_mlp(const Random& random) {
  const auto dense = [&](std::int64_t inputs, std::int64_t units, std::string_view name) {
    return deft::Dense(random, inputs, units,
                       {.weight_initializer = deft::he_normal(), .name = name});
  };
  return [random, first = dense(side * side, 256, "first"), second = dense(256, 128, "second"),
          third = dense(128, 100, "third"),
          last = dense(100, num_classes, "last")](const Output& pixels, Mode mode) {
    Output h = normalized(reshape(pixels, {-1, side * side}));
    h = dropped(relu(first(h)), 0.3, random, mode);
    h = dropped(relu(second(h)), 0.2, random, mode);
    h = relu(third(h));
    return last(h);
  };
}

/// Two convolutions of 3x3 with 32 and 64 channels, each followed by a pooling of 2x2, and one
/// hidden layer.
Network make_cnn(const Random& random) {
  const auto conv = [&](std::int64_t channels_in, std::int64_t channels_out,
                        std::string_view name) {
    return deft::Conv(
        random, channels_in, channels_out, {3, 3},
        {.padding = {{1, 1}, {1, 1}}, .weight_initializer = deft::he_normal(), .name = name});
  };
  const auto pooled = [](const Output& x) {
    return max_pool(x, {.window = {2, 2}, .strides = {2, 2}});
  };
  constexpr std::int64_t pooled_twice = side / 4 * (side / 4) * 64;
  return [random, pooled, first = conv(1, 32, "first"), second = conv(32, 64, "second"),
          last = deft::Dense(random, pooled_twice, num_classes, {.name = "last"})](
             const Output& pixels, Mode mode) {
    Output h = normalized(reshape(pixels, {-1, side, side, 1}));
    h = pooled(relu(first(h)));
    h = pooled(relu(second(dropped(h, 0.1, random, mode))));
    h = dropped(reshape(h, {-1, pooled_twice}), 0.4, random, mode);
    return last(h);
  };
}

}  // namespace

Network make_network(ModelKind kind, const Random& random) {
  return kind == ModelKind::mlp ? make_mlp(random) : make_cnn(random);
}

std::int64_t num_parameters(const std::vector<Output>& variables) {
  std::int64_t count = 0;
  for (const Output& variable : variables) count += variable.shape().num_elements();
  return count;
}

deft::Rule make_rule(ModelKind kind, std::int64_t updates) {
  const double peak = kind == ModelKind::mlp ? 2e-3 : 3e-3;
  const auto steps = static_cast<double>(updates);
  return deft::AdamW{.rate = deft::cosine_decay(peak, {.steps = steps, .warmup = 0.05 * steps}),
                     .weight_decay = 0.02};
}

}  // namespace examples::fashion
