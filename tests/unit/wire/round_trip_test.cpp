// Whatever a message holds comes back from its JSON. The messages are filled through their own
// field lists, so that a field added later is covered without a change here.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "wire/codec.h"
#include "wire/fields.h"
#include "wire/json.h"

namespace understudy::wire {
namespace {

class Filler {
  public:
    template <class T>
    void operator()(const char* /*key*/, T& field) {
        fill(field);
    }
    template <class T>
    void operator()(const char* /*key*/, T& field, AddedLater /*tag*/) {
        fill(field);
    }

  private:
    static constexpr int kFew = 4;

    void fill(bool& flag) { flag = *rc::gen::arbitrary<bool>(); }
    void fill(double& number) { number = *rc::gen::inRange(-1'000'000, 1'000'000) / 1024.0; }
    void fill(std::string& text) { text = *rc::gen::string<std::string>(); }
    void fill(core::HostName& host) { host.value = *rc::gen::element("web1", "web2", "lb-1", ""); }
    void fill(core::Epoch& epoch) { fill(epoch.value); }
    void fill(core::Revision& revision) { fill(revision.value); }
    void fill(core::Millis& duration) {
        duration = core::Millis(*rc::gen::inRange<std::int64_t>(0, 1'000'000'000));
    }
    void fill(core::WallTime& time) {
        time = core::WallTime(std::chrono::microseconds(*rc::gen::arbitrary<std::int64_t>()));
    }
    void fill(core::GtidSet& gtids) {
        const int sources = *rc::gen::inRange(0, kFew);
        for (int i = 0; i < sources; ++i) {
            const auto first = *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
            gtids.add("3e11fa47-71ca-11e1-9e33-c80aa942956" + std::to_string(i),
                      {first, first + *rc::gen::inRange<std::uint64_t>(0, 1000)});
        }
    }
    template <class T>
    requires std::is_integral_v<T>
    void fill(T& number) { number = *rc::gen::arbitrary<T>(); }
    void fill(core::Role& role) {
        role = *rc::gen::element(core::Role::kPrimaryLossless, core::Role::kReplicaInSync,
                                 core::Role::kFenced, core::Role::kDetached);
    }
    void fill(core::Phase& phase) {
        phase =
            *rc::gen::element(core::Phase::kBootstrap, core::Phase::kAlone, core::Phase::kAdmitting,
                              core::Phase::kProtected, core::Phase::kDraining,
                              core::Phase::kGathering, core::Phase::kPromoting);
    }
    void fill(core::OperationKind& kind) {
        kind = *rc::gen::element(core::OperationKind::kBootstrap, core::OperationKind::kFailover,
                                 core::OperationKind::kSwitchover);
    }
    void fill(core::ProcessState& state) {
        state = *rc::gen::element(core::ProcessState::kUnknown, core::ProcessState::kRunning,
                                  core::ProcessState::kGone);
    }
    void fill(core::ReceiverState& state) {
        state = *rc::gen::element(core::ReceiverState::kStopped, core::ReceiverState::kConnecting,
                                  core::ReceiverState::kRunning);
    }
    void fill(core::CloneState& state) {
        state = *rc::gen::element(core::CloneState::kNone, core::CloneState::kRunning,
                                  core::CloneState::kCompleted, core::CloneState::kFailed);
    }
    template <class T>
    void fill(std::optional<T>& value) {
        if (*rc::gen::arbitrary<bool>()) fill(value.emplace());
    }
    template <class T>
    void fill(std::vector<T>& values) {
        values.resize(static_cast<std::size_t>(*rc::gen::inRange(0, kFew)));
        for (auto& value : values) fill(value);
    }
    void fill(std::set<core::HostName>& hosts) {
        std::vector<core::HostName> list;
        fill(list);
        hosts = {list.begin(), list.end()};
    }
    template <class T>
    void fill(std::map<core::HostName, T>& values) {
        const int size = *rc::gen::inRange(0, kFew);
        for (int i = 0; i < size; ++i) fill(values[core::HostName("host" + std::to_string(i))]);
    }
    template <Message T>
    void fill(T& message) {
        fields(*this, message);
    }
};

template <class T>
T any() {
    Filler filler;
    T message;
    fields(filler, message);
    return message;
}

// Texts with bytes that are no UTF-8 are replaced when written: compare what was written.
template <class T, class Read>
void expect_to_come_back(Read read) {
    EXPECT_TRUE(rc::check([read] {
        const std::string written = to_json(any<T>());
        const auto message = read(written);
        if (!message) RC_FAIL(message.error().detail);
        RC_ASSERT(to_json(*message) == written);
    }));
}

TEST(RoundTrip, AReportComesBack) { expect_to_come_back<core::HostReport>(report_from_json); }
TEST(RoundTrip, AnAssignmentComesBack) {
    expect_to_come_back<core::Assignment>(assignment_from_json);
}
TEST(RoundTrip, ARouteComesBack) { expect_to_come_back<core::Route>(route_from_json); }
TEST(RoundTrip, ARecordComesBack) { expect_to_come_back<core::Record>(record_from_json); }
TEST(RoundTrip, AnOperationComesBack) { expect_to_come_back<core::Operation>(operation_from_json); }
TEST(RoundTrip, WhatWaitsComesBack) { expect_to_come_back<HostWaiting>(waiting_from_json); }

TEST(RoundTrip, ARecordComesBackEqual) {
    EXPECT_TRUE(rc::check([] {
        auto record = any<core::Record>();
        record.pause.reason = "plain";
        for (auto& [host, reason] : record.maintenance) reason = "plain";
        for (auto& [host, by] : record.rebuild_asked) by = "plain";
        for (auto& [host, by] : record.drained) by = "plain";
        for (auto& [host, role] : record.roles) {
            if (role.rebuild) role.rebuild->former_clone = "plain";
        }
        record.operation.reset();
        record.last_operation.reset();
        const auto back = record_from_json(to_json(record));
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == record);
    }));
}

// A message cut off or with one byte changed is an error or a message, never a crash.
TEST(RoundTrip, ADamagedReportIsAnErrorOrAReport) {
    EXPECT_TRUE(rc::check([] {
        std::string written = to_json(any<core::HostReport>());
        const auto at = *rc::gen::inRange<std::size_t>(0, written.size());
        if (*rc::gen::arbitrary<bool>()) {
            RC_ASSERT(!report_from_json(written.substr(0, at)));
        } else {
            written[at] = *rc::gen::arbitrary<char>();
            (void)report_from_json(written);
        }
    }));
}

}  // namespace
}  // namespace understudy::wire
