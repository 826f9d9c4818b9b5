#include "tests/stack/policy_change.h"

#include <csignal>
#include <fstream>
#include <iterator>
#include <utility>

#include "tests/stack/containers.h"
#include "tests/stack/site.h"

namespace understudy::stack {

namespace {

std::string policy_file() { return in_repository("compose/config/controller.yaml"); }

// In place: the container sees this very file.
core::Result<void> tell(const std::string& content) {
    std::ofstream file(policy_file(), std::ios::binary | std::ios::trunc);
    file << content << std::flush;
    if (!file) return core::failure(core::ErrorCode::kIo, "write " + policy_file(), "cannot");
    const auto controller = main_process("ctl1-controller", "understudy-cont");
    if (!controller) return tl::unexpected(controller.error());
    return controller->signal(SIGHUP);
}

}  // namespace

core::Result<PolicyChange> PolicyChange::of(const std::string& from, const std::string& to) {
    std::ifstream file(policy_file(), std::ios::binary);
    const std::string former{std::istreambuf_iterator<char>(file), {}};
    const auto at = former.find(from);
    if (at == std::string::npos) {
        return core::failure(core::ErrorCode::kNotFound, "change the policy",
                             policy_file() + " does not say \"" + from + "\"");
    }
    PolicyChange change(former);
    auto content = former;
    if (auto told = tell(content.replace(at, from.size(), to)); !told) {
        return tl::unexpected(told.error());
    }
    return change;
}

PolicyChange::PolicyChange(PolicyChange&& other) noexcept
    : former_(std::exchange(other.former_, {})) {}

PolicyChange::~PolicyChange() {
    if (const auto back = take_back(); !back) std::fputs(describe(back.error()).c_str(), stderr);
}

core::Result<void> PolicyChange::take_back() {
    if (former_.empty()) return {};
    return tell(std::exchange(former_, {}));
}

}  // namespace understudy::stack
