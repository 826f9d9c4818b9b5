#include "tests/stack/dns.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace understudy::stack {

namespace {

class Resolver {
  public:
    explicit Resolver(const std::string& server) {
        ::res_ninit(&state_);
        state_.nscount = 1;
        state_.nsaddr_list[0].sin_family = AF_INET;
        state_.nsaddr_list[0].sin_port = htons(NAMESERVER_PORT);
        ::inet_pton(AF_INET, server.c_str(), &state_.nsaddr_list[0].sin_addr);
        state_.retrans = 2;
        state_.retry = 2;
    }
    ~Resolver() { ::res_nclose(&state_); }
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    int ask(const std::string& name, unsigned char* answer, int size) {
        return ::res_nquery(&state_, name.c_str(), C_IN, T_A, answer, size);
    }
    [[nodiscard]] bool silent() const { return state_.res_h_errno == TRY_AGAIN; }

  private:
    struct __res_state state_ {};
};

}  // namespace

core::Result<std::vector<std::string>> addresses_of(const std::string& name,
                                                    const std::string& server) {
    std::array<unsigned char, 4096> answer{};
    Resolver resolver(server);
    const std::string operation = "address of " + name + " at " + server;
    const int length = resolver.ask(name, answer.data(), static_cast<int>(answer.size()));
    if (length < 0) {
        return core::failure(
            resolver.silent() ? core::ErrorCode::kTimeout : core::ErrorCode::kNotFound, operation,
            "no answer with an address");
    }
    ns_msg message;
    if (::ns_initparse(answer.data(), length, &message) != 0) {
        return core::failure(core::ErrorCode::kInvalid, operation, "malformed answer");
    }
    std::vector<std::string> addresses;
    for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
        ns_rr record;
        if (::ns_parserr(&message, ns_s_an, i, &record) != 0 || ns_rr_type(record) != ns_t_a) {
            continue;
        }
        std::array<char, INET_ADDRSTRLEN> text{};
        ::inet_ntop(AF_INET, ns_rr_rdata(record), text.data(), text.size());
        addresses.emplace_back(text.data());
    }
    return addresses;
}

}  // namespace understudy::stack
