#include "catalog/known_rows.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/sha256.hpp"
#include "geodata/feature.hpp"
#include "geometry/ops.hpp"

namespace caitu::catalog {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKind = "rows";
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kKeyed = std::uint32_t{1} << 31;

enum class Part : std::uint32_t { digests = 1, contents, claims, items, said };
constexpr geodata::SectionKey key(Part part) { return {static_cast<std::uint32_t>(part), 0}; }

/// A table that is not there is as one that says nothing.
base::Digest128 digest_of_file(const fs::path& file) {
  return base::first_half(fs::exists(file) ? base::sha256_of_file(file) : base::sha256(""));
}

/// Every build may take a row in another way.
base::Digest128 program_digest() { return base::first_half(base::program_sha256()); }

std::string bytes_of(const base::Digest128& digest) {
  std::string bytes;
  base::append_value(bytes, digest);
  return bytes;
}

}  // namespace

std::string known_rows_name(const std::string& layer, std::uint32_t edition) {
  return layer + "-" + std::to_string(edition) + ".rows";
}

std::string known_rows_fault(const fs::path& file) {
  try {
    geodata::BlockFile(file, kKind, kVersion).verify();
    return {};
  } catch (const base::Error& error) {
    return error.what();
  }
}

base::Digest128 manner_of(const AuditContext& context, const DeliveredFile& file) {
  std::string text = bytes_of(program_digest()) + geometry::library_versions();
  const auto add = [&text](std::string_view part) { (text += '\x1e') += part; };
  add(bytes_of(digest_of_file(context.declaration.file)));
  for (const char* table : {"land_classes.csv", "survey_codes.csv"})
    add(context.tables.empty() ? "" : bytes_of(digest_of_file(context.tables / table)));
  const auto districts = context.current.find("districts");
  add(districts == context.current.end() ? "" : districts->second->digest());
  add(file.source.manner());
  add(file.placement.crs.definition());
  add(geometry::name(file.placement.datum));
  for (const int place : file.places) add(std::to_string(place));
  if (file.codes) {
    add(file.codes->survey2);
    add(file.codes->planning);
    add(file.codes->text ? "text" : "numbers");
  }
  return base::digest128(text);
}

base::Digest128 delivered_digest(const base::Digest128& manner, const base::Digest128& bytes) {
  char both[2 * sizeof manner];
  std::memcpy(both, &manner, sizeof manner);
  std::memcpy(both + sizeof manner, &bytes, sizeof bytes);
  return base::digest128({both, sizeof both});
}

base::Digest128 delivered_digest(const base::Digest128& manner, const geodata::SourceRow& row) {
  if (row.bytes) return delivered_digest(manner, *row.bytes);
  std::string text = bytes_of(manner) + bytes_of(geodata::content_digest(row.geometry, row.values));
  for (const std::string* part : {&row.extra, &row.note, &row.flaw}) (text += '\x1e') += *part;
  return base::digest128(text);
}

KnownRows KnownRows::open(const Workspace& workspace, const store::Store& store,
                          const geodata::Schema& schema) {
  const auto editions = store.editions(schema.layer);
  for (auto record = editions.rbegin(); record != editions.rend(); ++record) {
    const fs::path file = workspace.snapshots() / known_rows_name(schema.layer, record->edition);
    if (!record->published || !fs::exists(file)) continue;
    try {
      auto snapshot = geodata::Snapshot::open(workspace.snapshots() / record->snapshot);
      if (snapshot->digest() != record->digest || snapshot->schema().fields != schema.fields) return {};
      return {file, std::move(snapshot)};
    } catch (const base::Error& error) {
      spdlog::warn("every row is taken anew: {}", error.full());
      return {};
    }
  }
  return {};
}

