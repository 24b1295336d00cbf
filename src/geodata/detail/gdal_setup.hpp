#pragma once

#include <cpl_error.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <memory>
#include <string>

namespace caitu::geodata::detail {

/// Registers GDAL's drivers and forbids it to repair or annotate what it reads, once in the process.
/// Thread-safe.
void start_gdal();

struct CloseDataset {
  void operator()(GDALDataset* dataset) const { GDALClose(dataset); }
};
using Dataset = std::unique_ptr<GDALDataset, CloseDataset>;

struct DestroyFeature {
  void operator()(OGRFeature* feature) const { OGRFeature::DestroyFeature(feature); }
};
using FeatureHandle = std::unique_ptr<OGRFeature, DestroyFeature>;

/// While it lives, what GDAL says on this thread is kept here and not printed. One thread; scopes nest.
class GdalEar {
 public:
  GdalEar() { CPLPushErrorHandlerEx(&GdalEar::listen, this); }
  ~GdalEar() { CPLPopErrorHandler(); }
  GdalEar(const GdalEar&) = delete;
  GdalEar& operator=(const GdalEar&) = delete;

  /// GDAL's first failure since the last `forget()`, or empty.
  const std::string& failure() const { return failure_; }
  /// The first of its warnings, or empty.
  const std::string& warning() const { return warning_; }
  /// A value that did not fit its field was cut ("68,500" read as 68).
  bool value_cut() const { return value_cut_; }
  void forget();

 private:
  static void listen(CPLErr level, CPLErrorNum number, const char* words);

  std::string failure_, warning_;
  bool value_cut_ = false;
};

}  // namespace caitu::geodata::detail
