#include "exporters/host/hwmon.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <set>

#include "exporters/first_bytes.h"
#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

namespace fs = std::filesystem;

constexpr auto kTypes = std::to_array<std::string_view>(
    {"vrm", "beep_enable", "update_interval", "in", "cpu", "fan", "pwm", "temp", "curr", "power",
     "energy", "humidity", "intrusion"});

constexpr double kMilli = 1e-3;
constexpr double kMicro = 1e-6;

// What comes behind the name, and by what the file's number is multiplied.
struct Unit {
    const char* suffix = "";
    double factor = 1;
    bool counts = false;
};

Unit unit_of(const SensorFile& file) {
    const auto& element = file.element;
    if (is_one_of(element, {"fault", "alarm"})) return {};
    if (element == "beep") return {"_enabled"};
    if (is_one_of(file.type, {"in", "cpu"})) return {"_volts", kMilli};
    if (file.type == "temp" && element != "type") return {"_celsius", kMilli};
    if (file.type == "curr") return {"_amps", kMilli};
    if (file.type == "energy") return {"_joule_total", kMicro, true};
    if (file.type == "power" && element == "accuracy") return {"", kMicro};
    if (file.type == "power" && element.starts_with("average_interval"))
        return {"_seconds", kMilli};
    if (file.type == "power") return {"_watt", kMicro};
    if (file.type == "humidity") return {"", kMicro};
    if (file.type == "fan" && is_one_of(element, {"input", "min", "max", "target"}))
        return {"_rpm"};
    return {};
}

std::string text_of_sensor(const fs::path& path) {
    constexpr std::size_t kLongest = 4096;  // the kernel's files of one value
    auto text = first_bytes_of(path.string(), kLongest, "read a sensor");
    if (!text) return {};
    while (text->ends_with('\n')) text->pop_back();
    return *text;
}

// node_exporter's: the device that the chip belongs to, by its bus; else the driver's name.
std::string chip_of(const fs::path& folder) {
    std::error_code error;
    const auto device = fs::canonical(folder / "device", error);
    if (!error) {
        const auto bus = clean_sensor_name(device.parent_path().filename().string());
        const auto name = clean_sensor_name(device.filename().string());
        if (!name.empty()) return bus.empty() ? name : bus + "_" + name;
    }
    const auto driver = clean_sensor_name(text_of_sensor(folder / "name"));
    return driver.empty() ? clean_sensor_name(folder.filename().string()) : driver;
}

void add_files(MetricPage& page, const std::string& chip, const fs::path& folder) {
    std::error_code error;
    std::set<std::string> names;  // in order, whatever the kernel's
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        names.insert(entry->path().filename().string());
    }
    for (const auto& name : names) {
        const auto file = parse_sensor_file(name);
        if (file) add_sensor(page, chip, *file, text_of_sensor(folder / name));
    }
}

}  // namespace

std::optional<SensorFile> parse_sensor_file(std::string_view name) {
    for (const auto type : kTypes) {
        if (!name.starts_with(type)) continue;
        auto rest = name.substr(type.size());
        const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
        SensorFile file{std::string(type), std::string(name.substr(0, type.size() + digits)), ""};
        rest.remove_prefix(digits);
        if (rest.empty()) return file;
        if (rest.front() != '_' || rest.size() == 1) continue;
        file.element = rest.substr(1);
        return file;
    }
    return std::nullopt;
}

std::string clean_sensor_name(std::string_view name) {
    std::string clean;
    for (const char letter : name) {
        const auto lower = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        const bool kept = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ||
                          lower == ':' || lower == '_';
        clean += kept ? lower : '_';
    }
    const auto first = std::min(clean.find_first_not_of('_'), clean.size());
    const auto last = clean.find_last_not_of('_');
    return last == std::string::npos ? "" : clean.substr(first, last + 1 - first);
}

void add_sensor(MetricPage& page, const std::string& chip, const SensorFile& file,
                std::string_view text) {
    if (file.element == "label") {
        page.gauge("node_hwmon_sensor_label", "What the driver calls the sensor; always 1.", 1,
                   {{"chip", chip}, {"label", text}, {"sensor", file.sensor}});
        return;
    }
    const Labels labels{{"chip", chip}, {"sensor", file.sensor}};
    const auto value = number_from<double>(text);
    if (!value) return;
    const auto unit = unit_of(file);
    const auto element = file.element == "input" ? "" : clean_sensor_name(file.element);
    const std::string name = "node_hwmon_" + clean_sensor_name(file.type) +
                             (element.empty() ? "" : "_" + element) + unit.suffix;
    const std::string help =
        "Hardware sensors of type " + file.type + (element.empty() ? "" : ": " + element) + ".";
    if (unit.counts) {
        page.counter(name, help, *value * unit.factor, labels);
    } else {
        page.gauge(name, help, *value * unit.factor, labels);
    }
}

MetricPage hwmon_metrics(const std::string& folder) {
    MetricPage page;
    std::error_code error;
    std::set<fs::path> chips;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        chips.insert(entry->path());
    }
    for (const auto& path : chips) {
        const auto chip = chip_of(path);
        if (const auto driver = text_of_sensor(path / "name"); !driver.empty()) {
            page.gauge("node_hwmon_chip_names", "The driver of a chip; always 1.", 1,
                       {{"chip", chip}, {"chip_name", driver}});
        }
        add_files(page, chip, path);
        add_files(page, chip, path / "device");  // where older drivers have their files
    }
    return page;
}

}  // namespace understudy::exporters
