#include "adapters/binlog/binlog_reader.h"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <vector>

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::failure;
using core::GtidSet;
using core::LastLog;
using core::Result;

constexpr std::size_t kHeaderSize = 19;
constexpr std::size_t kUuidSize = 16;
constexpr std::size_t kChecksumSize = 4;
constexpr std::uint32_t kLargestKeptEvent = 64U << 20U;  // larger bodies are not the ones we read

enum EventType : std::uint8_t {
    kFormatDescription = 15,
    kGtid = 33,
    kAnonymousGtid = 34,
    kPreviousGtids = 35,
    kGtidTagged = 42,
};

constexpr std::uint16_t kInUseFlag = 0x1;

using Bytes = std::span<const std::uint8_t>;

template <class Number>
Number little_endian(Bytes bytes, std::size_t at) {
    Number value = 0;
    for (std::size_t i = sizeof(Number); i > 0; --i) {
        value = static_cast<Number>(value << 8U) | static_cast<Number>(bytes[at + i - 1]);
    }
    return value;
}

struct Header {
    std::uint8_t type = 0;
    std::uint32_t size = 0;
    std::uint16_t flags = 0;
};

Header header_of(Bytes bytes) {
    return {bytes[4], little_endian<std::uint32_t>(bytes, 9),
            little_endian<std::uint16_t>(bytes, 17)};
}

std::string uuid_text(Bytes bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < kUuidSize; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += kDigits[bytes[i] >> 4U];
        text += kDigits[bytes[i] & 0xFU];
    }
    return text;
}

tl::unexpected<core::Error> broken(const std::string& file, const std::string& what,
                                   std::uint64_t offset) {
    return failure(ErrorCode::kInvalid, "read binary log " + file,
                   what + " at offset " + std::to_string(offset));
}

class Reader {
  public:
    explicit Reader(const std::string& file) : file_(file), stream_(file, std::ios::binary) {}

    Result<LastLog> read() {
        if (!stream_)
            return failure(ErrorCode::kNotFound, "read binary log " + file_, "cannot open");
        if (auto opened = read_magic(); !opened) return tl::unexpected<core::Error>(opened.error());
        size_ = std::filesystem::file_size(file_);
        while (offset_ + kHeaderSize <= size_) {
            auto more = read_event();
            if (!more) return tl::unexpected<core::Error>(more.error());
            if (!*more) break;
        }
        if (!described_) return broken(file_, "no format description", 4);
        return std::move(log_);
    }

