// Small files that others write.
#pragma once

#include <cstddef>
#include <string>

#include "core/result.h"

namespace understudy::exporters {

// As much of the file as `most` bytes; kNotFound, in that operation, when it cannot be read.
core::Result<std::string> first_bytes_of(const std::string& path, std::size_t most,
                                         const char* operation);

}  // namespace understudy::exporters
