#include <deft/nn/initializers.hpp>

#include <algorithm>
#include <cmath>
#include <string>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>

namespace deft {
namespace {

enum class Spread { uniform, normal };

/// Of truncated normal numbers the standard deviation is this share of what it was.
constexpr double truncated_stddev = 0.87962566103423978;

struct Fans {
  double in;
  double out;
};

Fans fans_of(const Shape& shape, SourceLocation where) {
  if (shape.rank() < 2)
    throw GraphError(
        {.code = ErrorCode::shape_mismatch,
         .message = "a weight of shape " + shape.to_string() + " has no inputs and outputs",
         .cure = "give it a shape [..., inputs, outputs], or another initializer",
         .where = where});
  double window = 1;
  const auto dims = shape.dims();
  for (std::size_t i = 0; i + 2 < dims.size(); ++i) window *= static_cast<double>(dims[i]);
  return {window * static_cast<double>(dims[dims.size() - 2]),
          window * static_cast<double>(dims.back())};
}

/// Numbers of the variance `scale` / fan(fans).
template <class Fan>
Initializer scaled(Spread spread, double scale, Fan fan) {
  return [=](const Random& random, DType dtype, const Shape& shape, std::string_view name,
             SourceLocation where) {
    const double stddev = std::sqrt(scale / std::max(1.0, fan(fans_of(shape, where))));
    if (spread == Spread::uniform) {
      const double most = std::sqrt(3.0) * stddev;
      return random_uniform(random.initial(), dtype, shape,
                            {.low = -most, .high = most, .name = name, .where = where});
    }
    return random_truncated_normal(
        random.initial(), dtype, shape,
        {.stddev = stddev / truncated_stddev, .name = name, .where = where});
  };
}

double mean_fan(const Fans& fans) { return (fans.in + fans.out) / 2; }
double fan_in(const Fans& fans) { return fans.in; }

}  // namespace

Initializer constant_initializer(double value) {
  return [=](const Random& random, DType dtype, const Shape& shape, std::string_view name,
             SourceLocation where) {
    return fill(random.graph(), dtype, shape, value, {.name = name, .where = where});
  };
}

Initializer uniform_initializer(double low, double high) {
  return [=](const Random& random, DType dtype, const Shape& shape, std::string_view name,
             SourceLocation where) {
    return random_uniform(random.initial(), dtype, shape,
                          {.low = low, .high = high, .name = name, .where = where});
  };
}

Initializer normal_initializer(double stddev, double mean) {
  return [=](const Random& random, DType dtype, const Shape& shape, std::string_view name,
             SourceLocation where) {
    return random_normal(random.initial(), dtype, shape,
                         {.mean = mean, .stddev = stddev, .name = name, .where = where});
  };
}

Initializer truncated_normal_initializer(double stddev, double mean) {
  return [=](const Random& random, DType dtype, const Shape& shape, std::string_view name,
             SourceLocation where) {
    return random_truncated_normal(random.initial(), dtype, shape,
                                   {.mean = mean, .stddev = stddev, .name = name, .where = where});
  };
}

Initializer glorot_uniform() { return scaled(Spread::uniform, 1, mean_fan); }
Initializer glorot_normal() { return scaled(Spread::normal, 1, mean_fan); }
Initializer he_uniform() { return scaled(Spread::uniform, 2, fan_in); }
Initializer he_normal() { return scaled(Spread::normal, 2, fan_in); }
Initializer lecun_uniform() { return scaled(Spread::uniform, 1, fan_in); }
Initializer lecun_normal() { return scaled(Spread::normal, 1, fan_in); }

/// The orthogonal factor of a matrix of normal numbers, which is uniformly distributed if the other
/// factor has a diagonal above 0.
Initializer orthogonal(double gain) {
  return [=](const Random& random, DType dtype, const Shape& shape, std::string_view name,
             SourceLocation where) {
    fans_of(shape, where);
    const std::int64_t outputs = shape.dims().back();
    const std::int64_t inputs = outputs == 0 ? 0 : shape.num_elements() / outputs;
    const bool is_tall = inputs >= outputs;
    const Shape matrix = is_tall ? Shape{inputs, outputs} : Shape{outputs, inputs};
    const Output normal =
        random_normal(random.initial(), dtype, matrix, {.name = name, .where = where});
    const Output q = qr(normal, {.where = where}).q;
    const Output oriented = is_tall ? q : transpose(q, {}, {.where = where});
    return reshape(mul(oriented, Operand(gain, where), {.where = where}), shape, {.where = where});
  };
}

}  // namespace deft
