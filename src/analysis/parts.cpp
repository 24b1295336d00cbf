#include "analysis/parts.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "analysis/detail/cut_store.hpp"
#include "base/mapped_array.hpp"
#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/workers.hpp"
#include "geodata/row_file.hpp"
#include "geodata/source.hpp"
#include "geometry/codec.hpp"

namespace caitu::analysis {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Json;
using base::Where;
using geodata::Value;

constexpr std::size_t kBatchRows = 1000;

std::string file_digest(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  base::Sha256 digest;
  std::array<char, 1 << 16> buffer;
  while (in.read(buffer.data(), buffer.size()) || in.gcount() > 0)
    digest.add({buffer.data(), static_cast<std::size_t>(in.gcount())});
  if (!in.eof()) throw Error(Code::io, "the file cannot be read", Where{.file = file.string()});
  const base::Digest256 value = digest.finish();
  return base::hex(std::span<const std::uint8_t>(value));
}

/// Of which run an account is, whatever the part.
std::string run_of(const Account& account) {
  Json request = account.request;
  request.erase("part");
  return request.dump() + " " + account.a.digest + " " + account.b.digest;
}

struct Sheet {
  fs::path file;
  Part part;
  std::string run, sha256;
  Json schema;
  Account account;
};

[[noreturn]] void refuse(const fs::path& file, const std::string& message, const std::string& hint) {
  throw Error(Code::refused, message, Where{.file = file.string()}, hint);
}

Sheet read_sheet(const fs::path& file) try {
  if (!fs::exists(file)) throw Error(Code::not_found, "there is no such file", Where{.file = file.string()});
  std::ifstream in(part_sheet(file), std::ios::binary);
  if (!in)
    refuse(file, "it is no part of an overlay: " + part_sheet(file).filename().string() + " is missing",
           "give files that `caitu overlay --part` has written, with what stands beside them");
  const Json json = Json::parse(std::string{std::istreambuf_iterator<char>(in), {}});
  return {.file = file,
          .part = {json.at("part").at("number"), json.at("part").at("of")},
          .run = json.at("run"),
          .sha256 = json.at("sha256"),
          .schema = json.at("schema"),
          .account = account_of(json.at("account"))};
} catch (const Json::exception& error) {
  refuse(part_sheet(file), std::string("it is damaged: ") + error.what(), "make the part again");
}

void check_complete(const std::vector<Sheet>& sheets) {
  const Sheet& first = sheets.front();
  std::vector<const Sheet*> by_number(first.part.of, nullptr);
  for (const Sheet& sheet : sheets) {
    if (sheet.run != first.run || sheet.part.of != first.part.of || sheet.schema != first.schema)
      refuse(sheet.file, "it is a part of another run than " + first.file.string(),
             "parts must be made of the same files with the same options");
    const Sheet*& place = by_number.at(sheet.part.number - 1);
    if (place != nullptr)
      refuse(sheet.file,
             "part " + std::to_string(sheet.part.number) + " is there already: " + place->file.string(),
             "give each part once");
    place = &sheet;
  }
  std::string missing;
  for (std::size_t i = 0; i < by_number.size(); ++i) {
    if (by_number[i] == nullptr) missing += (missing.empty() ? "" : ", ") + std::to_string(i + 1);
  }
  if (!missing.empty())
    refuse(first.file, "of its " + std::to_string(first.part.of) + " parts these are missing: " + missing,
           "make them with --part, and give all");
}

/// Rows of all parts, to be had in any order.
class RowPile {
 public:
  explicit RowPile(const fs::path& scratch) : rows_(scratch / "rows") {}

  /// Its geometry goes with the values, as WKB.
  void add(std::vector<Value>&& values, geometry::GeometryView geometry) {
    std::string wkb;
    geometry::append_wkb(wkb, geometry);
    values.emplace_back(std::move(wkb));
    rows_.add(values);
  }
  void seal() { rows_.seal(); }
  std::size_t bytes(std::uint64_t number) const { return rows_.bytes(number); }
  /// Any thread, once sealed.
  std::pair<std::vector<Value>, geometry::Geometry> row(std::uint64_t number) const {
    std::vector<Value> values = rows_.row(number);
    geometry::Geometry geometry = geometry::read_wkb(std::get<std::string>(values.back()));
    values.pop_back();
    return {std::move(values), std::move(geometry)};
  }

