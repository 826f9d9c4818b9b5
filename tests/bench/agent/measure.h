// What scraping one program costs it.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/result.h"

namespace understudy::bench {

constexpr std::size_t kHoldingEvery = 5000;

struct Target {
    std::string name;
    pid_t process = 0;
    std::uint16_t port = 0;
};

// Of one encoding.
struct ScrapeFigures {
    double cpu_ms = 0;  // per scrape, less what the program takes when nobody scrapes
    double p50_ms = 0;
    double p99_ms = 0;
    std::size_t bytes = 0;
};

// What a program holds at one moment of its scrapes.
struct Holding {
    std::size_t scrapes = 0;  // before it, those of the warm-up not counted
    double rss_mib = 0;
    int descriptors = 0;
};

struct Figures {
    std::string name;
    std::size_t scrapes = 0;
    std::size_t series = 0;
    std::size_t useful_series = 0;  // without what usefulness.h leaves out
    double rss_mib = 0;             // after the scrapes
    double rss_growth_mib = 0;      // since it was warm
    int descriptors = 0;
    int descriptors_growth = 0;
    std::vector<Holding> holdings;  // at the start, each kHoldingEvery scrapes, and at the end
    double idle_cpu_ms_per_second = 0;
    ScrapeFigures plain;
    ScrapeFigures gzip;
};

// One after the other, without a pause: half of `scrapes` plain, then half compressed. A hundred of
// each come before and count for nothing. The scraper's error where one of them fails; kRefused
// once `is_interrupted` says so.
core::Result<Figures> measure(const Target& target, int scrapes,
                              const std::function<bool()>& is_interrupted);

}  // namespace understudy::bench
