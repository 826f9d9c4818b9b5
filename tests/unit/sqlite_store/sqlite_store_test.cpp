#include "adapters/sqlite_store/sqlite_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

namespace understudy::adapters {
namespace {

using core::ErrorCode;
using core::Record;
using ports::HistoryEntry;
using std::chrono::steady_clock;

Record record_of(std::uint64_t revision) {
    Record record;
    record.revision = {revision};
    record.epoch = {3};
    record.primary = core::HostName("web1");
    record.in_sync = {core::HostName("web2")};
    return record;
}

HistoryEntry entry_of(const std::string& reason, bool event = false) {
    HistoryEntry entry;
    entry.at = core::WallTime(std::chrono::microseconds(1'700'000'000'000'001));
    entry.epoch = {3};
    entry.rule = "430 admit";
    entry.reason = reason;
    entry.kind = "recovered";
    entry.event = event;
    entry.detail_json = R"({"a":"b"})";
    return entry;
}

class Store : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "store-XXXXXX";
        directory_ = ::mkdtemp(pattern.data());
        file_ = directory_ / "controller.db";
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    std::unique_ptr<SqliteStore> opened() {
        auto store = SqliteStore::open(file_);
        if (!store) throw std::runtime_error(describe(store.error()));
        return std::move(*store);
    }
    void in_the_file(const std::string& sql) const {
        sqlite3* handle = nullptr;
        ASSERT_EQ(sqlite3_open(file_.c_str(), &handle), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(handle);
    }

    std::filesystem::path directory_;
    std::filesystem::path file_;
};

TEST_F(Store, HoldsNoRecordAtFirst) {
    const auto record = opened()->load();
    ASSERT_TRUE(record);
    EXPECT_FALSE(*record);
}

TEST_F(Store, GivesBackWhatWasWrittenAlsoAfterReopening) {
    {
        const auto store = opened();
        ASSERT_TRUE(store->compare_and_swap({0}, record_of(1), entry_of("first")));
        EXPECT_EQ(**store->load(), record_of(1));
    }
    EXPECT_EQ(**opened()->load(), record_of(1));
}

TEST_F(Store, RefusesToWriteOverAnotherRevisionAndChangesNothing) {
    const auto store = opened();
    ASSERT_TRUE(store->compare_and_swap({0}, record_of(1), entry_of("first")));

    EXPECT_EQ(store->compare_and_swap({0}, record_of(1), entry_of("again")).error().code,
              ErrorCode::kConflict);
    EXPECT_EQ(store->compare_and_swap({7}, record_of(8), entry_of("ahead")).error().code,
              ErrorCode::kConflict);
    EXPECT_EQ(**store->load(), record_of(1));
    EXPECT_EQ(store->history(10)->size(), 1U);
    EXPECT_TRUE(store->compare_and_swap({1}, record_of(2), entry_of("second")));
}

TEST_F(Store, OfTwoWritersOfOneRevisionOneWins) {
    const auto one = opened();
    const auto other = opened();
    ASSERT_TRUE(one->compare_and_swap({0}, record_of(1), entry_of("one")));
    EXPECT_EQ(other->compare_and_swap({0}, record_of(1), entry_of("other")).error().code,
              ErrorCode::kConflict);
}

TEST_F(Store, KeepsTheHistoryNewestFirst) {
    const auto store = opened();
    for (std::uint64_t i = 0; i < 5; ++i) {
        ASSERT_TRUE(
            store->compare_and_swap({i}, record_of(i + 1), entry_of("entry " + std::to_string(i))));
    }
    const auto history = store->history(2);
    ASSERT_EQ(history->size(), 2U);
    EXPECT_EQ(history->at(0).reason, "entry 4");
    EXPECT_EQ(history->at(1).reason, "entry 3");
    EXPECT_GT(history->at(0).id, history->at(1).id);
    EXPECT_EQ(history->at(0).rule, "430 admit");
    EXPECT_EQ(history->at(0).kind, "recovered");
    EXPECT_EQ(history->at(0).epoch.value, 3U);
    EXPECT_EQ(history->at(0).at, entry_of("").at);
    EXPECT_EQ(history->at(0).detail_json, R"({"a":"b"})");
}

TEST_F(Store, ListsTheEventsAfterAnIdOldestFirst) {
    const auto store = opened();
    ASSERT_TRUE(store->compare_and_swap({0}, record_of(1), entry_of("event 1", true)));
    ASSERT_TRUE(store->compare_and_swap({1}, record_of(2), entry_of("no event", false)));
    ASSERT_TRUE(store->compare_and_swap({2}, record_of(3), entry_of("event 2", true)));

    const auto all = store->events_after(0, 10);
    ASSERT_EQ(all->size(), 2U);
    EXPECT_EQ(all->at(0).reason, "event 1");
    const auto rest = store->events_after(all->at(0).id, 10);
    ASSERT_EQ(rest->size(), 1U);
    EXPECT_EQ(rest->at(0).reason, "event 2");
    EXPECT_EQ(store->count_events_after(0)->count, 2U);
    EXPECT_EQ(store->count_events_after(0)->newest, rest->at(0).id);
    EXPECT_EQ(store->count_events_after(rest->at(0).id)->count, 0U);
}

TEST_F(Store, TheFileIsReadableByItsOwnerAlone) {
    opened();
    using std::filesystem::perms;
    const auto mode = std::filesystem::status(file_).permissions();
    EXPECT_EQ(mode & (perms::group_all | perms::others_all), perms::none);
}

TEST_F(Store, ACorruptedFileIsRefusedWithARemedy) {
    std::ofstream(file_) << std::string(8192, 'x');
    const auto store = SqliteStore::open(file_);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::kInvalid);
    EXPECT_NE(store.error().detail.find("move it away"), std::string::npos);
}

TEST_F(Store, AFileOfAnotherProgramIsRefused) {
    in_the_file("CREATE TABLE other (x)");
    const auto store = SqliteStore::open(file_);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(store.error().detail, "another program's database");
}

TEST_F(Store, AFileOfANewerVersionIsRefused) {
    opened();
    in_the_file("PRAGMA user_version = 99");
    const auto store = SqliteStore::open(file_);
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().detail.find("99"), std::string::npos);
}

TEST_F(Store, AnAbsentDirectoryIsAClearError) {
    const auto store = SqliteStore::open("/absent/controller.db");
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::kIo);
    EXPECT_NE(store.error().operation.find("/absent/controller.db"), std::string::npos);
}

TEST_F(Store, WhatAnotherProgramLocksIsATimeoutAndLeavesTheRecord) {
    const auto store = opened();
    ASSERT_TRUE(store->compare_and_swap({0}, record_of(1), entry_of("first")));
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);

