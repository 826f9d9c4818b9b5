// The scenarios' common ground. A program that links them says over which lab they run:
//     INSTANTIATE_TEST_SUITE_P(Model, Agreement, testing::Values(&make_lab))
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/contract/agreement/lab.h"
#include "tests/contract/steps.h"

namespace understudy::contract {

using MakeLab = std::unique_ptr<Lab> (*)();

class Agreement : public testing::TestWithParam<MakeLab> {
  protected:
    Agreement();

    core::DatabaseFacts await(ports::Database& database, const std::string& what,
                              const Holds& holds);
    // How many GTIDs each has executed, or received.
    core::DatabaseFacts await_executed(ports::Database& database, std::uint64_t count);
    core::DatabaseFacts await_received(ports::Database& database, std::uint64_t count);
    core::DatabaseFacts await_waiting();           // a commit of `a`
    core::DatabaseFacts await_clients(int count);  // acknowledging ones, of `a`
    core::DatabaseFacts await_receiver(ports::Database& database, core::ReceiverState state);

    void shut_down(Side side);

    // `a` open, its commits wait.
    void open_a_waiting();
    void open_a_followed_by_b();
    void protect_a_by_b();
    // b follows and acknowledges, whatever `a` does.
    void attach_b();

    // b is open instead of `a`, which waits for nobody; returns what `a` had executed.
    core::GtidSet hand_over_to_b();

    // b's applier waits for an acknowledgement, and a STOP REPLICA has begun that waits for it.
    void let_b_stop_behind_its_applier();

    // One that `a` acknowledges.
    void write_to_a(int times = 1);
    // A write to `a` that waits for its acknowledgement.
    std::unique_ptr<LabSession> waiting_write();
    // A was killed while its third write waited; B holds the first two, and receives no more.
    std::unique_ptr<LabSession> leave_an_orphan();
    // A's write waits though B has received it: acknowledging was off then, and is on now.
    std::unique_ptr<LabSession> waiting_write_that_was_received();
    // B has applied A's first write, and received two more.
    void receive_without_applying();
    std::unique_ptr<LabSession> session(Side side);

    std::unique_ptr<Lab> lab_;
    ports::Database& a_;
    ports::Database& b_;
    std::string a_uuid_;
};

}  // namespace understudy::contract
