// Exit codes: 0 stopped, 1 failed, 2 usage, 3 the directory cannot be used, 4 cannot listen.
#include <pthread.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "tools/webhook_receiver/receiver.h"

namespace {

using namespace understudy;

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kBadDirectory = 3;
constexpr int kCannotListen = 4;

int complain(const std::string& what, int exit_code) {
    std::cerr << "understudy-webhook-receiver: " << what << "\n";
    return exit_code;
}

std::optional<core::Address> address_of(const std::string& text) {
    const auto colon = text.rfind(':');
    core::Address address;
    if (colon == std::string::npos || colon == 0) return std::nullopt;
    address.host = text.substr(0, colon);
    std::istringstream port(text.substr(colon + 1));
    if (!(port >> address.port) || !port.eof() || address.port == 0) return std::nullopt;
    return address;
}

int serve(const core::Address& listen, const std::string& directory, std::size_t most) {
    std::error_code failed;
    std::filesystem::create_directories(directory, failed);
    if (::access(directory.c_str(), W_OK | X_OK) != 0) {
        return complain(directory + ": cannot be written; create it, or name another with --dir",
                        kBadDirectory);
    }
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);

    tools::Receiver receiver(directory, most);
    adapters::HttpServerOptions options;
    options.listen = listen;
    adapters::HttpServer server(options);
    receiver.serve(server);
    if (const auto started = server.start(); !started) {
        return complain(started.error().operation + ": " + started.error().detail, kCannotListen);
    }
    int signal = 0;
    sigwait(&ending, &signal);
    return 0;
}

int run(int argc, char** argv) {
    CLI::App app{"Keeps what webhooks are sent, and lists it."};
    std::string listen = "0.0.0.0:9720";
    std::string directory = "/var/lib/understudy/webhooks";
    std::size_t most = 10'000;
    app.add_option("--listen", listen, "Address and port")->capture_default_str();
    app.add_option("--dir", directory, "Where the bodies are kept")->capture_default_str();
    app.add_option("--keep", most, "Bodies kept for each hook")
        ->check(CLI::Range(2, 1'000'000))
        ->capture_default_str();
    app.set_version_flag("--version",
                         std::string("understudy-webhook-receiver ") + UNDERSTUDY_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kUsage;
    }
    const auto address = address_of(listen);
    if (!address) return complain("--listen: \"" + listen + "\" is not host:port", kUsage);
    return serve(*address, directory, most);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        return complain(error.what(), kFailed);
    }
}
