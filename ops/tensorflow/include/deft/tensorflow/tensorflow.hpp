#pragma once

// deft::tensorflow: TensorFlow 1's graphs and checkpoints, read and written.

#include <deft/tensorflow/checkpoint.hpp>
#include <deft/tensorflow/export.hpp>
#include <deft/tensorflow/import.hpp>
