#pragma once

#include <cstddef>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "catalog/catalog.hpp"
#include "geodata/totals.hpp"

namespace caitu::catalog {

/// Totals of layers by town or district, each kept until another edition of its layer or of the units is
/// asked about. Thread-safe: who asks first computes, on its own thread and `threads` helpers; others that
/// want the same wait for it and get the same value, or the same exception. Seconds for a million features,
/// so never on an I/O thread.
class UnitTotals {
 public:
  explicit UnitTotals(std::size_t threads) : threads_(threads) {}

  using Shared = std::shared_ptr<const geodata::Totals>;
  Shared of(const Edition& layer, const Edition& units, const std::string& unit_field);

 private:
  struct Kept {
    std::string of;  ///< content of both, and the way of counting
    std::shared_future<Shared> totals;
  };

  std::size_t threads_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;  ///< by layer and units
};

/// How features of a layer are put to units: the field with the code of their place (DOMAIN 3: totals by
/// location use ZLDWDM), or empty when they are cut at the outlines: no such field is declared, or the
/// edition lacks it.
std::string unit_field_of(const State& state, const Edition& layer);

}  // namespace caitu::catalog
