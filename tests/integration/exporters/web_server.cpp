#include "tests/integration/exporters/web_server.h"

#include <filesystem>

#include "tests/integration/haproxy/loopback_server.h"

namespace understudy::integration {
namespace {

std::vector<std::string> nginx_command(const ScratchDirectory& directory, std::uint16_t port) {
    directory.write("nginx.conf", "daemon off;\npid " + directory.path("nginx.pid") +
                                      ";\nerror_log stderr;\nworker_processes 1;\nevents {}\n"
                                      "http {\n  access_log off;\n  server {\n"
                                      "    listen 127.0.0.1:" +
                                      std::to_string(port) +
                                      ";\n    location /status { stub_status; }\n  }\n}\n");
    return {"/usr/sbin/nginx", "-c", directory.path("nginx.conf"), "-e", directory.path("log")};
}

// Debian names the program after PHP's version.
std::string php_fpm_program() {
    for (const auto& entry : std::filesystem::directory_iterator("/usr/sbin")) {
        const auto name = entry.path().filename().string();
        if (name.starts_with("php-fpm")) return entry.path().string();
    }
    return "/usr/sbin/php-fpm";
}

std::vector<std::string> php_fpm_command(const ScratchDirectory& directory) {
    directory.write("fpm.conf",
                    "[global]\nerror_log = /proc/self/fd/2\ndaemonize = no\n[www]\n"
                    "user = www-data\ngroup = www-data\nlisten.mode = 0666\n"
                    "listen = " +
                        directory.path("fpm.sock") +
                        "\npm = static\npm.max_children = 1\n"
                        "pm.status_path = /fpm-status\nping.path = /fpm-ping\n");
    return {php_fpm_program(), "-n", "-y", directory.path("fpm.conf")};
}

}  // namespace

Nginx::Nginx()
    : port_(free_port()),
      daemon_(nginx_command(directory_, port_), "nginx-light", directory_.path("log"), [this] {
          return exporters::nginx_collector(status_url(), core::Millis(1000)).collect().has_value();
      }) {}

PhpFpm::PhpFpm()
    : daemon_(php_fpm_command(directory_), "php-fpm", directory_.path("log"),
              [this] { return exporters::check_ping(pool(), core::Millis(1000)).has_value(); }) {}

exporters::PoolOptions PhpFpm::pool() const {
    return {"www", {directory_.path("fpm.sock"), {}}, "/fpm-status", "/fpm-ping"};
}

}  // namespace understudy::integration
