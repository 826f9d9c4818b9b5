#include "controller/page.h"

#include <arpa/inet.h>

#include <algorithm>
#include <utility>

#include "web/assets.h"

namespace understudy::controller {

namespace {

using adapters::HttpHandler;
using adapters::HttpRequest;
using adapters::HttpResponse;

// Nothing but our own files runs, is loaded or is asked, and nobody may frame the page.
constexpr const char* kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

HttpResponse secured(HttpResponse response) {
    response.headers.emplace("Content-Security-Policy", kContentPolicy);
    response.headers.emplace("X-Content-Type-Options", "nosniff");
    response.headers.emplace("X-Frame-Options", "DENY");
    response.headers.emplace("Referrer-Policy", "no-referrer");
    response.headers.emplace("Cross-Origin-Resource-Policy", "same-origin");
    response.headers.emplace("Cross-Origin-Opener-Policy", "same-origin");
    response.headers.emplace("Cache-Control", "no-store");
    return response;
}

// "127.0.0.1:9712", "[::1]:9712", "localhost" without the port and the brackets.
std::string host_asked_for(const HttpRequest& request) {
    const auto header = request.headers.find("Host");
    if (header == request.headers.end()) return "";
    const std::string& text = header->second;
    if (!text.empty() && text.front() == '[') return text.substr(1, text.find(']') - 1);
    return text.substr(0, text.find(':'));
}

// The handler behind the doors of the page.
HttpHandler guarded(std::vector<std::string> clients, HttpHandler handler) {
    return [clients = std::move(clients),
            handler = std::move(handler)](const HttpRequest& request) {
        if (std::find(clients.begin(), clients.end(), request.peer_address) == clients.end()) {
            return secured({403,
                            "text/plain; charset=utf-8",
                            request.peer_address +
                                " is not among page.clients of the controller's configuration\n",
                            {}});
        }
        const std::string host = host_asked_for(request);
        if (host != "localhost" && !is_numeric_address(host)) {
            return secured({421,
                            "text/plain; charset=utf-8",
                            "open this page by its IP address, or as localhost\n",
                            {}});
        }
        return secured(handler(request));
    };
}

// RFC 9110, 13.1.2: a list of tags, or "*"; weak comparison.
bool holds_already(const HttpRequest& request, const std::string& tag) {
    const auto header = request.headers.find("If-None-Match");
    if (header == request.headers.end()) return false;
    return header->second == "*" || header->second.find(tag) != std::string::npos;
}

HttpResponse file_answer(const web::Asset& asset, const HttpRequest& request) {
    const std::string tag = "\"" + std::string(asset.digest) + "\"";
    HttpResponse response{200, std::string(asset.content_type), std::string(asset.content), {}};
    if (holds_already(request, tag)) {
        response.status = 304;
        response.body.clear();
    }
    response.headers = {{"ETag", tag}, {"Cache-Control", "no-cache"}};
    return response;
}

}  // namespace

bool is_numeric_address(const std::string& text) {
    in6_addr address{};
    return ::inet_pton(AF_INET, text.c_str(), &address) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

void serve_page(adapters::HttpServer& server, const ApiParts& parts,
                const std::vector<std::string>& clients) {
    const auto open = [&](const std::string& path, HttpHandler handler) {
        server.handle("GET", path, guarded(clients, std::move(handler)));
    };
    for (const auto& asset : web::assets()) {
        const auto file = [asset](const HttpRequest& request) {
            return file_answer(asset, request);
        };
        open("/" + std::string(asset.name), file);
        if (asset.name == "index.html") open("/", file);
    }
    open("/v1/status", [parts](const HttpRequest&) { return status_answer(parts); });
    open("/v1/history",
         [parts](const HttpRequest& request) { return history_answer(parts, request); });
}

}  // namespace understudy::controller
