#pragma once

#include "support/json.hpp"

namespace examples {

using deft::Json;
using deft::JsonReader;

}  // namespace examples
