#include "exporters/metric_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <limits>

namespace understudy::exporters {
namespace {

using testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(MetricPageTest, PutsSamplesOfOneNameIntoOneFamily) {
    MetricPage page;
    page.gauge("a", "First.", 1, {{"host", "web1"}});
    page.counter("b_total", "Second.", 2);
    page.gauge("a", "First.", 3, {{"host", "web2"}});
    EXPECT_EQ(page.text(),
              "# HELP a First.\n# TYPE a gauge\na{host=\"web1\"} 1\na{host=\"web2\"} 3\n"
              "# HELP b_total Second.\n# TYPE b_total counter\nb_total 2\n");
}

TEST(MetricPageTest, MergesTheFamiliesOfTwoPages) {
    MetricPage page;
    page.gauge("a", "First.", 1, {{"host", "web1"}});
    MetricPage other;
    other.gauge("a", "First.", 2, {{"host", "web2"}});
    other.gauge("c", "Third.", 4);
    page.append(std::move(other));
    page.gauge("c", "Third.", 5, {{"more", "yes"}});
    EXPECT_EQ(page.text(),
              "# HELP a First.\n# TYPE a gauge\na{host=\"web1\"} 1\na{host=\"web2\"} 2\n"
              "# HELP c Third.\n# TYPE c gauge\nc 4\nc{more=\"yes\"} 5\n");
}

TEST(MetricPageTest, EscapesHelpTexts) {
    MetricPage page;
    page.gauge("a", "one\ntwo \\ three", 1);
    EXPECT_THAT(page.text(), HasSubstr("# HELP a one\\ntwo \\\\ three\n"));
}

TEST(MetricPageTest, WritesNotANumberAsTheFormatSays) {
    MetricPage page;
    page.gauge("a", "It.", std::numeric_limits<double>::quiet_NaN());
    page.gauge("a", "It.", kInfinity, {{"x", "y"}});
    EXPECT_THAT(page.text(), HasSubstr("a NaN\n"));
    EXPECT_THAT(page.text(), HasSubstr("a{x=\"y\"} +Inf\n"));
}

TEST(MetricPageTest, KeepsForeignBytesFromSpoilingThePage) {
    MetricPage page;
    page.gauge("node_netstat_X.y-z", "It.", 1,
               {{"device",
                 "a\"b\\c\nd\xFF"
                 "e"}});
    EXPECT_THAT(page.text(), HasSubstr("node_netstat_X_y_z{device=\"a\\\"b\\\\c\\nd\xEF\xBF\xBD"
                                       "e\"} 1\n"));
}

TEST(MetricPageTest, NeverPrintsAFamilyTwice) {
    MetricPage page;
    page.gauge("a.b", "It.", 1);
    page.gauge("a.b", "It.", 2, {{"x", "y"}});
    page.gauge("a_b", "It.", 3, {{"x", "z"}});
    EXPECT_EQ(page.text(),
              "# HELP a_b It.\n# TYPE a_b gauge\na_b 1\na_b{x=\"y\"} 2\na_b{x=\"z\"} 3\n");
}

TEST(MetricPageTest, PrintsHistograms) {
    MetricPage page;
    const HistogramValue histogram{3, 1.5, {{0.5, 2}, {1, 2}, {kInfinity, 3}}};
    page.histogram("took_seconds", "It.", histogram, {{"host", "web1"}});
    EXPECT_THAT(page.text(), HasSubstr("took_seconds_bucket{host=\"web1\",le=\"0.5\"} 2\n"
                                       "took_seconds_bucket{host=\"web1\",le=\"1.0\"} 2\n"
                                       "took_seconds_bucket{host=\"web1\",le=\"+Inf\"} 3\n"
                                       "took_seconds_sum{host=\"web1\"} 1.5\n"
                                       "took_seconds_count{host=\"web1\"} 3\n"));
}

TEST(MetricPageTest, WritesOpenMetrics) {
    MetricPage page;
    page.counter("requests_total", "It is \"quoted\".", 1);
    page.counter("accepted", "No total.", 2);
    page.untyped("field", "It.", 3);
    EXPECT_EQ(page.text(MetricFormat::kOpenMetrics),
              "# HELP requests It is \\\"quoted\\\".\n# TYPE requests counter\nrequests_total 1\n"
              "# HELP accepted No total.\n# TYPE accepted unknown\naccepted 2\n"
              "# HELP field It.\n# TYPE field unknown\nfield 3\n# EOF\n");
    EXPECT_THAT(page.text(), HasSubstr("# HELP requests_total It is \"quoted\".\n"));
}

TEST(MetricPageTest, NeverUsesAFamilysNameTwiceInOpenMetrics) {
    MetricPage page;
    page.counter("a_total", "It.", 1);
    page.gauge("a", "It.", 2);
    page.counter("_total", "It.", 3);
    EXPECT_EQ(page.text(MetricFormat::kOpenMetrics),
              "# HELP a_total It.\n# TYPE a_total unknown\na_total 1\n"
              "# HELP a It.\n# TYPE a gauge\na 2\n"
              "# HELP _total It.\n# TYPE _total unknown\n_total 3\n# EOF\n");
}

TEST(NumberText, IsTheShortestThatReadsBackTheSame) {
    EXPECT_EQ(number_text(0), "0");
    EXPECT_EQ(number_text(-3), "-3");
    EXPECT_EQ(number_text(100000), "100000");
    EXPECT_EQ(number_text(0.1), "0.1");
    EXPECT_EQ(number_text(1e300), "1e+300");
    EXPECT_EQ(number_text(-kInfinity), "-Inf");
}

RC_GTEST_PROP(NumberText, ReadsBackTheSame, (double value)) {
    RC_ASSERT(std::strtod(number_text(value).c_str(), nullptr) == value);
}

TEST(ValidUtf8, KeepsWhatIsValidAndReplacesTheRest) {
    EXPECT_EQ(valid_utf8("Zürich € 😀"), "Zürich € 😀");
    EXPECT_EQ(valid_utf8("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(valid_utf8("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(valid_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

RC_GTEST_PROP(ValidUtf8, IsIdempotent, (const std::string& bytes)) {
    const auto once = valid_utf8(bytes);
    RC_ASSERT(valid_utf8(once) == once);
}

TEST(NameFrom, MakesNamesValid) {
    EXPECT_EQ(name_from("Active(anon)"), "Active_anon_");
    EXPECT_EQ(name_from("9p"), "_9p");
    EXPECT_EQ(name_from(""), "_");
}

}  // namespace
}  // namespace understudy::exporters
