#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checks/run.hpp"

namespace caitu::checks {

/// A file that a run read, whole, so that it can be read again when the installed one is another.
struct ReadText {
  std::string name;  ///< "rules/G3.toml", "plan/belts.csv", "land_classes.csv"
  std::string text;
};
/// The plan's tables (*.csv of a folder, by name) and the table of land classes. Error(io) names one that
/// cannot be read.
std::vector<ReadText> read_tables(const std::filesystem::path& plan,
                                  const std::filesystem::path& land_classes);

/// Which program ran. The version is told by whoever was built with it.
struct Program {
  std::string version;  ///< "caitu 0.1.0"
  std::string sha256;   ///< of its file, hex
  friend bool operator==(const Program&, const Program&) = default;
};

/// What a run read, what it said, and what made it: enough to run it again after newer editions, newer rules
/// and newer tables exist, and to tell whether it says the same. A value. It holds no clock, no name of the
/// machine and no path, so that the same editions, rules, tables and day give the same bytes.
struct Manifest {
  /// A rule in force; its text is among `texts`.
  struct RuleUsed {
    std::string id;
    std::int64_t version = 0;
    bool own = false;  ///< a user's, in the place of the house's
  };
  struct Raster {
    std::string file, sha256;
  };
  /// What a measure came to. `digest`: of all that it says, its notes and tables too.
  struct MeasureOutcome {
    std::string id;
    std::optional<double> value;
    std::string unit, verdict, digest;
  };
  /// `digest`: of all that the finding says, its land and its facts too.
  struct FindingOutcome {
    std::string fingerprint, rule, verdict, state, digest;
  };
  struct CheckOutcome {
    std::string check;
    std::vector<MeasureOutcome> measures;
    std::vector<FindingOutcome> findings;
    std::uint64_t not_run = 0;
    std::string rest;  ///< digest of its notes, of what was looked at and not run, and of what it draws
  };

  Program program;
  std::string as_of;
  std::vector<std::string> checks;
  std::optional<int> population_year;
  std::vector<Pin> layers;
  std::map<std::string, std::string> missing;
  std::vector<RuleUsed> rules;
  std::string rules_digest;
  std::vector<Raster> rasters;  ///< that the edition of imagery names: attachments of the workspace
  std::vector<ReadText> texts;
  std::vector<CheckOutcome> results;
  std::vector<std::string> cleared;
};

/// `tables` as the run read them.
Manifest manifest_of(const Run& run, const Context& context, const Program& program,
                     std::vector<ReadText> tables);

/// Of one form: see `manifest_from_json`. Findings and measures are counted in it.
base::Json to_json(const Manifest& manifest);
/// Error(refused) names the member that is wrong and the way out: of a manifest that was cut off, that a
/// newer caitu made, that lacks something, or in which a text is not the one of its digest. `file` is for the
/// error.
Manifest manifest_from_json(std::string_view text, const std::string& file = {});
/// Error(not_found) when there is no such file.
Manifest read_manifest(const std::filesystem::path& file);

inline constexpr std::string_view kManifestFormat = "caitu check manifest";
inline constexpr int kManifestForm = 1;

}  // namespace caitu::checks
