#include "exporters/php_fpm/backlog.h"

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>

#include <utility>

#include "exporters/netlink.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

// Of one listener's attributes.
std::optional<Backlog> backlog_of(std::string_view attributes, std::string_view path) {
    bool is_it = false;
    std::optional<Backlog> backlog;
    visit_netlink_attributes(attributes, [&](const NetlinkItem& attribute) {
        if (attribute.type == UNIX_DIAG_NAME) {
            // Some kernels end it by a zero.
            is_it = attribute.body.substr(0, attribute.body.find('\0')) == path;
        } else if (attribute.type == UNIX_DIAG_RQLEN) {
            const auto lengths = netlink_front<unix_diag_rqlen>(attribute.body);
            if (lengths) backlog = Backlog{lengths->udiag_rqueue, lengths->udiag_wqueue};
        }
    });
    return is_it ? backlog : std::nullopt;
}

std::optional<Backlog> backlog_in(const NetlinkItem& message, std::string_view path) {
    if (message.type != SOCK_DIAG_BY_FAMILY || message.body.size() < sizeof(unix_diag_msg)) {
        return std::nullopt;
    }
    return backlog_of(message.body.substr(sizeof(unix_diag_msg)), path);
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

}  // namespace

Result<Backlog> listen_backlog(const std::string& path) {
    const auto question = dump_of_listeners();
    std::optional<Backlog> found;
    const auto asked =
        dump_netlink(NETLINK_SOCK_DIAG, {reinterpret_cast<const char*>(&question), sizeof question},
                     "ask the kernel for listening sockets", [&](const NetlinkItem& message) {
                         if (const auto backlog = backlog_in(message, path)) found = backlog;
                     });
    if (!asked) return tl::unexpected<core::Error>(asked.error());
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
