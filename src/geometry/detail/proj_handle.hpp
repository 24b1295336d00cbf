#pragma once

#include <proj.h>

#include <memory>
#include <optional>
#include <string>

#include "geometry/china_offset.hpp"

namespace caitu::geometry::detail {

struct PjDeleter {
  void operator()(PJ* pj) const { proj_destroy(pj); }
};
struct PjListDeleter {
  void operator()(PJ_OBJ_LIST* list) const { proj_list_destroy(list); }
};
struct PjContextDeleter {
  void operator()(PJ_CONTEXT* context) const { proj_context_destroy(context); }
};
struct PjFactoryDeleter {
  void operator()(PJ_OPERATION_FACTORY_CONTEXT* factory) const {
    proj_operation_factory_context_destroy(factory);
  }
};

/// A PJ belongs to the context that it was made in and dies before it.
using Pj = std::unique_ptr<PJ, PjDeleter>;
using PjList = std::unique_ptr<PJ_OBJ_LIST, PjListDeleter>;
using PjFactory = std::unique_ptr<PJ_OPERATION_FACTORY_CONTEXT, PjFactoryDeleter>;

/// A PROJ context that never goes to the network, whatever the environment says, and keeps PROJ's last error
/// message instead of printing it. One thread at a time.
class ProjContext {
 public:
  ProjContext();

  PJ_CONTEXT* get() const { return context_.get(); }
  /// PROJ's last reason, then forgotten; "no reason given" when there was none.
  std::string take_message() const;

 private:
  std::unique_ptr<std::string> message_;  // PROJ holds its address
  std::unique_ptr<PJ_CONTEXT, PjContextDeleter> context_;
};

/// The CRS that a text describes, or null with a message left in the context: no other objects, and no names,
/// which PROJ would guess from.
Pj crs_from_text(const ProjContext& context, const std::string& text);

/// The plane part of a CRS: a compound's horizontal part, a bound one's own CRS, without heights. Null when
/// it has none (geocentric, engineering).
Pj plane_of(const ProjContext& context, const PJ* crs);

/// True when degrees on the CRS's datum are taken as CGCS2000 degrees as they stand: the datum is CGCS2000 or
/// WGS 84, is one of caitu's own, or is not named at all; and its degrees are counted from Greenwich. `plane`
/// is the CRS's plane part; a CRS bound to another by parameters of its own is never `plain`.
bool plain_degrees(const ProjContext& context, const PJ* plane);

/// A name with everything but letters and digits left out, in lower case: "GCJ-02" → "gcj02".
std::string bare_name(const char* name);

/// The datum of caitu's own that a name of a CRS or a datum speaks of.
std::optional<Datum> own_datum(const char* name);

/// A numeric parameter of a projection by its EPSG name, in metres or degrees; `absent` when there is none.
double projection_parameter(const ProjContext& context, const PJ* projected, const char* name, double absent);

}  // namespace caitu::geometry::detail
