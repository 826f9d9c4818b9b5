// Which mysqld its agent ends, and which not.
#include "tests/unit/agent/kept_database.h"

namespace understudy::agent::test {
namespace {

TEST_F(KeptDatabase, IsNotKilledForWantOfAnAcknowledgement) {
    become(Role::kPrimaryLossless, 1);
    keeper.canary_begun();
    database.facts.semi_sync.waiting_sessions = 3;
    clock.pass(Millis{5000});
    keeper.step();
    EXPECT_EQ(kills, 0);
    EXPECT_EQ(board.current().database->canary->age, Millis{5000});
    EXPECT_TRUE(board.current().database->canary->waits_for_ack);
}

// The stack's rejoin rounds: taken for a want of acknowledgements, a frozen server made the
// controller let go of the replica that was to take over.
TEST_F(KeptDatabase, ThatDoesNotAnswerIsNotSaidToWaitForAnAcknowledgement) {
    become(Role::kPrimaryLossless, 1);
    keeper.canary_begun();
    database.facts.semi_sync.waiting_sessions = 3;
    keeper.step();
    database.not_answering = core::Error{core::ErrorCode::kTimeout, "observe", "no answer", 0};
    clock.pass(Millis{900});
    keeper.step();
    EXPECT_EQ(board.current().database->canary->age, Millis{900});
    EXPECT_FALSE(board.current().database->canary->waits_for_ack);
}

// The stack's rejoin rounds: on a busy machine one observation came too late.
TEST_F(KeptDatabase, ThatWaitsForAnAcknowledgementIsNotKilledForOneLateAnswer) {
    become(Role::kPrimaryLossless, 1);
    keeper.canary_begun();
    database.facts.semi_sync.waiting_sessions = 3;
    clock.pass(Millis{5000});
    keeper.step();
    database.not_answering = core::Error{core::ErrorCode::kTimeout, "observe", "no answer", 0};
    clock.pass(Millis{600});
    keeper.step();
    EXPECT_EQ(kills, 0);
    clock.pass(Millis{1500});
    keeper.step();
    EXPECT_EQ(kills, 1) << "it has not answered for longer than hang_timeout";
}

// The stack's rejoin rounds: frozen in the middle of degrading, with a DROP USER that waited.
TEST_F(KeptDatabase, ThatLetsNobodyInToEndItsWaitingIsKilled) {
    become(Role::kPrimaryLossless, 1);
    database.not_answering = core::Error{core::ErrorCode::kTimeout, "log in", "no answer", 0};
    tell(assignment(1, 2, Role::kPrimaryAlone));
    keeper.step();
    clock.pass(Millis{1900});
    keeper.step();
    EXPECT_EQ(kills, 0);
    clock.pass(Millis{200});
    keeper.step();
    EXPECT_EQ(kills, 1);
}

TEST_F(KeptDatabase, ThatStillRecoversIsNotKilled) {
    tell(assignment(1, 2, Role::kPrimaryAlone));
    database.not_answering = core::Error{core::ErrorCode::kUnreachable, "connect", "no socket", 0};
    for (int i = 0; i < 10; ++i) {
        clock.pass(Millis{5000});
        keeper.step();
    }
    EXPECT_EQ(kills, 0);
}

TEST_F(KeptDatabase, ThatDoesNotLetItselfBeFencedIsKilled) {
    become(Role::kPrimaryLossless, 1);
    database.refuses = StepKind::kCloseWrites;
    tell(assignment(2, 2, Role::kFenced));
    keeper.step();
    EXPECT_EQ(kills, 0);
    clock.pass(Millis{2001});
    keeper.step();
    EXPECT_EQ(kills, 1);
}

TEST_F(KeptDatabase, ThatLetsNobodyInIsKilled) {
    database.not_answering = core::Error{core::ErrorCode::kTimeout, "connect", "no answer", 0};
    tell(assignment(1, 1, Role::kReplicaCatchingUp));
    keeper.step();
    clock.pass(Millis{7'000});
    keeper.step();
    EXPECT_EQ(kills, 0);
    clock.pass(Millis{1'001});
    keeper.step();
    EXPECT_EQ(kills, 1);
}

TEST_F(KeptDatabase, ThatStillStartsIsNotKilledHoweverLongItTakes) {
    database.not_answering = core::Error{core::ErrorCode::kUnreachable, "connect", "refused", 0};
    tell(assignment(1, 1, Role::kReplicaCatchingUp));
    keeper.step();
    clock.pass(Millis{600'000});
    keeper.step();
    EXPECT_EQ(kills, 0);
}

TEST_F(KeptDatabase, ThatOnceLetTheAgentInIsNotTakenForOneThatLetsNobodyIn) {
    become(Role::kReplicaInSync, 1);
    database.not_answering = core::Error{core::ErrorCode::kTimeout, "observe", "busy", 0};
    keeper.step();
    clock.pass(Millis{60'000});
    keeper.step();
    EXPECT_EQ(kills, 0);
}

}  // namespace
}  // namespace understudy::agent::test
