// The agent under test, with the parts of its configuration.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/bad_input/program.h"

namespace understudy::bad_input {

class AgentWithBadInput : public ProgramTest {
  protected:
    AgentWithBadInput() {
        password_ = write("password", "not-the-right-one-0123456789");
        replication_password_ = write("replication_password", "nor-is-this-0123456789");
        std::filesystem::create_directory(path("state"));
    }

    // Lines 1 to 8 of every configuration here.
    std::string common() {
        return "host: web1\n"
               "state_dir: " +
               path("state") +
               "\n"
               "web: {listen: \"127.0.0.1:" +
               std::to_string(web_port_) +
               "\"}\n"
               "control:\n"
               "  listen: \"127.0.0.1:" +
               std::to_string(control_port_) +
               "\"\n"
               "  tls: {ca: " +
               tls_.ca + ", cert: " + tls_.cert + ", key: " + tls_.key +
               "}\n"
               "  allowed_names: [ctl1]\n";
    }

    [[nodiscard]] std::string mysql(const std::string& socket) const {
        return "mysql:\n"
               "  socket: " +
               socket +
               "\n"
               "  user: understudy_agent\n"
               "  password_file: " +
               password_ +
               "\n"
               "  replication: {user: understudy_repl, password_file: " +
               replication_password_ + ", ca: " + (authority_.directory() / "ca.crt").string() +
               "}\n";
    }

    [[nodiscard]] std::string haproxy(const std::string& socket) const {
        return "haproxy:\n"
               "  socket: " +
               socket +
               "\n"
               "  writer_backend: mysql_writer\n"
               "  reader_backend: mysql_reader\n"
               "  web_backend: web\n";
    }

    std::vector<std::string> command(const std::string& configuration) {
        return {UNDERSTUDY_AGENT, "--config", write("agent.yaml", configuration)};
    }

    // Issued once: a program that runs may be reading its key while another is configured.
    adapters::TlsFiles tls_ = authority_.issue("web1");
    std::string password_;
    std::string replication_password_;
    std::uint16_t web_port_ = free_port();
    std::uint16_t control_port_ = free_port();
};

}  // namespace understudy::bad_input