 private:
  geodata::RowFile rows_;
};

/// Parts one after the other, each in its own order; what is left of b comes behind everything else.
struct Entry {
  bool rest_of_b;
  std::uint32_t part;
  std::int64_t id;
  std::uint64_t row;
  friend auto operator<=>(const Entry&, const Entry&) = default;
};

std::vector<std::string> names_of(const geodata::Schema& schema) {
  std::vector<std::string> names;
  for (const geodata::Field& field : schema.fields) names.push_back(field.name);
  return names;
}

}  // namespace

fs::path part_sheet(const fs::path& file) { return file.string() + ".part.json"; }

void check_part_format(const fs::path& file) {
  const std::string ending = file.extension().string();
  if (ending == ".gpkg" || ending == ".fgb" || ending == ".sqlite") return;
  throw Error(Code::usage,
              "a part cannot be a " + (ending.empty() ? "file without an ending" : ending + " file"),
              Where{.file = file.string(), .field = "--part"},
              "write a .gpkg, .fgb or .sqlite, which lose nothing; merge then writes any format");
}

void write_part_sheet(const fs::path& file, const Account& account, const Part& part,
                      const geodata::Schema& schema) {
  const Json json{{"part", {{"number", part.number}, {"of", part.of}}},
                  {"run", run_of(account)},
                  {"sha256", file_digest(file)},
                  {"schema", to_json(schema)},
                  {"account", exact_json(account)}};
  const fs::path sheet = part_sheet(file);
  std::ofstream out(sheet, std::ios::binary);
  out << json.dump(1) << "\n";
  out.close();
  if (!out)
    throw Error(Code::io, "the file cannot be written", Where{.file = sheet.string()},
                "is there room on the disk?");
}

Parts read_parts(const std::vector<fs::path>& files, const base::Progress& progress) {
  std::vector<Sheet> sheets;
  for (const fs::path& file : files) sheets.push_back(read_sheet(file));
  check_complete(sheets);
  std::ranges::sort(sheets, {}, [](const Sheet& sheet) { return sheet.part.number; });
  Parts parts;
  parts.schema = geodata::schema_from_json(sheets.front().schema);
  for (const Sheet& sheet : sheets) {
    progress.check();
    progress.at("proving the parts", parts.files.size(), sheets.size());
    if (file_digest(sheet.file) != sheet.sha256)
      refuse(sheet.file, "it was changed after it was made", "make the part again");
    parts.files.push_back(sheet.file);
    if (parts.files.size() == 1) {
      parts.account = sheet.account;
      parts.account.request.erase("part");
    } else {
      add(parts.account, sheet.account);
    }
  }
  return parts;
}

void merge(const Parts& parts, const fs::path& scratch, geodata::Sink& out, const base::Progress& progress) {
  const Account& account = parts.account;
  const std::uint64_t promised = account.pieces + account.rests + account.right_rests;
  std::vector<std::string> names = names_of(parts.schema);
  names.emplace_back("id");
  RowPile pile(scratch);
  base::MappedArray<Entry> order(scratch, promised);
  std::uint64_t number = 0;
  std::uint32_t part = 0;
  for (const fs::path& file : parts.files) {
    ++part;
    geodata::Source source(file, {});
    source.select(names);
    for (auto rows = source.read(kBatchRows); !rows.empty(); rows = source.read(kBatchRows)) {
      progress.check();
      for (geodata::SourceRow& row : rows) {
        if (number == promised)
          refuse(file, "it holds more features than its account", "make the part again");
        const auto* id = std::get_if<std::int64_t>(&row.values.back());
        if (id == nullptr) refuse(file, "a feature of it has no id", "make the part again");
        const bool rest_of_b = std::holds_alternative<std::monostate>(row.values.front());
        order[number] = {rest_of_b, part, *id, number};
        row.values.pop_back();
        ++number;
        pile.add(std::move(row.values), row.geometry);
      }
      progress.at("reading", number, promised);
    }
  }
  if (number != promised)
    refuse(parts.files.front(), "the parts hold fewer features than their accounts", "make them again");
  pile.seal();
  std::sort(order.begin(), order.end());
  const auto row = [&](std::size_t i) {
    const auto [values, geometry] = pile.row(order[i].row);
    const auto* size = std::get_if<double>(&values.back());
    const bool polygon = geometry.kind == geometry::Kind::polygon;
    return out.row(i + 1, geometry, values, polygon && size != nullptr ? *size : 0);
  };
  const auto bytes = [&](std::size_t i) { return pile.bytes(order[i].row); };
  write_rows(out, {.count = promised, .row = row, .bytes = bytes}, base::default_threads(), progress);
}

}  // namespace caitu::analysis
