#include "adapters/binlog/binlog_reader.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/unit/binlog/real_logs.h"

namespace understudy::adapters {
namespace {

constexpr const char* kSource = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
// Where these numbers are in the log without checksums.
constexpr std::size_t kEndOfFirstInterval = 184;
constexpr std::size_t kFirstTransaction = 244;

std::string seed(const std::string& name) { return content_of("tests/fuzz/seeds/binlog/" + name); }

std::string with_number(std::string log, std::size_t at, std::uint64_t number) {
    for (std::size_t i = 0; i < sizeof(number); ++i) {
        log.at(at + i) = static_cast<char>(number >> (8 * i));
    }
    return log;
}

TEST(BinlogReader, ReadsWhatEarlierLogsHoldAndTheTransactions) {
    for (const auto* name : {"plain.binlog", "checksums.binlog"}) {
        const auto log = read_content(seed(name));
        ASSERT_TRUE(log) << log.error().detail;
        EXPECT_TRUE(log->in_use);
        EXPECT_EQ(log->previous.to_string(), kSource + std::string(":1-77:80"));
        ASSERT_EQ(log->transactions.size(), 2U);
        EXPECT_EQ(log->transactions[0].source, kSource);
        EXPECT_EQ(log->transactions[0].number, 81U);
        EXPECT_EQ(log->transactions[1].number, 82U);
    }
}

TEST(BinlogReader, PassesOverAnIncompleteLastEvent) {
    const auto whole = seed("checksums.binlog");
    const auto log = read_content(whole.substr(0, whole.size() - 1));
    ASSERT_TRUE(log);
    EXPECT_EQ(log->transactions.size(), 2U);
}

TEST(BinlogReader, RefusesAWrongChecksum) {
    auto log = seed("checksums.binlog");
    log[kEndOfFirstInterval] = 76;
    EXPECT_EQ(read_content(log).error().code, core::ErrorCode::kInvalid);
}

// Found by fuzzing: it was taken for a set that cannot be written and read again.
TEST(BinlogReader, RefusesAnIntervalBeyondTheGreatestGtidNumber) {
    const auto log = seed("plain.binlog");
    const auto most = with_number(log, kEndOfFirstInterval, core::kGreatestGtidNumber + 1);
    EXPECT_TRUE(read_content(most));
    const auto more = with_number(log, kEndOfFirstInterval, core::kGreatestGtidNumber + 2);
    EXPECT_EQ(read_content(more).error().code, core::ErrorCode::kInvalid);
}

TEST(BinlogReader, RefusesATransactionWithANumberThatNoneHas) {
    const auto log = seed("plain.binlog");
    EXPECT_TRUE(read_content(with_number(log, kFirstTransaction, core::kGreatestGtidNumber)));
    for (const auto number : {std::uint64_t{0}, core::kGreatestGtidNumber + 1}) {
        const auto read_log = read_content(with_number(log, kFirstTransaction, number));
        EXPECT_EQ(read_log.error().code, core::ErrorCode::kInvalid) << number;
    }
}

}  // namespace
}  // namespace understudy::adapters
