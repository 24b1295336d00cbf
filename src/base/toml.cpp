#include "base/toml.hpp"

#include "base/error.hpp"

namespace caitu::base {
namespace {

/// Letters by which a key that is misspelt differs from the right one: fewer than those of which keys that
/// belong together differ (title, title_en).
constexpr std::size_t kSlipsOfTheHand = 2;

}  // namespace

TomlTable::TomlTable(std::string file, std::string path, std::shared_ptr<const toml::table> document,
                     const toml::table& table)
    : file_(std::move(file)), path_(std::move(path)), document_(std::move(document)), table_(&table) {}

TomlTable TomlTable::load(const std::filesystem::path& file) {
  try {
    const auto document = std::make_shared<const toml::table>(toml::parse_file(file.string()));
    return {file.string(), "", document, *document};
  } catch (const toml::parse_error& error) {
    throw Error(
        Code::usage,
        std::string(error.description()) + " (line " + std::to_string(error.source().begin.line) + ")",
        Where{.file = file.string()});
  }
}

const toml::node* TomlTable::find(std::string_view key) {
  known_.emplace(key);
  return table_->get(key);
}

void TomlTable::fail(std::string_view key, const std::string& message, const std::string& hint) const {
  const toml::node* node = table_->get(key);
  const auto line = (node != nullptr ? node->source() : table_->source()).begin.line;
  throw Error(Code::usage, message + " (line " + std::to_string(line) + ")",
              Where{.file = file_, .field = path_ + std::string(key)}, hint);
}

std::optional<std::string> TomlTable::text(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->is_date()) {
    const toml::date date = node->as_date()->get();
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", date.year, date.month, date.day);
    return std::string(buffer);
  }
  if (!node->is_string()) fail(key, "a text in quotes is wanted here");
  return node->as_string()->get();
}

std::optional<std::int64_t> TomlTable::integer(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_integer()) fail(key, "a whole number is wanted here");
  return node->as_integer()->get();
}

std::optional<double> TomlTable::number(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->is_integer()) return static_cast<double>(node->as_integer()->get());
  if (!node->is_floating_point()) fail(key, "a number is wanted here");
  return node->as_floating_point()->get();
}

std::optional<bool> TomlTable::boolean(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_boolean()) fail(key, "true or false is wanted here");
  return node->as_boolean()->get();
}

std::optional<std::vector<std::string>> TomlTable::texts(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_array()) fail(key, "a list of texts is wanted here");
  std::vector<std::string> values;
  for (const toml::node& item : *node->as_array()) {
    if (!item.is_string()) fail(key, "a list of texts is wanted here");
    values.push_back(item.as_string()->get());
  }
  return values;
}

std::optional<TomlTable> TomlTable::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_table()) fail(key, "a table is wanted here");
  return TomlTable(file_, path_ + std::string(key) + ".", document_, *node->as_table());
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) {
  std::vector<TomlTable> found;
  const toml::node* node = find(key);
  if (node == nullptr) return found;
  if (!node->is_array()) fail(key, "a list of tables ([[" + std::string(key) + "]]) is wanted here");
  for (const toml::node& item : *node->as_array()) {
    if (!item.is_table()) fail(key, "a list of tables ([[" + std::string(key) + "]]) is wanted here");
    found.push_back(TomlTable(file_, path_ + std::string(key) + "[" + std::to_string(found.size()) + "].",
                              document_, *item.as_table()));
  }
  return found;
}

std::vector<std::string> TomlTable::keys() const {
  std::vector<std::string> all;
  for (const auto& [key, node] : *table_) all.emplace_back(key.str());
  return all;
}

std::string TomlTable::required_text(std::string_view key) {
  auto value = text(key);
  if (value) return *value;
  // Whoever misspelt the key has written it all the same.
  for (const auto& [written, node] : *table_) {
    if (known_.contains(written.str()) || edit_distance(key, written.str()) > kSlipsOfTheHand) continue;
    fail(written.str(),
         "the key \"" + std::string(key) + "\" is missing, and nobody knows \"" + std::string(written.str()) +
             "\"",
         "did you mean \"" + std::string(key) + "\"?");
  }
  fail(key, "the key \"" + std::string(key) + "\" is missing");
}

void TomlTable::finish() const {
  for (const auto& [key, node] : *table_) {
    if (known_.contains(key.str())) continue;
    const std::string nearest = nearest_name(key.str(), known_);
    fail(key.str(), "unknown key \"" + path_ + std::string(key.str()) + "\"",
         nearest.empty() ? std::string() : "did you mean \"" + nearest + "\"?");
  }
}

}  // namespace caitu::base
