#pragma once

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "catalog/import.hpp"
#include "geodata/feature.hpp"
#include "support/temp_folder.hpp"

namespace caitu::catalog::test {

namespace fs = std::filesystem;

using caitu::test::read_file;
using caitu::test::TempFolder;

/// Changes one bit of a file.
inline void flip_byte(const fs::path& file, std::streamoff at) {
  std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
  stream.seekg(at);
  const char byte = static_cast<char>(stream.get() ^ 0x40);
  stream.seekp(at);
  stream.put(byte);
}

inline constexpr const char* kFields = R"(id = "fields"
title = "试验田"
geometry = ["polygon"]
key = ["plot"]
region = { west = 115.0, south = 39.0, east = 118.0, north = 42.0 }
field = [
  { name = "plot", title = "编号", type = "text", required = true },
  { name = "crop", title = "作物", type = "text" },
  { name = "rows", title = "行数", type = "integer" },
  { name = "since", title = "起始日期", type = "date" },
]
)";

/// A workspace with a layer of its own, `fields`, and a folder for deliveries beside it.
struct Land {
  Land() : workspace{folder.path() / "ws"} {
    create_workspace(workspace);
    std::ofstream(workspace.own_layers() / "fields.toml") << kFields;
  }

  ImportReport import(const std::vector<fs::path>& files, ImportRequest request = {}) const {
    if (request.layer.empty()) request.layer = "fields";
    if (request.as_of.empty()) request.as_of = "2024-01-01";
    request.files = files;
    request.threads = 2;
    return import_delivery(workspace, {}, request);
  }
  store::Store record() const { return store::Store::open(workspace.database(), true); }
  std::vector<geodata::Feature> features(std::uint32_t edition) const {
    std::vector<geodata::Feature> all;
    record().read("fields", edition, [&all](const geodata::Feature& f) { all.push_back(f); });
    return all;
  }

  TempFolder folder;
  Workspace workspace;
};

/// A GeoJSON feature of layer `fields`: a square of a thousandth of a degree with its corner at (lon, lat).
inline std::string square(const std::string& plot, double lon, double lat, const std::string& more = {}) {
  const base::Json ring = {
      {lon, lat}, {lon + 0.001, lat}, {lon + 0.001, lat + 0.001}, {lon, lat + 0.001}, {lon, lat}};
  return R"({"type":"Feature","properties":{"plot":)" + base::Json(plot).dump() + more +
         R"(},"geometry":{"type":"Polygon","coordinates":[)" + ring.dump() + "]}}";
}
inline std::string collection(const std::vector<std::string>& features) {
  std::string all;
  for (const std::string& feature : features) all += (all.empty() ? "" : ",") + feature;
  return R"({"type":"FeatureCollection","features":[)" + all + "]}";
}
/// Squares with plots "1" to "count", in a row.
inline std::vector<std::string> squares(int count) {
  std::vector<std::string> all;
  for (int i = 1; i <= count; ++i) all.push_back(square(std::to_string(i), 116 + 0.002 * i, 40));
  return all;
}

/// The error that an action ends with; fails the test when it ends well.
template <typename Action>
base::Error error_of(const Action& action) {
  try {
    action();
  } catch (const base::Error& error) {
    UNSCOPED_INFO(error.full());
    return error;
  }
  FAIL("nothing was thrown");
  return {base::Code::internal, "unreachable"};
}

}  // namespace caitu::catalog::test
