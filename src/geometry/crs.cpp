#include "geometry/crs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "geometry/detail/proj_handle.hpp"

namespace caitu::geometry {
namespace {

using base::Code;
using base::Error;
using detail::Pj;
using detail::ProjContext;

constexpr const char* kShapes =
    "Write a code (EPSG:4527), a .wkt or .prj file, WKT itself, or a PROJ text (+proj=… or +proj=pipeline "
    "…).";

// Larger than any WKT, smaller than a shapefile given by mistake.
constexpr std::size_t kLargestFile = 1U << 20U;

const ProjContext& context() {
  thread_local const ProjContext of_thread;
  return of_thread;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const auto space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && (space(text.back()) || text.back() == '\0')) text.remove_suffix(1);
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  return text;
}

bool names_file(std::string_view text) {
  if (text.size() < 5 || text.find('\n') != std::string_view::npos) return false;
  std::string ending(text.substr(text.size() - 4));
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".wkt" || ending == ".prj";
}

std::string read_definition(const std::string& path) {
  const base::Where where{.file = path};
  std::error_code unknown;
  const auto size = std::filesystem::file_size(path, unknown);
  std::ifstream file(path, std::ios::binary);
  if (unknown || !file) {
    throw Error(Code::io, "The file of a coordinate reference system cannot be opened.", where);
  }
  if (size > kLargestFile) {
    throw Error(Code::invalid, "The file is too large for a coordinate reference system.", where);
  }
  const std::string content(std::istreambuf_iterator<char>(file), {});
  return std::string(trimmed(content));
}

/// A bare word is refused although PROJ would search its names for it: "Beijing" finds a CRS of 1954.
bool looks_like_definition(std::string_view text) {
  return text.find_first_of(":[({+=") != std::string_view::npos;
}

bool is_pipeline(std::string_view text) {
  return !text.starts_with('{') && text.find("proj=pipeline") != std::string_view::npos;
}

void check_pipeline(const std::string& text, const base::Where& where) {
  const Pj pipeline(proj_create(context().get(), text.c_str()));
  if (pipeline == nullptr) {
    throw Error(Code::invalid, fmt::format("PROJ cannot build the pipeline: {}.", context().take_message()),
                where);
  }
  if (proj_degree_output(pipeline.get(), PJ_FWD) == 0) {
    throw Error(
        Code::invalid, "The pipeline does not end in degrees.", where,
        "Let it end in EPSG:4490 longitude and latitude: … +step +proj=unitconvert +xy_in=rad +xy_out=deg");
  }
}

Pj parse_crs(const std::string& text, const base::Where& where) {
  Pj crs = looks_like_definition(text) ? detail::crs_from_text(context(), text) : nullptr;
  if (crs != nullptr) return crs;
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  throw Error(Code::invalid,
              fmt::format("\"{}\" is no coordinate reference system: {}.", text.substr(0, 200),
                          context().take_message()),
              where, digits ? fmt::format("Write EPSG:{}.", text) : kShapes);
}

/// The code under which an authority has registered exactly this CRS: EPSG's if there is one.
std::string registered_code(const PJ* crs) {
  int* confidences = nullptr;
  const detail::PjList matches(proj_identify(context().get(), crs, nullptr, nullptr, &confidences));
  const std::unique_ptr<int, void (*)(int*)> owned_confidences(confidences, proj_int_list_destroy);
  std::string found;
  for (int i = 0; matches != nullptr && i < proj_list_get_count(matches.get()); ++i) {
    if (confidences[i] < 100) continue;
    const Pj match(proj_list_get(context().get(), matches.get(), i));
    const char* authority = match == nullptr ? nullptr : proj_get_id_auth_name(match.get(), 0);
    const char* code = match == nullptr ? nullptr : proj_get_id_code(match.get(), 0);
    if (authority == nullptr || code == nullptr) continue;
    const std::string candidate = fmt::format("{}:{}", authority, code);
    if (found.empty() || (candidate.starts_with("EPSG:") && !found.starts_with("EPSG:"))) found = candidate;
  }
  return found;
}

bool north_first(const PJ* plane) {
  const Pj system(proj_crs_get_coordinate_system(context().get(), plane));
  const char* direction = nullptr;
  if (system == nullptr || proj_cs_get_axis_info(context().get(), system.get(), 0, nullptr, nullptr,
                                                 &direction, nullptr, nullptr, nullptr, nullptr) == 0) {
    return false;
  }
  return detail::bare_name(direction) == "north";
}

/// Gauss-Kruger writes the zone in front of a false easting of 500 km: 39 500 000 m is zone 39. Its meridian
/// must agree: three degrees a zone, or six.
std::optional<int> zone_of(const PJ* plane) {
  const double easting = detail::projection_parameter(context(), plane, "False easting", 0);
  const double meridian = detail::projection_parameter(context(), plane, "Longitude of natural origin", 0);
  const double zone = (easting - 500'000) / 1'000'000;
  if (zone < 1 || zone > 120 || zone != std::floor(zone)) return std::nullopt;
  const bool agrees = std::abs(meridian - 3 * zone) < 1e-6 || std::abs(meridian - (6 * zone - 3)) < 1e-6;
  return agrees ? std::optional(static_cast<int>(zone)) : std::nullopt;
}

std::optional<Datum> datum_of(const PJ* plane) {
  const Pj geodetic(proj_crs_get_geodetic_crs(context().get(), plane));
  const Pj datum(geodetic == nullptr ? nullptr : proj_crs_get_datum_forced(context().get(), geodetic.get()));
  for (const PJ* named :
       {plane, static_cast<const PJ*>(geodetic.get()), static_cast<const PJ*>(datum.get())}) {
    if (named == nullptr) continue;
    if (const auto own = detail::own_datum(proj_get_name(named))) return own;
  }
  return std::nullopt;
}

}  // namespace

Crs Crs::parse(const std::string& text) {
  Crs crs;
  crs.text_ = trimmed(text);
  base::Where where;
  if (names_file(crs.text_)) {
    where.file = crs.text_;
    crs.text_ = read_definition(crs.text_);
  }
  if (is_pipeline(crs.text_)) {
    check_pipeline(crs.text_, where);
    crs.name_ = "PROJ pipeline";
    crs.pipeline_ = true;
    return crs;
  }
  const Pj whole = parse_crs(crs.text_, where);
  const Pj plane = detail::plane_of(context(), whole.get());
  if (plane == nullptr) {
    throw Error(
        Code::invalid,
        fmt::format("\"{}\" does not say where on the earth its plane lies.", proj_get_name(whole.get())),
        where, "Bring the parameters of the local system as a PROJ pipeline that ends in EPSG:4490 degrees.");
  }
  crs.name_ = proj_get_name(whole.get());
  crs.code_ = registered_code(whole.get());
  crs.geographic_ = proj_get_type(plane.get()) != PJ_TYPE_PROJECTED_CRS;
  crs.northing_first_ = north_first(plane.get());
  crs.zone_ = crs.geographic_ ? std::nullopt : zone_of(plane.get());
  crs.datum_ = datum_of(plane.get());
  return crs;
}

const Crs& Crs::cgcs2000() {
  static const Crs crs = parse("EPSG:4490");
  return crs;
}

bool Crs::same_plane_as(const Crs& other) const {
  if (text_ == other.text_) return true;
  if (pipeline_ || other.pipeline_ || geographic_ != other.geographic_ || datum_ != other.datum_)
    return false;
  if (!code_.empty() && code_ == other.code_) return true;
  const Pj a = detail::crs_from_text(context(), text_);
  const Pj b = detail::crs_from_text(context(), other.text_);
  const Pj here = a == nullptr ? nullptr : detail::plane_of(context(), a.get());
  const Pj there = b == nullptr ? nullptr : detail::plane_of(context(), b.get());
  if (here == nullptr || there == nullptr) return false;
  const bool bound =
      proj_get_type(a.get()) == PJ_TYPE_BOUND_CRS || proj_get_type(b.get()) == PJ_TYPE_BOUND_CRS;
  if (geographic_ && !bound && detail::plain_degrees(context(), here.get()) &&
      detail::plain_degrees(context(), there.get())) {
    return true;
  }
  const Pj first(proj_normalize_for_visualization(context().get(), a.get()));
  const Pj second(proj_normalize_for_visualization(context().get(), b.get()));
  return first != nullptr && second != nullptr &&
         proj_is_equivalent_to_with_ctx(context().get(), first.get(), second.get(), PJ_COMP_EQUIVALENT) != 0;
}

}  // namespace caitu::geometry
