#pragma once

// Every file that uses Eigen includes it through here, so that all see the same configuration.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>
#include <Eigen/QR>
#include <Eigen/SVD>
