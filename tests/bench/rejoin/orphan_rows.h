// What orphans hold, from the text of `understudy orphans show`. Pure.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace understudy::bench {

// The first column of each row that was inserted into guestbook's `table`.
std::set<std::uint64_t> rows_inserted(std::string_view sql, const std::string& table);

}  // namespace understudy::bench
