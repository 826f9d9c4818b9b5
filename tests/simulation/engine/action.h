// Something to do once: as std::function<void()>, but what most events capture fits without an
// allocation, and it is only moved.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace understudy::simulation {

class Action {
  public:
    Action() = default;
    template <class Do, class = std::enable_if_t<!std::is_same_v<std::decay_t<Do>, Action>>>
    Action(Do&& act) {  // NOLINT: like std::function, from whatever can be called
        using Stored = std::decay_t<Do>;
        if constexpr (sizeof(Stored) <= kRoom && std::is_nothrow_move_constructible_v<Stored>) {
            new (room_) Stored(std::forward<Do>(act));
            kind_ = &kInPlace<Stored>;
        } else {
            new (room_) Stored*(new Stored(std::forward<Do>(act)));
            kind_ = &kElsewhere<Stored>;
        }
    }
    Action(Action&& other) noexcept { take(other); }
    Action& operator=(Action&& other) noexcept {
        if (this != &other) {
            clear();
            take(other);
        }
        return *this;
    }
    ~Action() { clear(); }

    void operator()() { kind_->call(room_); }

  private:
    static constexpr std::size_t kRoom = 64;

    struct Kind {
        void (*call)(void*);
        void (*move)(void* from, void* to);
        void (*destroy)(void*);
    };
    template <class Stored>
    static constexpr Kind kInPlace{[](void* at) { (*static_cast<Stored*>(at))(); },
                                   [](void* from, void* to) {
                                       new (to) Stored(std::move(*static_cast<Stored*>(from)));
                                       static_cast<Stored*>(from)->~Stored();
                                   },
                                   [](void* at) { static_cast<Stored*>(at)->~Stored(); }};
    template <class Stored>
    static constexpr Kind kElsewhere{
        [](void* at) { (**static_cast<Stored**>(at))(); },
        [](void* from, void* to) { new (to) Stored*(*static_cast<Stored**>(from)); },
        [](void* at) { delete *static_cast<Stored**>(at); }};

    void take(Action& other) noexcept {
        kind_ = std::exchange(other.kind_, nullptr);
        if (kind_ != nullptr) kind_->move(other.room_, room_);
    }
    void clear() {
        if (kind_ != nullptr) std::exchange(kind_, nullptr)->destroy(room_);
    }

    const Kind* kind_ = nullptr;
    alignas(std::max_align_t) std::byte room_[kRoom];
};

}  // namespace understudy::simulation
