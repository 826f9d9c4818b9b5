// Passwords of HTTP's basic authentication (RFC 7617) against bcrypt hashes.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace understudy::adapters {

// "$2y$10$…": a bcrypt hash as htpasswd -B and the exporters write it.
bool is_bcrypt(const std::string& hash);

struct Credentials {
    std::string user;
    std::string password;
};

// Of a header "Authorization: Basic …"; nothing: it is none.
std::optional<Credentials> basic_credentials(const std::string& header);

// bcrypt is slow on purpose (0.05 s and more): what was found out is kept, and one password is
// hashed at a time, so that guessing cannot take all processors. Thread-safe.
class PasswordCheck {
  public:
    // `users`: hashes by name. An unknown name costs as much time as a wrong password.
    bool allows(const std::map<std::string, std::string>& users, const Credentials& credentials);

  private:
    std::mutex mutex_;
    std::map<std::string, bool> known_;  // by the digest of name, hash and password
};

}  // namespace understudy::adapters
