#include "algorithms/all_reduce.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/collectives/ranks.hpp"
#include "support/sanitizers.hpp"

namespace deft::collectives {
namespace {

constexpr Deadline never = Deadline::max();

template <class T>
constexpr DType dtype_of = std::is_same_v<T, float>          ? DType::f32
                           : std::is_same_v<T, double>       ? DType::f64
                           : std::is_same_v<T, std::int32_t> ? DType::i32
                                                             : DType::i64;

/// What a rank has: numbers of very different sizes, whose sums depend on their order.
template <class T>
std::vector<T> values_of(int rank, std::size_t count) {
  std::mt19937_64 random(static_cast<std::uint64_t>(rank) * 1000 + count);
  std::vector<T> values(count);
  for (T& value : values)
    if constexpr (std::is_integral_v<T>)
      value = static_cast<T>(random());
    else
      value = static_cast<T>(
          std::ldexp(static_cast<double>(random()) / 0x1p63 - 1, static_cast<int>(random() % 24)));
  return values;
}

template <class T>
T combined(Reduce reduce, T a, T b) {
  using Sum = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;
  if (reduce == Reduce::max) return std::isnan(static_cast<double>(a)) || a > b ? a : b;
  if (reduce == Reduce::min) return std::isnan(static_cast<double>(a)) || a < b ? a : b;
  return static_cast<T>(static_cast<Sum>(a) + static_cast<Sum>(b));
}

/// The tree over the ranks first ... last, written as its definition: a complete left subtree.
template <class T>
T tree(Reduce reduce, const std::vector<T>& of_ranks, std::size_t first, std::size_t last) {
  if (last - first == 1) return of_ranks[first];
  std::size_t left = 1;
  while (2 * left < last - first) left *= 2;
  return combined(reduce, tree(reduce, of_ranks, first, first + left),
                  tree(reduce, of_ranks, first + left, last));
}

template <class T>
std::vector<T> expected(Reduce reduce, int size, std::size_t count) {
  std::vector<std::vector<T>> all;
  for (int rank = 0; rank < size; ++rank) all.push_back(values_of<T>(rank, count));
  std::vector<T> result(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<T> of_ranks;
    for (const std::vector<T>& values : all) of_ranks.push_back(values[i]);
    result[i] = tree(reduce, of_ranks, 0, of_ranks.size());
    if (reduce == Reduce::mean) result[i] = static_cast<T>(result[i] / static_cast<T>(size));
  }
  return result;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

template <class T>
std::span<std::byte> bytes_of(std::vector<T>& values) {
  return std::as_writable_bytes(std::span(values));
}

template <class T>
void check(Reduce reduce, int size, std::size_t count) {
  CAPTURE(to_string(dtype_of<T>));
  CAPTURE(static_cast<int>(reduce));
  CAPTURE(size);
  CAPTURE(count);
  const std::vector<T> right = expected<T>(reduce, size, count);
  std::vector<std::vector<T>> results(static_cast<std::size_t>(size));
  over_threads(size, [&](Transport& transport) {
    std::vector<T> data(count);
    AllReduce all_reduce(transport, bytes_of(data), dtype_of<T>, reduce, 7);
    for (int turn = 0; turn < 3; ++turn) {
      if (turn == 1) all_reduce.post();
      std::ranges::copy(values_of<T>(transport.rank, count), data.begin());
      all_reduce.run(never);
    }
    results[static_cast<std::size_t>(transport.rank)] = data;
  });
  for (const std::vector<T>& result : results) CHECK(same_bits(result, right));
}

}  // namespace

TEST_CASE("every rank has the bits of the tree over the ranks") {
  const std::vector<int> sizes =
      sanitized ? std::vector<int>{3, 8} : std::vector<int>{2, 3, 4, 5, 7, 8};
  for (const int size : sizes)
    for (const std::size_t count :
         {std::size_t{1}, std::size_t{1000}, std::size_t{8191}, std::size_t{300'001}}) {
      check<float>(Reduce::sum, size, count);
      check<double>(Reduce::mean, size, count);
    }
}

TEST_CASE("a part of many pieces") {
  check<float>(Reduce::sum, 2, 1'400'001);
  if (!sanitized) check<double>(Reduce::mean, 3, 1'300'001);
}

TEST_CASE("all reductions of all dtypes") {
  for (const std::size_t count : {std::size_t{13}, std::size_t{20'011}}) {
    for (const Reduce reduce : {Reduce::sum, Reduce::max, Reduce::min}) {
      check<std::int32_t>(reduce, 3, count);
      check<std::int64_t>(reduce, 4, count);
    }
    for (const Reduce reduce : {Reduce::sum, Reduce::mean, Reduce::max, Reduce::min}) {
      check<float>(reduce, 3, count);
      check<double>(reduce, 4, count);
    }
  }
}

TEST_CASE("a NaN of any rank wins") {
  for (const Reduce reduce : {Reduce::sum, Reduce::mean, Reduce::max, Reduce::min})
    for (int from = 0; from < 3; ++from)
      over_threads(3, [&](Transport& transport) {
        std::vector<float> data{1, 2};
        if (transport.rank == from) data[1] = std::numeric_limits<float>::quiet_NaN();
        AllReduce(transport, bytes_of(data), DType::f32, reduce, 0).run(never);
        CHECK(std::isnan(data[1]));
        CHECK(!std::isnan(data[0]));
      });
}

TEST_CASE("a reduce-scatter leaves each rank its part") {
  for (const int size : {2, 3, 4})
    for (const std::size_t of_rank : {std::size_t{1}, std::size_t{5}, std::size_t{100'000}}) {
      const std::size_t count = of_rank * static_cast<std::size_t>(size);
      const std::vector<float> right = expected<float>(Reduce::sum, size, count);
      over_threads(size, [&](Transport& transport) {
        std::vector<float> data = values_of<float>(transport.rank, count);
        AllReduce(transport, bytes_of(data), DType::f32, Reduce::sum, 0,
                  AllReduce::Result::own_part)
            .run(never);
        const std::size_t first = of_rank * static_cast<std::size_t>(transport.rank);
        CHECK(std::memcmp(data.data() + first, right.data() + first, of_rank * 4) == 0);
      });
    }
}

TEST_CASE("a rank that leaves fails all that wait for it") {
  for (const std::size_t count : {std::size_t{10}, std::size_t{100'000}})
    over_threads(4, [&](Transport& transport) {
      std::vector<float> data(count);
      AllReduce all_reduce(transport, bytes_of(data), DType::f32, Reduce::sum, 0);
      const auto run_for_long = [&] {
        for (int i = 0; i < 1000; ++i) all_reduce.run(never);
      };
      if (transport.rank != 2) {
        CHECK_THROWS_AS(run_for_long(), Broken);
      } else {
        all_reduce.run(never);
        transport.abort();
      }
    });
}

TEST_CASE("a rank that is silent is named at the deadline") {
  over_threads(3, [&](Transport& transport) {
    if (transport.rank == 1) return;
    std::vector<float> data(10);
    AllReduce all_reduce(transport, bytes_of(data), DType::f32, Reduce::sum, 0);
    try {
      all_reduce.run(std::chrono::steady_clock::now() + std::chrono::milliseconds(20));
      FAIL("it did not wait");
    } catch (const Broken& broken) {
      CHECK(broken.kind == Broken::Kind::silent);
      CHECK(broken.rank == 1);
    }
  });
}

}  // namespace deft::collectives
