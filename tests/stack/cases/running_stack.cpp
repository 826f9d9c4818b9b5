#include "tests/stack/cases/running_stack.h"

#include <cstdio>

#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {

namespace {

core::Result<std::set<std::uint64_t>> rows_on(const std::string& server, const std::string& table) {
    const auto account = login("guestbook_ro", {address_of(server), kWriterPort});
    if (!account) return tl::unexpected(account.error());
    return rows_in(*account, table);
}

std::string list(const std::set<std::uint64_t>& rows) {
    std::string text;
    for (const auto row : rows) text += " " + std::to_string(row);
    return text;
}

}  // namespace

void RunningStack::SetUp() {
    ASSERT_TRUE(good(understudy({"resume"}, 20s)));
    const auto status = await_protected(120s);
    ASSERT_TRUE(good(status)) << "the stack is not in the state to begin from; try ./up";
    status_ = *status;
    ASSERT_TRUE(good(balancers_.await_writer(primary(), 30s)));
    ASSERT_TRUE(good(balancers_.await_in_rotation("web1", 60s)));
    ASSERT_TRUE(good(balancers_.await_in_rotation("web2", 60s)));
}

void RunningStack::TearDown() {
    if (writer_) writer_->stop();
    if (getter_) getter_->stop();
    if (!table_.empty()) {
        const auto migrate = login("guestbook_migrate", {kVip, kWriterPort});
        EXPECT_TRUE(good(migrate));
        if (migrate) {
            EXPECT_TRUE(good(drop_table(*migrate, table_)));
        }
    }
    if (HasFailure()) {
        const auto status = understudy({"status"}, 20s);
        if (status) std::printf("%s\n", status->c_str());
    }
}

void RunningStack::start_writing() {
    table_ = "stack_test_rows";
    const auto migrate = login("guestbook_migrate", {kVip, kWriterPort});
    const auto writer = login("guestbook_rw", {kVip, kWriterPort});
    ASSERT_TRUE(good(migrate));
    ASSERT_TRUE(good(writer));
    ASSERT_TRUE(good(make_table(*migrate, table_)));
    writer_ = std::make_unique<WritingClient>(WritingOptions{*writer, table_});
    ASSERT_TRUE(good(writer_->await_acknowledged(100, 20s)));
}

void RunningStack::start_getting() {
    GettingOptions options;
    options.server = {kVip, 443};
    options.authority = authority();
    getter_ = std::make_unique<GettingClient>(options);
    ASSERT_TRUE(good(getter_->await_good(20, 20s)));
}

std::string RunningStack::replica() const { return peer_of(status_.primary); }

void RunningStack::await_protected_again(core::Millis deadline) {
    const auto status = await_protected(deadline);
    ASSERT_TRUE(good(status));
    status_ = *status;
}

void RunningStack::expect_every_acknowledged_row() {
    writer_->stop();
    ledger_ = writer_->ledger();
    const auto now = cluster_status();
    ASSERT_TRUE(good(now));
    const auto found = rows_on(now->primary, table_);
    ASSERT_TRUE(good(found));
    const auto missing = ledger_.missing(*found);
    EXPECT_TRUE(missing.empty()) << "acknowledged and lost:" << list(missing);
    const auto unexplained = ledger_.unexplained(*found);
    EXPECT_TRUE(unexplained.empty()) << "there, though refused:" << list(unexplained);
    std::printf("rows: %zu acknowledged, %zu unknown, %zu refused, %zu missing\n",
                ledger_.count(Outcome::kAcknowledged), ledger_.count(Outcome::kUnknown),
                ledger_.count(Outcome::kRefused), missing.size());
}

void RunningStack::expect_same_rows_on_both() {
    EXPECT_TRUE(good(wait_until("the same rows on both", 20s, [&]() -> std::string {
        const auto first = rows_on("web1", table_);
        if (!first) return describe(first.error());
        const auto second = rows_on("web2", table_);
        if (!second) return describe(second.error());
        return *first == *second ? ""
                                 : std::to_string(first->size()) + " on web1, " +
                                       std::to_string(second->size()) + " on web2";
    })));
}

void RunningStack::print_write_gap(core::WallTime from, core::WallTime until) {
    const auto pause = ledger_.longest_pause(from, until);
    ASSERT_TRUE(pause) << "nothing was acknowledged afterwards";
    const double milliseconds = static_cast<double>(pause->length().count()) / 1000.0;
    std::printf("write gap: %.1f ms\n", milliseconds);
    RecordProperty("write_gap_ms", std::to_string(milliseconds));
}

}  // namespace understudy::stack
