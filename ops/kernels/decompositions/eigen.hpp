#pragma once

// Every file that uses Eigen includes it through here, so that all see the same configuration.
// Its temporaries of more than a few kB are on the heap: a thread may have a small stack.
#define EIGEN_DONT_PARALLELIZE
#define EIGEN_STACK_ALLOCATION_LIMIT 4096
#include <Eigen/Core>
#include <Eigen/QR>
