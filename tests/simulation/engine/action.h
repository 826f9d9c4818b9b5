// Something to do once: as std::function<void()>, but what most events capture fits without an
// allocation, and it stays where it was put.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace understudy::simulation {

class Action {
  public:
    Action() = default;
    Action(const Action&) = delete;
    Action& operator=(const Action&) = delete;
    ~Action() { clear(); }

    // Of an action that has nothing to do yet.
    template <class Do>
    void emplace(Do&& act) {
        using Stored = std::decay_t<Do>;
        if constexpr (sizeof(Stored) <= kRoom) {
            new (room_) Stored(std::forward<Do>(act));
            kind_ = &kInPlace<Stored>;
        } else {
            new (room_) Stored*(new Stored(std::forward<Do>(act)));
            kind_ = &kElsewhere<Stored>;
        }
    }
    void clear() {
        if (kind_ != nullptr) std::exchange(kind_, nullptr)->destroy(room_);
    }

    void operator()() { kind_->call(room_); }

  private:
    static constexpr std::size_t kRoom = 64;

    struct Kind {
        void (*call)(void*);
        void (*destroy)(void*);
    };
    template <class Stored>
    static constexpr Kind kInPlace{[](void* at) { (*static_cast<Stored*>(at))(); },
                                   [](void* at) { static_cast<Stored*>(at)->~Stored(); }};
    template <class Stored>
    static constexpr Kind kElsewhere{[](void* at) { (**static_cast<Stored**>(at))(); },
                                     [](void* at) { delete *static_cast<Stored**>(at); }};

    const Kind* kind_ = nullptr;
    alignas(std::max_align_t) std::byte room_[kRoom];
};

}  // namespace understudy::simulation
