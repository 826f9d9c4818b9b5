// Makes Grafana's dashboards from their sources.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tools/dashboards/render.h"

namespace {

using namespace understudy;
namespace fs = std::filesystem;

core::Result<void> make(const fs::path& source, const fs::path& target) {
    const auto dashboard = dashboards::read_source(source.string());
    if (!dashboard) return tl::unexpected(dashboard.error());
    std::ofstream file(target);
    file << dashboards::text_of(dashboards::rendered(*dashboard)) << std::flush;
    if (!file) {
        return core::failure(core::ErrorCode::kIo, "write " + target.string(),
                             "is the folder there, and is there space?");
    }
    return {};
}

int make_all(const fs::path& from, const fs::path& to) {
    int made = 0;
    for (const auto& entry : fs::directory_iterator(from)) {
        if (entry.path().extension() != ".yml") continue;
        const auto target = to / entry.path().filename().replace_extension(".json");
        if (const auto done = make(entry.path(), target); !done) {
            std::cerr << done.error().detail << "\n";
            return 1;
        }
        ++made;
    }
    std::cout << made << " dashboards in " << to.string() << "\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Makes Grafana's dashboards from their sources. Run it in the project's folder without\n"
        "options after a source has changed."};
    std::string from = "dashboards/grafana/source";
    std::string to = "dashboards/grafana/dashboards";
    app.add_option("--from", from, "folder of the sources (*.yml)")
        ->check(CLI::ExistingDirectory)
        ->capture_default_str();
    app.add_option("--to", to, "folder of the dashboards")
        ->check(CLI::ExistingDirectory)
        ->capture_default_str();
    try {
        app.parse(argc, argv);
        return make_all(from, to);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::cerr << "understudy-dashboards: " << error.what() << "\n";
        return 1;
    }
}
