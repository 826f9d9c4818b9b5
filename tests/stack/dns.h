// Asks one name server for an address.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace understudy::stack {

// The A records in the answer. kNotFound: the name does not exist or has none; kTimeout.
core::Result<std::vector<std::string>> addresses_of(const std::string& name,
                                                    const std::string& server);

}  // namespace understudy::stack
