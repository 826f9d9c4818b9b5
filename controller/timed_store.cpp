#include "controller/timed_store.h"

#include <utility>

namespace understudy::controller {

TimedStore::TimedStore(ports::StateStore& store, const ports::Clock& clock, OnWrite on_write)
    : store_(store), clock_(clock), on_write_(std::move(on_write)) {}

core::Result<std::optional<core::Record>> TimedStore::load() { return store_.load(); }

core::Result<void> TimedStore::compare_and_swap(core::Revision expected, const core::Record& next,
                                                const ports::HistoryEntry& entry) {
    const auto begin = clock_.now().monotonic;
    auto written = store_.compare_and_swap(expected, next, entry);
    on_write_(clock_.now().monotonic - begin, written.has_value());
    return written;
}

core::Result<std::vector<ports::HistoryEntry>> TimedStore::history(int limit) {
    return store_.history(limit);
}

}  // namespace understudy::controller
