#include "adapters/binlog/binlog_reader.h"
#include "tests/fuzz/input.h"

using namespace understudy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::InputFile file(fuzz::text_of(data, size));
    const auto log = adapters::read_binlog(file.path());
    if (!log) return 0;
    // It is a set that can be written and read, and the transactions lie within the file.
    const auto previous = core::GtidSet::parse(log->previous.to_string());
    fuzz::require(previous.has_value() && *previous == log->previous);
    for (const auto& transaction : log->transactions) {
        fuzz::require(transaction.offset < size);
        const auto read =
            core::GtidSet::parse(transaction.source + ":" + std::to_string(transaction.number));
        fuzz::require(read.has_value());
    }
    return 0;
}
