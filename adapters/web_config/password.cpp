#include "adapters/web_config/password.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <string_view>
#include <vector>

namespace understudy::adapters {

namespace {

constexpr std::size_t kHashLength = 60;
constexpr std::size_t kMostKept = 100;
// Of no password that anybody knows.
constexpr auto kNobodysHash = "$2b$10$p8pCss4G6TU9QiuRa2jlyO/qckXR95vmg2TMbgt0Ky2aGa7je/Qh2";

bool matches(const std::string& password, const std::string& hash) {
    // bcrypt takes 72 bytes and would not look at the rest.
    if (password.size() > 72 || password.find('\0') != std::string::npos) return false;
    const auto scratch = std::make_unique<crypt_data>();
    const char* made = ::crypt_r(password.c_str(), hash.c_str(), scratch.get());
    if (made == nullptr || hash.size() != std::string_view(made).size()) return false;
    return CRYPTO_memcmp(made, hash.data(), hash.size()) == 0;
}

std::string digest_of(const std::string& user, const std::string& hash,
                      const std::string& password) {
    const auto text = user + '\0' + hash + '\0' + password;
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    if (length < 0) return std::nullopt;
    const auto padding = text.size() - std::min(text.find_last_not_of('=') + 1, text.size());
    bytes.resize(static_cast<std::size_t>(length) - std::min<std::size_t>(padding, 2));
    return bytes;
}

}  // namespace

bool is_bcrypt(const std::string& hash) {
    constexpr std::string_view kAlphabet =
        "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const auto starts = [&](std::string_view prefix) { return hash.starts_with(prefix); };
    if (hash.size() != kHashLength || !(starts("$2a$") || starts("$2b$") || starts("$2y$"))) {
        return false;
    }
    const auto cost = hash.substr(4, 2);
    return std::isdigit(static_cast<unsigned char>(cost[0])) != 0 &&
           std::isdigit(static_cast<unsigned char>(cost[1])) != 0 && cost >= "04" && cost <= "31" &&
           hash[6] == '$' && hash.find_first_not_of(kAlphabet, 7) == std::string::npos;
}

std::optional<Credentials> basic_credentials(const std::string& header) {
    constexpr std::string_view kScheme = "basic ";
    if (header.size() <= kScheme.size() ||
        !std::equal(kScheme.begin(), kScheme.end(), header.begin(), [](char wanted, char given) {
            return wanted == std::tolower(static_cast<unsigned char>(given));
        })) {
        return std::nullopt;
    }
    const auto text = from_base64(std::string_view(header).substr(kScheme.size()));
    if (!text) return std::nullopt;
    const auto colon = text->find(':');
    if (colon == std::string::npos) return std::nullopt;
    return Credentials{text->substr(0, colon), text->substr(colon + 1)};
}

bool PasswordCheck::allows(const std::map<std::string, std::string>& users,
                           const Credentials& credentials) {
    const auto user = users.find(credentials.user);
    const std::string hash = user == users.end() ? kNobodysHash : user->second;
    auto digest = digest_of(credentials.user, hash, credentials.password);
    const std::lock_guard lock(mutex_);
    auto known = known_.find(digest);
    if (known == known_.end()) {
        const bool good = matches(credentials.password, hash);
        if (known_.size() >= kMostKept) known_.erase(known_.begin());
        known = known_.emplace(std::move(digest), good).first;
    }
    return known->second && user != users.end();
}

}  // namespace understudy::adapters
