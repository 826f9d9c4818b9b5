// A process like a database server: several threads, and much memory in use. Says so with one byte
// on standard output, then waits to be killed.
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstring>
#include <thread>
#include <vector>

int main() {
    constexpr std::size_t kBytes = std::size_t{512} << 20U;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    void* memory =
        ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return 1;
    // Small pages, as a server without huge pages has them.
    if (::madvise(memory, kBytes, MADV_NOHUGEPAGE) != 0) return 1;
    std::memset(memory, 1, kBytes);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 20; ++i) threads.emplace_back([] { ::pause(); });
    if (::write(STDOUT_FILENO, "", 1) != 1) return 1;
    for (;;) ::pause();
}
