#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <deft/deft.hpp>

namespace examples::fashion {

/// What the labels 0 to 9 stand for.
constexpr std::array<std::string_view, 10> class_names = {
    "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot"};

inline std::string_view class_name(std::int64_t label) {
  return class_names[static_cast<std::size_t>(label)];
}

constexpr auto num_classes = static_cast<std::int64_t>(class_names.size());
constexpr std::int64_t side = 28;  // pixels of a picture, in height and width

/// Pictures of clothes, and what they show.
struct Pictures {
  deft::Tensor pixels;  // u8 [n, side, side], 0 is the background
  deft::Tensor labels;  // u8 [n], below num_classes

  std::int64_t size() const { return labels.num_elements(); }

  /// The pixels of one picture, row after row.
  std::span<const std::uint8_t> picture(std::int64_t number) const {
    constexpr auto pixels_of_one = static_cast<std::size_t>(side * side);
    return pixels.data<std::uint8_t>().subspan(static_cast<std::size_t>(number) * pixels_of_one,
                                               pixels_of_one);
  }
};

struct Dataset {
  Pictures train;
  Pictures test;
};

/// The files train-*.gz and t10k-*.gz of a folder, as Fashion-MNIST and MNIST name them. Throws
/// UserError.
Dataset read_dataset(const std::string& folder);

}  // namespace examples::fashion
