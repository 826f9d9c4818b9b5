#include "tests/bench/agent/measure.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "tests/bench/agent/scraper.h"
#include "tests/bench/statistics.h"

namespace understudy::bench {
namespace {

using core::Result;
using Clock = std::chrono::steady_clock;

constexpr int kWarmUp = 100;
constexpr std::chrono::seconds kIdle{5};
constexpr double kMebibyte = 1024;  // in KiB

struct ProcessState {
    double cpu_ms = 0;
    double rss_mib = 0;
    int descriptors = 0;
    Clock::time_point at;
};

std::string folder_of(pid_t process) { return "/proc/" + std::to_string(process) + "/"; }

// User and system time, proc(5): fields 14 and 15; the second, the command, may have spaces.
double cpu_ms_of(pid_t process) {
    std::ifstream file(folder_of(process) + "stat");
    std::string line;
    std::getline(file, line);
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    std::string skipped;
    for (int i = 3; i < 14; ++i) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) * 1000 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double rss_mib_of(pid_t process) {
    std::ifstream file(folder_of(process) + "status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / kMebibyte;
    }
    return 0;
}

// A process that has gone has neither time nor memory: the scrape after it fails and says so.
ProcessState state_of(pid_t process) {
    std::error_code ignored;
    const std::filesystem::directory_iterator files(folder_of(process) + "fd", ignored);
    return {cpu_ms_of(process), rss_mib_of(process),
            static_cast<int>(std::distance(begin(files), end(files))), Clock::now()};
}

double milliseconds(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

struct Round {
    std::vector<double> times_ms;
    std::string last;
};

struct Scraper {
    const Target& target;
    const std::function<bool()>& is_interrupted;
    std::vector<Holding>* holdings;  // nullptr: nobody wants to know
    std::size_t scrapes = 0;

    void count() {
        if (++scrapes % kHoldingEvery == 0) note();
    }
    void note() const {
        const auto state = state_of(target.process);
        if (holdings != nullptr) holdings->push_back({scrapes, state.rss_mib, state.descriptors});
    }
};

Result<Round> scrape_again_and_again(Scraper& scraper, Encoding encoding, int times) {
    const auto& target = scraper.target;
    Round round;
    for (int i = 0; i < times; ++i) {
        if (scraper.is_interrupted()) {
            return core::failure(core::ErrorCode::kRefused, target.name, "interrupted");
        }
        auto page = scrape(target.port, encoding);
        if (!page) {
            auto error = page.error();
            error.operation = target.name + ", scrape " + std::to_string(i + 1);
            return tl::unexpected<core::Error>(std::move(error));
        }
        round.times_ms.push_back(page->milliseconds);
        round.last = std::move(page->body);
        scraper.count();
    }
    return round;
}

Result<ScrapeFigures> measure_encoding(Scraper& scraper, Encoding encoding, int times,
                                       double idle_per_ms) {
    const auto process = scraper.target.process;
    const auto before = state_of(process);
    const auto round = scrape_again_and_again(scraper, encoding, times);
    if (!round) return tl::unexpected<core::Error>(round.error());
    const auto after = state_of(process);
    const double own =
        after.cpu_ms - before.cpu_ms - idle_per_ms * milliseconds(after.at - before.at);
    return ScrapeFigures{own / times, median(round->times_ms), percentile(round->times_ms, 99),
                         round->last.size()};
}

}  // namespace

Result<Figures> measure(const Target& target, int scrapes,
                        const std::function<bool()>& is_interrupted) {
    Scraper warming{target, is_interrupted, nullptr};
    for (const auto encoding : {Encoding::kPlain, Encoding::kGzip}) {
        const auto warm = scrape_again_and_again(warming, encoding, kWarmUp);
        if (!warm) return tl::unexpected<core::Error>(warm.error());
    }
    const auto resting = state_of(target.process);
    std::this_thread::sleep_for(kIdle);  // what is measured is this time
    const auto rested = state_of(target.process);
    const double idle_per_ms =
        (rested.cpu_ms - resting.cpu_ms) / milliseconds(rested.at - resting.at);

    std::vector<Holding> holdings;
    Scraper scraper{target, is_interrupted, &holdings};
    scraper.note();
    const int times = scrapes / 2;
    const auto plain = measure_encoding(scraper, Encoding::kPlain, times, idle_per_ms);
    if (!plain) return tl::unexpected<core::Error>(plain.error());
    const auto gzip = measure_encoding(scraper, Encoding::kGzip, times, idle_per_ms);
    if (!gzip) return tl::unexpected<core::Error>(gzip.error());
    const auto after = state_of(target.process);
    holdings.push_back({scraper.scrapes, after.rss_mib, after.descriptors});
    const auto page = scrape(target.port, Encoding::kPlain);
    if (!page) return tl::unexpected<core::Error>(page.error());
    return Figures{target.name,
                   static_cast<std::size_t>(2 * times),
                   series_in(page->body),
                   useful_series_in(page->body),
                   after.rss_mib,
                   after.rss_mib - rested.rss_mib,
                   after.descriptors,
                   after.descriptors - rested.descriptors,
                   std::move(holdings),
                   idle_per_ms * 1000,
                   *plain,
                   *gzip};
}

}  // namespace understudy::bench
