#include "catalog/present.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "catalog/identity.hpp"

namespace caitu::catalog {
namespace {

using base::Code;
using base::Error;
using base::Where;
using geodata::Value;

std::vector<std::size_t> key_fields(const geodata::Schema& schema) {
  std::vector<std::size_t> fields;
  for (const std::string& key : schema.key) fields.push_back(*schema.index_of(key));
  return fields;
}

bool missing(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return std::holds_alternative<std::monostate>(value) || (text != nullptr && text->empty());
}

bool whole(const std::vector<std::size_t>& key, const std::vector<Value>& values) {
  return !key.empty() && std::ranges::none_of(key, [&](std::size_t field) { return missing(values[field]); });
}

/// Tells whole keys of a layer apart.
std::string key_digest(const geodata::Schema& schema, const std::vector<std::size_t>& key,
                       const std::vector<Value>& values) {
  std::string text;
  for (const std::size_t field : key) {
    geodata::append_json_value(text, values[field], schema.fields[field].type);
    text += ',';
  }
  return text;
}

std::string key_text(const geodata::Schema& schema, const std::vector<Value>& values) {
  std::string text;
  for (const std::size_t field : key_fields(schema)) {
    text += (text.empty() ? "" : ", ") + schema.fields[field].name + " ";
    geodata::append_json_value(text, values[field], schema.fields[field].type);
  }
  return text;
}

/// Which items hold a value: texts are looked for once in the column's dictionary.
std::vector<std::size_t> items_with(const geodata::Column& column, std::size_t items, const Value& value) {
  std::vector<std::size_t> found;
  if (const auto* text = std::get_if<std::string>(&value); text != nullptr && textual(column.type())) {
    for (std::uint32_t code = 0; code < column.dictionary_size(); ++code) {
      if (column.text(code) != *text) continue;
      const auto codes = column.codes();
      for (std::size_t item = 0; item < items; ++item)
        if (codes[item] == code) found.push_back(item);
      break;
    }
    return found;
  }
  for (std::size_t item = 0; item < items; ++item)
    if (column.value(item) == value) found.push_back(item);
  return found;
}

}  // namespace

void Unseen::read_on(store::Work& work, const geodata::Schema& schema, std::uint64_t held_by_edition) {
  if (held_by_edition != after)
    *this = {.after = held_by_edition, .read = held_by_edition, .delta = {}, .holders = {}};
  Changes changes = changes_since(work, schema, read);
  const auto key = key_fields(schema);
  for (auto& [id, feature] : changes.delta) {
    if (feature && whole(key, feature->values))
      holders.insert_or_assign(key_digest(schema, key, feature->values), id);
    delta.insert_or_assign(id, std::move(feature));
  }
  read = std::max(read, changes.through);
}

Present::Present(const geodata::Schema& schema, std::shared_ptr<const Edition> edition, const Unseen& unseen)
    : schema_(schema), edition_(std::move(edition)), unseen_(unseen), key_(key_fields(schema)) {}

geodata::Feature Present::below(std::size_t item) const {
  const geodata::Snapshot& snapshot = *edition_->snapshot;
  geodata::Feature found = snapshot.feature(item);
  found.values = in_schema(found.values, snapshot.schema(), schema_);
  return found;
}

void Present::each(const std::function<void(const geodata::Feature&)>& visit) const {
  for (const auto& [id, feature] : unseen_.delta)
    if (feature) visit(*feature);
  if (!edition_) return;
  for (std::size_t item = 0; item < edition_->snapshot->size(); ++item)
    if (!unseen_.delta.contains(edition_->snapshot->id(item))) visit(below(item));
}

std::optional<geodata::Feature> Present::find(std::uint64_t feature) const {
  if (const auto edited = unseen_.delta.find(feature); edited != unseen_.delta.end()) return edited->second;
  if (!edition_) return std::nullopt;
  const auto item = edition_->snapshot->find(feature);
  if (!item) return std::nullopt;
  return below(*item);
}

bool Present::whole_key(const std::vector<Value>& values) const { return whole(key_, values); }

bool Present::same_key(const std::vector<Value>& a, const std::vector<Value>& b) const {
  return std::ranges::all_of(key_, [&](std::size_t field) { return a[field] == b[field]; });
}

std::optional<std::uint64_t> Present::holder_below(const std::vector<Value>& values) const {
  if (!edition_) return std::nullopt;
  const geodata::Snapshot& snapshot = *edition_->snapshot;
  std::vector<const geodata::Column*> columns;
  for (const std::string& key : schema_.key) {
    const auto field = snapshot.schema().index_of(key);
    if (!field) return std::nullopt;
    columns.push_back(&snapshot.column(*field));
  }
  for (const std::size_t item : items_with(*columns[0], snapshot.size(), values[key_[0]])) {
    bool same = true;
    for (std::size_t i = 1; same && i < columns.size(); ++i)
      same = columns[i]->value(item) == values[key_[i]];
    if (same && !unseen_.delta.contains(snapshot.id(item))) return snapshot.id(item);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Present::holder(const std::vector<Value>& values) const {
  if (!whole_key(values)) return std::nullopt;
  const auto last = unseen_.holders.find(key_digest(schema_, key_, values));
  if (last != unseen_.holders.end()) {
    // It may have been deleted since.
    const auto& feature = unseen_.delta.at(last->second);
    if (feature && same_key(feature->values, values)) return last->second;
  }
  return holder_below(values);
}

std::uint64_t Present::new_id(const geodata::Feature& feature) const {
  const Where where{.layer = schema_.layer};
  if (const auto other = holder(feature.values)) {
    throw Error(
        Code::conflict,
        "feature " + std::to_string(*other) + " holds " + key_text(schema_, feature.values) + " already",
        where, "edit that feature, or give this one a key of its own");
  }
  const std::uint64_t claimed = claimed_id(schema_, key_, feature);
  std::uint64_t id = claimed;
  for (unsigned attempt = 1;; ++attempt) {
    const auto other = find(id);
    if (!other) return id;
    if (!whole_key(feature.values) && !whole_key(other->values) && other->geometry == feature.geometry) {
      throw Error(Code::conflict,
                  "feature " + std::to_string(id) + " has this very geometry, and neither has a key", where,
                  "edit that feature, or give this one a key");
    }
    id = base::feature_id(schema_.layer, "shares:" + std::to_string(claimed), attempt);
  }
}

}  // namespace caitu::catalog
