#include "exporters/php_fpm/backlog.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

constexpr std::size_t kAlignment = 4;

std::size_t aligned(std::size_t size) { return (size + kAlignment - 1) & ~(kAlignment - 1); }

// A value at the front of bytes whose alignment is not known.
template <class Value>
std::optional<Value> front(std::string_view bytes) {
    Value value{};
    if (bytes.size() < sizeof value) return std::nullopt;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

// Of one listener's attributes.
std::optional<Backlog> backlog_of(std::string_view attributes, std::string_view path) {
    bool is_it = false;
    std::optional<Backlog> backlog;
    while (const auto head = front<rtattr>(attributes)) {
        if (head->rta_len < sizeof *head || head->rta_len > attributes.size()) break;
        const auto value = attributes.substr(sizeof *head, head->rta_len - sizeof *head);
        if (head->rta_type == UNIX_DIAG_NAME) {
            is_it = value.substr(0, value.find('\0')) == path;  // some kernels end it by a zero
        } else if (head->rta_type == UNIX_DIAG_RQLEN) {
            const auto lengths = front<unix_diag_rqlen>(value);
            if (lengths) backlog = Backlog{lengths->udiag_rqueue, lengths->udiag_wqueue};
        }
        attributes.remove_prefix(std::min(aligned(head->rta_len), attributes.size()));
    }
    return is_it ? backlog : std::nullopt;
}

struct Question {
    nlmsghdr head{};
    unix_diag_req body{};
};

Question dump_of_listeners() {
    Question question;
    question.head.nlmsg_len = sizeof question;
    question.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    question.body.sdiag_family = AF_UNIX;
    question.body.udiag_states = 1U << TCP_LISTEN;
    question.body.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_RQLEN;
    return question;
}

class Socket {
  public:
    Socket() : fd_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {}
    ~Socket() {
        if (fd_ >= 0) ::close(fd_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] int fd() const { return fd_; }

  private:
    int fd_;
};

tl::unexpected<core::Error> cannot_ask(int number) {
    return failure(ErrorCode::kIo, "ask the kernel for listening sockets", std::strerror(number),
                   number);
}

}  // namespace

BacklogPart parse_backlog_part(std::string_view bytes, std::string_view path) {
    BacklogPart part;
    while (const auto head = front<nlmsghdr>(bytes)) {
        if (head->nlmsg_len < sizeof *head || head->nlmsg_len > bytes.size()) break;
        const auto body = bytes.substr(sizeof *head, head->nlmsg_len - sizeof *head);
        if (head->nlmsg_type == NLMSG_DONE) part.last = true;
        if (head->nlmsg_type == NLMSG_ERROR) {
            const auto error = front<nlmsgerr>(body);
            part.error = error && error->error < 0 ? -error->error : EPROTO;
        }
        if (head->nlmsg_type == SOCK_DIAG_BY_FAMILY && body.size() >= sizeof(unix_diag_msg)) {
            const auto found = backlog_of(body.substr(sizeof(unix_diag_msg)), path);
            if (found) part.found = found;
        }
        bytes.remove_prefix(std::min(aligned(head->nlmsg_len), bytes.size()));
    }
    return part;
}

Result<Backlog> listen_backlog(const std::string& path) {
    const Socket socket;
    const auto question = dump_of_listeners();
    if (socket.fd() < 0 || ::send(socket.fd(), &question, sizeof question, 0) < 0) {
        return cannot_ask(errno);
    }
    std::array<char, 32768> bytes{};
    std::optional<Backlog> found;
    for (bool last = false; !last;) {
        // The kernel has the next part ready before it returns from the one before.
        const auto size = ::recv(socket.fd(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (size <= 0) return cannot_ask(size < 0 ? errno : EPROTO);
        const auto part = parse_backlog_part({bytes.data(), static_cast<std::size_t>(size)}, path);
        if (part.error != 0) return cannot_ask(part.error);
        if (part.found) found = part.found;
        last = part.last;
    }
    if (found) return *found;
    return failure(ErrorCode::kNotFound, "look for the listener of " + path,
                   "nobody listens there in this network namespace");
}

MetricPage backlog_metrics(const Backlog& backlog, const PoolIdentity& identity) {
    const Labels labels{{"pool", identity.pool}, {"scrape_uri", identity.scrape_uri}};
    MetricPage page;
    page.gauge("understudy_phpfpm_backlog_connections",
               "Connections to the pool's Unix socket that no process has accepted yet.",
               backlog.waiting, labels);
    page.gauge("understudy_phpfpm_backlog_limit_connections",
               "Connections that may wait there; further ones fail or block.", backlog.limit,
               labels);
    return page;
}

Collector php_fpm_backlog_collector(const PoolOptions& pool, core::Millis deadline) {
    auto collect = [pool, identity = identity_of(pool)]() -> Result<MetricPage> {
        if (pool.address.unix_path.empty()) {
            return failure(ErrorCode::kNotFound, "look for the backlog", "not a Unix socket");
        }
        const auto backlog = listen_backlog(pool.address.unix_path);
        if (!backlog) return tl::unexpected<core::Error>(backlog.error());
        return backlog_metrics(*backlog, identity);
    };
    Collector collector{"php_fpm_backlog/" + pool.name, deadline, std::move(collect)};
    collector.thread = "kernel";
    collector.may_be_absent = true;
    return collector;
}

}  // namespace understudy::exporters
