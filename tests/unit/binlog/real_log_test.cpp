// Logs that MySQL 9.7.4 wrote: tagged-closed.binlog was closed by a rotation, tagged-crashed.binlog
// is its successor, left by SIGKILL.
#include <gtest/gtest.h>

#include "tests/unit/binlog/real_logs.h"

namespace understudy::adapters {
namespace {

const std::string kOther = "aaaaaaaa-0000-0000-0000-000000000001";
const std::string kClosed = "tests/fuzz/seeds/binlog/tagged-closed.binlog";
const std::string kCrashed = "tests/fuzz/seeds/binlog/tagged-crashed.binlog";

std::string gtids_of(const core::LastLog& log) {
    core::GtidSet set;
    for (const auto& transaction : log.transactions) {
        set.add(transaction.source, {transaction.number, transaction.number});
    }
    return set.to_string();
}

TEST(RealLog, HasTaggedAndUntaggedTransactions) {
    const auto log = read_binlog(kClosed);
    ASSERT_TRUE(log) << log.error().detail;
    EXPECT_TRUE(log->previous.empty());
    ASSERT_EQ(log->transactions.size(), 7U);
    EXPECT_EQ(log->transactions[3].offset, 817U);
    EXPECT_EQ(log->transactions[3].source, kOwn + ":nightly");
    EXPECT_EQ(log->transactions[3].number, 1U);
    EXPECT_EQ(log->transactions[5].source, kOther + ":batch_job");
    EXPECT_EQ(log->transactions[5].number, 17U);
    EXPECT_EQ(gtids_of(*log),
              kOwn + ":1-4," + kOwn + ":nightly:1," + kOther + ":9," + kOther + ":batch_job:17");
}

TEST(RealLog, IsRotatedAndNotInUseOnceItWasClosed) {
    const auto log = read_binlog(kClosed);
    ASSERT_TRUE(log);
    EXPECT_TRUE(log->rotated);
    EXPECT_FALSE(log->in_use);
}

TEST(RealLog, NamesTaggedTransactionsOfEarlierLogs) {
    const auto closed = read_binlog(kClosed);
    const auto crashed = read_binlog(kCrashed);
    ASSERT_TRUE(closed && crashed) << crashed.error().detail;
    EXPECT_TRUE(crashed->in_use);
    EXPECT_FALSE(crashed->rotated);
    EXPECT_EQ(crashed->previous.to_string(), gtids_of(*closed));
    EXPECT_EQ(gtids_of(*crashed), kOwn + ":5-6," + kOwn + ":nightly:2");
}

TEST(RealLog, IsCutAtATaggedOrphan) {
    const auto known = core::GtidSet::parse(kOwn + ":1-4:nightly:1," + kOther + ":9:batch_job:17");
    const core::Lineage lineage{kOwn, *known, true};
    const auto log = read_binlog(kCrashed);
    ASSERT_TRUE(log);
    const auto plan = core::plan_rewind(*log, lineage);
    EXPECT_EQ(plan.verdict, core::RewindVerdict::kCut) << plan.reason;
    EXPECT_EQ(plan.offset, 338U);
    EXPECT_EQ(plan.orphans.count(), 3U);
}

// The server ignores an incomplete last event, and so does the reader; what is missing tells.
TEST(RealLog, IsRefusedWhereItsEndIsMissing) {
    const auto whole = core::GtidSet::parse(kOwn + ":1-6:nightly:1-2," + kOther + ":9");
    const core::Lineage lineage{kOwn, *whole, true};
    const auto content = content_of(kCrashed);
    const auto last = read_content(content)->transactions.back();
    EXPECT_EQ(core::plan_rewind(*read_content(content), lineage).verdict,
              core::RewindVerdict::kNothingToCut);
    for (auto size = content.size() - 1; size >= last.offset; --size) {
        const auto log = read_content(content.substr(0, size));
        ASSERT_TRUE(log) << size << ": " << log.error().detail;
        const auto plan = core::plan_rewind(*log, lineage);
        EXPECT_EQ(plan.verdict, core::RewindVerdict::kRefused) << size;
        EXPECT_NE(plan.reason.find("cut short"), std::string::npos) << plan.reason;
    }
}

TEST(RealLog, LeavesOutWhatComesBeforeTheFirstThatIsWanted) {
    const auto log = read_binlog(
        kClosed, [](const auto& transaction) { return transaction.source == kOwn + ":nightly"; });
    ASSERT_TRUE(log);
    ASSERT_EQ(log->transactions.size(), 4U);
    EXPECT_EQ(log->transactions.front().offset, 817U);
}

TEST(RealLog, NeverYieldsAnythingElseWhenAByteIsChanged) {
    const auto whole = content_of(kCrashed);
    const auto as_it_is = read_content(whole);
    ASSERT_TRUE(as_it_is);
    constexpr std::size_t kInUse = 4 + 17;  // the one byte that a checksum leaves out
    for (std::size_t at = 0; at < whole.size(); ++at) {
        if (at == kInUse) continue;
        auto changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x41);
        const auto log = read_content(changed);
        EXPECT_FALSE(log) << "a changed byte at " << at << " went unnoticed";
    }
}

TEST(RealLog, ReadsWhateverWasWrittenWholeWhenItEndsAnywhere) {
    const auto whole = content_of(kCrashed);
    constexpr std::size_t kDescribed = 127;
    std::size_t before = 0;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto log = read_content(whole.substr(0, size));
        EXPECT_EQ(log.has_value(), size >= kDescribed) << size;
        if (!log) continue;
        EXPECT_GE(log->transactions.size(), before);
        before = log->transactions.size();
    }
    EXPECT_EQ(before, 3U);
}

}  // namespace
}  // namespace understudy::adapters
