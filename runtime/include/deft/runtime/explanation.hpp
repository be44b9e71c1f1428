#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <deft/core/source_location.hpp>

namespace deft {

/// What a step of a run computes, and what forces its order: the answer of Session::explain. Times
/// are nanoseconds; those of operations are what they take on one thread, or on all that share
/// them together.
struct Explanation {
  /// What a fused operation is made of.
  struct Part {
    std::string op;
    std::string node;
    SourceLocation where;
  };

  /// An operation that a step executes.
  struct Operation {
    std::string op;  // "fused" for several nodes that go over the same rows as one: see `parts`
    std::string node;
    SourceLocation where;  // the user's line
    double nanoseconds = 0;
    std::int64_t blocks = 1;  // that may be computed apart
    std::int64_t chunks = 1;  // in which these are dealt out to threads; 1: one thread does all
    std::vector<Part> parts = {};
  };

  /// A part of the longest chain.
  struct Link {
    std::size_t operation = 0;  // in `operations`
    std::string edge;  // why it waits for the link before: "tensor 'h' f32[4, 4]"; of the first: ""
  };

  /// What a pass over the graph did to make the plan.
  struct Pass {
    std::string name;
    std::string did;
  };

  /// A rewrite of SessionOptions::numerics, or one that was possible and refused. Of the result y,
  /// every element differs from the exact value of what is written, in the same operands, by at
  /// most
  ///
  ///     error_bound * S + rounding * |y|
  ///
  /// where S is what is written with all operands and all signs made positive: |X|^T (|X| |w| +
  /// |d|) for X^T (X w - d). The bound holds unless something overflows or underflows. error_bound
  /// is gamma(n) = n u / (1 - n u) with the unit roundoff u of the dtype in which the rewritten
  /// form is computed, and n, the most roundings that a term goes through (N. J. Higham, Accuracy
  /// and Stability of Numerical Algorithms, 2nd edition, lemmas 3.1 and 3.3 and section 3.5).
  struct Rewrite {
    std::string what;  // "Gram form", "matrix chain"
    std::string op;
    std::string node;  // whose result it is
    SourceLocation where;
    std::string refused;      // why it was not done; empty: it was
    double flops_before = 0;  // of a step
    double flops_after = 0;
    double flops_once = 0;  // before the steps of a run, or with the plan
    double error_bound = 0;
    double rounding = 0;  // of the result to its own dtype; 0: it is computed in that
  };

  std::vector<Operation> operations;  // in an order in which they can run
  std::vector<Link> chain;            // the longest, by the times of its operations
  std::vector<Pass> passes;
  std::vector<Operation> once;    // the operations that a run executes once, before its steps,
                                  // with estimated times, which are no part of a step's
  std::vector<Rewrite> rewrites;  // in the order of what they compute

  /// The steps whose mean the times are; 0: times are estimates.
  std::int64_t measured_steps = 0;

  double work_nanoseconds = 0;   // of all operations
  double span_nanoseconds = 0;   // of the longest chain: a step with a thread for every operation
  double least_nanoseconds = 0;  // of a step on the session's threads, if nothing but the order of
                                 // operations, and how far they can be shared, made one wait
  double step_nanoseconds = 0;   // measured, from begin to end of a step; 0: not measured

  double ideal_speed_up = 1;     // work / span: with any number of threads
  double best_speed_up = 1;      // work / least: with the session's, which may share operations
  double achieved_speed_up = 0;  // measured work / step: threads that were busy, on average

  int threads = 1;              // of the session
  bool parallel = false;        // several threads may take part; else the caller does all in order
  std::string schedule;         // why
  std::size_t arena_bytes = 0;  // for values inside a step
  std::size_t peak_bytes = 0;   // of a run: with results and new values of variables
};

/// The explanation as text of several lines: the numbers, the longest chain with the edge before
/// each of its operations, the operations that take longest, those that threads share, the passes.
std::string to_string(const Explanation& explanation);

}  // namespace deft
