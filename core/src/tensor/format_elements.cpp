#include "format_elements.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <limits>
#include <span>
#include <utility>

#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

constexpr std::size_t precision = 8;  // digits after the point, at most

template <class T>
concept Floating = std::floating_point<T> || is_narrow_float<T>;

/// A number as one that the standard library knows.
template <Floating T>
auto known(T value) {
  if constexpr (is_narrow_float<T>)
    return static_cast<float>(value);
  else
    return value;
}

template <Floating T>
constexpr int decimal_digits() {  // that every number of the type keeps
  if constexpr (is_narrow_float<T>)
    return T::digits10;
  else
    return std::numeric_limits<T>::digits10;
}

/// From here on NumPy writes exponents: 10^digits, but at most 10^most.
template <Floating T>
double exponents_from(int most) {
  return std::pow(10.0, std::min(most, decimal_digits<T>()));
}

/// `value` as std::to_chars writes it.
template <Floating T, class... Format>
std::string print(T value, Format... format) {
  std::array<char, 64> text{};  // the longest is "-2.2250738585072014e-308"
  return {text.data(), std::to_chars(text.begin(), text.end(), known(value), format...).ptr};
}

/// In scientific notation with the fewest digits that read back as `value`.
template <std::floating_point T>
std::string print_shortest(T value) {
  return print(value, std::chars_format::scientific);
}

/// Where the even one of two equally near decimals does not read back, the other may: below a power
/// of 2 numbers are closer to each other than above it.
template <class T>
requires is_narrow_float<T> std::string print_shortest(T value) {
  const auto exact = static_cast<double>(value);
  for (int fraction = 0;; ++fraction) {
    for (const double near : {exact, std::nextafter(exact, 2 * exact)}) {
      std::string text = print(near, std::chars_format::scientific, fraction);
      double read = 0;
      std::from_chars(text.data(), text.data() + text.size(), read);
      if (T(read) == value) return text;
    }
  }
}

/// digits[0].digits[1]digits[2]... * 10^exponent
struct Decimal {
  bool negative = false;
  std::string digits;
  int exponent = 0;

  std::size_t fraction_digits() const {
    return static_cast<std::size_t>(std::max(static_cast<int>(digits.size()) - 1 - exponent, 0));
  }
};

/// The decimal with the fewest digits that reads back as `value`.
template <Floating T>
Decimal shortest_decimal(T value) {
  const std::string text = print_shortest(value);
  const std::size_t e = text.find('e');
  Decimal decimal;
  decimal.negative = text.front() == '-';
  std::copy_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(e),
               std::back_inserter(decimal.digits), [](char c) { return '0' <= c && c <= '9'; });
  decimal.exponent = std::stoi(text.substr(e + 1));
  return decimal;
}

/// "-0.0025", "120."
std::string positional(const Decimal& decimal) {
  std::string digits = decimal.digits;
  std::size_t before_point = 1;
  if (decimal.exponent < 0) {
    digits.insert(0, static_cast<std::size_t>(-decimal.exponent), '0');
  } else {
    before_point += static_cast<std::size_t>(decimal.exponent);
    if (digits.size() < before_point) digits.resize(before_point, '0');
  }
  digits.insert(before_point, 1, '.');
  return decimal.negative ? '-' + digits : digits;
}

