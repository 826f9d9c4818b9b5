// A web configuration file kept in force for servers: looked at with each connection and request,
// and read again when it or a file that it names has changed.
#pragma once

#include <openssl/types.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/http/http.h"
#include "adapters/web_config/password.h"
#include "adapters/web_config/tls_settings.h"
#include "adapters/web_config/web_config.h"
#include "core/result.h"

namespace understudy::adapters {

class WebAccess {
  public:
    // As load_web_config() and TlsSettings::load().
    static core::Result<std::shared_ptr<WebAccess>> load(const std::string& file);

    // The servers made of these options serve as the file says. Whether with TLS holds until the
    // program ends; a change of it counts as a bad file.
    static void guard(const std::shared_ptr<WebAccess>& access, HttpServerOptions& options);

  private:
    struct State {
        WebConfig config;
        std::shared_ptr<const TlsSettings> tls;
    };
    struct Stamp {
        ino_t inode = 0;
        std::int64_t nanoseconds = 0;
        bool operator==(const Stamp&) const = default;
    };

    explicit WebAccess(std::string file) : file_(std::move(file)) {}

    [[nodiscard]] core::Result<std::shared_ptr<const State>> read() const;
    [[nodiscard]] std::vector<Stamp> stamps(const WebConfig& config) const;
    std::shared_ptr<const State> current();
    std::optional<HttpResponse> gate(const HttpRequest& request, HttpHeaders& headers);
    static int greet(SSL* ssl, int* alert, void* self);

    const std::string file_;
    PasswordCheck passwords_;
    std::mutex mutex_;  // guards what follows
    std::shared_ptr<const State> state_;
    std::vector<Stamp> seen_;
};

}  // namespace understudy::adapters
