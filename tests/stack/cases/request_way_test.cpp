#include <fstream>
#include <iterator>

#include "adapters/http/http.h"
#include "tests/stack/cases/running_stack.h"
#include "tests/stack/command.h"
#include "tests/stack/dns.h"
#include "tests/stack/site.h"
#include "tests/stack/wait.h"

namespace understudy::stack {
namespace {

class RequestWay : public RunningStack {
  protected:
    static core::Result<adapters::HttpResponse> get(const std::string& target) {
        adapters::HttpClientOptions to;
        to.server = {kVip, 443};
        to.authority = authority();
        return adapters::HttpClient(to).get(target, 5s);
    }

    // What the page says of who answered: <dt>name</dt><dd>value</dd>.
    static std::string said(const std::string& page, const std::string& name) {
        const auto label = "<dt>" + name + "</dt><dd>";
        const auto begin = page.find(label);
        if (begin == std::string::npos) return "";
        const auto from = begin + label.size();
        return page.substr(from, page.find('<', from) - from);
    }

    // Signs the guestbook as a browser does; the number of the new entry.
    static core::Result<std::string> sign(const std::string& message) {
        const auto site = std::string(kSiteName);
        const auto location = output_of(
            {"curl", "--silent", "--show-error", "--max-time", "10", "--output", "/dev/null",
             "--write-out", "%{http_code} %{redirect_url}", "--resolve", site + ":443:" + kVip,
             "--cacert", authority(), "--data-urlencode", "author=A visitor", "--data-urlencode",
             "message=" + message, "https://" + site + "/"},
            20s);
        if (!location) return location;
        const auto added = location->find("?added=");
        if (location->rfind("303 ", 0) != 0 || added == std::string::npos) {
            return core::failure(core::ErrorCode::kInvalid, "signing the guestbook", *location);
        }
        return location->substr(added + 7);
    }

    static std::string message_of(const std::string& server, const std::string& entry) {
        const auto account = login("guestbook_ro", {address_of(server), kWriterPort});
        if (!account) return describe(account.error());
        adapters::Connection connection(*account);
        const auto rows = connection.query(
            "SELECT CONCAT(message, ' on ', database_server) FROM entries WHERE id = " + entry,
            adapters::deadline_in(5s));
        if (!rows) return describe(rows.error());
        return rows->front().rows.empty() ? "no such entry"
                                          : rows->front().rows[0][0].value_or("NULL");
    }
};

TEST_F(RequestWay, BeginsWithTheNameServerThatNamesTheVirtualAddress) {
    const auto addresses = addresses_of(kSiteName, kNameServer);
    ASSERT_TRUE(good(addresses));
    EXPECT_EQ(*addresses, std::vector<std::string>{kVip});
}

TEST_F(RequestWay, AlternatesBetweenTheWebServers) {
    GettingOptions options;
    options.server = {kVip, 443};
    options.authority = authority();
    std::vector<GetResult> results;
    for (int i = 0; i < 20; ++i) results.push_back(get_once(options));
    for (const auto& result : results) EXPECT_EQ(result.failure, "");
    const auto counts = served(results);
    EXPECT_EQ(counts.at("web1"), 10);
    EXPECT_EQ(counts.at("web2"), 10);
}

TEST_F(RequestWay, HasFilesServedAsTheyAre) {
    const auto response = get("/style.css");
    ASSERT_TRUE(good(response));
    std::ifstream file(in_repository("compose/app/public/style.css"));
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->content_type, "text/css");
    EXPECT_EQ(response->body, content);
}

TEST_F(RequestWay, HasPagesMadeByPhpFromTheReplica) {
    const auto response = get("/");
    ASSERT_TRUE(good(response));
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(said(response->body, "Web server"), response->headers.at("X-Served-By"));
    EXPECT_FALSE(said(response->body, "PHP process").empty());
    EXPECT_EQ(said(response->body, "Read from"), replica());
}

TEST_F(RequestWay, WritesOnThePrimaryAndReadsOnTheReplica) {
    const auto message = "message " + std::to_string(wall_now().time_since_epoch().count());
    const auto entry = sign(message);
    ASSERT_TRUE(good(entry));
    const auto expected = message + " on " + primary();
    EXPECT_EQ(message_of(primary(), *entry), expected);
    EXPECT_TRUE(good(wait_until("the entry on the replica", 10s, [&] {
        const auto there = message_of(replica(), *entry);
        return there == expected ? std::string() : there;
    })));
    const auto page = get("/?added=" + *entry);
    ASSERT_TRUE(good(page));
    EXPECT_NE(page->body.find(message), std::string::npos);
}

TEST_F(RequestWay, IsOpenToABrowserOnThisMachine) {
    GettingOptions published;
    published.server = {"127.0.0.1", 8443};
    published.authority = authority();
    EXPECT_EQ(get_once(published).failure, "");
}

}  // namespace
}  // namespace understudy::stack