/// As many digits as `value` needs, at most `precision` of them after the point.
template <Floating T>
std::string positional(T value) {
  const Decimal shortest = shortest_decimal(value);
  if (shortest.fraction_digits() <= precision) return positional(shortest);
  std::string text = print(value, std::chars_format::fixed, static_cast<int>(precision));
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

/// How many digits after the point `value` needs in scientific notation, at most `precision`.
template <Floating T>
std::size_t scientific_fraction(T value) {
  const std::size_t needed = shortest_decimal(value).digits.size() - 1;
  if (needed <= precision) return needed;
  const std::string text = print(value, std::chars_format::scientific, static_cast<int>(precision));
  const std::size_t last = text.find_last_not_of('0', text.find('e') - 1);
  return last - text.find('.');
}

template <Floating T>
std::vector<std::string> scientific(std::span<const T> values) {
  std::size_t fraction = 0;
  for (const T value : values) fraction = std::max(fraction, scientific_fraction(value));

  std::vector<std::string> texts;
  std::size_t longest_exponent = 0;
  for (const T value : values) {
    std::string text =
        shortest_decimal(value).digits.size() == fraction + 1
            ? print_shortest(value)
            : print(value, std::chars_format::scientific, static_cast<int>(fraction));
    if (fraction == 0) text.insert(text.find('e'), 1, '.');
    longest_exponent = std::max(longest_exponent, text.size() - text.find('e'));
    texts.push_back(std::move(text));
  }
  for (std::string& text : texts) {
    const std::size_t e = text.find('e');
    text.insert(e + 2, longest_exponent - (text.size() - e), '0');
  }
  return texts;
}

/// NumPy's rule for a whole array, evaluated in its dtype. (NumPy before 2.3 has 1e8 for others
/// than f64 also.)
template <Floating T>
bool needs_exponents(std::span<const T> values) {
  using Known = decltype(known(T{}));
  Known largest = 0;
  Known smallest = std::numeric_limits<Known>::infinity();
  for (const T value : values) {
    const Known size = std::abs(known(value));
    if (size == 0) continue;
    largest = std::max(largest, size);
    smallest = std::min(smallest, size);
  }
  if (largest == 0) return false;
  return largest >= exponents_from<T>(8) || T(smallest) < T(1e-4) ||
         T(largest / smallest) > T(1000);
}

void align_right(std::vector<std::string>& texts, std::size_t width) {
  for (std::string& text : texts) {
    if (text.size() < width) text.insert(0, width - text.size(), ' ');
  }
}

std::size_t longest(const std::vector<std::string>& texts) {
  std::size_t length = 0;
  for (const std::string& text : texts) length = std::max(length, text.size());
  return length;
}

/// Pads with blanks so that the points stand below each other.
void align_points(std::vector<std::string>& texts) {
  std::size_t after_point = 0;
  for (const std::string& text : texts) {
    after_point = std::max(after_point, text.size() - text.find('.'));
  }
  for (std::string& text : texts) text.resize(text.find('.') + after_point, ' ');
  align_right(texts, longest(texts));
}

template <Floating T>
std::vector<std::string> format(std::span<const T> values) {
  std::vector<T> finite;
  std::ranges::copy_if(values, std::back_inserter(finite),
                       [](T x) { return std::isfinite(known(x)); });
  std::vector<std::string> numbers;
  if (needs_exponents(std::span<const T>(finite))) {
    numbers = scientific(std::span<const T>(finite));
  } else {
    for (const T value : finite) numbers.push_back(positional(value));
  }
  align_points(numbers);

  std::vector<std::string> texts;
  auto number = numbers.begin();
  for (const T value : values) {
    texts.push_back(std::isfinite(known(value)) ? std::move(*number++)
                    : std::isnan(known(value))  ? "nan"
                    : known(value) < 0          ? "-inf"
                                                : "inf");
  }
  align_right(texts, longest(texts));
  return texts;
}

template <std::integral T>
std::vector<std::string> format(std::span<const T> values) {
  std::vector<std::string> texts;
  for (const T value : values) texts.push_back(std::to_string(value));
  align_right(texts, longest(texts));
  return texts;
}

std::vector<std::string> format(std::span<const bool> values) {
  std::vector<std::string> texts;
  for (const bool value : values) texts.emplace_back(value ? " True" : "False");
  return texts;
}

template <Floating T>
std::string format_alone(T value) {
  if (std::isnan(known(value))) return "nan";
  if (std::isinf(known(value))) return known(value) < 0 ? "-inf" : "inf";
  const double size = std::abs(known(value));
  const double limit = std::same_as<T, double> ? 1e16 : exponents_from<T>(16);  // before 2.3: 1e16
  if (size != 0 && (size < 1e-4 || size >= limit)) return print_shortest(value);
  std::string text = positional(shortest_decimal(value));
  return text.back() == '.' ? text + '0' : text;
}

template <std::integral T>
std::string format_alone(T value) {
  return std::to_string(value);
}

std::string format_alone(bool value) { return value ? "True" : "False"; }

}  // namespace

std::vector<std::string> format_elements(const Tensor& tensor) {
  return visit_dtype(tensor.dtype(),
                     [&]<class T>(std::type_identity<T>) { return format(tensor.data<T>()); });
}

std::string format_scalar(const Tensor& scalar) {
  return visit_dtype(scalar.dtype(), [&]<class T>(std::type_identity<T>) {
    return format_alone(scalar.item<T>());
  });
}

}  // namespace deft
