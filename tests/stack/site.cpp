#include "tests/stack/site.h"

#include <fstream>
#include <map>

namespace understudy::stack {

std::string address_of(const std::string& server) {
    static const std::map<std::string, std::string> kAddresses{
        {"lb1", "198.18.0.11"},  {"lb2", "198.18.0.12"},  {"web1", "198.18.0.21"},
        {"web2", "198.18.0.22"}, {"mon1", "198.18.0.31"}, {"ctl1", "198.18.0.41"}};
    return kAddresses.at(server);
}

std::string peer_of(const std::string& server) {
    auto peer = server;
    peer.back() = server.back() == '1' ? '2' : '1';
    return peer;
}

std::string in_repository(const std::string& path) {
    return std::string(UNDERSTUDY_ROOT) + "/" + path;
}

std::string authority() { return in_repository("compose/.secrets/ca/ca.crt"); }

core::Result<std::string> password(const std::string& account) {
    const auto file = in_repository("compose/.secrets/passwords/" + account + "_password");
    std::ifstream stream(file);
    std::string text;
    if (!std::getline(stream, text) || text.empty()) {
        return core::failure(core::ErrorCode::kNotFound, file, "no password; is the stack up?");
    }
    return text;
}

core::Result<adapters::MySqlLogin> login(const std::string& account, const core::Address& address) {
    auto secret = password(account);
    if (!secret) return tl::unexpected(secret.error());
    adapters::MySqlLogin login;
    login.user = account;
    login.password = *secret;
    login.address = address;
    login.ca = authority();
    login.database = "guestbook";
    return login;
}

core::Result<adapters::MySqlLogin> root_login(const std::string& web_server) {
    auto secret = password("mysql_root");
    if (!secret) return tl::unexpected(secret.error());
    adapters::MySqlLogin login;
    login.user = "root";
    login.password = *secret;
    login.socket =
        "/var/lib/docker/volumes/understudy_" + web_server + "-mysql-run/_data/mysqld.sock";
    return login;
}

}  // namespace understudy::stack
