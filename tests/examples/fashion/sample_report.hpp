#pragma once

#include "fashion/training.hpp"
#include "sample.hpp"

namespace examples::fashion {

/// What a training of two epochs may have come to: one test picture in ten is taken for a bag.
inline Report sample_report() {
  Report report;
  report.epochs = {{0.5, 0.8, 0.45, 0.82}, {0.25, 0.91, 0.3, 0.9}};
  report.resumed_after = 1;
  report.parameters = 247'766;
  report.threads = 2;
  report.seconds = 12.5;
  report.test.loss = 0.3;
  report.test.accuracy = 0.9;
  for (std::size_t label = 0; label < class_names.size(); ++label) {
    report.test.confusion[label][label] = 9;
    report.test.confusion[label][8] += 1;
  }
  report.test.mistakes = {{4, 4, 8, 2.5}, {7, 7, 8, 1.5}};
  return report;
}

}  // namespace examples::fashion
