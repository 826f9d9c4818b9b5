// A steady load on the running stack's site: 30 clients, each a real load tool (h2load) with one
// HTTP/2 connection to the virtual address by the site's name over TLS, 5 requests per second each;
// four fifths read the guestbook's page, one fifth posts an entry, through PHP to MySQL.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/result.h"
#include "tests/bench/under_load/request_log.h"
#include "tests/stack/child.h"

namespace understudy::bench {

struct LoadResult {
    std::vector<Request> requests;  // in the order of their begin
    // Clients whose connection broke, or who still waited for an answer at the end.
    int clients_lost = 0;
};

class SiteLoad {
  public:
    // kNotFound: there is no h2load here.
    static core::Result<std::unique_ptr<SiteLoad>> start();
    ~SiteLoad();  // ends the clients, takes off their logs and the entries that they posted
    SiteLoad(const SiteLoad&) = delete;
    SiteLoad& operator=(const SiteLoad&) = delete;

    // Until that many more requests have been answered.
    core::Result<void> await_answers(std::size_t count, core::Millis deadline);
    core::Result<LoadResult> stop();

  private:
    struct Client {
        RequestKind kind = RequestKind::kRead;
        std::filesystem::path log;
        std::unique_ptr<stack::Child> tool;
    };
    explicit SiteLoad(std::filesystem::path folder) : folder_(std::move(folder)) {}
    core::Result<void> start_client(RequestKind kind);
    [[nodiscard]] std::size_t answers() const;

    std::filesystem::path folder_;
    std::vector<Client> clients_;
};

}  // namespace understudy::bench