KnownRows::KnownRows(const fs::path& file, std::shared_ptr<const geodata::Snapshot> snapshot)
    : file_(std::make_shared<geodata::BlockFile>(file, kKind, kVersion)), snapshot_(std::move(snapshot)) {
  file_->verify();
  const base::Json about = base::Json::parse(file_->metadata());
  if (about.at("snapshot") != snapshot_->digest()) return;
  for (const base::Json& notes : about.at("notes")) notes_.push_back(notes.get<std::vector<std::string>>());
  digests_ = file_->section<base::Digest128>(key(Part::digests));
  contents_ = file_->section<base::Digest128>(key(Part::contents));
  claims_ = file_->section<std::uint64_t>(key(Part::claims));
  items_ = file_->section<std::uint32_t>(key(Part::items));
  said_ = file_->section<std::uint32_t>(key(Part::said));
  slots_.resize(std::bit_ceil(2 * digests_.size() + 1));
  for (std::uint32_t row = 0; row < digests_.size(); ++row) {
    std::size_t at = digests_[row].low & (slots_.size() - 1);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = row + 1;
  }
}

std::optional<KnownRow> KnownRows::find(const base::Digest128& delivered) const {
  if (empty()) return std::nullopt;
  for (std::size_t at = delivered.low & (slots_.size() - 1); slots_[at] != 0;
       at = (at + 1) & (slots_.size() - 1)) {
    const std::uint32_t row = slots_[at] - 1;
    if (digests_[row] != delivered) continue;
    return KnownRow{.claim = {claims_[row], contents_[row], (said_[row] & kKeyed) != 0},
                    .item = items_[row],
                    .notes = said_[row] & ~kKeyed};
  }
  return std::nullopt;
}

void RowsToKnow::add(const base::Digest128& delivered, const std::vector<std::string>& notes) {
  // Few rows differ in what is noted, and those that follow each other mostly do not.
  constexpr std::size_t kKinds = 256;
  std::size_t after =
      static_cast<std::size_t>(notes_.rend() - std::find(notes_.rbegin(), notes_.rend(), notes));
  if (after == 0) {
    if (notes_.size() == kKinds) return add_unknown();
    notes_.push_back(notes);
    after = notes_.size();
  }
  digests_.push_back(delivered);
  said_.push_back(static_cast<std::uint32_t>(after - 1));
}

void RowsToKnow::add_unknown() {
  digests_.emplace_back();
  said_.push_back(kUnknown);
}

void RowsToKnow::leave(const Workspace& workspace, const geodata::Snapshot& snapshot,
                       const std::vector<Claim>& claims, const std::vector<std::uint32_t>& arrivals) const {
  const geodata::SnapshotInfo& about = snapshot.info();
  try {
    write(workspace.snapshots() / known_rows_name(about.layer, about.edition), snapshot, claims, arrivals);
  } catch (const base::Error& error) {
    spdlog::warn("the next import of {} takes every row anew: {}", about.layer, error.full());
  }
  for (std::uint32_t edition = 1; edition < about.edition; ++edition) {
    std::error_code ignored;
    fs::remove(workspace.snapshots() / known_rows_name(about.layer, edition), ignored);
  }
}

void RowsToKnow::write(const fs::path& file, const geodata::Snapshot& snapshot,
                       const std::vector<Claim>& claims, const std::vector<std::uint32_t>& arrivals) const {
  std::vector<std::uint32_t> item_of(claims.size());
  for (std::uint32_t item = 0; item < arrivals.size(); ++item) item_of[arrivals[item]] = item;
  geodata::BlockFileWriter writer(file, kKind, kVersion);
  const auto append = [&]<typename T>(Part part, const auto& value_of, T) {
    std::vector<T> values;
    values.reserve(claims.size());
    for (std::size_t claim = 0; claim < claims.size(); ++claim)
      if (said_[claim] != kUnknown) values.push_back(value_of(claim));
    writer.begin(key(part));
    writer.append(std::span<const T>(values));
  };
  append(
      Part::digests, [&](std::size_t claim) { return digests_[claim]; }, base::Digest128{});
  append(
      Part::contents, [&](std::size_t claim) { return claims[claim].content; }, base::Digest128{});
  append(
      Part::claims, [&](std::size_t claim) { return claims[claim].id; }, std::uint64_t{});
  append(
      Part::items, [&](std::size_t claim) { return item_of[claim]; }, std::uint32_t{});
  append(
      Part::said, [&](std::size_t claim) { return said_[claim] | (claims[claim].keyed ? kKeyed : 0); },
      std::uint32_t{});
  writer.finish(base::Json{{"snapshot", snapshot.digest()}, {"notes", notes_}}.dump());
}

}  // namespace caitu::catalog
