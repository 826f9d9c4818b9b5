#include "tests/contract/mysql_servers.h"

#include <signal.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace understudy::contract {

namespace {

using adapters::deadline_in;
using std::chrono::steady_clock;

constexpr Millis kRestart{30000};
constexpr Millis kLookAgain{5};

std::string folder() {
    const auto* const set = std::getenv("UNDERSTUDY_CONTRACT_DIR");
    return set != nullptr ? set : "/run/understudy-contract";
}

std::string password(const std::string& user) {
    const auto* const account = user == "understudy_agent"  ? "mysql_agent"
                                : user == "understudy_repl" ? "mysql_repl"
                                : user == "root"            ? "mysql_root"
                                                            : user.c_str();
    std::ifstream file(folder() + "/secrets/passwords/" + account + "_password");
    std::string text;
    if (!std::getline(file, text)) throw std::runtime_error("no password of " + user);
    return text;
}

std::string output_of(const std::string& command) {
    auto* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
    std::string text;
    for (int character = std::fgetc(pipe); character != EOF; character = std::fgetc(pipe)) {
        text += static_cast<char>(character);
    }
    if (::pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
    return text;
}

// The signal reaches the threads of a process one after the other.
bool every_thread_stopped(pid_t pid) {
    for (const auto& task :
         std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
        std::ifstream file(task.path() / "stat");
        std::string line;
        std::getline(file, line);
        if (line.find(") T ") == std::string::npos) return false;
    }
    return true;
}

}  // namespace

Server::Server(std::string name, std::string address)
    : name_(std::move(name)), address_(std::move(address)), root_(login("root")) {}

adapters::MySqlLogin Server::login(const std::string& user) const {
    return {folder() + "/" + name_ + "/mysqld.sock", user, password(user)};
}

adapters::ReplicationLogin Server::replication_login() const {
    return {"understudy_repl", password("understudy_repl"), "/etc/understudy/tls/ca.crt"};
}

std::unique_ptr<adapters::MySqlDatabase> Server::database(int most_clone_mib_per_second) const {
    return std::make_unique<adapters::MySqlDatabase>(login("understudy_agent"), replication_login(),
                                                     most_clone_mib_per_second);
}

std::string Server::certificate_authority() { return folder() + "/secrets/ca/ca.crt"; }

std::string Server::orphans_dir() {
    const auto kept = folder() + "/orphans";
    std::filesystem::create_directories(kept);
    return kept;
}

std::vector<adapters::Table> Server::root(const std::string& sql) {
    auto answer = root_.query(sql, deadline_in(Millis{10000}));
    if (!answer)
        throw std::runtime_error(name_ + ": " + describe(answer.error()) + ": " +
                                 sql.substr(0, 60));
    return std::move(*answer);
}

void Server::begin_anew() {
    root_.drop();
    if (output_of("docker inspect -f '{{.State.Running}}' understudy-contract-" + name_) !=
        "true\n") {
        start_again();
    }
    try {
        clear();
    } catch (const std::runtime_error&) {  // a test that failed left it in a state beyond words
        kill_hard();
        for (const auto& file : std::filesystem::directory_iterator(data_dir())) {
            std::filesystem::remove_all(file);
        }
        start_again();  // makes its data anew
        clear();
    }
    root_.drop();
}

void Server::clear() {
    // Waits first: an applier whose commit waits does not stop. The tests' application comes by the
    // socket.
    root(
        "SET GLOBAL rpl_semi_sync_source_enabled = OFF; STOP REPLICA; RESET REPLICA ALL;"
        "SET GLOBAL rpl_semi_sync_replica_enabled = OFF; SET GLOBAL read_only = OFF;"
        "SET GLOBAL max_connections = 300; SET SESSION sql_log_bin = OFF;"
        "DROP TABLE IF EXISTS guestbook.ballast; CREATE TABLE IF NOT EXISTS guestbook.contract "
        "(number INT PRIMARY KEY);"
        "TRUNCATE guestbook.contract; DELETE FROM understudy.heartbeat;"
        "ALTER USER guestbook_rw@'%' REQUIRE NONE; DROP USER IF EXISTS contract_user; SET SESSION "
        "sql_log_bin = ON;"
        "RESET BINARY LOGS AND GTIDS; SET GLOBAL super_read_only = ON;"
        "SET GLOBAL rpl_semi_sync_source_enabled = ON");
}

void Server::add_ballast(int mib) {
    root(
        "SET SESSION sql_log_bin = OFF;"
        "USE guestbook; CREATE TABLE ballast (number INT PRIMARY KEY, bytes LONGBLOB NOT NULL);"
        "INSERT INTO ballast WITH RECURSIVE n (number) AS (SELECT 1 UNION ALL"
        " SELECT number + 1 FROM n WHERE number < " +
        std::to_string(mib) +
        ") SELECT number, REPEAT(SHA2(number, 256), 16384) FROM n;"
        "FLUSH TABLES ballast FOR EXPORT; UNLOCK TABLES; SET SESSION sql_log_bin = ON");
}

void Server::await_no_replica() {
    const auto until = steady_clock::now() + std::chrono::seconds(10);
    while (root("SELECT VARIABLE_VALUE AS n FROM performance_schema.global_status "
                "WHERE VARIABLE_NAME = 'Rpl_semi_sync_source_clients'")
               .front()
               .number(0, "n") != 0) {
        if (steady_clock::now() > until) throw std::runtime_error(name_ + " keeps its replica");
        sleep_for(kLookAgain);
    }
    root_.drop();
}

pid_t Server::pid() const {
    return std::stoi(output_of("docker inspect -f '{{.State.Pid}}' understudy-contract-" + name_));
}

void Server::kill_hard() const {
    ::kill(pid(), SIGKILL);
    await_end();
}

void Server::start_again() {
    output_of("docker start understudy-contract-" + name_);
    const auto until = steady_clock::now() + kRestart;
    adapters::Connection attempt(login("root"));
    while (!attempt.open(deadline_in(Millis{1000}))) {
        if (steady_clock::now() > until) throw std::runtime_error(name_ + " does not start");
        sleep_for(Millis{50});
    }
}

void Server::ask_to_end() const { ::kill(pid(), SIGTERM); }

void Server::await_end() const { output_of("timeout 30 docker wait understudy-contract-" + name_); }

std::string Server::data_dir() const {
    const auto folder = output_of(
        "docker inspect -f '{{range .Mounts}}{{if eq .Destination \"/var/lib/mysql\"}}{{.Source}}"
        "{{end}}{{end}}' understudy-contract-" +
        name_);
    return folder.substr(0, folder.find('\n'));
}

Suspended::Suspended(const Server& server) : pid_(server.pid()) {
    ::kill(pid_, SIGSTOP);
    const auto until = steady_clock::now() + std::chrono::seconds(5);
    while (!every_thread_stopped(pid_)) {
        if (steady_clock::now() > until) throw std::runtime_error("it does not stop");
    }
}

Suspended::~Suspended() { ::kill(pid_, SIGCONT); }

Client::Client(const Server& server) : connection_(server.login("guestbook_rw")) {
    const auto opened = connection_.open(deadline_in(kSoon));
    if (!opened) throw std::runtime_error(describe(opened.error()));
}

void Client::insert(int number) {
    const auto begun =
        connection_.begin("INSERT INTO guestbook.contract VALUES (" + std::to_string(number) + ")",
                          deadline_in(kSoon));
    if (!begun) throw std::runtime_error(describe(begun.error()));
}

std::optional<core::Result<void>> Client::outcome(Millis within) {
    auto ended = connection_.await(deadline_in(within));
    if (!ended) return core::Result<void>(tl::unexpected(ended.error()));
    if (!*ended) return std::nullopt;
    return core::Result<void>{};
}

std::vector<int> rows(Server& server) {
    const auto answer = server.root("SELECT number FROM guestbook.contract ORDER BY number");
    std::vector<int> numbers;
    for (std::size_t row = 0; row < answer.front().rows.size(); ++row) {
        numbers.push_back(static_cast<int>(answer.front().number(row, "number").value_or(-1)));
    }
    return numbers;
}

std::string ballast_checksum(Server& server) {
    const auto answer = server.root("CHECKSUM TABLE guestbook.ballast");
    return std::string(answer.front().text(0, "Checksum").value_or(""));
}

void sleep_for(Millis time) { std::this_thread::sleep_for(time); }

void begin_anew(Server& a, Server& b) {
    a.begin_anew();
    b.begin_anew();
    a.await_no_replica();
    b.await_no_replica();
}

MySqlContract::MySqlContract() : a_server_(server_a()), b_server_(server_b()) {
    begin_anew(a_server_, b_server_);
    a_ = a_server_.database();
    b_ = b_server_.database();
}

core::DatabaseFacts MySqlContract::await(adapters::MySqlDatabase& database, const std::string& what,
                                         const Holds& holds) {
    return contract::await(database, what, holds, sleep_for);
}

void MySqlContract::open_a_followed_by_b() {
    open_followed(*a_, a_server_.address(), *b_, sleep_for);
}

void MySqlContract::protect_a_by_b() { protect(*a_, a_server_.address(), *b_, sleep_for); }

}  // namespace understudy::contract
