// The running stack as the tests know it: names and addresses that stay (see compose/).
#pragma once

#include <string>

#include "adapters/mysql/connection.h"
#include "core/cluster.h"
#include "core/result.h"

namespace understudy::stack {

inline constexpr const char* kVip = "198.18.0.10";
inline constexpr const char* kNameServer = "198.18.0.53";
inline constexpr const char* kSiteName = "www.foobar.com";
inline constexpr std::uint16_t kWriterPort = 3306;
inline constexpr std::uint16_t kReaderPort = 3307;

// Of a server by its name ("web1", "lb2" …); aborts on a name that is none.
std::string address_of(const std::string& server);

// The other of two ("web1" for "web2", "lb1" for "lb2").
std::string peer_of(const std::string& server);

// A path in the repository.
std::string in_repository(const std::string& path);

// The file of the authority that the stack's certificates are from.
std::string authority();

// The secret of the running stack, as ./up made it.
core::Result<std::string> password(const std::string& account);

// The account's connection to the database behind that address; TLS, the server's certificate
// from the stack's own authority.
core::Result<adapters::MySqlLogin> login(const std::string& account, const core::Address& address);
core::Result<adapters::MySqlLogin> root_login(const std::string& web_server);

}  // namespace understudy::stack
