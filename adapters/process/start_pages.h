// What only a program's start needed of its code and of its libraries': parsing the configuration,
// loading TLS, relocating. Mapped, it would count as the program's memory for as long as it runs.
#pragma once

namespace understudy::adapters {

// Unmaps the pages of code and constants that were used so far; the kernel maps each again, from
// its cache, when it is next used. For when everything has started.
void unmap_start_pages();

}  // namespace understudy::adapters
