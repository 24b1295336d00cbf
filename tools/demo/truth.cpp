#include "truth.hpp"

#include <fmt/format.h>

#include <fstream>

#include "base/error.hpp"
#include "projection.hpp"

namespace caitu::demo {

void Truth::expect(const Footprint& site, std::string_view rule, std::string_view expected) {
  expect(site.id, geometry::point_on(polygon(site.ring)), rule, expected);
}

void Truth::expect(const std::string& site, geometry::Position at, std::string_view rule,
                   std::string_view expected) {
  rows_.push_back({site, at, rule, expected});
}

void Truth::write(const std::filesystem::path& file) const {
  std::ofstream out(file, std::ios::binary);
  out << "site,lon,lat,rule,expected\n";
  for (const Row& row : rows_) {
    out << fmt::format("{},{:.7f},{:.7f},{},{}\n", row.site, row.at.lon, row.at.lat, row.rule, row.expected);
  }
  out.close();
  if (!out)
    throw base::Error(base::Code::io, "The file cannot be written.", base::Where{.file = file.string()});
}

}  // namespace caitu::demo
