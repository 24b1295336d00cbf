#pragma once

#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "geodata/snapshot_fixture.hpp"
#include "store/detail/sqlite.hpp"
#include "store/store.hpp"
#include "store/work.hpp"

namespace caitu::store::test {

using geodata::Feature;
using geodata::Schema;
using geodata::test::every_type;
using geodata::test::Land;
using geodata::test::TempFolder;

/// A workspace's record in a folder of its own.
struct Record {
  Record() : file(folder / "caitu.db") { Store::create(file); }
  Store open(bool read_only = false) const { return Store::open(file, read_only); }
  /// What a plain SQLite connection finds.
  std::int64_t integer(const std::string& sql) const {
    return detail::Connection(file, detail::Access::read).integer(sql);
  }
  std::string text(const std::string& sql) const {
    return detail::Connection(file, detail::Access::read).text(sql);
  }

  TempFolder folder;
  std::filesystem::path file;
};

/// A work database in a folder of its own.
struct WorkFile {
  WorkFile() : file(folder / "work.db") { Work::create(file); }
  Work open() const { return Work::open(file, false); }

  TempFolder folder;
  std::filesystem::path file;
};

inline base::Digest128 content_of(const Feature& feature) {
  return geodata::content_digest(feature.geometry, feature.values);
}

inline EditionRecord record_of(std::uint64_t rows) {
  EditionRecord record;
  record.rows = rows;
  record.source = {{"file", "DLTB.shp"}};
  record.report = {{"rows_in", rows}};
  record.area_m2 = 1234.5;
  record.digest = "abcd";
  record.snapshot = "parcels-1.snap";
  return record;
}

/// One edition that replaces all rows with `features`.
inline void import_all(Store& store, const Schema& schema, const std::vector<Feature>& features) {
  StagedEdition staged = store.stage(schema, "2023-10-31");
  for (const RowState& row : store.newest_rows(schema.layer)) staged.end_row(row.row_id);
  for (const Feature& feature : features) staged.add(feature, content_of(feature));
  staged.publish(record_of(features.size()));
}

inline std::vector<Feature> read_all(const Store& store, const std::string& layer, std::uint32_t edition) {
  std::vector<Feature> features;
  store.read(layer, edition, [&features](const Feature& feature) { features.push_back(feature); });
  return features;
}

template <typename Action>
base::Code code_of(const Action& action) {
  try {
    action();
  } catch (const base::Error& error) {
    UNSCOPED_INFO(error.full());
    return error.code();
  }
  FAIL("nothing was thrown");
  return base::Code::internal;
}

/// What a program prints on stdout and stderr; fails the test when it does not end with 0.
inline std::string output_of(const std::string& command) {
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen((command + " 2>&1").c_str(), "r"), &::pclose);
  REQUIRE(pipe);
  std::string output;
  std::array<char, 4096> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.append(buffer.data(), got);
  }
  INFO(command << "\n" << output);
  REQUIRE(::pclose(pipe.release()) == 0);
  return output;
}

}  // namespace caitu::store::test
