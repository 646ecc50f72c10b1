// SPDX-License-Identifier: Apache-2.0
// The state's SQLite file.
#include "service/state_store.hpp"

#include <sqlite3.h>

#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

/// `PRAGMA application_id` of our files: "trvt".
constexpr int kStateApplicationId = 0x74727674;
constexpr int kStateSchemaVersion = 1;

struct StatementCloser {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, StatementCloser>;

std::string column_text(sqlite3_stmt* statement, int column) {
  const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
  const int size = sqlite3_column_bytes(statement, column);
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

}  // namespace

struct StateStore::Connection {
  std::string path;
  sqlite3* handle = nullptr;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { sqlite3_close(handle); }

  [[nodiscard]] Error failed(Errc code) const {
    return {code, path, handle == nullptr ? "out of memory" : sqlite3_errmsg(handle),
            code == Errc::invalid_argument
                ? "a file that `trivet serve --state` made and nobody else uses, or none"
                : "a disk that takes the server's state"};
  }
  [[nodiscard]] Status execute(const char* sql) const {
    if (sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return failed(Errc::invalid_argument);
  }
  [[nodiscard]] Result<Statement> prepare(std::string_view sql) const {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) !=
        SQLITE_OK) {
      return failed(Errc::invalid_argument);
    }
    return Statement(statement);
  }
  /// The number that a pragma or a query answers.
  [[nodiscard]] Result<int> number(std::string_view sql) const {
    auto statement = prepare(sql);
    if (!statement) return std::move(statement).error();
    if (sqlite3_step(statement->get()) != SQLITE_ROW) return failed(Errc::invalid_argument);
    return sqlite3_column_int(statement->get(), 0);
  }
  [[nodiscard]] Status make_schema() const;
  [[nodiscard]] Status check_schema() const;
  [[nodiscard]] Status write_document(const StoredDocument& document, sqlite3_stmt* put,
                                      sqlite3_stmt* remove) const;
  [[nodiscard]] Status write_all(std::span<const StoredDocument> changes) const;
};

Status StateStore::Connection::make_schema() const {
  const std::string sql = text::message(
      "BEGIN IMMEDIATE;"
      "CREATE TABLE documents (kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,"
      " PRIMARY KEY (kind, key)) WITHOUT ROWID;"
      "PRAGMA application_id = {};"
      "PRAGMA user_version = {};"
      "COMMIT;",
      kStateApplicationId, kStateSchemaVersion);
  return execute(sql.c_str());
}

Status StateStore::Connection::check_schema() const {
  const auto tables = number("SELECT count(*) FROM sqlite_master");
  if (!tables) return tables.error();
  const auto id = number("PRAGMA application_id");
  if (!id) return id.error();
  const auto version = number("PRAGMA user_version");
  if (!version) return version.error();
  if (*tables == 0 && *id == 0 && *version == 0) return make_schema();
  if (*id != kStateApplicationId) {
    return Error(Errc::invalid_argument, path, "a database of another program",
                 "a file that `trivet serve --state` made, or none");
  }
  if (*version != kStateSchemaVersion) {
    return Error(Errc::invalid_argument, path, text::message("a state of version {}", *version),
                 text::message("version {}", kStateSchemaVersion));
  }
  auto check = prepare("PRAGMA quick_check(1)");
  if (!check) return std::move(check).error();
  const bool has_row = sqlite3_step(check->get()) == SQLITE_ROW;
  const std::string said = has_row ? column_text(check->get(), 0) : sqlite3_errmsg(handle);
  if (said == "ok") return {};
  return Error(Errc::invalid_argument, path, text::message("a damaged database: {}", said),
               "a whole one; a copy, or none to begin anew");
}

Result<std::unique_ptr<StateStore>> StateStore::open(const std::string& path) {
  auto connection = std::make_unique<Connection>();
  connection->path = path;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path.c_str(), &connection->handle, kFlags, nullptr) != SQLITE_OK) {
    return connection->failed(Errc::invalid_argument);
  }
  sqlite3_extended_result_codes(connection->handle, 1);
  sqlite3_busy_timeout(connection->handle, 1000);
  // A rollback journal: one file when nobody writes, and readers aren't needed. The lock that the
  // first change of a connection takes is kept, so that a second server is told.
  TRIVET_TRY(
      connection->execute("PRAGMA trusted_schema = OFF; PRAGMA locking_mode = EXCLUSIVE;"
                          "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                          "BEGIN EXCLUSIVE; COMMIT;"));
  TRIVET_TRY(connection->check_schema());
  return std::unique_ptr<StateStore>(new StateStore(std::move(connection)));
}

StateStore::StateStore(std::unique_ptr<Connection> connection) noexcept
    : connection_(std::move(connection)) {}
StateStore::~StateStore() = default;

Result<std::vector<StoredDocument>> StateStore::read_all() {
  auto statement = connection_->prepare("SELECT kind, key, body FROM documents ORDER BY kind, key");
  if (!statement) return std::move(statement).error();
  std::vector<StoredDocument> documents;
  int step = sqlite3_step(statement->get());
  for (; step == SQLITE_ROW; step = sqlite3_step(statement->get())) {
    documents.push_back({column_text(statement->get(), 0), column_text(statement->get(), 1),
                         column_text(statement->get(), 2)});
  }
  if (step != SQLITE_DONE) return connection_->failed(Errc::invalid_argument);
  return documents;
}

Status StateStore::Connection::write_document(const StoredDocument& document, sqlite3_stmt* put,
                                              sqlite3_stmt* remove) const {
  sqlite3_stmt* const statement = document.body.empty() ? remove : put;
  const auto bind = [&](int place, const std::string& text) {
    return sqlite3_bind_text64(statement, place, text.data(), text.size(), SQLITE_STATIC,
                               SQLITE_UTF8) == SQLITE_OK;
  };
  bool is_good = bind(1, document.kind) && bind(2, document.key);
  if (statement == put) is_good = is_good && bind(3, document.body);
  is_good = is_good && sqlite3_step(statement) == SQLITE_DONE;
  is_good = sqlite3_reset(statement) == SQLITE_OK && is_good;
  if (!is_good) return failed(Errc::io_failed);
  return {};
}

Status StateStore::Connection::write_all(std::span<const StoredDocument> changes) const {
  auto put = prepare("INSERT OR REPLACE INTO documents (kind, key, body) VALUES (?1, ?2, ?3)");
  if (!put) return failed(Errc::io_failed);
  auto remove = prepare("DELETE FROM documents WHERE kind = ?1 AND key = ?2");
  if (!remove) return failed(Errc::io_failed);
  for (const StoredDocument& change : changes) {
    TRIVET_TRY(write_document(change, put->get(), remove->get()));
  }
  return {};
}

Status StateStore::write(std::span<const StoredDocument> changes) {
  if (changes.empty()) return {};
  const auto run = [&](const char* sql) {
    return sqlite3_exec(connection_->handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  if (!run("BEGIN IMMEDIATE")) return connection_->failed(Errc::io_failed);
  Status written = connection_->write_all(changes);
  if (written && !run("COMMIT")) written = connection_->failed(Errc::io_failed);
  if (!written) run("ROLLBACK");
  return written;
}

}  // namespace trivet::service
