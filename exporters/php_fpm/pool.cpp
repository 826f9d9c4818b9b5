#include "exporters/php_fpm/pool.h"

#include <atomic>
#include <memory>
#include <utility>

#include "exporters/php_fpm/fastcgi.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

constexpr int kOk = 200;

std::string address_text(const adapters::StreamAddress& address) {
    if (!address.unix_path.empty()) return "unix://" + address.unix_path;
    return "tcp://" + address.tcp.host + ":" + std::to_string(address.tcp.port);
}

Result<std::string> ask(const PoolOptions& pool, const std::string& path, const std::string& query,
                        core::Millis deadline) {
    const auto peer = "PHP-FPM pool " + pool.name + " at " + address_text(pool.address);
    const auto request = fastcgi_request({{"REQUEST_METHOD", "GET"},
                                          {"SCRIPT_NAME", path},
                                          {"SCRIPT_FILENAME", path},
                                          {"REQUEST_URI", path},
                                          {"QUERY_STRING", query},
                                          {"SERVER_PROTOCOL", "HTTP/1.1"}});
    const auto bytes = adapters::exchange(pool.address, peer, request, {deadline});
    if (!bytes) return tl::unexpected(bytes.error());
    auto response = parse_fastcgi_response(*bytes);
    if (!response) return tl::unexpected(response.error());
    if (response->status != kOk) {
        return failure(ErrorCode::kRefused, "ask " + peer + " for " + path,
                       "status " + std::to_string(response->status) + " " + response->errors);
    }
    return std::move(response->body);
}

}  // namespace

PoolIdentity identity_of(const PoolOptions& pool) {
    return {pool.name, address_text(pool.address) + ";" + pool.status_path};
}

Result<PoolStatus> ask_pool_status(const PoolOptions& pool, core::Millis deadline) {
    return ask(pool, pool.status_path, "json", deadline).and_then([](const std::string& body) {
        return parse_pool_status(body);
    });
}

Result<std::vector<PoolChild>> ask_pool_children(const PoolOptions& pool, core::Millis deadline) {
    return ask(pool, pool.status_path, "full", deadline).and_then([](const std::string& body) {
        return parse_pool_children(body);
    });
}

std::string pool_thread(const PoolOptions& pool) { return "php_fpm/" + pool.name; }

Result<void> check_ping(const PoolOptions& pool, core::Millis deadline) {
    const auto answer = ask(pool, pool.ping_path, "", deadline);
    if (!answer) return tl::unexpected(answer.error());
    return {};
}

Collector php_fpm_collector(const PoolOptions& pool, core::Millis deadline) {
    const auto identity = identity_of(pool);
    auto failures = std::make_shared<std::atomic<std::uint64_t>>(0);
    // A tenth is left for what comes after the answer.
    const auto patience = deadline - deadline / 10;
    auto collect = [pool, identity, failures, patience]() -> Result<MetricPage> {
        auto status = ask_pool_status(pool, patience);
        if (!status) {
            ++*failures;
            return tl::unexpected(status.error());
        }
        auto page = pool_reach(identity, true, *failures);
        page.append(pool_metrics(*status, identity));
        return page;
    };
    auto missing = [identity, failures] { return pool_reach(identity, false, *failures); };
    return {"php_fpm/" + pool.name, deadline, std::move(collect), std::move(missing),
            pool_thread(pool)};
}

}  // namespace understudy::exporters
