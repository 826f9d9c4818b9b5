#include "agent/http_witnesses.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

namespace understudy::agent {

// Not unnamed: HttpWitnesses::Parts, which is declared in the header, holds them.
namespace witness_lines {

using core::Epoch;
using core::Millis;

// What is asked of everybody, and how many have said what.
struct Round {
    std::uint64_t number = 0;
    Epoch epoch;
    Millis deadline{0};
    int answered = 0;
    int granted = 0;
};

struct Table {
    std::mutex mutex;
    std::condition_variable_any asked;
    std::condition_variable answered;
    Round round;
};

bool grants(const core::Result<adapters::HttpResponse>& response) {
    if (!response || response->status != 200) return false;
    const auto body = nlohmann::json::parse(response->body, nullptr, false);
    return body.is_object() && body.value("granted", false);
}

class Line {
  public:
    Line(const core::Witness& witness, const adapters::TlsFiles& tls, Table& table)
        : witness_(witness),
          client_({witness.agent, tls, false}),
          table_(table),
          thread_([this](const std::stop_token& stop) { run(stop); }) {}
    ~Line() {
        thread_.request_stop();
        client_.interrupt();
    }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    [[nodiscard]] const core::Witness& witness() const { return witness_; }

  private:
    void run(const std::stop_token& stop) {
        std::uint64_t last = 0;
        std::unique_lock lock(table_.mutex);
        while (table_.asked.wait(lock, stop, [&] { return table_.round.number != last; })) {
            const Round round = table_.round;
            last = round.number;
            lock.unlock();
            const bool granted = grants(client_.post(
                "/v1/lease", nlohmann::json{{"epoch", round.epoch.value}}.dump(), round.deadline));
            lock.lock();
            if (table_.round.number != round.number) continue;
            ++table_.round.answered;
            if (granted) ++table_.round.granted;
            table_.answered.notify_all();
        }
    }

    core::Witness witness_;
    adapters::HttpClient client_;
    Table& table_;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace witness_lines

struct HttpWitnesses::Parts {
    explicit Parts(adapters::TlsFiles files) : tls(std::move(files)) {}

    adapters::TlsFiles tls;
    witness_lines::Table table;
    std::map<core::HostName, std::unique_ptr<witness_lines::Line>> lines;
};

HttpWitnesses::HttpWitnesses(adapters::TlsFiles tls)
    : parts_(std::make_unique<Parts>(std::move(tls))) {}

HttpWitnesses::~HttpWitnesses() = default;

int HttpWitnesses::ask(core::Epoch epoch, const std::vector<core::Witness>& witnesses,
                       core::Millis deadline) {
    using witness_lines::Line;
    auto& table = parts_->table;
    auto& lines = parts_->lines;
    std::map<core::HostName, std::unique_ptr<Line>> kept;
    for (const auto& witness : witnesses) {
        auto& line = lines[witness.host];
        if (!line || !(line->witness() == witness)) {
            line = std::make_unique<Line>(witness, parts_->tls, table);
        }
        kept[witness.host] = std::move(line);
    }
    lines = std::move(kept);
    std::unique_lock lock(table.mutex);
    table.round = {table.round.number + 1, epoch, deadline, 0, 0};
    table.asked.notify_all();
    const auto everybody = static_cast<int>(witnesses.size());
    table.answered.wait_for(lock, deadline, [&] { return table.round.answered == everybody; });
    return table.round.granted;
}

}  // namespace understudy::agent
