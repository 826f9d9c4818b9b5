#include "core/gtid_set.h"

#include <gtest/gtest.h>

#include <limits>

namespace understudy::core {
namespace {

const std::string kA = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
const std::string kB = "4f22fa47-71ca-11e1-9e33-c80aa9429562";

GtidSet of(const std::string& text) { return GtidSet::parse(text).value(); }

TEST(GtidSet, EmptyTextIsTheEmptySet) { EXPECT_TRUE(of("").empty()); }

TEST(GtidSet, PrintsWhatItReads) {
    EXPECT_EQ(of(kA + ":1-5:7," + kB + ":3").to_string(), kA + ":1-5:7," + kB + ":3");
}

TEST(GtidSet, AllowsWhiteSpaceAndUpperCaseAsMySqlPrintsThem) {
    EXPECT_EQ(of("3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5,\n " + kB + ":1").to_string(),
              kA + ":1-5," + kB + ":1");
}

TEST(GtidSet, JoinsAdjacentAndOverlappingIntervals) {
    EXPECT_EQ(of(kA + ":4-6:1-3:5-9").to_string(), kA + ":1-9");
}

TEST(GtidSet, ATagHoldsUntilTheNext) {
    const auto set = of(kA + ":1-2:red:3-4:7:blue:1");
    EXPECT_TRUE(set.contains(kA, 1));
    EXPECT_TRUE(set.contains(kA + ":red", 7));
    EXPECT_FALSE(set.contains(kA, 7));
    EXPECT_EQ(of(set.to_string()), set);
}

TEST(GtidSet, MinusCutsHoles) {
    EXPECT_EQ(of(kA + ":1-10").minus(of(kA + ":3-4:8")).to_string(), kA + ":1-2:5-7:9-10");
}

TEST(GtidSet, WithoutServerDropsItsTagsToo) {
    EXPECT_EQ(of(kA + ":1:red:2," + kB + ":1").without_server(kA).to_string(), kB + ":1");
}

TEST(GtidSet, RefusesWhatIsNotAGtid) {
    for (const std::string& text :
         {std::string("x"), kA, kA + ":", kA + ":0", kA + ":5-3", kA + ":1-", kA + ":red",
          kA + ":1,,", kA + ":9223372036854775807", kA + ":1:2x"}) {
        EXPECT_FALSE(GtidSet::parse(text)) << text;
    }
}

TEST(GtidSet, CountsNoFurtherThanItsNumbersReach) {
    GtidSet set;
    for (const auto* tag : {"", ":red", ":blue"}) set.add(kA + tag, {1, kGreatestGtidNumber});
    EXPECT_EQ(set.count(), std::numeric_limits<std::uint64_t>::max());
}

}  // namespace
}  // namespace understudy::core
