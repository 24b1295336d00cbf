#pragma once

#include <toml++/toml.h>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace caitu::base {

/// A table of a TOML file that notices keys nobody asked for. Each getter marks its key as known; `finish()`
/// throws Error(usage) naming file, line, the unknown key's dotted path and the nearest known key. One
/// thread.
class TomlTable {
 public:
  static TomlTable load(const std::filesystem::path& file);

  std::optional<std::string> text(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key);
  std::optional<double> number(std::string_view key);
  std::optional<bool> boolean(std::string_view key);
  std::optional<std::vector<std::string>> texts(std::string_view key);
  std::optional<TomlTable> table(std::string_view key);
  std::vector<TomlTable> tables(std::string_view key);  ///< of an array of tables
  std::vector<std::string> keys() const;
  /// As above, but a missing key is an Error(usage) naming file and key.
  std::string required_text(std::string_view key);
  void finish() const;
  /// Error(usage) naming this file and the line of `key`, or of the table.
  [[noreturn]] void fail(std::string_view key, const std::string& message,
                         const std::string& hint = {}) const;

 private:
  TomlTable(std::string file, std::string path, std::shared_ptr<const toml::table> document,
            const toml::table& table);
  const toml::node* find(std::string_view key);

  std::string file_;
  std::string path_;
  std::shared_ptr<const toml::table> document_;  ///< shared by its tables, for a copied node forgets its line
  const toml::table* table_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace caitu::base
