#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "tests/unit/reference/sections.h"

namespace understudy::reference {
namespace {

using testing::ElementsAre;

// The families of a page that are this project's.
std::string own_families(const std::string& page) {
    std::string own;
    bool ours = false;
    std::istringstream lines(page);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# HELP ")) ours = line.starts_with("# HELP understudy_");
        if (ours) own += line + "\n";
    }
    return own;
}

// What promtool says of a page; empty: nothing.
std::string promtool_says(const std::string& page) {
    const auto file = testing::TempDir() + "understudy-reference.prom";
    std::ofstream(file) << page;
    const auto command = "promtool check metrics <" + file + " 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return "promtool cannot be started";
    std::string said;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) said += static_cast<char>(c);
    const int status = ::pclose(pipe);
    std::remove(file.c_str());
    if (status != 0) said += "\nexit status " + std::to_string(WEXITSTATUS(status));
    return said;
}

TEST(MetricsReference, IsWhatTheProgramsWrite) {
    std::ifstream file("docs/metrics.md");
    std::stringstream text;
    text << file.rdbuf();
    // Not EXPECT_EQ: its difference of two long texts takes minutes.
    EXPECT_TRUE(text.str() == reference_text(all_sections()))
        << "the metrics changed; when that is meant, write what understudy-metrics-reference "
           "prints "
           "to docs/metrics.md";
}

TEST(OwnMetrics, ArePromtoolClean) {
    for (const auto& section : all_sections()) {
        for (const auto& part : section.parts) {
            EXPECT_EQ(promtool_says(own_families(part.page)), "") << section.title;
        }
    }
    EXPECT_NE(promtool_says("# HELP a_count A.\n# TYPE a_count counter\na_count 1\n"), "");
}

TEST(ReferenceText, ReadsNamesTypesLabelsAndMeanings) {
    const auto metrics = metrics_in(
        "# HELP a A, \"so\".\n# TYPE a gauge\na{x=\"1\",y=\"q\\\"}\"} 1\na{z=\"\"} 2\n"
        "# HELP b\n# TYPE b histogram\nb_bucket{le=\"+Inf\"} 1\nb_sum 1\nb_count 1\n");
    ASSERT_EQ(metrics.size(), 2U);
    EXPECT_EQ(metrics[0].name, "a");
    EXPECT_EQ(metrics[0].type, "gauge");
    EXPECT_EQ(metrics[0].help, "A, \"so\".");
    EXPECT_THAT(metrics[0].labels, ElementsAre("x", "y", "z"));
    EXPECT_EQ(metrics[1].type, "histogram");
    EXPECT_TRUE(metrics[1].labels.empty());
}

TEST(ReferenceText, MakesOneOfTheNamesThatASourceGives) {
    std::string page;
    for (const std::string name : {"m_status_ab", "m_status_ac", "m_status_b"}) {
        page += "# HELP " + name + " The field of that name in x.\n# TYPE " + name + " gauge\n" +
                name + " 1\n";
    }
    const auto metrics = metrics_in(page);
    ASSERT_EQ(metrics.size(), 1U);
    EXPECT_EQ(metrics[0].name, "m_status_*");
}

TEST(ReferenceText, TellsTheUnitByTheName) {
    EXPECT_EQ(unit_of("a_seconds_total"), "seconds");
    EXPECT_EQ(unit_of("a_timestamp_seconds"), "Unix time");
    EXPECT_EQ(unit_of("a_bytes"), "bytes");
    EXPECT_EQ(unit_of("a_bytes_out_total"), "bytes");
    EXPECT_EQ(unit_of("a_kilobytes"), "");
    EXPECT_EQ(unit_of("a_total"), "");
}

}  // namespace
}  // namespace understudy::reference
