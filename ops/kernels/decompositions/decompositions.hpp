#pragma once

#include <cstddef>
#include <cstdint>

namespace deft {

// Decompositions of one row-major, finite matrix, through Eigen. They allocate: each has the bytes
// at most. Signs are made unique as the public declarations say. Where an iteration does not end, a
// ValueError is thrown.

/// The symmetric part of a [n, n] = V diag(values) V^T: values [n], ascending, vectors [n, n].
void symmetric_eigen(const double* a, std::int64_t n, double* values, double* vectors);
std::size_t symmetric_eigen_bytes(std::int64_t n);

/// a [m, n] = U diag(s) V^T with k = min(m, n): u [m, k], s [k], descending, v [n, k].
void singular_values(const double* a, std::int64_t m, std::int64_t n, double* u, double* s,
                     double* v);
std::size_t singular_values_bytes(std::int64_t m, std::int64_t n);

/// a [m, n] = Q R with k = min(m, n): q [m, k], r [k, n], whose diagonal is not negative.
void orthogonal_triangular(const double* a, std::int64_t m, std::int64_t n, double* q, double* r);
std::size_t orthogonal_triangular_bytes(std::int64_t m, std::int64_t n);

}  // namespace deft
