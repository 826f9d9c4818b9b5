// A certificate authority for tests, and certificates from it, as files in a temporary directory.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "adapters/http/http.h"

namespace understudy::adapters {

class TestAuthority {
  public:
    TestAuthority();
    ~TestAuthority();  // removes the directory
    TestAuthority(const TestAuthority&) = delete;
    TestAuthority& operator=(const TestAuthority&) = delete;

    // A certificate for this common name, valid for the address as server.
    TlsFiles issue(const std::string& common_name, const std::string& address = "127.0.0.1");
    [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  private:
    struct Keys;
    std::filesystem::path directory_;
    std::unique_ptr<Keys> keys_;
};

}  // namespace understudy::adapters
