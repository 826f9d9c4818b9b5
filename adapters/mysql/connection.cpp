#include "adapters/mysql/connection.h"

#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>

namespace understudy::adapters {

namespace {

using core::ErrorCode;
using core::Result;
using std::chrono::steady_clock;

constexpr int kNeverWaits = 0;

// What poll() is to wait for, in libmariadb's terms and back.
short poll_events(int waits_for) {
    int events = 0;
    if ((waits_for & MYSQL_WAIT_READ) != 0) events |= POLLIN;
    if ((waits_for & MYSQL_WAIT_WRITE) != 0) events |= POLLOUT;
    if ((waits_for & MYSQL_WAIT_EXCEPT) != 0) events |= POLLPRI;
    return static_cast<short>(events);
}

int occurred(int waits_for, short events) {
    int status = 0;
    if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) status |= waits_for & MYSQL_WAIT_READ;
    if ((events & (POLLOUT | POLLHUP | POLLERR)) != 0) status |= waits_for & MYSQL_WAIT_WRITE;
    if ((events & POLLPRI) != 0) status |= waits_for & MYSQL_WAIT_EXCEPT;
    return status;
}

// 0: the deadline passed.
int wait_for(my_socket descriptor, int waits_for, Deadline deadline) {
    pollfd entry{descriptor, poll_events(waits_for), 0};
    for (;;) {
        const auto left = std::max(deadline - steady_clock::now(), steady_clock::duration::zero());
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
        const timespec timeout{
            seconds.count(),
            std::chrono::duration_cast<std::chrono::nanoseconds>(left - seconds).count()};
        const int ready = ::ppoll(&entry, 1, &timeout, nullptr);
        if (ready > 0) return occurred(waits_for, entry.revents);
        if (ready == 0) return 0;
        if (errno != EINTR) return waits_for;  // the library's own call will meet the fault
    }
}

Table table_of(MYSQL_RES* result) {
    Table table;
    const auto width = mysql_num_fields(result);
    const auto* fields = mysql_fetch_fields(result);
    for (unsigned i = 0; i < width; ++i) table.columns.emplace_back(fields[i].name);
    while (auto* row = mysql_fetch_row(result)) {
        const auto* lengths = mysql_fetch_lengths(result);
        auto& cells = table.rows.emplace_back(width);
        for (unsigned i = 0; i < width; ++i) {
            if (row[i] != nullptr) cells[i].emplace(row[i], lengths[i]);
        }
    }
    return table;
}

const char* or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

std::string place_of(const MySqlLogin& login) {
    if (!login.socket.empty()) return login.socket;
    return login.address.host + ":" + std::to_string(login.address.port);
}

void initialize_library() {
    static std::once_flag once;
    std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
}

}  // namespace

core::ErrorCode error_code_of(int mysql_number) {
    switch (mysql_number) {
        case CR_CONNECTION_ERROR:
        case CR_CONN_HOST_ERROR:
        case CR_SERVER_GONE_ERROR:
        case CR_SERVER_LOST:
        case CR_SERVER_LOST_EXTENDED:
        case ER_SERVER_SHUTDOWN:
        case 3169:  // ER_SESSION_WAS_KILLED
        case 4031:  // ER_CLIENT_INTERACTION_TIMEOUT
            return ErrorCode::kUnreachable;
        case ER_LOCK_WAIT_TIMEOUT:
        case 3024:  // ER_QUERY_TIMEOUT
            return ErrorCode::kTimeout;
        default:
            return ErrorCode::kRefused;
    }
}

