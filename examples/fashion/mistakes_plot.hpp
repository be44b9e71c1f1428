#pragma once

#include <string_view>

#include "common/plot/svg.hpp"
#include "evaluation.hpp"
#include "pictures.hpp"

namespace examples::fashion {

/// The styles that draw_mistakes needs: shades of grey.
extern const std::string_view picture_styles;

/// The pictures that a network gets most wrong, in rows below (corner.x, corner.y).
void draw_mistakes(Svg& svg, const Evaluation& evaluation, const Pictures& pictures, Point corner);

}  // namespace examples::fashion
