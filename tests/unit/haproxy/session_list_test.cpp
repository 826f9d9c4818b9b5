#include "adapters/haproxy/session_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::adapters {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Of HAProxy 3.0.11 (the first three) and 2.6.12.
constexpr auto kSessions =
    "0x7f1406cf5400: proto=tcpv4 src=127.0.0.1:50384 fe=f be=db srv=web1 ts=00 epoch=0 age=1s "
    "calls=1 "
    "rate=0 cpu=0 lat=0 rq[f=808000h,i=0,an=00h,ax=] rp[f=80000000h,i=0,an=00h,ax=] "
    "scf=[8,0h,fd=12,rex=59m59s,wex=] scb=[5,1h,fd=13,rex=,wex=] exp=1s rc=0 c_exp=1s\n"
    "0x7f1406cf5800: proto=unix_stream src=unix:1 fe=GLOBAL be=<NONE> srv=<none> ts=00 epoch=0 "
    "age=0s "
    "calls=1 rate=0 cpu=0 lat=0 rq[f=848101h,i=0,an=00h,ax=] rp[f=80008000h,i=0,an=00h,ax=] "
    "scf=[8,0h,fd=16,rex=10s,wex=] scb=[8,1h,fd=-1,rex=,wex=] exp=10s rc=0 c_exp=\n"
    "0x7f140728a800: proto=tcpv4 src=127.0.0.1:50388 fe=f be=db srv=web1 ts=00 epoch=0 age=1s "
    "calls=2 "
    "rate=0 cpu=0 lat=0 rq[f=808000h,i=0,an=00h,ax=] rp[f=80008000h,i=0,an=00h,ax=] "
    "scf=[8,0h,fd=15,rex=59m59s,wex=] scb=[8,1h,fd=14,rex=59m59s,wex=] exp=1s rc=0 c_exp=\n"
    "0x7f31fc039f10: proto=tcpv4 src=127.0.0.1:50404 fe=f be=db srv=web2 ts=00 epoch=0 age=0s "
    "calls=2 "
    "rate=2 cpu=0 lat=0 rq[f=808000h,i=0,an=00h,rx=59m59s,wx=,ax=] "
    "rp[f=80008000h,i=0,an=00h,rx=59m59s,wx=,ax=] scf=[8,0h,fd=14] scb=[8,1h,fd=15] exp=1s rc=0 "
    "c_exp=\n";

TEST(SessionList, HasTheServerOfEachAndWhetherItIsConnected) {
    const auto sessions = sessions_from(kSessions);
    ASSERT_TRUE(sessions) << describe(sessions.error());
    ASSERT_EQ(sessions->size(), 4U);
    EXPECT_EQ(sessions->front().id, "0x7f1406cf5400");
    EXPECT_EQ(sessions->front().backend, "db");
    EXPECT_EQ(sessions->front().server, "web1");
    EXPECT_FALSE(sessions->front().connected);
    EXPECT_TRUE(sessions->back().connected);
}

TEST(SessionList, OnlyConnectedSessionsOfTheServerAreShutDown) {
    const auto sessions = sessions_from(kSessions);
    ASSERT_TRUE(sessions) << describe(sessions.error());
    EXPECT_THAT(shutdowns(*sessions, "db", "web1"), ElementsAre("shutdown session 0x7f140728a800"));
    EXPECT_THAT(shutdowns(*sessions, "other", "web1"), IsEmpty());
}

TEST(SessionList, OfNoSessionIsEmptyAndOfAnotherFormIsRefused) {
    EXPECT_THAT(sessions_from("\n").value(), IsEmpty());
    const auto refused = sessions_from("0x12: be=db srv=web1\n");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, core::ErrorCode::kInvalid);
    EXPECT_FALSE(sessions_from("0x;shutdown: be=db srv=web1 scb=[8,1h] \n"));
}

}  // namespace
}  // namespace understudy::adapters
