// A web configuration file in a folder of its own, which goes when it does.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace understudy::adapters {

class WebFile {
  public:
    explicit WebFile(const std::string& text) {
        std::string name = std::filesystem::temp_directory_path() / "web-config-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) std::abort();
        folder_ = name;
        write(text);
    }
    ~WebFile() { std::filesystem::remove_all(folder_); }
    WebFile(const WebFile&) = delete;
    WebFile& operator=(const WebFile&) = delete;

    // Replaces it in one step, as editors and deployments do.
    void write(const std::string& text) const {
        std::ofstream(path() + ".new") << text;
        std::filesystem::rename(path() + ".new", path());
    }
    [[nodiscard]] std::string folder() const { return folder_; }
    [[nodiscard]] std::string path() const { return folder_ + "/web.yml"; }

  private:
    std::string folder_;
};

}  // namespace understudy::adapters
