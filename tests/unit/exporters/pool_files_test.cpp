#include "exporters/php_fpm/pool_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/exporters/folder.h"
#include "tests/unit/exporters/golden.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr core::Millis kLimitsWithin{1000};
const PoolOptions kWwwPool{"www", {"/run/php/www.sock", {}}, "/fpm-status", "/fpm-ping"};

TEST(PoolFileTest, ReadsTheFileOfDebiansPackage) {
    const auto file = parse_pool_file(golden("php-fpm-8.2-www.conf"));
    EXPECT_THAT(file.max_children, ElementsAre(Pair("www", "5")));
    EXPECT_THAT(file.includes, ElementsAre());
}

TEST(PoolFileTest, KnowsCommentsQuotesSectionsAndIncludes) {
    const auto file = parse_pool_file(
        "[global]\r\n"
        "include=/etc/php/pool.d/*.conf ; Debian's\r\n"
        ";pm.max_children = 1\n"
        "  [ a ]\n"
        "pm.max_children = 2\n"
        "[b]\n"
        "pm.max_children=\"3\" ; few\n"
        "nonsense\n"
        "[a]\n"
        "pm.max_children = 4\n");
    EXPECT_THAT(file.max_children, ElementsAre(Pair("a", "4"), Pair("b", "3")));
    EXPECT_THAT(file.includes, ElementsAre("/etc/php/pool.d/*.conf"));
}

TEST(PoolFileTest, BearsDamage) { bears_damage(golden("php-fpm-8.2-www.conf"), parse_pool_file); }

TEST(MaxChildrenTest, AreFoundInFilesThatAreIncludedEvenInACircle) {
    const Folder folder;
    const auto main = folder.path() + "/fpm.conf";
    folder.write("fpm.conf", "[global]\ninclude = " + folder.path() + "/*.conf\n");
    folder.write("www.conf", "[www]\npm.max_children = 16\n");
    folder.write("api.conf", "[api]\npm.max_children = 4\ninclude = " + main + "\n");
    EXPECT_EQ(max_children_of("www", {main}), 16U);
    EXPECT_EQ(max_children_of("api", {main}), 4U);
}

TEST(MaxChildrenTest, SayWhatIsWrongWithTheFiles) {
    const Folder folder;
    const std::vector<std::string> all{folder.path() + "/*.conf"};
    const auto none = max_children_of("www", all);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(none.error().detail, HasSubstr("no file matches " + all[0]));

    folder.write("www.conf", "[api]\npm.max_children = 16\n");
    const auto other = max_children_of("www", all);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(other.error().detail, HasSubstr("pool [www]"));

    folder.write("www.conf", "[www]\npm.max_children = ${CHILDREN}\n");
    const auto variable = max_children_of("www", all);
    ASSERT_FALSE(variable);
    EXPECT_EQ(variable.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(variable.error().detail, HasSubstr("\"${CHILDREN}\""));

    folder.write("www.conf", "include = pool.d/*.conf\n");
    const auto relative = max_children_of("www", all);
    ASSERT_FALSE(relative);
    EXPECT_THAT(relative.error().detail, HasSubstr("php_fpm.config_files"));
}

TEST(MaxChildrenTest, AreBoundedInFiles) {
    const Folder folder;
    for (int i = 0; i < 300; ++i) {
        folder.write(std::to_string(1000 + i) + ".conf",
                     "[p" + std::to_string(i) + "]\npm.max_children = 1\n");
    }
    EXPECT_TRUE(max_children_of("p255", {folder.path() + "/*.conf"}));
    EXPECT_FALSE(max_children_of("p256", {folder.path() + "/*.conf"}));
}

TEST(PoolLimitsCollector, IsMissedOnlyWhereFilesAreNamed) {
    const Folder folder;
    folder.write("www.conf", "[www]\npm.max_children = 16\n");
    const auto named =
        php_fpm_limits_collector(kWwwPool, {folder.path() + "/*.conf"}, kLimitsWithin);
    EXPECT_EQ(named.name, "php_fpm_limits/www");
    EXPECT_FALSE(named.may_be_absent);
    const auto page = named.collect();
    ASSERT_TRUE(page) << describe(page.error());
    EXPECT_THAT(page->text(), HasSubstr("understudy_phpfpm_max_children{pool=\"www\",scrape_uri="
                                        "\"unix:///run/php/www.sock;/fpm-status\"} 16\n"));
    EXPECT_TRUE(php_fpm_limits_collector(kWwwPool, {}, kLimitsWithin).may_be_absent);
}

}  // namespace
}  // namespace understudy::exporters
