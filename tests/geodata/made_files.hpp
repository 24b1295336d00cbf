#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

/// Files that the tests of this room make, and the shared ones that they read.
namespace made {

namespace fs = std::filesystem;

/// A fresh folder that goes away with its owner.
struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "caitu-geodata-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path / name, std::ios::binary) << bytes;
    return path / name;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(path))
      found.push_back(entry.path().filename().string());
    std::sort(found.begin(), found.end());
    return found;
  }
};

inline std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A file of the shared open data; nullopt (and a printed line) where that folder is absent, which is a
/// failure in CI.
inline std::optional<fs::path> shared(const std::string& name) {
  const fs::path file = fs::path(CAITU_SOURCE_DIR) / "../shared/data" / name;
  if (fs::exists(file)) return file;
  if (std::getenv("CI") != nullptr) FAIL("the shared data lacks " << name);
  std::cout << "skipped: there is no " << file << "\n";
  return std::nullopt;
}

inline void put_big(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

/// A point Shapefile's .shp and .shx with points at (116, 40), (117, 40), …
inline std::pair<std::string, std::string> points_shp(std::uint32_t count) {
  const auto header = [&](std::uint32_t bytes) {
    std::string head;
    put_big(head, 9994);
    head.append(20, '\0');
    put_big(head, bytes / 2);
    caitu::base::append_value<std::int32_t>(head, 1000);
    caitu::base::append_value<std::int32_t>(head, 1);
    for (const double edge : {116.0, 40.0, 115.0 + count, 40.0, 0.0, 0.0, 0.0, 0.0}) {
      caitu::base::append_value(head, edge);
    }
    return head;
  };
  std::string shp = header(100 + 28 * count), shx = header(100 + 8 * count);
  for (std::uint32_t i = 0; i < count; ++i) {
    put_big(shx, static_cast<std::uint32_t>(shp.size() / 2));
    put_big(shx, 10);
    put_big(shp, i + 1);
    put_big(shp, 10);
    caitu::base::append_value<std::int32_t>(shp, 1);
    caitu::base::append_value(shp, 116.0 + i);
    caitu::base::append_value(shp, 40.0);
  }
  return {shp, shx};
}

/// A .dbf of text fields, each 20 bytes wide; a row that begins with '*' there is marked as deleted.
inline std::string dbf(const std::vector<std::string>& fields,
                       const std::vector<std::vector<std::string>>& rows, char language = 0,
                       const std::vector<std::size_t>& deleted = {}) {
  std::string out("\x03\x7b\x01\x01", 4);
  caitu::base::append_value(out, static_cast<std::uint32_t>(rows.size()));
  caitu::base::append_value(out, static_cast<std::uint16_t>(33 + 32 * fields.size()));
  caitu::base::append_value(out, static_cast<std::uint16_t>(1 + 20 * fields.size()));
  out.append(17, '\0');
  out += language;
  out.append(2, '\0');
  for (const std::string& field : fields) {
    std::string entry = field;
    entry.resize(32, '\0');
    entry[11] = 'C';
    entry[16] = 20;
    out += entry;
  }
  out += '\r';
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out += std::find(deleted.begin(), deleted.end(), i) != deleted.end() ? '*' : ' ';
    for (std::string value : rows[i]) {
      value.resize(20, ' ');
      out += value;
    }
  }
  return out + '\x1a';
}

/// Writes name.shp, name.shx and name.dbf.
inline fs::path shapefile(const Folder& folder, const std::string& name, const std::string& table,
                          std::uint32_t count) {
  const auto [shp, shx] = points_shp(count);
  folder.write(name + ".shx", shx);
  folder.write(name + ".dbf", table);
  return folder.write(name + ".shp", shp);
}

/// A .zip that only stores.
inline std::string zip(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string out, directory;
  const auto entry = [](std::string& to, const std::string& name, const std::string& bytes) {
    to.append("\x0a\x00\x00\x00\x00\x00\x00\x00\x21\x50", 10);  // version, flags, stored, a time and a date
    caitu::base::append_value(to, caitu::base::crc32(bytes));
    caitu::base::append_value(to, static_cast<std::uint32_t>(bytes.size()));
    caitu::base::append_value(to, static_cast<std::uint32_t>(bytes.size()));
    caitu::base::append_value(to, static_cast<std::uint16_t>(name.size()));
    caitu::base::append_value(to, std::uint16_t{0});
  };
  for (const auto& [name, bytes] : files) {
    const auto at = static_cast<std::uint32_t>(out.size());
    out += "PK\x03\x04";
    entry(out, name, bytes);
    out += name + bytes;
    directory += "PK\x01\x02";
    directory.append("\x0a\x00", 2);
    entry(directory, name, bytes);
    directory.append(10, '\0');
    caitu::base::append_value(directory, at);
    directory += name;
  }
  const auto at = static_cast<std::uint32_t>(out.size());
  out += directory + "PK\x05\x06";
  out.append(4, '\0');
  caitu::base::append_value(out, static_cast<std::uint16_t>(files.size()));
  caitu::base::append_value(out, static_cast<std::uint16_t>(files.size()));
  caitu::base::append_value(out, static_cast<std::uint32_t>(directory.size()));
  caitu::base::append_value(out, at);
  out.append(2, '\0');
  return out;
}

}  // namespace made
