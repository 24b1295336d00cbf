#pragma once

#include <string>
#include <utility>
#include <vector>

#include "catalog/living.hpp"
#include "checks/check_fixture.hpp"
#include "checks/publish_flags.hpp"
#include "store/audit_log.hpp"

namespace caitu::checks::check_test {

/// A workspace of the house's layers, into whose flags runs are published.
class FlagsLand {
 public:
  FlagsLand() : catalog_(made({folder_.path() / "ws"}), {shipped("layers")}), living_(catalog_) {}

  const catalog::Workspace& workspace() const { return catalog_.workspace(); }
  catalog::Catalog& catalog() { return catalog_; }
  catalog::Living& living() { return living_; }
  PublishedFlags publish(const Run& run, const std::string& who = "checker") {
    return publish_flags(living_, catalog_, run, who);
  }
  Pinned pinned() {
    catalog_.refresh();
    return pin(catalog_, std::nullopt);
  }
  /// The flag of a fingerprint as readers see it: its values by field, missing ones left out, and `id`.
  base::Json flag(const std::string& fingerprint) {
    const auto pins = pinned();
    const auto* edition = pins.find("flags");
    REQUIRE(edition != nullptr);
    const geodata::Snapshot& flags = *edition->snapshot;
    const auto place = *flags.schema().index_of("fingerprint");
    for (std::size_t item = 0; item < flags.size(); ++item) {
      if (flags.column(place).value(item) != geodata::Value(fingerprint)) continue;
      std::string text = "{\"id\":" + std::to_string(flags.id(item));
      for (std::size_t i = 0; i < flags.schema().fields.size(); ++i) {
        const geodata::Field& field = flags.schema().fields[i];
        const geodata::Value value = flags.column(i).value(item);
        if (std::holds_alternative<std::monostate>(value)) continue;
        text += ",\"" + field.name + "\":";
        geodata::append_json_value(text, value, field.type);
      }
      return base::parse_json(text + "}");
    }
    INFO("no flag " << fingerprint);
    REQUIRE(false);
    return {};
  }
  std::uint64_t id(const std::string& fingerprint) { return flag(fingerprint)["id"].get<std::uint64_t>(); }
  geometry::Geometry land(const std::string& fingerprint) {
    const auto pins = pinned();
    const geodata::Snapshot& flags = *pins.find("flags")->snapshot;
    return geometry::copy(flags.geometry(*flags.find(id(fingerprint))));
  }
  std::size_t flags() {
    const auto pins = pinned();
    const auto* edition = pins.find("flags");
    return edition == nullptr ? 0 : edition->snapshot->size();
  }
  void edit(const std::string& fingerprint, const base::Json& properties) {
    living_.merge("flags", id(fingerprint), catalog::Draft{.geometry = {}, .properties = properties},
                  {.any = true, .tags = {}}, {.who = "li", .districts = {}});
  }
  std::vector<store::AuditEntry> audit() const {
    store::Work work = store::Work::open(workspace().work(), true);
    std::vector<store::AuditEntry> rows;
    store::AuditLog(work).read(1, [&rows](const store::AuditRow& row) {
      if (row.entry.action.starts_with("feature.")) rows.push_back(row.entry);
    });
    return rows;
  }

 private:
  static catalog::Workspace made(catalog::Workspace workspace) {
    catalog::create_workspace(workspace);
    return workspace;
  }

  TempFolder folder_;
  catalog::Catalog catalog_;
  catalog::Living living_;
};

/// A finding of G3 about a guard house of so many m² there.
inline Finding hut_finding(const std::string& fingerprint, double east_m, double m2 = 30,
                           State state = State::fresh) {
  Finding one;
  one.fingerprint = fingerprint;
  one.state = state;
  one.check = "greenhouse";
  one.rule = "G3";
  one.version = 2;
  one.title = "Guard house over size";
  one.title_zh = "看护房超标";
  one.category = 3;
  one.severity = "high";
  one.measured = m2;
  one.limit = 22.5;
  one.tolerance = 0.4;
  one.unit = "m2";
  one.what = "A guard house of " + std::to_string(m2);
  one.what_zh = "看护房 " + std::to_string(m2);
  one.basis = "农农发〔2018〕3号";
  one.turns = "less";
  one.turns_zh = "面积减少";
  one.where = rectangle(place(east_m, 0), 5, m2);
  one.area_m2 = m2;
  one.subjects = {{"structures", 7, "S-" + fingerprint}};
  one.parcels = {{"parcels", 8, "110115104001/12"}};
  one.owner_units = {"1101151040010000001"};
  one.facts = {{"area", "占地面积", "30.00 m²", "measured on structures S"}};
  one.district = "大兴区";
  one.town = "采育镇";
  return one;
}

inline Run run_of(std::vector<Finding> findings, std::vector<std::string> cleared = {},
                  const std::string& as_of = "2024-06-30") {
  CheckResult result;
  result.check = "greenhouse";
  result.findings = std::move(findings);
  Run run;
  run.as_of = as_of;
  run.results.push_back(std::move(result));
  run.cleared = std::move(cleared);
  return run;
}

}  // namespace caitu::checks::check_test
