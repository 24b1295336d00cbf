#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/intake.hpp"
#include "catalog/quality.hpp"
#include "catalog/quality_survey.hpp"

namespace caitu::catalog {

/// What is wrong with one row, seen by itself: where it lies, its outline on source vertices, its values.
/// Const-shared: called from every intake thread.
///
/// Findings without a geometry are about the whole feature; who it is, and what to draw, is filled in when
/// the edition is known.
class RowAudit {
 public:
  /// `survey` is held against layers that declare audit = "land_survey".
  RowAudit(const geodata::Declaration& declaration, std::shared_ptr<const SurveyAudit> survey);

  /// Adds to `taken.findings`. `row` still holds its geometry, and the values that were not taken.
  void look(const DeliveredFile& file, const geodata::SourceRow& row, TakenRow& taken) const;

 private:
  void look_at_refusal(const DeliveredFile& file, const geodata::SourceRow& row, TakenRow& taken) const;
  void look_at_outline(const DeliveredFile& file, const geodata::SourceRow& row, TakenRow& taken) const;
  void look_at_area(const DeliveredFile& file, const geodata::SourceRow& row, TakenRow& taken) const;
  void look_at_values(TakenRow& taken) const;
  void look_at_unread(TakenRow& taken) const;
  std::string key_of(const DeliveredFile& file, const geodata::SourceRow& row, const TakenRow& taken) const;

  const geodata::Declaration& declaration_;
  std::shared_ptr<const SurveyAudit> survey_;
  std::vector<std::size_t> key_fields_;
  std::optional<std::size_t> tbmj_;
};

/// A feature's or a row's key as people write it: its values joined by "/".
std::string key_text(const std::vector<geodata::Value>& values, const std::vector<std::size_t>& key_fields);

}  // namespace caitu::catalog
