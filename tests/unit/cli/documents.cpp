#include "tests/unit/cli/documents.h"

namespace understudy::cli::test {

nlohmann::json protected_status() {
    return nlohmann::json::parse(R"({
      "clusters": [{
        "name": "main", "epoch": 4, "revision": 31, "phase": "protected", "primary": "web1",
        "in_sync": ["web2"], "paused": false, "pause_reason": "", "undecided": "",
        "if_primary_died_now": {"candidate": "web2", "blockers": [], "loss_transactions": 0,
          "seconds": 0.06, "candidates": [
            {"name": "web2", "hindrance": "", "lacks_transactions": 0}]},
        "maintenance": {},
        "operation": null,
        "last_operation": {"kind": "failover", "to": "web1", "started": "2026-03-01T10:20:30.000001Z"},
        "hosts": [
          {"name": "web1", "role": "primary_lossless", "primary": true, "in_sync": false,
           "reachable": true, "trouble": "", "lag_seconds": null, "reached": true, "detail": "",
           "process": "running", "answering": true, "version": "9.7.0", "client_sessions": 12},
          {"name": "web2", "role": "replica_in_sync", "primary": false, "in_sync": true,
           "reachable": true, "trouble": "", "lag_seconds": 0.11, "reached": true, "detail": "",
           "process": "running", "answering": true, "version": "9.7.0", "client_sessions": 3,
           "replication": {"source": "198.18.0.21", "receiver": "running", "applier_running": true,
                           "error": ""}}],
        "load_balancers": [
          {"name": "lb1", "reachable": true, "trouble": "", "process": "running", "answering": true,
           "writer": "web1", "holds_vip": true, "routed": true},
          {"name": "lb2", "reachable": true, "trouble": "", "process": "running", "answering": true,
           "writer": "web1", "holds_vip": false, "routed": true}],
        "web": [
          {"name": "web1", "reachable": true, "healthy": true, "in_rotation": true, "cause": "",
           "drained_by": "", "drained": false, "requests": 0},
          {"name": "web2", "reachable": true, "healthy": true, "in_rotation": true, "cause": "",
           "drained_by": "", "drained": false, "requests": 0}]
      }],
      "controller": {"version": "0.1.0", "started_at": "2026-03-01T08:00:00.000000Z",
                     "store_trouble": ""}
    })");
}

nlohmann::json failover_history() {
    return nlohmann::json::parse(R"({"entries": [
      {"id": 9, "at": "2026-03-01T10:20:30.100000Z", "at_us": 1, "epoch": 4, "kind": "failover",
       "rule": "", "reason": "failover to web2 is complete", "event": true,
       "detail": {"kind": "failover", "to": "web2", "marks": [
         {"name": "noticed", "at_us": 1000000}, {"name": "decided", "at_us": 1001200},
         {"name": "opened", "at_us": 1021000}, {"name": "routed", "at_us": 1034567},
         {"name": "completed", "at_us": 1040000}]}},
      {"id": 8, "at": "2026-03-01T10:20:30.000000Z", "at_us": 0, "epoch": 4,
       "kind": "failover_started", "rule": "130 fail-over-gone", "reason": "mysqld on web1 ended",
       "event": true, "detail": {}}]})");
}

}  // namespace understudy::cli::test
