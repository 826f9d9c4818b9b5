#include "exporters/negotiation.h"

#include <gtest/gtest.h>

namespace understudy::exporters {
namespace {

TEST(AcceptedFormat, IsOpenMetricsForPrometheus) {
    EXPECT_EQ(accepted_format("application/openmetrics-text;version=1.0.0;q=0.5,"
                              "application/openmetrics-text;version=0.0.1;q=0.4,"
                              "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"),
              MetricFormat::kOpenMetrics);
    EXPECT_EQ(
        accepted_format("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                        "text/plain;version=1.0.0;q=0.3"),
        MetricFormat::kOpenMetrics);
}

TEST(AcceptedFormat, IsTextForBrowsersAndForWhoeverSaysNothing) {
    EXPECT_EQ(accepted_format(""), MetricFormat::kText);
    EXPECT_EQ(accepted_format("text/html,application/xml;q=0.9,*/*;q=0.8"), MetricFormat::kText);
    EXPECT_EQ(accepted_format("text/plain, application/openmetrics-text;q=0.5"),
              MetricFormat::kText);
    EXPECT_EQ(accepted_format("application/openmetrics-text;version=0.0.1"), MetricFormat::kText);
    EXPECT_EQ(accepted_format("application/openmetrics-text;q=0"), MetricFormat::kText);
    EXPECT_EQ(accepted_format(";;=,q=,,\t"), MetricFormat::kText);
}

TEST(AcceptsGzip, WhereItIsNamedAndNotRefused) {
    EXPECT_TRUE(accepts_gzip("gzip"));
    EXPECT_TRUE(accepts_gzip("br;q=1.0, GZIP;q=0.8, *;q=0.1"));
    EXPECT_FALSE(accepts_gzip("gzip;q=0"));
    EXPECT_FALSE(accepts_gzip("br, deflate"));
    EXPECT_FALSE(accepts_gzip(""));
}

}  // namespace
}  // namespace understudy::exporters
