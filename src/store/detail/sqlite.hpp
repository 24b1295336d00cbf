#pragma once

#include <sqlite3.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace caitu::store::detail {

class Connection;
class SealKeeper;

/// A prepared statement. One thread, that of its connection; must not outlive it.
///
/// Parameters and columns are named by place, parameters from 1 and columns from 0, as SQLite does. Text and
/// blobs are not copied: what is bound must live until the statement has run, and what a column returns lives
/// until the next step.
class Statement {
 public:
  Statement() = default;
  Statement(const Connection& connection, std::string_view sql);

  template <std::integral Integer>
  Statement& bind(int place, Integer value) {
    return bind_integer(place, static_cast<std::int64_t>(value));
  }
  Statement& bind(int place, double value);
  Statement& bind(int place, std::string_view text);
  Statement& bind_blob(int place, std::string_view bytes);
  // Texts are bound where they lie: a temporary would be gone when the statement runs.
  Statement& bind(int place, std::string&& text) = delete;
  Statement& bind_blob(int place, std::string&& bytes) = delete;
  Statement& bind_null(int place);
  template <typename... Values>
  Statement& bind_all(const Values&... values) {
    int place = 0;
    (bind(++place, values), ...);
    return *this;
  }

  /// True on a row, false at the end (then it is reset).
  bool step();
  /// Runs to the end; ready to be bound again.
  void run();
  void reset();

  bool null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;
  std::string_view blob(int column) const;

  sqlite3_stmt* get() const { return handle_.get(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  Statement& bind_integer(int place, std::int64_t value);
  void check(int code) const;

  const Connection* connection_ = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// How long a lock that somebody else holds is waited for.
inline constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(60);

enum class Access : std::uint8_t { read, write, create };

/// A connection to one SQLite file. One thread. Does not move, for its statements point at it.
/// Errors: SQLite's codes become base::Error with the file and a way out; see `fail`.
class Connection {
 public:
  /// The file is opened, not read.
  Connection(const std::filesystem::path& file, Access access);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// One or several statements without parameters and answers.
  void execute(const std::string& sql);
  /// One statement with its parameters.
  template <typename... Values>
  void run(std::string_view sql, const Values&... values) {
    Statement(*this, sql).bind_all(values...).run();
  }
  /// The first column of the first row; 0 when there is none.
  template <typename... Values>
  std::int64_t integer(std::string_view sql, const Values&... values) const {
    Statement statement(*this, sql);
    statement.bind_all(values...);
    return statement.step() ? statement.integer(0) : 0;
  }
  template <typename... Values>
  std::string text(std::string_view sql, const Values&... values) const {
    Statement statement(*this, sql);
    statement.bind_all(values...);
    return statement.step() ? std::string(statement.text(0)) : std::string();
  }
  /// Rows that the last statement changed.
  std::int64_t changes() const;
  bool in_transaction() const;
  /// From now on what this connection writes into tables of that prefix is kept under seals
  /// (detail/seals.hpp).
  void keep_seals(std::string_view prefix);
  /// COMMIT, with the seals of what was written.
  void commit();
  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }

  /// Makes SpatiaLite's functions callable. Each such connection takes a place in SpatiaLite's one table of
  /// fixed size, so only those that need its functions load it.
  void load_spatialite();

  const std::filesystem::path& file() const { return file_; }
  sqlite3* get() const { return handle_.get(); }
  /// Throws what SQLite's last error means.
  [[noreturn]] void fail() const;

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* connection) const noexcept;
  };
  struct CleanSpatialite {
    void operator()(void* cache) const noexcept;
  };
  static int wait(void* self, int attempt);

  std::filesystem::path file_;
  std::chrono::milliseconds patience_ = kPatience;
  std::chrono::steady_clock::time_point waiting_since_;
  std::unique_ptr<void, CleanSpatialite> spatialite_;  // freed after the connection that uses it
  std::unique_ptr<sqlite3, Close> handle_;
  std::unique_ptr<SealKeeper> seals_;  // its hooks go before the connection that calls them
};

/// BEGIN IMMEDIATE … COMMIT, rolled back unless `commit()` was reached. The write lock is taken at once, so
/// that nothing fails halfway because another process was quicker.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

/// A name as SQL writes it: in double quotes.
std::string sql_name(std::string_view name);

}  // namespace caitu::store::detail
