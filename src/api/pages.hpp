#pragma once

#include "api/context.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// The built web pages, read once at start: `/` and the files beside it. Names under assets/ carry their
/// content's hash and may be kept for ever; the rest is asked for again.
class Pages {
 public:
  explicit Pages(const std::filesystem::path& folder);
  http::Response page(const std::string& path) const;  ///< Error(not_found) when there is none

 private:
  struct File {
    http::SharedBytes plain, gzip;
    std::string type, etag;
  };
  std::map<std::string, File> files_;
};

}  // namespace caitu::api
