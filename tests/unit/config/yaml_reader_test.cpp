#include "adapters/config/yaml_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace understudy::adapters {
namespace {

using core::ErrorCode;

class Yaml : public testing::Test {
  protected:
    core::Result<YamlNode> load(const std::string& content) {
        std::ofstream(file_) << content;
        return YamlNode::load(file_);
    }
    YamlNode loaded(const std::string& content) { return load(content).value(); }
    // What finish() says, without the file's name.
    std::string complaints(YamlNode& root) {
        const auto finished = root.finish();
        if (finished) return "";
        std::string lines = finished.error().detail;
        for (auto at = lines.find(file_); at != std::string::npos; at = lines.find(file_)) {
            lines.erase(at, file_.size() + 1);
        }
        return lines;
    }
    void TearDown() override { std::filesystem::remove(file_); }

    const std::string file_ = testing::TempDir() +
                              testing::UnitTest::GetInstance()->current_test_info()->name() +
                              ".yaml";
};

TEST_F(Yaml, GivesWhatTheFileSays) {
    auto root = loaded(R"(
host: web1
log: {level: debug}
count: 7
on: true
address: "198.18.0.21:9701"
names: [a, b]
hosts:
  - {name: web1}
  - {name: web2}
)");
    EXPECT_EQ(root.text("host"), "web1");
    EXPECT_EQ(root.section("log").choice_or("level", "info", {"debug", "info"}), "debug");
    EXPECT_EQ(root.integer_or("count", 0, 0, 10), 7);
    EXPECT_TRUE(root.flag_or("on", false));
    EXPECT_EQ(root.address("address"), (core::Address{"198.18.0.21", 9701}));
    EXPECT_EQ(root.texts_or("names", {}), (std::vector<std::string>{"a", "b"}));
    auto hosts = root.list("hosts");
    ASSERT_EQ(hosts.size(), 2U);
    EXPECT_EQ(hosts[0].text("name"), "web1");
    EXPECT_EQ(hosts[1].text("name"), "web2");
    EXPECT_EQ(complaints(root), "");
}

TEST_F(Yaml, FallsBackToTheDefaultOfWhatIsAbsent) {
    auto root = loaded("host: web1");
    root.text("host");
    EXPECT_EQ(root.text_or("absent", "x"), "x");
    EXPECT_EQ(root.integer_or("absent", 3, 0, 9), 3);
    EXPECT_EQ(root.choice_or("absent", "info", {"info"}), "info");
    EXPECT_FALSE(root.optional_section("absent"));
    EXPECT_EQ(complaints(root), "");
}

TEST_F(Yaml, NamesFileLineAndPathOfAnUnknownKeyAndWhatWasMeant) {
    auto root = loaded("host: web1\nweb:\n  lisetn: x\n");
    root.text("host");
    auto web = root.section("web");
    web.text_or("listen", "");
    const auto finished = root.finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(finished.error().detail,
              file_ + ":3: web.lisetn: unknown key; did you mean \"listen\"?");
}

TEST_F(Yaml, CollectsAllErrorsInTheFilesOrder) {
    auto root = loaded("b: x\na: [1]\nc: maybe\nd: blue\ne: nowhere\nz: 1\n");
    root.flag_or("c", false);
    root.integer_or("b", 0, 1, 5);
    root.text("a");
    root.choice_or("d", "red", {"red", "green"});
    root.address("e");
    root.text("f");
    EXPECT_EQ(complaints(root),
              "1: b: \"x\" is not a whole number from 1 to 5\n"
              "1: f: missing; add it\n"
              "2: a: expected a single value\n"
              "3: c: \"maybe\" is not true or false\n"
              "4: d: \"blue\" is not one of red, green\n"
              "5: e: \"nowhere\" is not host:port; write for example \"198.18.0.21:9701\"\n"
              "6: z: unknown key; remove it");
}

TEST_F(Yaml, AMissingSectionIsOneErrorNotOnePerKey) {
    auto root = loaded("host: web1\n");
    root.text("host");
    auto tls = root.section("tls");
    tls.text("ca");
    tls.section("deeper").text("x");
    EXPECT_EQ(complaints(root), "1: tls: missing; add this section");
}

TEST_F(Yaml, AKeyGivenTwiceIsAnError) {
    auto root = loaded("host: web1\nhost: web2\n");
    root.text("host");
    EXPECT_EQ(complaints(root), "2: host: given twice; keep one of them");
}

TEST_F(Yaml, AnEmptyValueIsAnError) {
    auto root = loaded("host:\nname: \"\"\n");
    root.text("host");
    root.text("name");
    EXPECT_EQ(complaints(root), "1: host: empty; give a value\n2: name: empty; give a value");
}

TEST_F(Yaml, WrongShapesAreErrors) {
    auto root = loaded("log: info\nhosts: web1\nnames: x\nmixed: [a, {b: c}]\nlist: [1]\n");
    root.section("log").text("level");
    root.list("hosts");
    root.texts_or("names", {});
    root.texts_or("mixed", {});
    root.list("list");
    EXPECT_EQ(complaints(root),
              "1: log: expected a section with keys of its own\n"
              "2: hosts: expected a list\n"
              "3: names: expected a list\n"
              "4: mixed: expected a list of texts\n"
              "5: list[0]: expected {key: value, …}");
}

TEST_F(Yaml, NumbersAreReadWholeAndInRange) {
    auto root = loaded("a: 5x\nb: -1\nc: 99999999999999999999\nd: 1.5\n");
    for (const char* key : {"a", "b", "c", "d"}) EXPECT_EQ(root.integer_or(key, 3, 0, 9), 3);
    EXPECT_FALSE(root.finish());
}

TEST_F(Yaml, BrokenYamlNamesTheLine) {
    const auto root = load("host: web1\nweb: [1, 2\nlog: x\n");
    ASSERT_FALSE(root);
    EXPECT_EQ(root.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(root.error().detail.rfind(file_ + ":3: not YAML", 0), 0U) << root.error().detail;
}

TEST_F(Yaml, AFileThatIsNotThereOrADirectoryIsNotFound) {
    EXPECT_EQ(YamlNode::load("/absent.yaml").error().code, ErrorCode::kNotFound);
    EXPECT_EQ(YamlNode::load("/tmp").error().code, ErrorCode::kNotFound);
}

TEST_F(Yaml, AnEmptyFileOrAListIsInvalid) {
    EXPECT_EQ(load("").error().code, ErrorCode::kInvalid);
    EXPECT_EQ(load("- a\n").error().code, ErrorCode::kInvalid);
}

TEST_F(Yaml, AnErrorFoundLaterNamesTheKeysOwnLine) {
    auto root = loaded("host: web1\nweb:\n  port: 1\n");
    root.text("host");
    auto web = root.section("web");
    web.text("port");
    EXPECT_EQ(web.where("port"), file_ + ":3: web.port");
    web.error("port", "taken by another");
    EXPECT_EQ(complaints(root), "3: web.port: taken by another");
}

}  // namespace
}  // namespace understudy::adapters
