#pragma once

#include "store/detail/sqlite.hpp"
#include "store/work.hpp"

namespace caitu::store {

struct Work::Impl {
  Impl(const std::filesystem::path& file, detail::Access access) : connection(file, access) {}

  detail::Connection connection;
  detail::Statement data_version;
  int log_pages = 0;
};

}  // namespace caitu::store
