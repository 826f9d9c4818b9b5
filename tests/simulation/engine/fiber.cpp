#include "tests/simulation/engine/fiber.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace understudy::simulation {

namespace {

constexpr std::size_t kStackBytes = 192 * 1024;

std::vector<std::unique_ptr<char[]>>& spare_stacks() {
    thread_local std::vector<std::unique_ptr<char[]>> stacks;
    return stacks;
}

std::unique_ptr<char[]> take_stack() {
    auto& spare = spare_stacks();
    if (spare.empty()) return std::unique_ptr<char[]>(new char[kStackBytes]);
    auto stack = std::move(spare.back());
    spare.pop_back();
    return stack;
}

}  // namespace

Fiber::Fiber(std::function<void()> body) : body_(std::move(body)) {}

Fiber::~Fiber() { kill(); }

void Fiber::enter(unsigned high, unsigned low) {
    const auto address = (static_cast<std::uintptr_t>(high) << 32U) | low;
    reinterpret_cast<Fiber*>(address)->run();
}

void Fiber::run() {
    try {
        body_();
    } catch (const Killed&) {
        // What it had on its stack is destroyed; that was the purpose.
    }
    finished_ = true;
    leave();
}

void Fiber::leave() {
    if (_setjmp(inside_) == 0) _longjmp(outside_, 1);
}

void Fiber::resume() {
    if (finished_) return;
    const bool first = !started_;
    if (first) {
        started_ = true;
        stack_ = take_stack();
        getcontext(&first_);
        first_.uc_stack.ss_sp = stack_.get();
        first_.uc_stack.ss_size = kStackBytes;
        first_.uc_link = nullptr;
        const auto address = reinterpret_cast<std::uintptr_t>(this);
        makecontext(&first_, reinterpret_cast<void (*)()>(&Fiber::enter), 2,
                    static_cast<unsigned>(address >> 32U), static_cast<unsigned>(address));
    }
    if (_setjmp(outside_) == 0) {
        if (first) setcontext(&first_);
        _longjmp(inside_, 1);
    }
    if (finished_ && stack_) spare_stacks().push_back(std::move(stack_));
}

void Fiber::suspend() {
    leave();
    if (killed_) throw Killed{};
}

void Fiber::kill() {
    if (finished_) return;
    killed_ = true;
    if (started_) resume();
    finished_ = true;
}

}  // namespace understudy::simulation
