#pragma once

#include <cstddef>
#include <cstdint>

namespace deft::benchmark {

/// Row i of `to` [count, columns] = row rows[i] of `from` [.., columns] times `scale`.
void gather_scaled(const std::uint8_t* from, const std::int64_t* rows, std::size_t count,
                   std::size_t columns, float scale, float* to);

}  // namespace deft::benchmark
