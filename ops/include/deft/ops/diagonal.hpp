#pragma once

#include <cstdint>

#include <deft/core/graph.hpp>

namespace deft {

// Matrices and their diagonals. A matrix is the last two dimensions; those before them number
// matrices. Any dtype: what is called zero is false of bools, and one is true.

/// Ones at [i, i], zeros elsewhere: `rows` by `columns`, or the shape of `like`, which is not
/// computed.
Output eye(const Graph& graph, DType dtype, std::int64_t rows, std::int64_t columns,
           const NodeOptions& options = {});
Output eye(const Graph& graph, DType dtype, std::int64_t rows, const NodeOptions& options = {});
Output eye_like(const Output& like, const NodeOptions& options = {});

/// The same with the ones on the diagonal number k, at [i, i + k].
Output eye(const Graph& graph, DType dtype, std::int64_t rows, std::int64_t columns, std::int64_t k,
           const NodeOptions& options = {});
Output eye_like(const Output& like, std::int64_t k, const NodeOptions& options = {});

/// x [..., n] -> [..., n, n]: x on the diagonal, zeros elsewhere.
Output diag(const Output& x, const NodeOptions& options = {});

/// x [..., min(n, m)], like [..., n, m] -> the shape of `like`, which is not computed: x on the
/// diagonal, zeros elsewhere.
Output diag_like(const Output& x, const Output& like, const NodeOptions& options = {});

/// x [..., n, m] -> [..., min(n, m)]: the elements [..., i, i].
Output diag_part(const Output& x, const NodeOptions& options = {});

/// x [..., n, m] with zeros above the diagonal number k, or below it. Diagonal 0 is the main one,
/// those above it count up from 1, those below it down from -1. What is dropped has the gradient
/// zero, NaN and infinity too.
Output tril(const Output& x, std::int64_t k = 0, const NodeOptions& options = {});
Output triu(const Output& x, std::int64_t k = 0, const NodeOptions& options = {});

}  // namespace deft
