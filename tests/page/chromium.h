// A headless Chromium with one page, driven over its DevTools protocol by pipes: no port is opened.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/result.h"

namespace understudy::page {

enum class Scheme { kLight, kDark };

// What the browser's console says that it should not.
struct Complaint {
    std::string source;  // "security", "network", "javascript", …
    std::string text;
};

class Chromium {
  public:
    // `directory` is for its profile. Throws std::runtime_error when it does not start or answer;
    // so do all others.
    explicit Chromium(const std::filesystem::path& directory);
    ~Chromium();
    Chromium(const Chromium&) = delete;
    Chromium& operator=(const Chromium&) = delete;

    void resize(int width, int height);
    void prefer(Scheme scheme);
    void open(const std::string& url);
    // The value of a JavaScript expression.
    nlohmann::json evaluate(const std::string& expression);
    // What a reader sees.
    std::string text();
    // The whole page as PNG.
    void screenshot(const std::filesystem::path& file);
    // Since the page was opened.
    [[nodiscard]] const std::vector<Complaint>& complaints();

  private:
    using Json = nlohmann::json;
    void start(const std::filesystem::path& directory);
    void attach();
    Json call(const std::string& method, Json parameters);
    void send(const Json& message);
    Json receive();
    void note(const Json& event);

    pid_t pid_ = -1;
    int to_ = -1;
    int from_ = -1;
    int calls_ = 0;
    std::string session_;
    std::string received_;
    std::vector<Complaint> complaints_;
};

}  // namespace understudy::page
