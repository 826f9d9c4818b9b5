#include "adapters/binlog/binlog_reader.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <vector>

#include "adapters/binlog/gtid_events.h"

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::failure;
using core::LastLog;
using core::Result;

constexpr std::size_t kHeaderSize = 19;
constexpr std::size_t kFlagsAt = 17;
constexpr std::size_t kChecksumSize = 4;
constexpr std::size_t kPiece = 64U << 10U;
constexpr std::uint32_t kLargestReadEvent = 16U << 20U;  // of the types that are looked into
constexpr std::size_t kMostTransactions = 1'000'000;
constexpr std::size_t kMostSources = 100'000;

enum EventType : std::uint8_t {
    kQuery = 2,
    kRotate = 4,
    kFormatDescription = 15,
    kXid = 16,
    kGtid = 33,
    kAnonymousGtid = 34,
    kPreviousGtids = 35,
    kXaPrepare = 38,
    kPayload = 40,  // a whole transaction, compressed
    kGtidTagged = 42,
};

constexpr std::uint8_t kInUseFlag = 0x1;

std::uint32_t number_at(Bytes bytes, std::size_t at) {
    return bytes[at] | std::uint32_t{bytes[at + 1]} << 8U | std::uint32_t{bytes[at + 2]} << 16U |
           std::uint32_t{bytes[at + 3]} << 24U;
}

struct Header {
    std::uint8_t type = 0;
    std::uint32_t size = 0;
    std::uint32_t end = 0;  // of the event in the log, its low 32 bits
    bool in_use = false;
};

Header header_of(Bytes bytes) {
    return {bytes[4], number_at(bytes, 9), number_at(bytes, 13),
            (bytes[kFlagsAt] & kInUseFlag) != 0};
}

bool is_read(std::uint8_t type) {
    return type == kFormatDescription || type == kGtid || type == kGtidTagged ||
           type == kPreviousGtids;
}

class Reader {
  public:
    Reader(const std::string& file, const IsFirstKept& is_first_kept)
        : file_(file), is_first_kept_(is_first_kept), stream_(file, std::ios::binary) {}

    Result<LastLog> read() {
        std::error_code error;
        size_ = std::filesystem::file_size(file_, error);
        if (!stream_ || error) {
            return failure(ErrorCode::kNotFound, "read binary log " + file_, "cannot open");
        }
        if (auto opened = read_magic(); !opened) return tl::unexpected<core::Error>(opened.error());
        while (offset_ + kHeaderSize <= size_) {
            auto more = read_event();
            if (!more) return tl::unexpected<core::Error>(more.error());
            if (!*more) break;
        }
        if (!described_) return broken("no format description");
        return std::move(log_);
    }

  private:
    [[nodiscard]] tl::unexpected<core::Error> broken(const std::string& what) const {
        return failure(ErrorCode::kInvalid, "read binary log " + file_,
                       what + " at offset " + std::to_string(offset_));
    }

    [[nodiscard]] tl::unexpected<core::Error> unreadable() const {
        return failure(ErrorCode::kIo, "read binary log " + file_,
                       "cannot read at offset " + std::to_string(offset_));
    }

    Result<void> read_magic() {
        std::array<std::uint8_t, 4> magic{};
        if (!get(magic)) return broken("shorter than its magic number");
        if (magic[0] == 0xFD) return broken("encrypted");
        if (magic != std::array<std::uint8_t, 4>{0xFE, 'b', 'i', 'n'}) {
            return broken("not a binary log");
        }
        offset_ = magic.size();
        return {};
    }

    bool get(std::span<std::uint8_t> into) {
        stream_.read(reinterpret_cast<char*>(into.data()),
                     static_cast<std::streamsize>(into.size()));
        return static_cast<std::size_t>(stream_.gcount()) == into.size();
    }

