#include "cli/commands.h"

#include <ostream>
#include <utility>

#include "cli/drain_view.h"
#include "cli/history_view.h"
#include "cli/status_view.h"
#include "controller/headline.h"

namespace understudy::cli {

using core::Error;
using core::ErrorCode;
using nlohmann::json;

Commands::Commands(Api api, Terminal terminal, std::string user)
    : api_(std::move(api)), terminal_(std::move(terminal)), user_(std::move(user)) {}

int Commands::complain(const Error& error) {
    terminal_.errors << "understudy: " << error.operation << ": " << error.detail << "\n";
    if (error.code == ErrorCode::kUnreachable || error.code == ErrorCode::kTimeout) {
        return kUnreachable;
    }
    return error.code == ErrorCode::kInvalid ? kBadConfiguration : kFailed;
}

std::optional<json> Commands::fetch(const std::string& target, int& exit_code) {
    auto answer = api_.get(target);
    if (!answer) {
        exit_code = complain(answer.error());
        return std::nullopt;
    }
    if (answer->status == 200) return std::move(answer->body);
    terminal_.errors << "understudy: the controller answers " << answer->status << ": "
                     << answer->body.value("error", "") << "\n";
    exit_code = kFailed;
    return std::nullopt;
}

int Commands::status(bool as_json) {
    int exit_code = kDone;
    const auto document = fetch("/v1/status", exit_code);
    if (!document) return exit_code;
    terminal_.out << (as_json ? document->dump(2) + "\n" : status_text(*document, terminal_.style));
    return kDone;
}

int Commands::history(int limit, bool as_json) {
    int exit_code = kDone;
    const auto document = fetch("/v1/history?limit=" + std::to_string(limit), exit_code);
    if (!document) return exit_code;
    terminal_.out << (as_json ? document->dump(2) + "\n"
                              : history_text(*document, terminal_.style));
    return kDone;
}

int Commands::operation(const std::string& target, const json& body) {
    const auto answer = api_.post(target, body);
    if (!answer) return complain(answer.error());
    const std::string reason = answer->body.value("reason", answer->body.value("error", ""));
    if (answer->status != 200) {
        terminal_.errors << "understudy: " << (answer->status == 409 ? "refused: " : "") << reason
                         << "\n";
        return kFailed;
    }
    terminal_.out << reason << "\n";
    const auto done = answer->body.find("operation");
    const std::string parts = done == answer->body.end() ? "" : parts_text(*done);
    if (!parts.empty()) terminal_.out << parts << "\n";
    return kDone;
}

int Commands::switchover(const std::string& to) {
    return operation("/v1/switchover", {{"to", to}, {"by", user_}});
}

bool Commands::confirm(const std::string& question) {
    terminal_.out << question << " Type yes to go on: " << std::flush;
    return terminal_.read_line() == "yes";
}

std::optional<std::string> Commands::price_of_failover(const std::string& to, Loss loss,
                                                       int& exit_code) {
    const auto document = fetch("/v1/status", exit_code);
    if (!document) return std::nullopt;
    std::string text;
    for (const auto& cluster : document->at("clusters")) {
        text += controller::headline(cluster) + "\n";
        if (loss == Loss::kAccepted) text += loss_text(cluster, to) + "\n";
    }
    return text;
}

int Commands::failover(const std::string& to, Confirmation confirmation, Loss loss) {
    if (confirmation == Confirmation::kAsk) {
        if (!terminal_.interactive) {
            terminal_.errors << "understudy: nobody can be asked here; add --yes\n";
            return kUsage;
        }
        int exit_code = kDone;
        const auto price = price_of_failover(to, loss, exit_code);
        if (!price) return exit_code;
        terminal_.out << *price;
        const std::string target = to.empty() ? "the best candidate" : to;
        if (!confirm("Fail over to " + target + "?")) {
            terminal_.out << "Nothing was done.\n";
            return kFailed;
        }
    }
    return operation("/v1/failover",
                     {{"to", to}, {"by", user_}, {"accept_loss", loss == Loss::kAccepted}});
}

int Commands::pause(const std::string& reason) {
    return operation("/v1/pause", {{"reason", reason + " (" + user_ + ")"}, {"by", user_}});
}

int Commands::resume() { return operation("/v1/resume", {{"by", user_}}); }

int Commands::detach(const std::string& host) {
    return operation("/v1/detach", {{"host", host}, {"by", user_}});
}

int Commands::rebuild(const std::string& host, Force force, Confirmation confirmation) {
    if (confirmation == Confirmation::kAsk) {
        if (!terminal_.interactive) {
            terminal_.errors << "understudy: nobody can be asked here; add --yes\n";
            return kUsage;
        }
        terminal_.out << "All data of " << host << " are replaced by another host's. What it alone "
                      << "has is kept: understudy orphans " << host << "\n";
        if (!confirm("Rebuild " + host + "?")) {
            terminal_.out << "Nothing was done.\n";
            return kFailed;
        }
    }
    return operation("/v1/rebuild",
                     {{"host", host}, {"force", force == Force::kYes}, {"by", user_}});
}

int Commands::attach(const std::string& host) {
    return operation("/v1/attach", {{"host", host}, {"by", user_}});
}

int Commands::rejoin(const std::string& host) {
    return operation("/v1/rejoin", {{"host", host}, {"by", user_}});
}

int Commands::begin_maintenance(const std::string& host, const std::string& reason) {
    return operation("/v1/maintenance/begin", {{"host", host}, {"reason", reason}, {"by", user_}});
}

int Commands::end_maintenance(const std::string& host) {
    return operation("/v1/maintenance/end", {{"host", host}, {"by", user_}});
}

int Commands::drain(const std::string& host, const Patience& patience) {
    int exit_code = operation("/v1/drain", {{"host", host}, {"by", user_}});
    if (exit_code != kDone || patience.looks == 0) return exit_code;
    std::string left;
    for (int look = 0; look < patience.looks; ++look) {
        if (look > 0) patience.pause();
        const auto document = fetch("/v1/status", exit_code);
        if (!document) return exit_code;
        left = left_of_drain(*document, host);
        if (!left.empty()) continue;
        terminal_.out << "No request is under way there any more.\n";
        return kDone;
    }
    terminal_.errors << "understudy: " << left << "; it stays drained. See: understudy status\n";
    return kFailed;
}

int Commands::undrain(const std::string& host) {
    return operation("/v1/undrain", {{"host", host}, {"by", user_}});
}

}  // namespace understudy::cli
