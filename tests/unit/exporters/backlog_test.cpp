#include "exporters/php_fpm/backlog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "exporters/scrape.h"
#include "tests/unit/exporters/folder.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using testing::HasSubstr;
using testing::Not;

// A listener whom connections come to and who accepts none.
class SaturatedListener {
  public:
    explicit SaturatedListener(const std::string& path) : path_(path) {
        sockets_.push_back(::socket(AF_UNIX, SOCK_STREAM, 0));
        EXPECT_EQ(::bind(sockets_[0], address(), sizeof address_), 0);
        EXPECT_EQ(::listen(sockets_[0], 7), 0);
    }
    ~SaturatedListener() {
        for (const int socket : sockets_) ::close(socket);
    }
    SaturatedListener(const SaturatedListener&) = delete;
    SaturatedListener& operator=(const SaturatedListener&) = delete;

    void connect() {
        sockets_.push_back(::socket(AF_UNIX, SOCK_STREAM, 0));
        EXPECT_EQ(::connect(sockets_.back(), address(), sizeof address_), 0);
    }
    void accept() { sockets_.push_back(::accept(sockets_[0], nullptr, nullptr)); }

  private:
    const sockaddr* address() {
        address_.sun_family = AF_UNIX;
        std::memcpy(address_.sun_path, path_.c_str(), path_.size() + 1);
        return reinterpret_cast<const sockaddr*>(&address_);
    }

    std::string path_;
    sockaddr_un address_{};
    std::vector<int> sockets_;
};

TEST(ListenBacklog, CountsWhoWaits) {
    const Folder folder;
    const auto path = folder.path() + "/pool.sock";
    SaturatedListener listener(path);
    SaturatedListener other(folder.path() + "/pool.sock2");
    other.connect();
    EXPECT_EQ(listen_backlog(path)->waiting, 0U);
    for (int i = 0; i < 3; ++i) listener.connect();
    const auto backlog = listen_backlog(path);
    ASSERT_TRUE(backlog) << describe(backlog.error());
    EXPECT_EQ(backlog->waiting, 3U);
    EXPECT_EQ(backlog->limit, 7U);
    listener.accept();
    EXPECT_EQ(listen_backlog(path)->waiting, 2U);
}

TEST(ListenBacklog, SaysThatNobodyListens) {
    const auto backlog = listen_backlog("/nowhere/pool.sock");
    ASSERT_FALSE(backlog);
    EXPECT_EQ(backlog.error().code, ErrorCode::kNotFound);
}

std::string backlog_page(const std::string& address) {
    Scrape scrape;
    const auto parsed = adapters::parse_stream_address(address);
    EXPECT_TRUE(parsed);
    scrape.add(
        php_fpm_backlog_collector({"www", *parsed, "/status", "/ping"}, core::Millis(20000)));
    return scrape.text({});
}

TEST(PhpFpmBacklogCollector, ShowsThePool) {
    const Folder folder;
    const auto path = folder.path() + "/pool.sock";
    SaturatedListener listener(path);
    listener.connect();
    EXPECT_THAT(
        backlog_page("unix:" + path),
        HasSubstr("understudy_phpfpm_backlog_connections{pool=\"www\",scrape_uri=\"unix://" + path +
                  ";/status\"} 1\n"));
}

TEST(PhpFpmBacklogCollector, SaysNothingOfWhatItCannotSee) {
    EXPECT_THAT(backlog_page("127.0.0.1:9000"), Not(HasSubstr("backlog")));
    EXPECT_THAT(backlog_page("unix:/nowhere/pool.sock"), Not(HasSubstr("backlog")));
}

}  // namespace
}  // namespace understudy::exporters