// The library's handle with at most one non-blocking call under way. The order of phases is
// connecting → idle → querying → storing → (advancing → storing)… → idle.
class Connection::Line {
  public:
    explicit Line(const MySqlLogin& login) : handle_(mysql_init(nullptr)) {
        mysql_options(handle_, MYSQL_OPT_NONBLOCK, nullptr);
        mysql_options(handle_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
        my_bool off = 0;
        mysql_options(handle_, MYSQL_OPT_RECONNECT, &off);
        my_bool verify = login.ca.empty() ? 0 : 1;
        mysql_options(handle_, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
        unsigned local_infile = 0;
        mysql_options(handle_, MYSQL_OPT_LOCAL_INFILE, &local_infile);
        mysql_optionsv(handle_, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "understudy-agent");
        if (!login.ca.empty()) mysql_options(handle_, MYSQL_OPT_SSL_CA, login.ca.c_str());
        phase_ = Phase::kConnecting;
        waits_for_ = mysql_real_connect_start(&connected_, handle_, or_null(login.address.host),
                                              login.user.c_str(), login.password.c_str(),
                                              or_null(login.database), login.address.port,
                                              or_null(login.socket), CLIENT_MULTI_STATEMENTS);
    }

    ~Line() {
        const bool unfinished = phase_ != Phase::kIdle;
        if (unfinished && descriptor() >= 0) ::shutdown(descriptor(), SHUT_RDWR);
        while (waits_for_ != kNeverWaits) waits_for_ = proceed(MYSQL_WAIT_TIMEOUT);
        discard();
        mysql_close(handle_);
    }

    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    void send(std::string_view sql) {
        tables_.clear();
        phase_ = Phase::kQuerying;
        waits_for_ = mysql_real_query_start(&failed_, handle_, sql.data(),
                                            static_cast<unsigned long>(sql.size()));
    }

    // False: the deadline passed first; call again to go on.
    Result<bool> run(Deadline deadline) {
        while (phase_ != Phase::kIdle) {
            if (waits_for_ != kNeverWaits) {
                const int status = wait_for(descriptor(), waits_for_, deadline);
                if (status == 0) return false;
                waits_for_ = proceed(status);
                if (waits_for_ != kNeverWaits) continue;
            }
            auto entered = enter_next_phase();
            if (!entered) return tl::unexpected(entered.error());
        }
        return true;
    }

    // Nobody has asked anything, so whatever is to be read is the end of the line.
    [[nodiscard]] bool closed_by_server() const {
        if (phase_ != Phase::kIdle) return false;
        pollfd entry{descriptor(), POLLIN | POLLRDHUP, 0};
        return ::poll(&entry, 1, 0) != 0;
    }

    [[nodiscard]] bool busy() const { return phase_ != Phase::kIdle; }
    [[nodiscard]] my_socket descriptor() const { return mysql_get_socket(handle_); }
    [[nodiscard]] std::uint64_t id() const { return mysql_thread_id(handle_); }
    std::vector<Table> take_tables() { return std::exchange(tables_, {}); }

  private:
    enum class Phase { kConnecting, kIdle, kQuerying, kStoring, kAdvancing };

    int proceed(int status) {
        switch (phase_) {
            case Phase::kConnecting:
                return mysql_real_connect_cont(&connected_, handle_, status);
            case Phase::kQuerying:
                return mysql_real_query_cont(&failed_, handle_, status);
            case Phase::kStoring:
                return mysql_store_result_cont(&result_, handle_, status);
            case Phase::kAdvancing:
                return mysql_next_result_cont(&failed_, handle_, status);
            case Phase::kIdle:
                break;
        }
        return kNeverWaits;
    }

    Result<void> enter_next_phase() {
        switch (std::exchange(phase_, Phase::kIdle)) {
            case Phase::kConnecting:
                return connected_ == nullptr ? error() : Result<void>{};
            case Phase::kQuerying:
            case Phase::kAdvancing:
                if (failed_ > 0) return error();
                if (failed_ == 0) store();
                return {};
            case Phase::kStoring:
                return stored();
            case Phase::kIdle:
                break;
        }
        return {};
    }

    void store() {
        phase_ = Phase::kStoring;
        waits_for_ = mysql_store_result_start(&result_, handle_);
    }

    Result<void> stored() {
        if (result_ == nullptr && mysql_errno(handle_) != 0) return error();
        tables_.push_back(result_ != nullptr ? table_of(result_) : Table{});
        discard();
        if (mysql_more_results(handle_) == 0) return {};
        phase_ = Phase::kAdvancing;
        waits_for_ = mysql_next_result_start(&failed_, handle_);
        return {};
    }

    void discard() {
        if (result_ != nullptr) mysql_free_result(result_);
        result_ = nullptr;
    }

    tl::unexpected<core::Error> error() {
        const int number = static_cast<int>(mysql_errno(handle_));
        return core::failure(error_code_of(number), {}, mysql_error(handle_), number);
    }

    MYSQL* handle_;
    Phase phase_ = Phase::kIdle;
    int waits_for_ = kNeverWaits;
    MYSQL* connected_ = nullptr;
    MYSQL_RES* result_ = nullptr;
    int failed_ = 0;
    std::vector<Table> tables_;
};

Connection::Connection(MySqlLogin login) : login_(std::move(login)) { initialize_library(); }
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

void Connection::drop() { line_.reset(); }
bool Connection::is_open() const { return line_ != nullptr; }
bool Connection::busy() const { return line_ && line_->busy(); }
int Connection::descriptor() const { return line_ ? line_->descriptor() : -1; }
std::uint64_t Connection::server_id() const { return line_ ? line_->id() : 0; }
std::uint64_t Connection::generation() const { return generation_; }

core::Result<void> Connection::open(Deadline deadline) {
    if (line_ && !line_->closed_by_server()) return {};
    const auto operation = "connect to MySQL at " + place_of(login_) + " as " + login_.user;
    auto line = std::make_unique<Line>(login_);
    auto connected = line->run(deadline);
    if (!connected) {
        auto error = connected.error();
        error.operation = operation;
        return tl::unexpected(error);
    }
    if (!*connected) {
        return core::failure(ErrorCode::kTimeout, operation, "no answer by the deadline");
    }
    line_ = std::move(line);
    ++generation_;
    // Kept for as long as the agent runs: an idle one must not be closed by the server.
    // sql_quoted() relies on the sql_mode, the ages of observations on the time zone.
    auto set = query(
        "SET SESSION wait_timeout = 31536000, time_zone = '+00:00', "
        "sql_mode = 'STRICT_ALL_TABLES'",
        deadline);
    if (!set) return tl::unexpected(set.error());
    return {};
}

core::Result<void> Connection::begin(std::string_view sql, Deadline deadline) {
    assert(!busy());
    auto opened = open(deadline);
    if (!opened) return opened;
    line_->send(sql);
    return {};
}

core::Result<std::optional<std::vector<Table>>> Connection::await(Deadline deadline) {
    constexpr auto kOperation = "run a statement in MySQL";
    if (!line_)
        return core::failure(ErrorCode::kUnreachable, kOperation, "the connection is closed");
    auto finished = line_->run(deadline);
    if (!finished) {
        auto error = finished.error();
        error.operation = kOperation;
        if (error.code == ErrorCode::kUnreachable) drop();
        return tl::unexpected(error);
    }
    if (!*finished) return std::nullopt;
    return line_->take_tables();
}

core::Result<std::vector<Table>> Connection::query(std::string_view sql, Deadline deadline) {
    auto begun = begin(sql, deadline);
    if (!begun) return tl::unexpected(begun.error());
    auto answer = await(deadline);
    if (!answer) return tl::unexpected(answer.error());
    if (*answer) return std::move(**answer);
    drop();
    return core::failure(ErrorCode::kTimeout, "run a statement in MySQL",
                         "no answer by the deadline");
}

std::string sql_quoted(std::string_view text) {
    std::string literal = "'";
    for (const char character : text) {
        if (character == '\'' || character == '\\') literal += '\\';
        if (character == '\0') {
            literal += "\\0";
        } else {
            literal += character;
        }
    }
    return literal + "'";
}

}  // namespace understudy::adapters
