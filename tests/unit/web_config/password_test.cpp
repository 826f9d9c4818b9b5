#include "adapters/web_config/password.h"

#include <gtest/gtest.h>

namespace understudy::adapters {
namespace {

constexpr auto kOpenSesame = "$2y$04$/jgfPnwYX8ZdgO9Ueie2iOQJV5MdKlZDo0/kKhj7EDWOsc9TAOo1q";

TEST(Bcrypt, IsToldFromOtherHashes) {
    EXPECT_TRUE(is_bcrypt(kOpenSesame));
    std::string hash = kOpenSesame;
    for (const char* prefix : {"$1a$04", "$2x$04", "$2y$03", "$2y$32", "$2y$4$"}) {
        EXPECT_FALSE(is_bcrypt(prefix + hash.substr(6))) << prefix;
    }
    hash.back() = '=';
    EXPECT_FALSE(is_bcrypt(hash));
    EXPECT_FALSE(is_bcrypt(""));
    EXPECT_FALSE(is_bcrypt("secret"));
}

TEST(BasicCredentials, AreDecoded) {
    const auto credentials =
        basic_credentials("bAsIc cHJvbTpvcGVuIHNlc2FtZQ==");  // prom:open sesame
    ASSERT_TRUE(credentials);
    EXPECT_EQ(credentials->user, "prom");
    EXPECT_EQ(credentials->password, "open sesame");
    const auto colons = basic_credentials("Basic YTpiOmM=");  // a:b:c
    ASSERT_TRUE(colons);
    EXPECT_EQ(colons->user, "a");
    EXPECT_EQ(colons->password, "b:c");
}

TEST(BasicCredentials, AreNothingInOtherHeaders) {
    for (const char* header : {"", "Basic", "Basic ", "Bearer YTpi", "Basic ====", "Basic YTp",
                               "Basic Y!pi", "Basic YWJj"}) {
        EXPECT_FALSE(basic_credentials(header)) << header;
    }
}

TEST(PasswordCheckTest, LetsTheRightPasswordInEachTime) {
    PasswordCheck check;
    const std::map<std::string, std::string> users{{"prom", kOpenSesame}};
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(check.allows(users, {"prom", "open sesame"}));
        EXPECT_FALSE(check.allows(users, {"prom", "open barley"}));
        EXPECT_FALSE(check.allows(users, {"Prom", "open sesame"}));
        EXPECT_FALSE(check.allows(users, {"prom", ""}));
    }
    // A user that is gone, or whose password is another one.
    EXPECT_FALSE(check.allows({}, {"prom", "open sesame"}));
    std::string other = kOpenSesame;
    other[other.size() - 2] = other[other.size() - 2] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(check.allows({{"prom", other}}, {"prom", "open sesame"}));
}

TEST(PasswordCheckTest, RefusesWhatBcryptWouldCutShort) {
    PasswordCheck check;
    const std::map<std::string, std::string> users{{"prom", kOpenSesame}};
    EXPECT_FALSE(check.allows(users, {"prom", std::string("open sesame\0x", 13)}));
    EXPECT_FALSE(check.allows(users, {"prom", std::string(73, 'a')}));
}

}  // namespace
}  // namespace understudy::adapters