  private:
    Result<void> read_magic() {
        std::array<std::uint8_t, 4> magic{};
        if (!get(magic)) return broken(file_, "shorter than its magic number", 0);
        if (magic[0] == 0xFD) return broken(file_, "encrypted", 0);
        if (magic != std::array<std::uint8_t, 4>{0xFE, 'b', 'i', 'n'}) {
            return broken(file_, "not a binary log", 0);
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
        std::vector<std::uint8_t> event(kHeaderSize);
        stream_.seekg(static_cast<std::streamoff>(offset_));
        if (!get(event)) return false;
        const auto header = header_of(event);
        if (header.size < kHeaderSize)
            return broken(file_, "an event shorter than its header", offset_);
        if (offset_ + header.size > size_) return false;
        if (header.size <= kLargestKeptEvent) {
            event.resize(header.size);
            if (!get(std::span(event).subspan(kHeaderSize))) return false;
            if (auto used = use(header, event); !used) {
                return tl::unexpected<core::Error>(used.error());
            }
        }
        offset_ += header.size;
        return true;
    }

    Result<void> use(const Header& header, Bytes event) {
        if (header.type == kFormatDescription) {
            // The checksum algorithm is the byte before the description's own checksum.
            if (event.size() < kHeaderSize + 57 + 1 + kChecksumSize) {
                return broken(file_, "a short format description", offset_);
            }
            described_ = true;
            checksums_ = event[event.size() - kChecksumSize - 1] == 1;
            log_.in_use = (header.flags & kInUseFlag) != 0;
            return {};
        }
        if (!described_) return broken(file_, "an event before the format description", offset_);
        if (checksums_ && !checksum_holds(event)) {
            return broken(file_, "a wrong checksum", offset_);
        }
        const auto tail = checksums_ ? kChecksumSize : 0;
        if (event.size() < kHeaderSize + tail) return broken(file_, "a short event", offset_);
        const auto body = event.subspan(kHeaderSize, event.size() - kHeaderSize - tail);
        switch (header.type) {
            case kGtid:
                return use_gtid(body);
            case kPreviousGtids:
                return use_previous(body);
            case kGtidTagged:
                return broken(file_, "a tagged GTID, which is not weighed", offset_);
            case kAnonymousGtid:
                return broken(file_, "a transaction without GTID", offset_);
            default:
                return {};
        }
    }

    bool checksum_holds(Bytes event) const {
        if (event.size() < kHeaderSize + kChecksumSize) return false;
        const auto length = event.size() - kChecksumSize;
        const auto computed = crc32(0, event.data(), static_cast<uInt>(length));
        return computed == little_endian<std::uint32_t>(event, length);
    }

    Result<void> use_gtid(Bytes body) {
        if (body.size() < 1 + kUuidSize + 8) return broken(file_, "a short GTID event", offset_);
        const auto number = little_endian<std::uint64_t>(body, 1 + kUuidSize);
        if (number == 0 || number > core::kGreatestGtidNumber) {
            return broken(file_, "a transaction's impossible number", offset_);
        }
        log_.transactions.push_back({offset_, uuid_text(body.subspan(1)), number});
        return {};
    }

    Result<void> use_previous(Bytes body) {
        if (body.size() < 8) return broken(file_, "a short list of previous GTIDs", offset_);
        const auto sources = little_endian<std::uint64_t>(body, 0);
        // With tags, the highest byte says so.
        if ((sources >> 56U) != 0) return broken(file_, "tagged previous GTIDs", offset_);
        std::size_t at = 8;
        for (std::uint64_t i = 0; i < sources; ++i) {
            if (body.size() - at < kUuidSize + 8) return broken(file_, "cut-off GTIDs", offset_);
            const auto source = uuid_text(body.subspan(at));
            const auto intervals = little_endian<std::uint64_t>(body, at + kUuidSize);
            at += kUuidSize + 8;
            if (intervals > (body.size() - at) / 16) return broken(file_, "cut-off GTIDs", offset_);
            for (std::uint64_t n = 0; n < intervals; ++n, at += 16) {
                const auto first = little_endian<std::uint64_t>(body, at);
                const auto end = little_endian<std::uint64_t>(body, at + 8);
                if (first == 0 || end <= first || end - 1 > core::kGreatestGtidNumber) {
                    return broken(file_, "an impossible interval", offset_);
                }
                log_.previous.add(source, {first, end - 1});
            }
        }
        return {};
    }

    std::string file_;
    std::ifstream stream_;
    std::uint64_t size_ = 0;
    std::uint64_t offset_ = 0;
    bool described_ = false;
    bool checksums_ = false;
    LastLog log_;
};

}  // namespace

Result<LastLog> read_binlog(const std::string& file) { return Reader(file).read(); }

Result<std::string> last_binlog(const std::string& index_file) {
    std::ifstream index(index_file);
    if (!index) return failure(ErrorCode::kNotFound, "read " + index_file, "cannot open");
    std::string last;
    for (std::string line; std::getline(index, line);) {
        if (!line.empty()) last = line;
    }
    if (last.empty()) return failure(ErrorCode::kInvalid, "read " + index_file, "names no log");
    const std::filesystem::path path(last);
    if (path.is_absolute()) return last;
    return (std::filesystem::path(index_file).parent_path() / path).lexically_normal().string();
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