    // False: an incomplete last event.
    Result<bool> read_event() {
        std::array<std::uint8_t, kHeaderSize> bytes{};
        stream_.seekg(static_cast<std::streamoff>(offset_));
        if (!get(bytes)) return unreadable();
        const auto header = header_of(bytes);
        if (header.size < kHeaderSize) return broken("an event shorter than its header");
        if (!described_ && header.type != kFormatDescription) {
            return broken("an event before the format description");
        }
        if (header.end != static_cast<std::uint32_t>(offset_ + header.size)) {
            return broken("an event that ends elsewhere than it says");
        }
        if (offset_ + header.size > size_) return false;
        auto used = is_read(header.type) ? use(header, bytes) : pass_over(header, bytes);
        if (!used) return tl::unexpected<core::Error>(used.error());
        if (auto ended = end_transaction_by(header); !ended) {
            return tl::unexpected<core::Error>(ended.error());
        }
        offset_ += header.size;
        return true;
    }

    // The body is only needed for the checksum; it may be larger than memory.
    Result<void> pass_over(const Header& header, Bytes head) {
        if (header.type == kAnonymousGtid) return broken("a transaction without GTID");
        if (header.type == kRotate) log_.rotated = true;
        if (!checksums_) return {};
        if (header.size < kHeaderSize + kChecksumSize) return broken("a short event");
        auto sum = crc32(0, head.data(), static_cast<uInt>(head.size()));
        std::vector<std::uint8_t> piece(kPiece);
        for (std::size_t left = header.size - kHeaderSize - kChecksumSize; left > 0;) {
            const auto part = std::span(piece).first(std::min(left, kPiece));
            if (!get(part)) return unreadable();
            sum = crc32(sum, part.data(), static_cast<uInt>(part.size()));
            left -= part.size();
        }
        std::array<std::uint8_t, kChecksumSize> stored{};
        if (!get(stored)) return unreadable();
        if (number_at(stored, 0) != sum) return broken("a wrong checksum");
        return {};
    }

    // Where the log ends before the transaction does, the server drops the whole transaction when
    // it recovers.
    Result<void> end_transaction() {
        if (!open_) return {};
        auto& newest = log_.newest[open_->source];
        newest = std::max(newest, open_->number);
        open_.reset();
        if (log_.newest.size() <= kMostSources) return {};
        return broken("transactions of more than " + std::to_string(kMostSources) + " sources");
    }

    Result<void> end_transaction_by(const Header& header) {
        if (!open_) return {};
        const auto ends = ends_transaction(header);
        if (!ends) return tl::unexpected<core::Error>(ends.error());
        return *ends ? end_transaction() : Result<void>{};
    }

    // A statement is a transaction's last event unless it is its BEGIN. (An XA transaction, which
    // begins and ends otherwise, counts as ended too early.)
    [[nodiscard]] Result<bool> ends_transaction(const Header& header) {
        if (header.type == kXid || header.type == kXaPrepare || header.type == kPayload)
            return true;
        if (header.type != kQuery) return false;
        constexpr std::string_view kBegin = "BEGIN";
        const auto tail = kBegin.size() + (checksums_ ? kChecksumSize : 0);
        if (header.size < kHeaderSize + tail) return broken("a short event");
        std::array<std::uint8_t, kBegin.size()> text{};
        stream_.seekg(static_cast<std::streamoff>(offset_ + header.size - tail));
        if (!get(text)) return unreadable();
        return !std::equal(text.begin(), text.end(), kBegin.begin());
    }

    Result<void> use(const Header& header, Bytes head) {
        if (header.size > kLargestReadEvent) return broken("an event larger than it can be");
        std::vector<std::uint8_t> event(header.size);
        std::copy(head.begin(), head.end(), event.begin());
        if (!get(std::span(event).subspan(kHeaderSize))) return unreadable();
        if (header.type == kFormatDescription) return describe(header, event);
        if (checksums_ && !checksum_holds(event)) return broken("a wrong checksum");
        const auto tail = checksums_ ? kChecksumSize : 0;
        const auto body = Bytes(event).subspan(kHeaderSize, event.size() - kHeaderSize - tail);
        if (header.type != kPreviousGtids) {
            return add(header.type == kGtid ? parse_gtid(body) : parse_tagged_gtid(body));
        }
        auto previous = parse_previous_gtids(body);
        if (!previous) return broken("a malformed list of previous GTIDs");
        log_.previous.add(*previous);
        return {};
    }

