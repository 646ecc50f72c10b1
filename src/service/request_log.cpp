// SPDX-License-Identifier: Apache-2.0
// The queue of recorded calls and the thread that writes them.
#include "service/request_log.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <utility>

#include "service/body_members.hpp"
#include "text/message.hpp"
#include "trivet/value.hpp"

namespace trivet::service {
namespace {

constexpr std::size_t kMostQueuedBytes = std::size_t{64} << 20;
constexpr std::size_t kMostLoggedBytes = 10'000'000;  // the service skips what is larger
constexpr std::size_t kMostOpenTables = 16;

[[nodiscard]] bool is_table_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

/// One part of a table's name; what files and SQL could take for more than a name is refused.
[[nodiscard]] bool is_table_part(std::string_view part) noexcept {
  return !part.empty() && part.size() <= 200 &&
         std::all_of(part.begin(), part.end(), is_table_letter);
}

struct TableName {
  std::string project;
  std::string dataset;
  std::string table;
};

[[nodiscard]] std::optional<TableName> split_table_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "bq://";
  if (!uri.starts_with(kScheme)) return std::nullopt;
  uri.remove_prefix(kScheme.size());
  const std::size_t first = std::min(uri.find('.'), uri.size());
  const std::size_t second = std::min(uri.find('.', first + 1), uri.size());
  TableName name{std::string(uri.substr(0, first)),
                 std::string(uri.substr(std::min(first + 1, uri.size()), second - first - 1)),
                 std::string(uri.substr(std::min(second + 1, uri.size())))};
  const bool is_whole = second < uri.size() && is_table_part(name.project) &&
                        is_table_part(name.dataset) && is_table_part(name.table);
  return is_whole ? std::optional(std::move(name)) : std::nullopt;
}

/// `2026-11-22 02:03:04.123456+00:00`, as BigQuery's timestamps are shown.
[[nodiscard]] std::string utc_timestamp(std::chrono::system_clock::time_point time) {
  const auto micros = std::chrono::floor<std::chrono::microseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(micros);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(micros - day);
  return text::message(
      "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}+00:00", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
      clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

/// The elements of the body's list of that name as a JSON list of their texts; the body itself as
/// the only text when it has none.
[[nodiscard]] std::string payload_column(std::string_view body, std::string_view name) {
  Value::List texts;
  BodyMembers members(body);
  BodyMember member;
  while (members.next(member)) {
    if (member.name != name) continue;
    const auto list = Value::parse(member.value);
    if (!list || list->as_list() == nullptr) break;
    for (const Value& item : *list->as_list()) texts.emplace_back(item.to_json());
    return Value(std::move(texts)).to_json();
  }
  texts.emplace_back(body);
  return Value(std::move(texts)).to_json();
}

[[nodiscard]] std::string random_request_id() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return text::message("{}", engine() >> 1);  // NUMERIC, in 63 bits
}

}  // namespace

// Named, since a class with linkage holds them.
struct CloseLogDatabase {
  void operator()(sqlite3* database) const noexcept { sqlite3_close(database); }
};
using LogDatabase = std::unique_ptr<sqlite3, CloseLogDatabase>;
struct FinishLogStatement {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using LogStatement = std::unique_ptr<sqlite3_stmt, FinishLogStatement>;

struct OpenLogTable {
  LogDatabase database;
  LogStatement insert;
};

namespace {

[[nodiscard]] Failure sqlite_failure(sqlite3* database) {
  return {Code::unavailable, database == nullptr ? "no memory" : sqlite3_errmsg(database)};
}

[[nodiscard]] Outcome<OpenLogTable> open_table(const std::filesystem::path& file,
                                               const std::string& table) {
  sqlite3* opened = nullptr;
  // A file that is a link might lie anywhere.
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW;
  const int status = sqlite3_open_v2(file.c_str(), &opened, kFlags, nullptr);
  OpenLogTable result{LogDatabase(opened), nullptr};
  if (status != SQLITE_OK) return sqlite_failure(opened);
  sqlite3_busy_timeout(opened, 10'000);
  const std::string create = text::message(
      "PRAGMA journal_mode=WAL;"
      "CREATE TABLE IF NOT EXISTS \"{}\" (endpoint TEXT, deployed_model_id TEXT, logging_time "
      "TEXT, "
      "request_id NUMERIC, request_payload TEXT, response_payload TEXT);",
      table);
  if (sqlite3_exec(opened, create.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return sqlite_failure(opened);
  }
  const std::string insert = text::message(
      "INSERT INTO \"{}\" (endpoint, deployed_model_id, logging_time, request_id, request_payload, "
      "response_payload) VALUES (?, ?, ?, ?, ?, ?)",
      table);
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(opened, insert.c_str(), -1, &prepared, nullptr) != SQLITE_OK) {
    return sqlite_failure(opened);
  }
  result.insert.reset(prepared);
  return result;
}

}  // namespace

/// Open tables, by their address.
class RequestLog::Tables {
 public:
  explicit Tables(const std::filesystem::path& root) : root_(root) {}

  /// The table that an address means. Failures: it means none, or the file can't be opened.
  [[nodiscard]] Outcome<OpenLogTable*> find(const std::string& uri) {
    if (const auto known = tables_.find(uri); known != tables_.end()) return &known->second;
    const auto name = split_table_uri(uri);
    if (!name) {
      return Failure(Code::invalid_argument,
                     text::message("{} is no bq://PROJECT.DATASET.TABLE", text::quoted(uri)));
    }
    std::error_code failed;
    const std::filesystem::path root = std::filesystem::canonical(root_, failed);
    if (failed) return Failure(Code::unavailable, "the server's root: " + failed.message());
    const std::filesystem::path folder = root / "bq" / name->project;
    if (std::filesystem::weakly_canonical(folder, failed) != folder || failed) {
      return Failure(Code::failed_precondition,
                     text::message("{}: a link stands below the server's root", uri));
    }
    std::filesystem::create_directories(folder, failed);
    if (failed) return Failure(Code::unavailable, uri + ": " + failed.message());
    auto table = open_table(folder / (name->dataset + ".db"), name->table);
    if (!table) return std::move(table).failure();
    if (tables_.size() == kMostOpenTables) tables_.clear();
    return &tables_.emplace(uri, std::move(*table)).first->second;
  }

