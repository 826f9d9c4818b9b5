// What people do to a server, and what happens to it, besides the agent.
#include <algorithm>

#include "tests/simulation/model/mysql_server.h"

namespace understudy::simulation {

void MysqlServer::start_by_hand() {
    if (!running_ || source_ < 0 || !read_only() || hollow_) return;
    start_applier();
    start_receiver();
}

void MysqlServer::break_applier(int error) {
    if (!running_ || source_ < 0) return;
    applier_error_ = error;
    applier_running_ = false;
}

void MysqlServer::reset_by_hand() {
    if (!answers() || source_ < 0 || applier_waits_) return;
    follow(source_);
}

void MysqlServer::fail_receiver(int error) {
    receiver_fault_ = error;
    if (error == 0 || !answers() || receiver_ == Receiver::kStopped) return;
    stop_receiver();
    receiver_error_ = error;
}

void MysqlServer::acknowledge_no_more_by_hand() {
    if (!answers() || receiver_ != Receiver::kRunning || !stream_semi_sync_) return;
    stream_semi_sync_ = false;
    for (auto& client : peer(source_).clients_) {
        if (client.replica == index_) client.semi_sync = false;
    }
}

void MysqlServer::write_by_hand() {
    if (!answers() || source_ < 0 || !closed() || source_enabled_ || disk_stalled_ || hollow_)
        return;
    append({identity_, next_number_++, engine_.random.next(), engine_.queue.now(), false}, {});
}

void MysqlServer::lose_last_transaction() {
    if (log_.empty()) return;
    core::GtidSet lost;
    lost.add(uuid_of(log_.back().origin), {log_.back().number, log_.back().number});
    purged_ = purged_.minus(lost);
    log_.pop_back();
    committed_ = std::min(committed_, log_.size());
    last_file_ = std::min(last_file_, log_.size());
    count_sets();
}

void MysqlServer::hold_up_closing() {
    if (!writable() || held_up()) return;
    holder_ = std::make_shared<Session>();
    attach(holder_);
}

}  // namespace understudy::simulation
