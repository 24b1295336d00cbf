#include "geometry/detail/proj_handle.hpp"

#include <array>
#include <cctype>
#include <cmath>
#include <string_view>

namespace caitu::geometry::detail {
namespace {

constexpr double kRadiansPerDegree = 0.017453292519943295;

bool starts_with_any(std::string_view name, std::initializer_list<std::string_view> beginnings) {
  for (const std::string_view beginning : beginnings) {
    if (name.starts_with(beginning)) return true;
  }
  return false;
}

bool null_shift_datum(const char* name) {
  // Esri puts D_ in front of every datum's name.
  if (std::string_view(name).starts_with("D_")) name += 2;
  const std::string bare = bare_name(name);
  return bare.empty() || own_datum(name) ||
         starts_with_any(
             bare, {"china2000", "chinageodeticcoordinatesystem2000", "cgcs2000", "worldgeodeticsystem1984",
                    "wgs1984", "wgs84", "unknown", "unnamed", "notspecified"});
}

bool in_degrees(const ProjContext& context, const PJ* geodetic) {
  const Pj system(proj_crs_get_coordinate_system(context.get(), geodetic));
  double radians = 0;
  if (system == nullptr || proj_cs_get_axis_info(context.get(), system.get(), 0, nullptr, nullptr, nullptr,
                                                 &radians, nullptr, nullptr, nullptr) == 0) {
    return false;
  }
  return std::abs(radians - kRadiansPerDegree) < 1e-12;
}

bool from_greenwich(const ProjContext& context, const PJ* geodetic) {
  const Pj meridian(proj_get_prime_meridian(context.get(), geodetic));
  double longitude = 0;
  if (meridian == nullptr) return false;
  proj_prime_meridian_get_parameters(context.get(), meridian.get(), &longitude, nullptr, nullptr);
  return longitude == 0;
}

}  // namespace

ProjContext::ProjContext() : message_(std::make_unique<std::string>()), context_(proj_context_create()) {
  proj_context_set_enable_network(get(), 0);
  proj_log_level(get(), PJ_LOG_ERROR);
  proj_log_func(get(), message_.get(),
                [](void* self, int, const char* text) { *static_cast<std::string*>(self) = text; });
}

std::string ProjContext::take_message() const {
  std::string message;
  message.swap(*message_);
  return message.empty() ? "no reason given" : message;
}

Pj crs_from_text(const ProjContext& context, const std::string& text) {
  const bool parameters = text.starts_with("+") || text.starts_with("proj=");
  const bool says_type = text.find("type=crs") != std::string::npos;
  Pj crs(proj_create(context.get(), parameters && !says_type ? (text + " +type=crs").c_str() : text.c_str()));
  if (crs != nullptr && proj_is_crs(crs.get()) == 0) return nullptr;
  return crs;
}

Pj plane_of(const ProjContext& context, const PJ* crs) {
  PJ_CONTEXT* ctx = context.get();
  switch (proj_get_type(crs)) {
    case PJ_TYPE_GEOGRAPHIC_2D_CRS:
    case PJ_TYPE_PROJECTED_CRS:
    case PJ_TYPE_GEOGRAPHIC_3D_CRS:
      return Pj(proj_clone(ctx, crs));
    case PJ_TYPE_COMPOUND_CRS: {
      const Pj part(proj_crs_get_sub_crs(ctx, crs, 0));
      return part == nullptr ? nullptr : plane_of(context, part.get());
    }
    case PJ_TYPE_BOUND_CRS: {
      const Pj own(proj_get_source_crs(ctx, crs));
      return own == nullptr ? nullptr : plane_of(context, own.get());
    }
    default:
      return nullptr;
  }
}

bool plain_degrees(const ProjContext& context, const PJ* plane) {
  const Pj geodetic(proj_crs_get_geodetic_crs(context.get(), plane));
  if (geodetic == nullptr) return false;
  const Pj datum(proj_crs_get_datum_forced(context.get(), geodetic.get()));
  if (datum == nullptr || !null_shift_datum(proj_get_name(datum.get()))) return false;
  return in_degrees(context, geodetic.get()) && from_greenwich(context, geodetic.get());
}

std::string bare_name(const char* name) {
  std::string bare;
  for (const char* c = name == nullptr ? "" : name; *c != '\0'; ++c) {
    const auto byte = static_cast<unsigned char>(*c);
    if (std::isalnum(byte) != 0) bare += static_cast<char>(std::tolower(byte));
  }
  return bare;
}

std::optional<Datum> own_datum(const char* name) {
  const std::string bare = bare_name(name);
  if (bare.find("gcj02") != std::string::npos) return Datum::gcj02;
  if (bare.find("bd09") != std::string::npos) return Datum::bd09;
  return std::nullopt;
}

double projection_parameter(const ProjContext& context, const PJ* projected, const char* name,
                            double absent) {
  const Pj projection(proj_crs_get_coordoperation(context.get(), projected));
  if (projection == nullptr) return absent;
  const int index = proj_coordoperation_get_param_index(context.get(), projection.get(), name);
  double value = 0, to_si = 1;
  if (index < 0 ||
      proj_coordoperation_get_param(context.get(), projection.get(), index, nullptr, nullptr, nullptr, &value,
                                    nullptr, &to_si, nullptr, nullptr, nullptr, nullptr) == 0) {
    return absent;
  }
  // A length converts to metres; an angle to radians, hence back.
  const bool angle = std::string_view(name).find("itude") != std::string_view::npos;
  return angle ? value * to_si / kRadiansPerDegree : value * to_si;
}

}  // namespace caitu::geometry::detail
