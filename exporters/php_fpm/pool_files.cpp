#include "exporters/php_fpm/pool_files.h"

#include <glob.h>

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include "exporters/first_bytes.h"
#include "exporters/text_fields.h"

namespace understudy::exporters {
namespace {

using core::ErrorCode;
using core::failure;
using core::Result;

constexpr auto kReadLimit = "read a PHP-FPM pool's limit of processes";
constexpr std::size_t kMostPoolFiles = 256;
constexpr std::size_t kLargestPoolFile = std::size_t{256} << 10U;

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view kBlanks = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// Without the quotes around it and the comment behind it.
std::string_view setting_value(std::string_view text) {
    text = without_blanks(text);
    if (text.starts_with('"')) return text.substr(1, text.find('"', 1) - 1);
    return without_blanks(text.substr(0, text.find(';')));
}

std::vector<std::string> matches_of(const std::string& pattern) {
    glob_t found{};
    std::vector<std::string> files;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
        const auto most = std::min<std::size_t>(found.gl_pathc, kMostPoolFiles);
        for (std::size_t i = 0; i < most; ++i) files.emplace_back(found.gl_pathv[i]);
    }
    ::globfree(&found);
    return files;
}

std::string listed(const std::vector<std::string>& patterns) {
    std::string all;
    for (const auto& pattern : patterns) all += (all.empty() ? "" : ", ") + pattern;
    return all;
}

// The files of the patterns and, as they are read, those which they include; each once.
class PoolFiles {
  public:
    Result<void> add(const std::vector<std::string>& patterns) {
        for (const auto& pattern : patterns) {
            if (!pattern.starts_with('/')) {
                return failure(ErrorCode::kInvalid, kReadLimit,
                               pattern +
                                   " is no absolute path; name the pools' files in "
                                   "php_fpm.config_files instead");
            }
            for (auto& file : matches_of(pattern)) {
                if (seen_.size() < kMostPoolFiles && seen_.insert(file).second) {
                    waiting_.push_back(std::move(file));
                }
            }
        }
        return {};
    }
    [[nodiscard]] bool any() const { return !seen_.empty(); }
    std::optional<std::string> next() {
        if (waiting_.empty()) return std::nullopt;
        auto file = std::move(waiting_.front());
        waiting_.pop_front();
        return file;
    }

  private:
    std::set<std::string> seen_;
    std::deque<std::string> waiting_;
};

}  // namespace

PoolFile parse_pool_file(std::string_view text) {
    PoolFile result;
    std::string_view section;
    while (!text.empty()) {
        const auto line = without_blanks(take_line(text));
        if (line.empty() || line.starts_with(';')) continue;
        if (line.starts_with('[')) {
            section = without_blanks(line.substr(1, line.find(']') - 1));
            continue;
        }
        const auto equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        const auto key = without_blanks(line.substr(0, equals));
        const auto value = setting_value(line.substr(equals + 1));
        if (key == "include") {
            result.includes.emplace_back(value);
        } else if (key == "pm.max_children") {
            result.max_children.insert_or_assign(std::string(section), std::string(value));
        }
    }
    return result;
}

Result<std::uint64_t> max_children_of(const std::string& pool,
                                      const std::vector<std::string>& patterns) {
    PoolFiles files;
    if (auto added = files.add(patterns); !added) return tl::unexpected<core::Error>(added.error());
    if (!files.any()) {
        return failure(ErrorCode::kNotFound, kReadLimit, "no file matches " + listed(patterns));
    }
    std::optional<std::string> limit;
    while (const auto file = files.next()) {
        const auto text = first_bytes_of(*file, kLargestPoolFile, kReadLimit);
        if (!text) return tl::unexpected<core::Error>(text.error());
        const auto parsed = parse_pool_file(*text);
        if (const auto own = parsed.max_children.find(pool); own != parsed.max_children.end()) {
            limit = own->second;
        }
        if (auto added = files.add(parsed.includes); !added) {
            return tl::unexpected<core::Error>(added.error());
        }
    }
    if (!limit) {
        return failure(ErrorCode::kNotFound, kReadLimit,
                       "no pm.max_children of a pool [" + pool + "] in " + listed(patterns));
    }
    const auto number = number_from<std::uint64_t>(*limit);
    if (number) return *number;
    return failure(ErrorCode::kInvalid, kReadLimit,
                   "pm.max_children of the pool [" + pool + "] is \"" + *limit + "\", no number");
}

MetricPage pool_limit_metrics(std::uint64_t max_children, const PoolIdentity& identity) {
    MetricPage page;
    page.gauge("understudy_phpfpm_max_children",
               "Processes that the pool may have at once, by pm.max_children of its file; PHP-FPM "
               "itself may not have read its latest yet.",
               static_cast<double>(max_children),
               {{"pool", identity.pool}, {"scrape_uri", identity.scrape_uri}});
    return page;
}

Collector php_fpm_limits_collector(const PoolOptions& pool, std::vector<std::string> patterns,
                                   core::Millis deadline) {
    const bool is_asked_for = !patterns.empty();
    if (!is_asked_for) patterns = {kDebianPoolFiles};
    auto collect = [name = pool.name, identity = identity_of(pool),
                    patterns = std::move(patterns)]() -> Result<MetricPage> {
        const auto limit = max_children_of(name, patterns);
        if (!limit) return tl::unexpected<core::Error>(limit.error());
        return pool_limit_metrics(*limit, identity);
    };
    Collector collector{"php_fpm_limits/" + pool.name, deadline, std::move(collect)};
    collector.may_be_absent = !is_asked_for;
    return collector;
}

}  // namespace understudy::exporters
