#include "exporters/netlink.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "adapters/stream/descriptor.h"

namespace understudy::exporters {
namespace {

constexpr std::size_t kAlignment = 4;

std::size_t aligned(std::size_t size) { return (size + kAlignment - 1) & ~(kAlignment - 1); }

}  // namespace

NetlinkEnd visit_netlink_messages(std::string_view bytes, const NetlinkVisit& visit) {
    NetlinkEnd end;
    while (const auto head = netlink_front<nlmsghdr>(bytes)) {
        if (head->nlmsg_len < sizeof *head || head->nlmsg_len > bytes.size()) break;
        const auto body = bytes.substr(sizeof *head, head->nlmsg_len - sizeof *head);
        if (head->nlmsg_type == NLMSG_DONE) {
            end.last = true;
        } else if (head->nlmsg_type == NLMSG_ERROR) {
            const auto error = netlink_front<nlmsgerr>(body);
            end.error = error && error->error < 0 ? -error->error : EPROTO;
        } else {
            visit({head->nlmsg_type, body});
        }
        bytes.remove_prefix(std::min(aligned(head->nlmsg_len), bytes.size()));
    }
    return end;
}

void visit_netlink_attributes(std::string_view bytes, const NetlinkVisit& visit) {
    while (const auto head = netlink_front<rtattr>(bytes)) {
        if (head->rta_len < sizeof *head || head->rta_len > bytes.size()) return;
        visit({head->rta_type, bytes.substr(sizeof *head, head->rta_len - sizeof *head)});
        bytes.remove_prefix(std::min(aligned(head->rta_len), bytes.size()));
    }
}

core::Result<void> dump_netlink(int protocol, std::string_view question, const char* operation,
                                const NetlinkVisit& visit) {
    const auto refused = [operation](int number) {
        return core::failure(core::ErrorCode::kIo, operation, std::strerror(number), number);
    };
    const adapters::Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
    if (socket.number() < 0 || ::send(socket.number(), question.data(), question.size(), 0) < 0) {
        return refused(errno);
    }
    std::array<char, 32768> bytes{};
    for (bool last = false; !last;) {
        // The kernel has the next part ready before it returns from the one before.
        const auto size = ::recv(socket.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (size <= 0) return refused(size < 0 ? errno : EPROTO);
        const auto end =
            visit_netlink_messages({bytes.data(), static_cast<std::size_t>(size)}, visit);
        if (end.error != 0) return refused(end.error);
        last = end.last;
    }
    return {};
}

}  // namespace understudy::exporters
