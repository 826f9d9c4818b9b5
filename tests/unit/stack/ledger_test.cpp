#include "tests/stack/ledger.h"

#include <gtest/gtest.h>

namespace understudy::stack {
namespace {

using std::chrono::microseconds;

core::WallTime at(int micros) { return core::WallTime{microseconds(micros)}; }

Ledger ledger_of(std::initializer_list<Attempt> attempts) {
    Ledger ledger;
    for (const auto& attempt : attempts) ledger.add(attempt);
    return ledger;
}

TEST(Ledger, CountsAnAcknowledgedRowThatIsNotFoundAsMissing) {
    const auto ledger = ledger_of({{1, at(0), at(1), Outcome::kAcknowledged, ""},
                                   {2, at(2), at(3), Outcome::kAcknowledged, ""}});
    EXPECT_EQ(ledger.missing({1}), (std::set<std::uint64_t>{2}));
}

TEST(Ledger, ForgivesAnUnknownRowEitherWay) {
    const auto ledger = ledger_of({{1, at(0), at(1), Outcome::kUnknown, "gone"}});
    EXPECT_TRUE(ledger.missing({}).empty());
    EXPECT_TRUE(ledger.unexplained({1}).empty());
}

TEST(Ledger, WondersAboutARowThatWasRefused) {
    const auto ledger = ledger_of({{1, at(0), at(1), Outcome::kRefused, "read-only"}});
    EXPECT_EQ(ledger.unexplained({1, 7}), (std::set<std::uint64_t>{1, 7}));
}

TEST(Ledger, MeasuresThePauseAcrossTheMomentGiven) {
    const auto ledger = ledger_of({{1, at(0), at(10), Outcome::kAcknowledged, ""},
                                   {2, at(20), at(30), Outcome::kUnknown, "gone"},
                                   {3, at(40), at(90), Outcome::kAcknowledged, ""},
                                   {4, at(95), at(97), Outcome::kAcknowledged, ""}});
    const auto pause = ledger.longest_pause(at(25), at(1000));
    ASSERT_TRUE(pause);
    EXPECT_EQ(pause->length(), microseconds(80));
    EXPECT_EQ(pause->last_before, at(10));
}

TEST(Ledger, TakesNoAnswerThatWasUnderWayForTheEndOfTheGap) {
    const auto ledger = ledger_of({{1, at(0), at(10), Outcome::kAcknowledged, ""},
                                   {2, at(20), at(31), Outcome::kAcknowledged, ""},
                                   {3, at(40), at(90), Outcome::kAcknowledged, ""}});
    const auto pause = ledger.longest_pause(at(30), at(1000));
    ASSERT_TRUE(pause);
    EXPECT_EQ(pause->last_before, at(31));
    EXPECT_EQ(pause->first_after, at(90));
}

TEST(Ledger, LeavesOutPausesThatAreLongOver) {
    const auto ledger = ledger_of({{1, at(0), at(0), Outcome::kAcknowledged, ""},
                                   {2, at(5), at(500), Outcome::kAcknowledged, ""},
                                   {3, at(505), at(510), Outcome::kAcknowledged, ""}});
    EXPECT_EQ(ledger.longest_pause(at(505), at(1000))->length(), microseconds(10));
}

TEST(Ledger, HasNoPauseWhenNothingCameAfter) {
    const auto ledger = ledger_of({{1, at(0), at(10), Outcome::kAcknowledged, ""}});
    EXPECT_FALSE(ledger.longest_pause(at(20), at(1000)));
}

}  // namespace
}  // namespace understudy::stack