 private:
  const std::filesystem::path& root_;
  std::map<std::string, OpenLogTable> tables_;
};

namespace {

[[nodiscard]] bool insert_call(OpenLogTable& table, const LoggedCall& call) {
  const std::array<std::string, 6> columns{call.endpoint,
                                           call.deployed_model_id,
                                           utc_timestamp(call.time),
                                           random_request_id(),
                                           payload_column(call.request, "instances"),
                                           payload_column(call.response, "predictions")};
  sqlite3_stmt* const insert = table.insert.get();
  bool is_bound = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    is_bound =
        is_bound && sqlite3_bind_text64(insert, static_cast<int>(i) + 1, columns[i].data(),
                                        columns[i].size(), SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK;
  }
  const bool is_done = is_bound && sqlite3_step(insert) == SQLITE_DONE;
  sqlite3_reset(insert);
  sqlite3_clear_bindings(insert);
  return is_done;
}

}  // namespace

RequestLog::RequestLog(std::filesystem::path root)
    : root_(std::move(root)),
      tables_(std::make_unique<Tables>(root_)),
      writer_([this] { run(); }) {}

RequestLog::~RequestLog() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  has_work_.notify_one();
  writer_.join();
}

/// Draws by the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) over a counter: no lock,
/// and the same draws at each start.
bool RequestLog::wants(const RequestLogTarget& target, std::size_t bytes) noexcept {
  if (!target.enabled || bytes > kMostLoggedBytes) return false;
  if (target.sampling_rate >= 1) return true;
  std::uint64_t z = (drawn_.fetch_add(1, std::memory_order_relaxed) + 1) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * 0x1p-53 < target.sampling_rate;
}

void RequestLog::record(LoggedCall call) {
  const std::size_t bytes = call.request.size() + call.response.size() + sizeof(LoggedCall);
  std::unique_lock lock(mutex_);
  has_room_.wait(lock, [&] { return queued_bytes_ < kMostQueuedBytes || is_closing_; });
  queue_.push_back(std::move(call));
  queued_bytes_ += bytes;
  lock.unlock();
  has_work_.notify_one();
}

void RequestLog::flush() {
  std::unique_lock lock(mutex_);
  has_room_.wait(lock, [&] { return queue_.empty() && !is_writing_; });
}

std::string RequestLog::first_error() const {
  const std::lock_guard lock(mutex_);
  return first_error_;
}

void RequestLog::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    has_work_.wait(lock, [&] { return !queue_.empty() || is_closing_; });
    if (queue_.empty()) return;
    std::deque<LoggedCall> calls = std::exchange(queue_, {});
    queued_bytes_ = 0;
    is_writing_ = true;
    lock.unlock();
    write(calls);
    lock.lock();
    is_writing_ = false;
    has_room_.notify_all();
  }
}

/// One transaction for each run of calls to the same table.
void RequestLog::write(std::deque<LoggedCall>& calls) {
  const auto lose = [this](std::uint64_t count, const std::string& why) {
    const std::lock_guard lock(mutex_);
    lost_ += count;
    if (first_error_.empty()) first_error_ = why;
  };
  for (auto first = calls.begin(); first != calls.end();) {
    const auto last = std::find_if(
        first, calls.end(), [&](const LoggedCall& c) { return c.table_uri != first->table_uri; });
    const auto count = static_cast<std::uint64_t>(last - first);
    const auto table = tables_->find(first->table_uri);
    if (!table) {
      lose(count, table.failure().message);
      first = last;
      continue;
    }
    sqlite3* const database = (*table)->database.get();
    bool is_sound = sqlite3_exec(database, "BEGIN", nullptr, nullptr, nullptr) == SQLITE_OK;
    for (; first != last; ++first) is_sound = is_sound && insert_call(**table, *first);
    is_sound = is_sound && sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK;
    if (is_sound) continue;
    lose(count, sqlite3_errmsg(database));
    sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

bool is_log_destination(std::string_view uri) {
  const auto dots = std::count(uri.begin(), uri.end(), '.');
  std::string whole(uri);
  for (auto missing = dots; missing < 2; ++missing) whole += ".x";
  return split_table_uri(whole).has_value();
}

std::string log_table_uri(const ServedEndpoint& endpoint, std::string_view project) {
  constexpr std::string_view kTable = "request_response_logging";
  const auto as_part = [](std::string_view text) {
    std::string part(text);
    std::replace_if(
        part.begin(), part.end(), [](char c) { return !is_table_letter(c) || c == '-'; }, '_');
    return part;
  };
  std::string uri = endpoint.log.output_uri;
  if (uri.empty()) {
    std::string own(project);
    std::replace_if(
        own.begin(), own.end(), [](char c) { return !is_table_letter(c); }, '_');
    uri = "bq://" + own;
  }
  const auto dots = std::count(uri.begin(), uri.end(), '.');
  if (dots == 0) {
    uri += text::message(".logging_{}_{}", as_part(endpoint.display_name), as_part(endpoint.id));
  }
  if (dots <= 1) uri.append(".").append(kTable);
  return uri;
}

}  // namespace trivet::service
