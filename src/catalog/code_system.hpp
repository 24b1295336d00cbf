#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geodata/source.hpp"

namespace caitu::catalog {

inline constexpr std::string_view kCodeField = "DLBM", kCodeNameField = "DLMC",
                                  kCodeSystemField = "code_system";

/// What a file's field names say of the land class codes in it (FACTS 2.1, 2.2). Three tables of codes are in
/// use and collide; a delivery that carries the field `code_system` says its own and is never asked here.
struct CodeEvidence {
  std::string survey2;   ///< its fields that only the second survey has: "TKXS, TKMJ"; or empty
  std::string planning;  ///< its field that is named as the planning classification's, or empty
  bool text = true;      ///< codes are text: numbers have lost their zeros, and 0102 would be read as 102
};

/// `code_field`: the source field that fills DLBM.
CodeEvidence code_evidence(const std::vector<geodata::SourceField>& fields, const std::string& code_field);

struct CodeSystem {
  std::string_view system;  ///< "survey2" or "planning"
  std::string why;          ///< for the report, the same words for all rows of one kind
};

/// The system that a code and the name beside it can only be of: "survey2" for three digits, as only the
/// second survey writes them; "planning" where the file's fields are that classification's, or where the name
/// is what a code means there and not in the survey (0602 facility land, 0703 homestead). Nullopt otherwise,
/// which stands for the survey's own codes.
std::optional<CodeSystem> code_system_of(const CodeEvidence& evidence, std::string_view code,
                                         std::string_view name);

}  // namespace caitu::catalog
