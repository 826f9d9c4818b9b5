// What every case starts from: the stack is up, protected, with both web servers in rotation, and
// counts no earlier failovers against the guard of flapping.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/stack/cluster_status.h"
#include "tests/stack/getting_client.h"
#include "tests/stack/load_balancers.h"
#include "tests/stack/process.h"
#include "tests/stack/writing_client.h"

namespace understudy::stack {

using namespace std::chrono_literals;

// The failure's text for a gtest assertion.
template <class T>
::testing::AssertionResult good(const core::Result<T>& result) {
    if (result) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << describe(result.error());
}

class RunningStack : public ::testing::Test {
  protected:
    void SetUp() override;
    void TearDown() override;

    // Begins to write through the virtual address; returns when rows are being acknowledged.
    void start_writing();
    // Ends it, and asks the present primary, directly, for every row that was acknowledged.
    void expect_every_acknowledged_row();
    // The replica has all that the primary has, in time.
    void expect_same_rows_on_both();
    void start_getting();

    [[nodiscard]] std::string primary() const { return status_.primary; }
    [[nodiscard]] std::string replica() const;
    // The present status, which becomes the one that the above speak of.
    void await_protected_again(core::Millis deadline = 120s);
    void print_write_gap(core::WallTime from, core::WallTime until);

    ClusterStatus status_;
    LoadBalancers balancers_;
    std::unique_ptr<WritingClient> writer_;
    std::unique_ptr<GettingClient> getter_;
    Ledger ledger_;
    std::string table_;
};

}  // namespace understudy::stack
