#include "families.hpp"
#include "random/grower.hpp"

namespace deft::digest {
namespace {

constexpr DType f32 = DType::f32;
constexpr DType f64 = DType::f64;
constexpr DType i32 = DType::i32;
constexpr DType i64 = DType::i64;
constexpr DType boolean = DType::boolean;

const std::vector<Theme>& themes() {
  static const std::vector<std::int64_t> small{40, 300, 300, 300, 2500, 2500};
  static const std::vector<DType> mixed{f32, f32, f32, f32, f64, f64, f64, i32, i64, boolean};
  static const std::vector<Theme> all{
      {"random_f32", {f32, f32, f32, f32, f32, f32, f32, f32, f32, i32, i64, boolean}, small},
      {"random_f64", {f64, f64, f64, f64, f64, f64, f64, f64, f64, i32, i64, boolean}, small},
      {"random_integers", {i32, i32, i32, i64, i64, i64, f32, f64, boolean}, small},
      {"random_mixed", mixed, small},
      {"random_special", mixed, small, Values::special},
      {"random_large",
       {f32, f32, f32, f32, f64, f64, i32, i64, boolean},
       {12'000, 40'000, 150'000}},
  };
  return all;
}

const std::vector<Growth>& growths() {
  static const std::vector<Growth> all = [] {
    std::vector<Growth> growths;
    for (const auto& list : {elementwise_growth(), array_growth(), reduction_growth(),
                             product_growth(), state_growth(), pattern_growth()})
      growths.insert(growths.end(), list.begin(), list.end());
    return growths;
  }();
  return all;
}

Subject random_graph(const Theme& theme, std::uint64_t seed) {
  Grower g(theme, seed);
  const std::size_t length = 2 + g.draws.below(g.draws.one_in(4) ? 30 : 10);
  for (std::size_t i = 0; i < length; ++i) g.draws.of(growths())(g);
  grow_gradients(g);
  return g.finish();
}

}  // namespace

/// Of large graphs there are a tenth.
std::vector<Family> random_graphs(std::size_t graphs) {
  std::vector<Family> families;
  for (const Theme& theme : themes()) {
    const bool large = theme.most_elements.front() > 10'000;
    const std::uint64_t first = 1'000'000 * (families.size() + 1);
    families.push_back(
        {theme.name, large ? (graphs + 9) / 10 : graphs,
         [&theme, first](std::size_t index) { return random_graph(theme, first + index); }});
  }
  return families;
}

}  // namespace deft::digest
