#pragma once

namespace deft {

/// x = (4 k + quadrant) pi/2 + high + low for an integer k; |high| is up to pi/4, and the low part
/// up to half a unit in its last place. All are NaN where x is not finite.
struct Angle {
  double quadrant;  // 0, 1, 2 or 3
  double high;
  double low;
};

/// Of any x, to 2^-60 of high + low and better.
Angle large_angle(double x);

}  // namespace deft
