#include "tests/stack/scan.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "tests/stack/within_network.h"

namespace understudy::stack {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t kAtOnce = 8000;
constexpr std::size_t kOtherFiles = 200;  // that this process has open

sockaddr_in address_from(const std::string& address, std::uint16_t port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &to.sin_addr);
    return to;
}

Knock outcome(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    return error == 0 ? Knock::kOpen : error == ECONNREFUSED ? Knock::kRefused : Knock::kSilent;
}

// As many as may be open at once.
std::size_t at_once() {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    ::getrlimit(RLIMIT_NOFILE, &files);
    return std::clamp<std::size_t>(files.rlim_cur - kOtherFiles, 1, kAtOnce);
}

void knock_at_once(const std::string& address, const std::vector<std::uint16_t>& ports,
                   core::Millis patience, std::map<std::uint16_t, Knock>& outcomes) {
    std::vector<pollfd> waiting;
    for (const auto port : ports) {
        const int one = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const auto to = address_from(address, port);
        outcomes[port] = Knock::kSilent;
        ::connect(one, reinterpret_cast<const sockaddr*>(&to), sizeof to);
        waiting.push_back({one, POLLOUT, 0});
    }
    const auto until = steady_clock::now() + patience;
    auto left = waiting.size();
    while (left > 0) {
        const auto wait =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - steady_clock::now());
        if (wait.count() <= 0 ||
            ::poll(waiting.data(), waiting.size(), static_cast<int>(wait.count())) <= 0) {
            break;
        }
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
            outcomes[ports[i]] = outcome(waiting[i].fd);
            ::close(waiting[i].fd);
            waiting[i].fd = -1;
            --left;
        }
    }
    for (const auto& one : waiting) {
        if (one.fd >= 0) ::close(one.fd);
    }
}

std::uint16_t checksum(const std::uint16_t* words, std::size_t count) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += words[i];
    while ((sum >> 16U) != 0) sum = (sum & 0xFFFFU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~sum);
}

// RFC 9293, 3.1: the checksum covers a pseudo header and the TCP header.
struct Syn {
    in_addr from;
    in_addr to;
    std::uint8_t zero = 0;
    std::uint8_t protocol = IPPROTO_TCP;
    std::uint16_t length = htons(sizeof(tcphdr));
    tcphdr tcp{};
};

tcphdr syn_from(in_addr from, const sockaddr_in& to, int number) {
    Syn syn{.from = from, .to = to.sin_addr};
    syn.tcp.source = htons(static_cast<std::uint16_t>(20000 + number % 40000));
    syn.tcp.dest = to.sin_port;
    syn.tcp.seq = htonl(static_cast<std::uint32_t>(number));
    syn.tcp.doff = sizeof(tcphdr) / 4;
    syn.tcp.syn = 1;
    syn.tcp.window = htons(1024);
    std::array<std::uint16_t, sizeof(Syn) / 2> words{};
    std::memcpy(words.data(), &syn, sizeof syn);
    syn.tcp.check = checksum(words.data(), words.size());
    return syn.tcp;
}

struct SynPacket {
    iphdr ip{};
    tcphdr tcp{};
};

void send_syns(const sockaddr_in& to, int packets) {
    const int raw = ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    for (int i = 0; i < packets; ++i) {
        SynPacket packet;
        in_addr from{htonl((ntohl(to.sin_addr.s_addr) & 0xFFFFFF00U) | (128U + (i % 123)))};
        packet.ip.version = 4;
        packet.ip.ihl = sizeof(iphdr) / 4;
        packet.ip.ttl = 8;
        packet.ip.protocol = IPPROTO_TCP;
        packet.ip.tot_len = htons(sizeof packet);
        packet.ip.saddr = from.s_addr;
        packet.ip.daddr = to.sin_addr.s_addr;
        packet.tcp = syn_from(from, to, i);
        ::sendto(raw, &packet, sizeof packet, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }
    ::close(raw);
}

}  // namespace

core::Result<std::map<std::uint16_t, Knock>> knock(pid_t network_of, const std::string& address,
                                                   const std::vector<std::uint16_t>& ports,
                                                   core::Millis patience) {
    std::map<std::uint16_t, Knock> outcomes;
    const auto entered = within_network_of(network_of, [&] {
        const std::size_t most = at_once();
        for (std::size_t begin = 0; begin < ports.size(); begin += most) {
            const auto first = ports.begin() + static_cast<std::ptrdiff_t>(begin);
            const auto last =
                first + static_cast<std::ptrdiff_t>(std::min(most, ports.size() - begin));
            knock_at_once(address, {first, last}, patience, outcomes);
        }
    });
    if (!entered) return tl::unexpected(entered.error());
    return outcomes;
}

core::Result<void> flood_with_syn(pid_t network_of, const std::string& address, std::uint16_t port,
                                  int packets) {
    return within_network_of(network_of, [&] { send_syns(address_from(address, port), packets); });
}

}  // namespace understudy::stack
