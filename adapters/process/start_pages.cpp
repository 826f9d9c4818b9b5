#include "adapters/process/start_pages.h"

#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace understudy::adapters {
namespace {

// Such an object has had its code changed by the loader: nothing on disk is like it.
bool is_relocated_in_place(const dl_phdr_info& object) {
    for (std::size_t i = 0; i < object.dlpi_phnum; ++i) {
        const auto& header = object.dlpi_phdr[i];
        if (header.p_type != PT_DYNAMIC) continue;
        const auto* entry = std::bit_cast<const ElfW(Dyn)*>(object.dlpi_addr + header.p_vaddr);
        for (; entry->d_tag != DT_NULL; ++entry) {
            const bool flagged = entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0;
            if (flagged || entry->d_tag == DT_TEXTREL) return true;
        }
    }
    return false;
}

int unmap_read_only(dl_phdr_info* object, std::size_t /*size*/, void* /*unused*/) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    if (is_relocated_in_place(*object)) return 0;
    for (std::size_t i = 0; i < object->dlpi_phnum; ++i) {
        const auto& header = object->dlpi_phdr[i];
        if (header.p_type != PT_LOAD || (header.p_flags & PF_W) != 0) continue;
        const auto begin = (object->dlpi_addr + header.p_vaddr) & ~(page - 1);
        const auto end = object->dlpi_addr + header.p_vaddr + header.p_memsz;
        // A refusal leaves the pages mapped, which is no fault.
        ::madvise(std::bit_cast<void*>(begin), end - begin, MADV_DONTNEED);
    }
    return 0;
}

}  // namespace

void unmap_start_pages() { ::dl_iterate_phdr(unmap_read_only, nullptr); }

}  // namespace understudy::adapters
