// Logs that no test could wait for a server to write.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/binlog/binlog_reader.h"
#include "adapters/binlog/gtid_events.h"

namespace understudy::adapters {
namespace {

constexpr std::uint8_t kRows = 30;
constexpr std::uint8_t kGtidEvent = 33;

std::string number(std::uint64_t value, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(value >> (8 * i));
    return text;
}

std::string header(std::uint8_t type, std::uint64_t offset, std::uint32_t size) {
    return number(0, 4) + number(type, 1) + number(7, 4) + number(size, 4) +
           number(offset + size, 4) + number(0, 2);
}

// A file of an own name that is removed with it; what is not written is a hole.
class Log {
  public:
    // Begins as a log without checksums.
    Log() {
        ::close(::mkstemp(path_.data()));
        std::ifstream seed("tests/fuzz/seeds/binlog/plain.binlog", std::ios::binary);
        std::string start(125, '\0');
        seed.read(start.data(), static_cast<std::streamsize>(start.size()));
        append(start);
    }
    ~Log() { std::filesystem::remove(path_); }
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }

    void append(const std::string& bytes) {
        std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(static_cast<std::streamoff>(size_));
        file << bytes;
        size_ += bytes.size();
    }
    void append_hole(std::uint32_t size) {
        append(header(kRows, size_, size));
        size_ += size - 19;
        std::filesystem::resize_file(path_, size_);
    }
    void append_transaction(std::uint64_t gtid_number) {
        const auto body = number(1, 1) + std::string(16, '\x11') + number(gtid_number, 8);
        append(header(kGtidEvent, size_, static_cast<std::uint32_t>(19 + body.size())) + body);
    }

  private:
    std::string path_ = std::filesystem::temp_directory_path() / "binlogXXXXXX";
    std::uint64_t size_ = 0;
};

TEST(SyntheticLog, IsReadBeyondFourGigabytesWhereEndPositionsWrap) {
    Log log;
    log.append_transaction(1);
    log.append_hole(0xF0000000U);
    log.append_hole(0x80000000U);
    const auto offset = log.size();
    ASSERT_GT(offset, std::uint64_t{1} << 32U);
    log.append_transaction(2);
    const auto read = read_binlog(log.path());
    ASSERT_TRUE(read) << read.error().detail;
    ASSERT_EQ(read->transactions.size(), 2U);
    EXPECT_EQ(read->transactions[1].offset, offset);
    EXPECT_EQ(read->transactions[1].number, 2U);
}

TEST(SyntheticLog, IsRefusedWhereAnEventClaimsToReachBeyondTheEnd) {
    Log log;
    auto lying = header(kRows, log.size(), 40);
    lying[9 + 3] = '\x10';
    log.append(lying + std::string(21, '\0'));
    log.append_transaction(1);
    const auto read = read_binlog(log.path());
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().detail.find("ends elsewhere"), std::string::npos);
}

TEST(SyntheticLog, IsRefusedWhenItIsEncrypted) {
    Log log;
    std::ofstream(log.path(), std::ios::binary) << "\xFD"
                                                   "bin"
                                                << std::string(508, 'x');
    const auto read = read_binlog(log.path());
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().detail.find("encrypted"), std::string::npos);
}

TEST(SyntheticLog, IsRefusedWithTransactionsWithoutGtid) {
    constexpr std::uint8_t kAnonymous = 34;
    Log log;
    log.append(header(kAnonymous, log.size(), 44) + std::string(25, '\0'));
    EXPECT_FALSE(read_binlog(log.path()));
}

TEST(TaggedGtid, IsRefusedWhenItIsCutOffOrOfAnotherVersion) {
    std::ifstream file("tests/fuzz/seeds/binlog/tagged-closed.binlog", std::ios::binary);
    const std::string log{std::istreambuf_iterator<char>(file), {}};
    const std::string event = log.substr(817 + 19, 76 - 19 - 4);
    const auto parse = [](const std::string& body) {
        return parse_tagged_gtid({reinterpret_cast<const std::uint8_t*>(body.data()), body.size()});
    };
    ASSERT_TRUE(parse(event));
    EXPECT_EQ(parse(event)->source, "11111111-2222-3333-4444-555555555555:nightly");
    constexpr std::size_t kTagEnd = 32;
    for (std::size_t size = 0; size < kTagEnd; ++size) EXPECT_FALSE(parse(event.substr(0, size)));
    auto newer = event;
    newer[0] = 0x04;
    EXPECT_FALSE(parse(newer));
}

}  // namespace
}  // namespace understudy::adapters
