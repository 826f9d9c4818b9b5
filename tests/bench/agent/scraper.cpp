#include "tests/bench/agent/scraper.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "tests/bench/agent/usefulness.h"

namespace understudy::bench {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

constexpr auto kScrape = "scrape";
constexpr timeval kPatience{10, 0};

class Connection {
  public:
    Connection() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    }
    ~Connection() { ::close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Result<std::string> ask(std::uint16_t port, const std::string& request) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
            ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) < 0) {
            return failure(ErrorCode::kUnreachable, kScrape, std::strerror(errno), errno);
        }
        std::string answer;
        std::array<char, 65536> buffer{};
        for (;;) {
            const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
            if (count == 0) return answer;
            if (count < 0)
                return failure(ErrorCode::kTimeout, kScrape, std::strerror(errno), errno);
            answer.append(buffer.data(), static_cast<std::size_t>(count));
        }
    }

  private:
    int socket_;
};

template <class Counts>
std::size_t lines_that(std::string_view page, Counts counts) {
    std::size_t count = 0;
    while (!page.empty()) {
        const auto line = page.substr(0, page.find('\n'));
        page.remove_prefix(std::min(line.size() + 1, page.size()));
        if (!line.empty() && line.front() != '#' && counts(line)) ++count;
    }
    return count;
}

}  // namespace

Result<Scraped> scrape(std::uint16_t port, Encoding encoding) {
    const bool gzip = encoding == Encoding::kGzip;
    // HTTP/1.0: the body comes in one piece and ends with the connection.
    const std::string request = std::string("GET /metrics HTTP/1.0\r\nHost: 127.0.0.1\r\n") +
                                "X-Prometheus-Scrape-Timeout-Seconds: 10\r\n" +
                                (gzip ? "Accept-Encoding: gzip\r\n" : "") + "\r\n";
    const auto start = std::chrono::steady_clock::now();
    auto answer = Connection().ask(port, request);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    if (!answer) return tl::unexpected<core::Error>(answer.error());
    const auto head = answer->find("\r\n\r\n");
    const auto status = answer->substr(0, answer->find("\r\n"));
    const bool is_gzip =
        answer->compare(head == std::string::npos ? 0 : head + 4, 2, "\x1f\x8b") == 0;
    if (head == std::string::npos || status.find(" 200 ") == std::string::npos || is_gzip != gzip) {
        return failure(ErrorCode::kRefused, kScrape, "not such a page, but: " + status);
    }
    answer->erase(0, head + 4);
    return Scraped{took.count(), std::move(*answer)};
}

std::size_t series_in(std::string_view page) {
    return lines_that(page, [](std::string_view) { return true; });
}

std::size_t useful_series_in(std::string_view page) {
    return lines_that(page, [](std::string_view line) { return !why_not_useful(line); });
}

}  // namespace understudy::bench
