// Outputs of the real daemons.
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace understudy::exporters {

// Throws where there is no such file.
inline std::string golden(const std::string& name) {
    std::ifstream file("tests/unit/exporters/golden/" + name, std::ios::binary);
    if (!file) throw std::runtime_error("no golden file " + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace understudy::exporters
