#include "tests/bench/agent/one_host.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/bench/agent/scraper.h"
#include "tests/integration/exporters/peers.h"
#include "tests/stack/command.h"

namespace understudy::bench {
namespace {

constexpr core::Millis kServersStart{200000};
constexpr auto kServers = "tests/contract/mysql_servers.sh";
constexpr auto kServersFolder = "/run/understudy-contract";

std::string output_of(const std::vector<std::string>& command) {
    const auto output = stack::output_of(command, kServersStart);
    if (!output) throw std::runtime_error(describe(output.error()));
    return *output;
}

std::string first_line_of(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) throw std::runtime_error("nothing in " + path);
    return line;
}

// nsenter makes a child in the other namespace, which becomes the program.
pid_t only_child_of(pid_t process) {
    const auto id = std::to_string(process);
    return std::stoi(first_line_of("/proc/" + id + "/task/" + id + "/children"));
}

}  // namespace

MysqlServers::MysqlServers() {
    (void)output_of({kServers, "start"});
    process_ = std::stoi(
        output_of({"docker", "inspect", "--format", "{{.State.Pid}}", "understudy-contract-a"}));
}

MysqlServers::~MysqlServers() { (void)stack::run_command({kServers, "stop"}, kServersStart); }

std::string MysqlServers::socket() const { return std::string(kServersFolder) + "/a/mysqld.sock"; }

std::string MysqlServers::password_file(const std::string& account) const {
    return std::string(kServersFolder) + "/secrets/passwords/" + account + "_password";
}

std::string MysqlServers::tls_file(const std::string& name) const {
    return std::string(kServersFolder) + "/secrets/a/tls/" + name;
}

OneHost::OneHost() { std::filesystem::create_directory(directory_.path("state")); }

std::string OneHost::agent_configuration(std::uint16_t port) const {
    const auto control = std::to_string(integration::free_port());
    return "host: web1\nstate_dir: " + directory_.path("state") +
           "\nweb: {listen: \"127.0.0.1:" + std::to_string(port) +
           "\"}\n"
           "control:\n  listen: \"127.0.0.1:" +
           control + "\"\n  tls: {ca: " + mysql_.tls_file("ca.crt") +
           ", cert: " + mysql_.tls_file("tls.crt") + ", key: " + mysql_.tls_file("tls.key") +
           "}\n  allowed_names: [ctl1]\n"
           "mysql:\n  process: mysqld\n  socket: " +
           mysql_.socket() +
           "\n  user: understudy_agent\n  password_file: " + mysql_.password_file("mysql_agent") +
           "\n  replication: {user: understudy_repl, password_file: " +
           mysql_.password_file("mysql_repl") + ", ca: " + mysql_.tls_file("ca.crt") +
           "}\n"
           "nginx: {process: nginx, status_url: \"http://127.0.0.1:" +
           std::to_string(nginx_.status_url().server.port) + nginx_.status_url().target +
           "\"}\n"
           "php_fpm:\n  process: php-fpm\n  pools:\n    - {name: www, address: \"unix:" +
           php_.pool().address.unix_path +
           "\", status_path: /fpm-status, ping_path: /fpm-ping}\n"
           "haproxy:\n  process: haproxy\n  socket: " +
           haproxy_.options().socket +
           "\n  writer_backend: mysql_writer\n  reader_backend: mysql_reader\n  web_backend: web\n"
           "host_collectors: {enabled: true}\n";
}

Target OneHost::start(const std::string& name, const std::string& package,
                      const std::vector<std::string>& arguments, std::uint16_t port) {
    const auto& daemon =
        started_.emplace_back(arguments, package, directory_.path(name + ".log"),
                              [port] { return scrape(port, Encoding::kPlain).has_value(); });
    return {name, daemon.pid(), port};
}

Target OneHost::start_agent(const std::string& program) {
    const auto port = integration::free_port();
    directory_.write("agent.yaml", agent_configuration(port));
    // Among the processes of its own mysqld's container: it must not take another mysqld of this
    // machine for its own, least of all to end it.
    auto target =
        start("understudy-agent", "util-linux",
              {"/usr/bin/nsenter", "--pid", "--target", std::to_string(mysql_.process()), "unshare",
               "--mount", "--mount-proc", program, "--config", directory_.path("agent.yaml")},
              port);
    target.process = only_child_of(target.process);
    return target;
}

std::vector<Target> OneHost::start_exporters() {
    directory_.write("my.cnf", "[client]\nuser=understudy_agent\npassword=" +
                                   first_line_of(mysql_.password_file("mysql_agent")) +
                                   "\nsocket=" + mysql_.socket() + "\n");
    const auto listen = [](std::uint16_t port) {
        return "--web.listen-address=127.0.0.1:" + std::to_string(port);
    };
    std::vector<Target> targets;
    auto port = integration::free_port();
    targets.push_back(start("node_exporter", integration::kNodeExporterPackage,
                            integration::node_exporter_command(port), port));
    port = integration::free_port();
    targets.push_back(start("mysqld_exporter", integration::kMysqldExporterPackage,
                            integration::mysqld_exporter_command(port, directory_.path("my.cnf")),
                            port));
    port = integration::free_port();
    targets.push_back(start("nginx_exporter", integration::kNginxExporterPackage,
                            integration::nginx_exporter_command(port, nginx_.status_url()), port));
    port = integration::free_port();
    targets.push_back(start("haproxy_exporter", "prometheus-haproxy-exporter",
                            {"/usr/bin/prometheus-haproxy-exporter", listen(port),
                             "--haproxy.scrape-uri=unix:" + haproxy_.options().socket},
                            port));
    return targets;
}

}  // namespace understudy::bench
