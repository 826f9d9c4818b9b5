#include "adapters/config/spelling.h"

#include <gtest/gtest.h>

namespace understudy::adapters {
namespace {

const std::set<std::string> kWords{"listen", "level", "host", "hosts", "tls"};

TEST(Spelling, FindsTheWordThatWasMeant) {
    EXPECT_EQ(nearest("lisetn", kWords), "listen");
    EXPECT_EQ(nearest("levl", kWords), "level");
    EXPECT_EQ(nearest("Listen", kWords), "listen");
}

TEST(Spelling, DoesNotGuessWildly) {
    EXPECT_EQ(nearest("colour", kWords), "");
    EXPECT_EQ(nearest("x", kWords), "");
    EXPECT_EQ(nearest("ssl", kWords), "");
}

}  // namespace
}  // namespace understudy::adapters
