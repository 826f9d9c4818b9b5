#include "adapters/http/gzip.h"

#include <libdeflate.h>

#include <memory>
#include <new>

namespace understudy::adapters {

std::string gzipped(std::string_view text) {
    constexpr int kFastest = 1;
    const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
        libdeflate_alloc_compressor(kFastest), libdeflate_free_compressor);
    if (compressor == nullptr) throw std::bad_alloc();
    // The bound leaves room for all of it.
    std::string out(libdeflate_gzip_compress_bound(compressor.get(), text.size()), '\0');
    out.resize(libdeflate_gzip_compress(compressor.get(), text.data(), text.size(), out.data(),
                                        out.size()));
    return out;
}

}  // namespace understudy::adapters
