#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "adapters/config/yaml_reader.h"

namespace understudy::adapters {

namespace {

constexpr std::size_t kMaxSecret = 4096;

}  // namespace

core::Result<std::string> read_secret(const std::string& file) {
    const auto bad = [&file](const std::string& what) {
        return core::failure(core::ErrorCode::kInvalid, "read secret", file + ": " + what);
    };
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        return bad(std::string(std::strerror(errno)) + "; create it with mode 0600");
    }
    if (!S_ISREG(status.st_mode)) return bad("not a regular file");
    if ((status.st_mode & S_IRWXO) != 0) {
        return bad("readable by others; run: chmod 0600 " + file);
    }
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return bad(std::string(std::strerror(errno)) + "; check its owner and mode");
    std::string content{std::istreambuf_iterator<char>(stream), {}};
    if (content.size() > kMaxSecret) return bad("over 4 KiB; it should hold one secret");
    if (!content.empty() && content.back() == '\n') content.pop_back();
    if (!content.empty() && content.back() == '\r') content.pop_back();
    if (content.empty()) return bad("empty; write the secret into it");
    return content;
}

}  // namespace understudy::adapters
