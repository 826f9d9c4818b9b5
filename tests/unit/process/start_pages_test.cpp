#include "adapters/process/start_pages.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace understudy::adapters {
namespace {

long resident_kib_of_files() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("RssFile:")) return std::stol(line.substr(8));
    }
    return 0;
}

TEST(StartPages, AreNoLongerTheProgramsMemoryAndTheProgramRunsOn) {
    const auto before = resident_kib_of_files();
    unmap_start_pages();
    EXPECT_LT(resident_kib_of_files(), before);
}

}  // namespace
}  // namespace understudy::adapters
