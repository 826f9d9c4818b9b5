#include "exporters/host/network_devices.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "exporters/host/network_class.h"

namespace understudy::exporters {
namespace {

// Its path is long and leads over a link: it is looked up once, not for each of its files.
class DeviceFolder {
  public:
    explicit DeviceFolder(const std::string& path)
        : fd_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}
    ~DeviceFolder() {
        if (fd_ >= 0) ::close(fd_);
    }
    DeviceFolder(const DeviceFolder&) = delete;
    DeviceFolder& operator=(const DeviceFolder&) = delete;

    // The kernel's files of one value are no longer than a page. Nothing: not there, or it cannot
    // be read now.
    [[nodiscard]] std::optional<std::string> text_of(const char* name) const {
        std::array<char, 4096> bytes{};
        const int file = ::openat(fd_, name, O_RDONLY | O_CLOEXEC);
        if (file < 0) return std::nullopt;
        const auto size = ::read(file, bytes.data(), bytes.size());
        ::close(file);
        if (size < 0) return std::nullopt;
        std::string_view text(bytes.data(), static_cast<std::size_t>(size));
        if (text.ends_with('\n')) text.remove_suffix(1);
        return std::string(text);
    }

  private:
    int fd_;
};

std::set<std::string> names_in(const std::string& folder, std::error_code& error) {
    std::set<std::string> names;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        names.insert(entry->path().filename().string());
    }
    return names;
}

}  // namespace

// Adds what the kernel's answer does not say.
void NetworkDevices::complete(const std::string& device, NetworkLink& link) {
    auto& known = identities_[device];
    if (known.files.empty() || known.index != link.index ||
        known.address != link.files["address"]) {
        const DeviceFolder folder(folder_ + "/" + device);
        known = {link.index, link.files["address"], {}};
        for (const auto* name : {"addr_assign_type", "dev_id", "name_assign_type"}) {
            known.files[name] = folder.text_of(name).value_or("");
        }
    }
    link.files.insert(known.files.begin(), known.files.end());
    if (!link.is_up) return;  // as the files, which then cannot be read
    if (auto settings = ask_link_settings(device)) {
        link.files["speed"] = std::move(settings->speed);
        link.files["duplex"] = std::move(settings->duplex);
    }
}

core::Result<MetricPage> NetworkDevices::collect() {
    std::error_code error;
    const auto names = names_in(folder_, error);
    if (error) {
        return core::failure(core::ErrorCode::kNotFound, "read " + folder_, error.message());
    }
    auto links = ask_links_ == nullptr ? NetworkLinks() : ask_links_().value_or(NetworkLinks());
    std::erase_if(identities_, [&](const auto& known) { return !links.contains(known.first); });
    MetricPage page;
    for (const auto& name : names) {
        const auto found = links.find(name);
        if (found == links.end()) {
            const DeviceFolder folder(folder_ + "/" + name);
            add_network_device(page, name, [&](const char* file) { return folder.text_of(file); });
            continue;
        }
        complete(name, found->second);
        const auto& files = found->second.files;
        add_network_device(page, name, [&](const char* file) -> std::optional<std::string> {
            const auto text = files.find(file);
            return text == files.end() ? std::nullopt : std::optional(text->second);
        });
    }
    return page;
}

}  // namespace understudy::exporters
