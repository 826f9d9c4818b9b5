#include "adapters/web_config/web_access.h"

#include <openssl/ssl.h>
#include <sys/stat.h>

#include <utility>

#include "adapters/log/log.h"

namespace understudy::adapters {

namespace {

using Held = std::shared_ptr<const TlsSettings>;

void release(void* /*parent*/, void* held, CRYPTO_EX_DATA* /*data*/, int /*index*/,
             long /*argument*/, void* /*pointer*/) {
    const std::unique_ptr<Held> owned(static_cast<Held*>(held));
}

// Keeps a connection's settings for as long as it lives.
int held_index() {
    static const int kIndex = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, release);
    return kIndex;
}

}  // namespace

core::Result<std::shared_ptr<WebAccess>> WebAccess::load(const std::string& file) {
    const std::shared_ptr<WebAccess> access(new WebAccess(file));
    // Once to know which files it names; what changes after the stamps were taken is seen later.
    auto named = load_web_config(file);
    if (!named) return tl::unexpected<core::Error>(named.error());
    access->seen_ = access->stamps(*named);
    auto state = access->read();
    if (!state) return tl::unexpected<core::Error>(state.error());
    access->state_ = std::move(*state);
    return access;
}

core::Result<std::shared_ptr<const WebAccess::State>> WebAccess::read() const {
    auto config = load_web_config(file_);
    if (!config) return tl::unexpected<core::Error>(config.error());
    auto state = std::make_shared<State>();
    if (config->has_tls) {
        auto tls = TlsSettings::load(config->tls);
        if (!tls) return tl::unexpected<core::Error>(tls.error());
        state->tls = std::move(*tls);
    }
    state->config = std::move(*config);
    return state;
}

std::vector<WebAccess::Stamp> WebAccess::stamps(const WebConfig& config) const {
    constexpr std::int64_t kPerSecond = 1'000'000'000;
    std::vector<Stamp> stamps;
    for (const auto* file :
         {&file_, &config.tls.cert_file, &config.tls.key_file, &config.tls.client_ca_file}) {
        struct stat status {};
        const bool known = !file->empty() && ::stat(file->c_str(), &status) == 0;
        stamps.push_back(known ? Stamp{status.st_ino,
                                       status.st_mtim.tv_sec * kPerSecond + status.st_mtim.tv_nsec}
                               : Stamp{});
    }
    return stamps;
}

std::shared_ptr<const WebAccess::State> WebAccess::current() {
    const std::lock_guard lock(mutex_);
    auto now = stamps(state_->config);
    if (now == seen_) return state_;
    auto state = read();
    if (state && ((*state)->tls == nullptr) != (state_->tls == nullptr)) {
        state = core::failure(core::ErrorCode::kInvalid, "read " + file_,
                              "TLS begins and ends with the program only; restart it");
    }
    seen_ = std::move(now);  // of other files than the new ones: then it is read once more
    if (!state) {
        log(LogLevel::kError, "the changed web configuration is not used, the former holds",
            {{"error", state.error().detail}});
        return state_;
    }
    state_ = std::move(*state);
    log(LogLevel::kInfo, "web configuration read again", {{"file", file_}});
    return state_;
}

std::optional<HttpResponse> WebAccess::gate(const HttpRequest& request, HttpHeaders& headers) {
    const auto state = current();
    headers = {state->config.headers.begin(), state->config.headers.end()};
    if (state->config.users.empty()) return std::nullopt;
    const auto header = request.headers.find("Authorization");
    const auto given =
        header == request.headers.end() ? std::nullopt : basic_credentials(header->second);
    if (given && passwords_.allows(state->config.users, *given)) return std::nullopt;
    headers["WWW-Authenticate"] = "Basic";
    return HttpResponse{401, "text/plain; charset=utf-8", "Unauthorized\n", {}};
}

int WebAccess::greet(SSL* ssl, int* /*alert*/, void* self) {
    // A client that is asked for another key share greets twice.
    if (SSL_get_ex_data(ssl, held_index()) != nullptr) return SSL_CLIENT_HELLO_SUCCESS;
    const auto state = static_cast<WebAccess*>(self)->current();
    state->tls->apply(ssl);
    SSL_set_ex_data(ssl, held_index(), new Held(state->tls));
    return SSL_CLIENT_HELLO_SUCCESS;
}

void WebAccess::guard(const std::shared_ptr<WebAccess>& access, HttpServerOptions& options) {
    options.before = [access](const HttpRequest& request, HttpHeaders& headers) {
        return access->gate(request, headers);
    };
    const std::lock_guard lock(access->mutex_);
    if (!access->state_->tls) return;
    options.set_up_tls = [access](SSL_CTX& context) {
        SSL_CTX_set_client_hello_cb(&context, greet, access.get());
        // Without resumption the client is judged at each connection.
        SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_num_tickets(&context, 0);
        SSL_CTX_set_options(&context, SSL_OP_NO_TICKET);
        return true;
    };
}

}  // namespace understudy::adapters
