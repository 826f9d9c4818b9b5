#include "tests/bench/command_line.h"

#include <exception>
#include <iostream>

namespace understudy::bench {

void add_rounds(CLI::App& app, const std::string& name, int& rounds, const std::string& help) {
    app.add_option(name, rounds, help)->check(CLI::Range(1, 1000))->capture_default_str();
}

int run_from_command_line(CLI::App& app, const std::string& name, int argc, char** argv,
                          const std::function<int(bool as_json)>& run) {
    bool as_json = false;
    app.add_flag("--json", as_json, "print the figures as JSON; progress goes to standard error");
    try {
        app.parse(argc, argv);
        return run(as_json);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        return say_failure(name, error.what());
    }
}

void say(const std::string& line) { std::cerr << line << std::endl; }

int say_failure(const std::string& name, const std::string& why) {
    say(name + ": " + why);
    return 1;
}

}  // namespace understudy::bench
