// The rewind is killed just before each of its system calls that changes something, then run again.
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "adapters/binlog/binlog_reader.h"
#include "adapters/binlog/rewind.h"
#include "adapters/files/orphan_folder.h"
#include "tests/unit/binlog/real_logs.h"

namespace understudy::adapters {
namespace {

namespace fs = std::filesystem;

const std::set<unsigned long long> kChanging{
    SYS_openat,    SYS_open,   SYS_write,    SYS_pwrite64,  SYS_fsync,     SYS_fchmod,
    SYS_fdatasync, SYS_rename, SYS_renameat, SYS_renameat2, SYS_ftruncate, SYS_unlink};

// What the step before mysqld's start does; whether it ended well.
bool rewind_as_prestart(const std::string& folder) {
    const std::string log = folder + "/binlog.000002";
    const auto known = core::GtidSet::parse(
        kOwn + ":1-5:nightly:1-2,aaaaaaaa-0000-0000-0000-000000000001:9:batch_job:17");
    const auto content = read_binlog(log);
    if (!known || !content) return false;
    const auto plan = core::plan_rewind(*content, {kOwn, *known, true});
    if (plan.verdict == core::RewindVerdict::kNothingToCut) return true;
    return plan.verdict == core::RewindVerdict::kCut && rewind({log, folder}, plan).has_value();
}

// Runs it in a process of its own that is killed before its nth change. False: there was no nth.
bool killed_before_change(int nth, const std::string& folder) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        ::raise(SIGSTOP);
        ::_exit(rewind_as_prestart(folder) ? 0 : 1);
    }
    int status = 0;
    bool entering = true;
    ::waitpid(child, &status, 0);
    for (int changes = 0;; entering = !entering) {
        ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
        ::waitpid(child, &status, 0);
        if (!WIFSTOPPED(status)) {
            EXPECT_EQ(status, 0);
            return false;
        }
        user_regs_struct registers{};
        ::ptrace(PTRACE_GETREGS, child, nullptr, &registers);
        if (!entering || kChanging.count(registers.orig_rax) == 0 || ++changes < nth) continue;
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        return true;
    }
}

TEST(RewindKilledAnywhere, EndsInTheSameGoodStateWhenItIsRunAgain) {
    const auto whole = content_of("tests/fuzz/seeds/binlog/tagged-crashed.binlog");
    constexpr std::size_t kFirstBytes = 127;
    constexpr std::size_t kCut = 925;
    int nth = 1;
    for (bool killed = true; killed; ++nth) {
        std::string folder = fs::temp_directory_path() / "killedXXXXXX";
        ASSERT_NE(::mkdtemp(folder.data()), nullptr);
        std::ofstream(folder + "/binlog.000002", std::ios::binary) << whole;
        killed = killed_before_change(nth, folder);
        ASSERT_TRUE(rewind_as_prestart(folder)) << nth;
        EXPECT_EQ(content_of(folder + "/binlog.000002"), whole.substr(0, kCut)) << nth;
        const auto kept = OrphanFolder(folder).list();
        ASSERT_TRUE(kept && kept->size() == 1) << nth;
        EXPECT_EQ(kept->front().gtids.to_string(), kOwn + ":6");
        EXPECT_EQ(content_of(folder + "/" + kept->front().id + ".binlog"),
                  whole.substr(0, kFirstBytes) + whole.substr(kCut))
            << nth;
        fs::remove_all(folder);
    }
    EXPECT_GT(nth, 10);
}

}  // namespace
}  // namespace understudy::adapters
