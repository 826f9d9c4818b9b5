// GtidSet's algebra against a set that holds each GTID by itself.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <tuple>

#include "core/gtid_set.h"

namespace understudy::core {
namespace {

struct Naive {
    std::set<std::tuple<std::string, std::string, std::uint64_t>> gtids;  // uuid, tag, number
    auto operator<=>(const Naive&) const = default;
};

std::string source_of(const std::string& uuid, const std::string& tag) {
    return tag.empty() ? uuid : uuid + ":" + tag;
}

GtidSet from(const Naive& naive) {
    GtidSet set;
    for (const auto& [uuid, tag, number] : naive.gtids) {
        set.add(source_of(uuid, tag), {number, number});
    }
    return set;
}

// One run of numbers of one source, as a text may name it.
struct Run {
    std::string uuid;
    std::string tag;
    GtidInterval interval;
};

std::string any_uuid() {
    return *rc::gen::element<std::string>("3e11fa47-71ca-11e1-9e33-c80aa9429562",
                                          "4f22fa47-71ca-11e1-9e33-c80aa9429562",
                                          "ffffffff-0000-11e1-9e33-c80aa9429562");
}

std::string any_tag() {
    return *rc::gen::element<std::string>("", "red", "_1", "a_tag_of_the_greatest_length_32c");
}

// Few numbers, so that runs meet; at both ends of what a number may be.
Run any_run() {
    const auto length = *rc::gen::inRange<std::uint64_t>(0, 4);
    const auto at = *rc::gen::inRange<std::uint64_t>(1, 16);
    const auto base = *rc::gen::element<std::uint64_t>(0, kGreatestGtidNumber - 20);
    return {any_uuid(), any_tag(), {base + at, base + at + length}};
}

std::vector<Run> any_runs() {
    std::vector<Run> runs;
    const auto count = *rc::gen::inRange<std::size_t>(0, 12);
    for (std::size_t i = 0; i < count; ++i) runs.push_back(any_run());
    return runs;
}

Naive naive_of(const std::vector<Run>& runs) {
    Naive naive;
    for (const auto& [uuid, tag, interval] : runs) {
        for (auto number = interval.first; number <= interval.last; ++number) {
            naive.gtids.emplace(uuid, tag, number);
        }
    }
    return naive;
}

Naive any_naive() { return naive_of(any_runs()); }

std::string any_space() { return *rc::gen::element<std::string>("", "", "", " ", "\n", " \t "); }

std::string spaced(const std::string& text) { return any_space() + text + any_space(); }

std::string in_any_case(std::string text) {
    for (auto& character : text) {
        if (*rc::gen::arbitrary<bool>()) {
            character = static_cast<char>(std::toupper(static_cast<unsigned char>(character)));
        }
    }
    return text;
}

std::string numbers_of(const GtidInterval& interval) {
    const auto first = spaced(std::to_string(interval.first));
    if (interval.first == interval.last && *rc::gen::arbitrary<bool>()) return first;
    return first + "-" + spaced(std::to_string(interval.last));
}

// In the order of the runs: each an entry of its own, or within the entry before where it fits.
std::string any_text_of(const std::vector<Run>& runs) {
    std::string text;
    const Run* last = nullptr;
    for (const auto& run : runs) {
        const bool tag_can_go_on =
            last != nullptr && last->uuid == run.uuid && (last->tag == run.tag || !run.tag.empty());
        const bool goes_on = tag_can_go_on && *rc::gen::arbitrary<bool>();
        if (!goes_on) text += (text.empty() ? "" : ",") + spaced(in_any_case(run.uuid));
        const bool tag_is_said = !run.tag.empty() && (!goes_on || last->tag != run.tag);
        if (tag_is_said) text += ":" + spaced(in_any_case(run.tag));
        text += ":" + numbers_of(run.interval);
        last = &run;
    }
    return spaced(text);
}

RC_GTEST_PROP(GtidSetAlgebra, UnionHoldsWhatEitherHolds, ()) {
    const auto left = any_naive();
    const auto right = any_naive();
    Naive both = left;
    both.gtids.insert(right.gtids.begin(), right.gtids.end());
    RC_ASSERT(from(left).united_with(from(right)) == from(both));
}

RC_GTEST_PROP(GtidSetAlgebra, MinusLeavesWhatTheOtherLacks, ()) {
    const auto left = any_naive();
    const auto right = any_naive();
    Naive rest;
    for (const auto& gtid : left.gtids) {
        if (right.gtids.count(gtid) == 0) rest.gtids.insert(gtid);
    }
    RC_ASSERT(from(left).minus(from(right)) == from(rest));
}

RC_GTEST_PROP(GtidSetAlgebra, ContainsIsInclusion, ()) {
    const auto left = any_naive();
    auto right = any_naive();
    if (*rc::gen::arbitrary<bool>()) {  // by chance alone it is seldom included
        std::erase_if(right.gtids, [&](const auto& gtid) { return left.gtids.count(gtid) == 0; });
    }
    RC_ASSERT(from(left).contains(from(right)) ==
              std::includes(left.gtids.begin(), left.gtids.end(), right.gtids.begin(),
                            right.gtids.end()));
}

RC_GTEST_PROP(GtidSetAlgebra, AMemberIsWhatTheSetHolds, ()) {
    const auto naive = any_naive();
    const auto run = any_run();
    const auto number = run.interval.first;
    RC_ASSERT(from(naive).contains(source_of(run.uuid, run.tag), number) ==
              (naive.gtids.count({run.uuid, run.tag, number}) == 1));
}

RC_GTEST_PROP(GtidSetAlgebra, WithoutAServerNeitherItsTaggedNorItsOtherGtidsAreLeft, ()) {
    const auto naive = any_naive();
    const auto uuid = any_uuid();
    Naive rest = naive;
    std::erase_if(rest.gtids, [&](const auto& gtid) { return std::get<0>(gtid) == uuid; });
    RC_ASSERT(from(naive).without_server(uuid) == from(rest));
}

RC_GTEST_PROP(GtidSetAlgebra, AddingIntervalsInAnyOrderIsAddingTheirNumbers, ()) {
    const auto runs = any_runs();
    GtidSet set;
    for (const auto& [uuid, tag, interval] : runs) set.add(source_of(uuid, tag), interval);
    RC_ASSERT(set == from(naive_of(runs)));
    RC_ASSERT(set.count() == naive_of(runs).gtids.size());
    RC_ASSERT(set.empty() == runs.empty());
}

RC_GTEST_PROP(GtidSetAlgebra, SetsAreEqualWhenTheyHoldTheSame, ()) {
    const auto left = any_naive();
    const auto right = *rc::gen::arbitrary<bool>() ? left : any_naive();
    RC_ASSERT((from(left) == from(right)) == (left == right));
    RC_ASSERT((from(left).to_string() == from(right).to_string()) == (left == right));
}

RC_GTEST_PROP(GtidSetText, IsReadInAnyOrderCaseAndSpacing, ()) {
    const auto runs = any_runs();
    const auto text = any_text_of(runs);
    const auto set = GtidSet::parse(text);
    RC_LOG() << text;
    RC_ASSERT(set.has_value());
    RC_ASSERT(*set == from(naive_of(runs)));
}

RC_GTEST_PROP(GtidSetText, IsReadAsItWasPrinted, ()) {
    const auto set = from(any_naive());
    RC_ASSERT(GtidSet::parse(set.to_string()).value() == set);
}

RC_GTEST_PROP(GtidSetText, IsRefusedWholeForOneBadPart, ()) {
    const auto good = any_text_of(any_runs());
    const auto uuid = any_uuid();
    const auto bad = *rc::gen::element<std::string>(
        uuid + ":0", uuid + ":3-2", uuid + ":9223372036854775807", uuid + ":18446744073709551617",
        uuid + ":1-", uuid + ":-1", uuid + ":red", uuid + ":1:red", uuid + ":1tag:1",
        uuid + ":a_tag_that_is_longer_than_32chars:1", uuid + ":r-d:1", uuid + ":1 2",
        uuid.substr(1) + ":1", uuid + "0:1", uuid, "0-1-100");
    const bool first = *rc::gen::arbitrary<bool>();
    const auto text = first ? bad + "," + good : good + "," + bad;
    RC_LOG() << text;
    RC_ASSERT(!GtidSet::parse(text).has_value());
}

}  // namespace
}  // namespace understudy::core
