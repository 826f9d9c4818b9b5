// Times of day for people and for JSON: UTC, ISO 8601, microseconds.
#pragma once

#include <string>

#include "core/identity.h"

namespace understudy::adapters {

std::string time_text(core::WallTime time);

}  // namespace understudy::adapters
