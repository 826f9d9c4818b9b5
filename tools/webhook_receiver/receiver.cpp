#include "tools/webhook_receiver/receiver.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <utility>

namespace understudy::tools {

namespace {

using adapters::HttpRequest;
using adapters::HttpResponse;

constexpr std::size_t kMostHooks = 100;
constexpr const char* kPrefix = "/hook/";
constexpr const char* kSuffix = ".jsonl";

// A name becomes a file's name.
bool good_name(const std::string& name) {
    return !name.empty() && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
           });
}

HttpResponse text(int status, const std::string& what) {
    return {status, "text/plain; charset=utf-8", what + "\n", {}};
}

}  // namespace

Receiver::Receiver(std::filesystem::path directory, std::size_t most_lines_per_hook)
    : directory_(std::move(directory)), most_lines_(most_lines_per_hook) {
    read_directory();
}

void Receiver::read_directory() {
    std::error_code failed;
    for (const auto& file : std::filesystem::directory_iterator(directory_, failed)) {
        if (file.path().extension() == kSuffix) inbox(file.path().stem().string());
    }
}

InboxFile& Receiver::inbox(const std::string& hook) {
    auto& inbox = inboxes_[hook];
    if (!inbox) {
        inbox = std::make_unique<InboxFile>(directory_ / (hook + kSuffix), hook, most_lines_);
    }
    return *inbox;
}

HttpResponse Receiver::keep(const HttpRequest& request) {
    const std::string hook = request.path.substr(std::string(kPrefix).size());
    if (!good_name(hook)) return text(400, "a hook's name has letters, digits, - _ and .");
    const auto now =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    const std::lock_guard lock(mutex_);
    if (inboxes_.count(hook) == 0 && inboxes_.size() >= kMostHooks) {
        return text(507, "too many hooks");
    }
    const auto kept = inbox(hook).add(request.body, now);
    return kept ? text(200, "kept") : text(500, describe(kept.error()));
}

HttpResponse Receiver::list(const HttpRequest& request) {
    const std::string wanted = request.query_value("hook");
    std::string body;
    const std::lock_guard lock(mutex_);
    for (const auto& [hook, inbox] : inboxes_) {
        if (!wanted.empty() && hook != wanted) continue;
        for (const auto& line : inbox->lines()) body += (body.empty() ? "" : ",\n") + line;
    }
    return {200, "application/json", "{\"received\": [" + body + "]}\n", {}};
}

void Receiver::serve(adapters::HttpServer& server) {
    server.handle("POST", std::string(kPrefix) + "*",
                  [this](const HttpRequest& request) { return keep(request); });
    server.handle("GET", "/received", [this](const HttpRequest& request) { return list(request); });
    server.handle("GET", "/-/healthy", [](const HttpRequest&) { return text(200, "ok"); });
    server.handle("GET", "/", [](const HttpRequest&) {
        return text(200, "POST /hook/NAME keeps a body, GET /received[?hook=NAME] lists them");
    });
}

}  // namespace understudy::tools