    EXPECT_EQ(store->compare_and_swap({1}, record_of(2), entry_of("second")).error().code,
              ErrorCode::kTimeout);
    sqlite3_close(other);
    EXPECT_TRUE(store->compare_and_swap({1}, record_of(2), entry_of("second")));
}

TEST_F(Store, ARecordThatCannotBeReadIsAnErrorNotAnEmptyStore) {
    const auto store = opened();
    in_the_file("INSERT INTO record VALUES (1, 1, '{}')");
    EXPECT_EQ(store->load().error().code, ErrorCode::kInvalid);
}

TEST_F(Store, ReadingTheHistoryNeverHindersAWrite) {
    const auto store = opened();
    std::jthread reader([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) ASSERT_TRUE(store->history(100));
    });
    for (std::uint64_t i = 0; i < 300; ++i) {
        ASSERT_TRUE(store->compare_and_swap({i}, record_of(i + 1), entry_of("x")));
    }
}

TEST_F(Store, TheLogDoesNotGrowOnceItIsThere) {
    const auto store = opened();
    const auto log = file_.string() + "-wal";
    const auto size = std::filesystem::file_size(log);
    for (std::uint64_t i = 0; i < 1000; ++i) {
        ASSERT_TRUE(store->compare_and_swap({i}, record_of(i + 1), entry_of("x")));
    }
    EXPECT_LT(std::filesystem::file_size(log), 2 * size);
}

TEST_F(Store, CommitLatencyIsMeasured) {
    const auto store = opened();
    std::vector<steady_clock::duration> commits(200);
    for (std::uint64_t i = 0; i < commits.size(); ++i) {
        const auto begin = steady_clock::now();
        ASSERT_TRUE(store->compare_and_swap({i}, record_of(i + 1), entry_of("measured", true)));
        commits[i] = steady_clock::now() - begin;
    }
    std::sort(commits.begin(), commits.end());
    const auto micros = [&](std::size_t i) {
        return std::chrono::duration_cast<std::chrono::microseconds>(commits[i]).count();
    };
    std::cout << "compare-and-swap: median " << micros(100) << " us, p99 " << micros(197)
              << " us, longest " << micros(199) << " us\n";
    EXPECT_LT(commits[100], std::chrono::milliseconds(500));
}

}  // namespace
}  // namespace understudy::adapters
