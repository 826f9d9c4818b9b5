#include "tests/integration/exporters/web_server.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "tests/integration/haproxy/loopback_server.h"

namespace understudy::integration {
namespace {

// The log_format of docs/operations.md.
std::string access_log(std::uint16_t port) {
    if (port == 0) return "  access_log off;\n";
    return "  log_format understudy escape=json "
           R"('{"vhost":"$server_name","status":"$status","bytes":"$bytes_sent",' )"
           R"('"seconds":"$request_time","upstream_seconds":"$upstream_response_time"}';)"
           "\n  access_log syslog:server=127.0.0.1:" +
           std::to_string(port) + ",nohostname understudy;\n";
}

std::vector<std::string> nginx_command(const ScratchDirectory& directory, std::uint16_t port,
                                       std::uint16_t access_log_port) {
    directory.write("nginx.conf", "daemon off;\npid " + directory.path("nginx.pid") +
                                      ";\nerror_log stderr;\nworker_processes 1;\nevents {}\n"
                                      "http {\n" +
                                      access_log(access_log_port) +
                                      "  server {\n    listen 127.0.0.1:" + std::to_string(port) +
                                      ";\n    server_name www.example.org;\n"
                                      "    location /page { return 204; }\n"
                                      "    location /status { access_log off; stub_status; }\n"
                                      "    location /asked { proxy_pass http://127.0.0.1:" +
                                      std::to_string(port) + "/page; }\n  }\n}\n");
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

std::vector<std::string> php_fpm_command(const ScratchDirectory& directory,
                                         const std::vector<std::string>& arguments) {
    directory.write("fpm.conf",
                    "[global]\nerror_log = /proc/self/fd/2\ndaemonize = no\n[www]\n"
                    "user = www-data\ngroup = www-data\nlisten.mode = 0666\n"
                    "listen = " +
                        directory.path("fpm.sock") +
                        "\npm = static\npm.max_children = 1\n"
                        "pm.status_path = /fpm-status\nping.path = /fpm-ping\n");
    std::vector<std::string> command{php_fpm_program(), "-n", "-y", directory.path("fpm.conf")};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

}  // namespace

Nginx::Nginx(std::uint16_t access_log_port)
    : port_(free_port()),
      daemon_(nginx_command(directory_, port_, access_log_port), "nginx-light",
              directory_.path("log"), [this] {
                  return exporters::nginx_collector(status_url(), core::Millis(1000))
                      .collect()
                      .has_value();
              }) {}

PhpFpm::PhpFpm(const std::vector<std::string>& arguments)
    : daemon_(php_fpm_command(directory_, arguments), "php-fpm", directory_.path("log"),
              [this] { return exporters::check_ping(pool(), core::Millis(1000)).has_value(); }) {}

exporters::PoolOptions PhpFpm::pool() const {
    return {"www", {directory_.path("fpm.sock"), {}}, "/fpm-status", "/fpm-ping"};
}

core::Result<void> PhpFpm::run(const std::string& program) const {
    directory_.write("program.php", program);
    auto at_it = pool();
    at_it.ping_path = directory_.path("program.php");
    return exporters::check_ping(at_it, core::Millis(1000));
}

SilentClient::SilentClient(const exporters::PoolOptions& pool)
    : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto& path = pool.address.unix_path;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
        throw std::runtime_error("nobody takes a connection at " + path);
    }
}

SilentClient::~SilentClient() { ::close(socket_); }

}  // namespace understudy::integration
