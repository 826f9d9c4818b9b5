// What the kernel says of all devices at once, beside what the files of this machine say.
#include "exporters/host/network_devices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/unit/exporters/folder.h"

namespace understudy::exporters {
namespace {

// Lines without those that count what may change between two questions.
std::vector<std::string> steady_lines(core::Result<MetricPage> page) {
    EXPECT_TRUE(page);
    std::vector<std::string> lines;
    auto text = page.value_or(MetricPage()).text();
    for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos;
         text.erase(0, end + 1)) {
        auto line = text.substr(0, end);
        if (line.find("_total{") == std::string::npos) lines.push_back(std::move(line));
    }
    return lines;
}

TEST(NetworkDevices, AreTheSameByTheKernelsAnswerAndByFiles) {
    NetworkDevices by_answer("/sys", ask_network_links);
    NetworkDevices by_files("/sys", nullptr);
    const auto files = steady_lines(by_files.collect());
    EXPECT_EQ(steady_lines(by_answer.collect()), files);
    EXPECT_EQ(steady_lines(by_answer.collect()), files) << "with what was kept";
}

TEST(NetworkDevices, AreReadFromFilesWhereTheKernelRefuses) {
    const auto refuse = []() -> core::Result<NetworkLinks> {
        return core::failure(core::ErrorCode::kIo, "ask", "not permitted", 1);
    };
    NetworkDevices refused("/sys", refuse);
    NetworkDevices by_files("/sys", nullptr);
    EXPECT_EQ(steady_lines(refused.collect()), steady_lines(by_files.collect()));
}

TEST(NetworkDevices, AreNotThereWithoutTheirFolder) {
    NetworkDevices devices("/nonexistent", ask_network_links);
    const auto page = devices.collect();
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, core::ErrorCode::kNotFound);
}

TEST(NetworkDevices, AreReadAnewWhenAnotherDeviceHasTheirName) {
    const Folder folder;
    std::filesystem::create_directories(folder.path() + "/class/net/eth0");
    static std::uint32_t index;
    index = 7;
    NetworkDevices devices(folder.path(), []() -> core::Result<NetworkLinks> {
        NetworkLinks links;
        links["eth0"] = {index, false, {{"operstate", "up"}, {"address", "52:54:00:12:34:56"}}};
        return links;
    });
    const auto device_id = [&](const std::string& in_the_file) {
        folder.write("class/net/eth0/dev_id", in_the_file + "\n");
        const auto text = devices.collect()->text();
        const std::string name = "node_network_device_id{device=\"eth0\"} ";
        return text.substr(text.rfind(name) + name.size(), 1);
    };
    EXPECT_EQ(device_id("0x1"), "1");
    EXPECT_EQ(device_id("0x2"), "1") << "the same device is not read again";
    index = 8;
    EXPECT_EQ(device_id("0x2"), "2");
}

}  // namespace
}  // namespace understudy::exporters
