#include "analysis/input_layer.hpp"

#include <cmath>
#include <optional>

#include "base/workers.hpp"
#include "geodata/source.hpp"
#include "geometry/measure.hpp"

namespace caitu::analysis {
namespace {

using base::Digest128;
using geodata::Source;
using geodata::SourceRow;
using geometry::Kind;

constexpr std::size_t kBatchRows = 1000;
constexpr std::size_t kBatchesInFlight = 16;
constexpr std::size_t kListedRows = 20;

const std::vector<Kind> kAnyKind{Kind::point, Kind::line, Kind::polygon};

struct PlacedRow {
  std::int64_t row = 0;
  bool without_geometry = false;
  geodata::Placed placed;
  std::vector<geodata::Value> values;
  std::string note;
  double area_m2 = 0;
  Digest128 digest;  ///< of what was delivered
};

PlacedRow placed_row(const geodata::Placement& placement, const std::string& driver, SourceRow row) {
  PlacedRow result{
      .row = row.row,
      .without_geometry = row.geometry.empty() && (row.flaw.empty() || row.flaw == "no geometry"),
      .placed = {},
      .values = std::move(row.values),
      .note = std::move(row.note),
      .area_m2 = 0,
      .digest = {}};
  if (result.without_geometry) {
    result.digest = geodata::content_digest({}, result.values);
    return result;
  }
  if (row.flaw.empty()) {
    result.placed = geodata::place(placement, driver, row.geometry, kAnyKind);
  } else {
    result.placed.refusal = std::move(row.flaw);
  }
  result.digest = geodata::content_digest(result.placed.geometry, result.values);
  if (result.placed.geometry.kind == Kind::polygon)
    result.area_m2 = geometry::area_m2(result.placed.geometry);
  return result;
}

/// Takes rows in their order; one thread.
class Keeper {
 public:
  Keeper(geodata::SnapshotWriter& land, geodata::RowFile& rows, Intake& intake)
      : land_(land), rows_(rows), intake_(intake) {}

  void keep(PlacedRow&& row) {
    ++intake_.rows;
    std::string both;
    base::append_value(both, chained_);
    base::append_value(both, row.digest);
    base::append_value(both, row.row);
    chained_ = base::digest128(both);
    if (!row.note.empty()) ++intake_.notes[row.note];
    for (const std::string& note : row.placed.notes) ++intake_.notes[note];
    // Numbers that the file has deleted rows for stay free.
    while (rows_.size() + 1 < static_cast<std::uint64_t>(row.row)) rows_.add({});
    rows_.add(row.values);
    if (row.without_geometry) {
      ++intake_.without_geometry;
    } else if (!row.placed.refusal.empty()) {
      ++intake_.refused_rows;
      if (intake_.refused.size() < kListedRows) intake_.refused.push_back({row.row, row.placed.refusal});
    } else {
      if (!row.placed.repair.empty()) ++intake_.repaired;
      if (row.placed.flaw) ++intake_.notes["mended: " + row.placed.flaw->reason];
      land_.add(static_cast<std::uint64_t>(row.row), row.placed.geometry, {}, row.area_m2);
    }
  }
  Digest128 digest() const { return chained_; }

 private:
  geodata::SnapshotWriter& land_;
  geodata::RowFile& rows_;
  Intake& intake_;
  Digest128 chained_;
};

std::vector<geodata::Field> fields_of(const Source& source) {
  std::vector<geodata::Field> fields;
  for (const geodata::SourceField& field : source.fields())
    fields.push_back({.name = field.name, .type = field.type});
  return fields;
}

}  // namespace

base::Json to_json(const Intake& intake) {
  base::Json json{{"rows", intake.rows}};
  if (!intake.placement.empty()) json["crs"] = intake.placement;
  json["without_geometry"] = intake.without_geometry;
  json["repaired"] = intake.repaired;
  json["refused"] = intake.refused_rows;
  if (!intake.refused.empty()) {
    base::Json& list = json["refused_rows"] = base::Json::array();
    for (const auto& [row, reason] : intake.refused) list.push_back({{"row", row}, {"reason", reason}});
  }
  if (!intake.notes.empty()) json["notes"] = intake.notes;
  if (!intake.warnings.empty()) json["warnings"] = intake.warnings;
  return json;
}

InputLayer::InputLayer(std::shared_ptr<const geodata::Snapshot> edition, std::string name)
    : name_(std::move(name)),
      digest_(edition->digest()),
      land_(std::move(edition)),
      fields_(land_->schema().fields) {
  intake_.rows = land_->size();
}

InputLayer InputLayer::read(const InputFile& given, const std::filesystem::path& scratch, std::size_t threads,
                            const base::Progress& progress) {
  const auto [file, layer] = geodata::split_layer(given.file);
  Source source(file, {.layer = layer, .encoding = given.encoding});
  InputLayer result;
  result.name_ = given.title.empty() ? given.file.string() : given.title;
  result.fields_ = fields_of(source);
  Intake& intake = result.intake_;
  const geodata::Placement placement =
      geodata::placement_of(source, result.name_, given.said, intake.warnings);
  intake.placement = placement.crs.name() + " (" + placement.basis + ")";
  if (placement.datum != geometry::Datum::cgcs2000)
    intake.placement = std::string(geometry::name(placement.datum)) + ", " + intake.placement;

  geodata::Schema schema;
  schema.layer = source.layer();
  schema.kinds = kAnyKind;
  const std::filesystem::path land_file = scratch / "land";
  geodata::SnapshotWriter land(land_file, schema, {.layer = schema.layer, .edition = 0, .as_of = {}});
  auto rows = std::make_shared<geodata::RowFile>(land_file);
  Keeper keeper(land, *rows, intake);
  const auto promised = static_cast<std::uint64_t>(std::max<std::int64_t>(0, source.rows()));
  const std::string driver = source.driver();
  bool first = true;
  const auto produce = [&]() -> std::optional<std::vector<SourceRow>> {
    progress.check();
    std::vector<SourceRow> batch = source.read(kBatchRows);
    if (batch.empty()) return std::nullopt;
    if (std::exchange(first, false)) geodata::check_placement(placement, result.name_, batch);
    return batch;
  };
  const auto work = [&](std::vector<SourceRow> batch) {
    std::vector<PlacedRow> placed;
    placed.reserve(batch.size());
    for (SourceRow& row : batch) placed.push_back(placed_row(placement, driver, std::move(row)));
    return placed;
  };
  const auto consume = [&](std::vector<PlacedRow> batch) {
    for (PlacedRow& row : batch) keeper.keep(std::move(row));
    progress.at("reading", intake.rows, std::max(promised, intake.rows));
  };
  base::ordered_pipeline<std::vector<SourceRow>, std::vector<PlacedRow>>(produce, work, consume, threads,
                                                                         kBatchesInFlight);
  rows->seal();
  land.finish();
  result.rows_ = std::move(rows);
  result.land_ = geodata::Snapshot::open(land_file);
  result.digest_ = base::hex(keeper.digest());
  return result;
}

std::vector<geodata::Value> InputLayer::values(std::size_t item, std::span<const std::size_t> places) const {
  std::vector<geodata::Value> values;
  values.reserve(places.size());
  if (rows_) {
    const std::vector<geodata::Value> row = rows_->row(id(item) - 1);
    for (const std::size_t place : places) values.push_back(row[place]);
  } else {
    for (const std::size_t place : places) values.push_back(land_->column(place).value(item));
  }
  return values;
}

}  // namespace caitu::analysis