    // The checksum algorithm is the byte before the description's own checksum, which is always
    // there and was computed before the log was marked as in use.
    Result<void> describe(const Header& header, std::vector<std::uint8_t>& event) {
        if (described_) return broken("a second format description");
        if (event.size() < kHeaderSize + 57 + 1 + kChecksumSize) {
            return broken("a short format description");
        }
        const auto algorithm = event[event.size() - kChecksumSize - 1];
        if (algorithm > 1) return broken("an unknown kind of checksum");
        checksums_ = algorithm == 1;
        event[kFlagsAt] &= static_cast<std::uint8_t>(~kInUseFlag);
        if (checksums_ && !checksum_holds(event)) return broken("a wrong checksum");
        described_ = true;
        log_.in_use = header.in_use;
        return {};
    }

    static bool checksum_holds(Bytes event) {
        if (event.size() < kHeaderSize + kChecksumSize) return false;
        const auto length = event.size() - kChecksumSize;
        return crc32(0, event.data(), static_cast<uInt>(length)) == number_at(event, length);
    }

    Result<void> add(std::optional<Gtid> gtid) {
        if (!gtid) return broken("a malformed GTID");
        core::LoggedTransaction found{offset_, std::move(gtid->source), gtid->number};
        if (auto ended = end_transaction(); !ended) return ended;
        open_ = Gtid{found.source, found.number};
        if (log_.transactions.empty() && is_first_kept_ && !is_first_kept_(found)) return {};
        if (log_.transactions.size() == kMostTransactions) {
            return broken("more than " + std::to_string(kMostTransactions) +
                          " transactions to weigh");
        }
        log_.transactions.push_back(std::move(found));
        return {};
    }

    std::string file_;
    const IsFirstKept& is_first_kept_;
    std::ifstream stream_;
    std::uint64_t size_ = 0;
    std::uint64_t offset_ = 0;  // by the events' sizes: their end positions wrap at 4 GB
    bool described_ = false;
    bool checksums_ = false;
    std::optional<Gtid> open_;  // of the transaction whose end was not met yet
    LastLog log_;
};

}  // namespace

Result<LastLog> read_binlog(const std::string& file, const IsFirstKept& is_first_kept) {
    return Reader(file, is_first_kept).read();
}

Result<std::vector<std::string>> all_binlogs(const std::string& index_file) {
    std::ifstream index(index_file);
    if (!index) return failure(ErrorCode::kNotFound, "read " + index_file, "cannot open");
    const auto folder = std::filesystem::path(index_file).parent_path();
    std::vector<std::string> logs;
    for (std::string line; std::getline(index, line);) {
        if (line.empty()) continue;
        const std::filesystem::path path(line);
        logs.push_back(path.is_absolute() ? line : (folder / path).lexically_normal().string());
    }
    if (logs.empty()) return failure(ErrorCode::kInvalid, "read " + index_file, "names no log");
    return logs;
}

Result<std::string> last_binlog(const std::string& index_file) {
    auto logs = all_binlogs(index_file);
    if (!logs) return tl::unexpected<core::Error>(logs.error());
    return std::move(logs->back());
}

Result<std::string> read_server_uuid(const std::string& auto_cnf) {
    std::ifstream file(auto_cnf);
    if (!file) return failure(ErrorCode::kNotFound, "read " + auto_cnf, "cannot open");
    constexpr std::string_view kKey = "server-uuid=";
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(kKey)) return line.substr(kKey.size());
    }
    return failure(ErrorCode::kInvalid, "read " + auto_cnf, "no server-uuid in it");
}

}  // namespace understudy::adapters
