// Which known word was probably meant.
#pragma once

#include <set>
#include <string>

namespace understudy::adapters {

// The word nearest to `text` by edits (insert, drop, change, swap neighbours), at most two and
// fewer than half its length; empty without one.
std::string nearest(const std::string& text, const std::set<std::string>& words);

}  // namespace understudy::adapters
