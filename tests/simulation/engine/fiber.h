// A stack of its own on the one thread, so that production code that blocks in a port call can be
// suspended there while virtual time passes.
#pragma once

#include <setjmp.h>
#include <ucontext.h>

#include <functional>
#include <memory>

namespace understudy::simulation {

class Fiber {
  public:
    explicit Fiber(std::function<void()> body);
    ~Fiber();  // kills
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    // Runs it until it suspends or ends; not from within a fiber.
    void resume();
    // From within: back to who resumed. Does not return when the fiber is killed meanwhile: the
    // stack is unwound.
    void suspend();
    void kill();
    [[nodiscard]] bool finished() const { return finished_; }

  private:
    struct Killed {};
    static void enter(unsigned high, unsigned low);
    void run();
    void leave();

    std::function<void()> body_;
    std::unique_ptr<char[]> stack_;
    // Made by ucontext once; switched by jumps, which ask the kernel nothing.
    ucontext_t first_{};
    jmp_buf inside_{};
    jmp_buf outside_{};
    bool started_ = false;
    bool finished_ = false;
    bool killed_ = false;
};

}  // namespace understudy::simulation
