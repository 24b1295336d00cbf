#include "checks/publish_flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "catalog/present.hpp"
#include "checks/evidence.hpp"
#include "checks/identify.hpp"
#include "checks/workflow.hpp"

namespace caitu::checks {
namespace {

using base::Json;
using catalog::Edit;
using geodata::Feature;

constexpr const char* kFlags = "flags";

/// The flags as they are, by fingerprint.
class Flags {
 public:
  explicit Flags(const catalog::Present& now) : schema_(now.schema()) {
    now.each([&](const Feature& flag) { by_fingerprint_.emplace(text(flag, "fingerprint"), flag); });
  }
  const Feature* find(const std::string& fingerprint) const {
    const auto at = by_fingerprint_.find(fingerprint);
    return at == by_fingerprint_.end() ? nullptr : &at->second;
  }
  std::string text(const Feature& flag, std::string_view field) const {
    const auto* text = std::get_if<std::string>(&flag.values.at(schema_.index_of(field).value()));
    return text == nullptr ? std::string() : *text;
  }

 private:
  const geodata::Schema& schema_;
  std::map<std::string, Feature> by_fingerprint_;
};

/// The fields that a run fills in, all but `state`.
Json found_fields(const Finding& one) {
  Json fields = {{"check", one.check},
                 {"rule", one.rule},
                 {"rule_version", one.version},
                 {"category", one.category},
                 {"verdict", name(one.verdict)},
                 {"severity", one.severity},
                 {"what", one.what_zh},
                 {"what_en", one.what},
                 {"measured", one.measured},
                 {"limit_value", one.limit},
                 {"tolerance", one.tolerance},
                 {"unit", one.unit},
                 {"held_back_by", one.held_back_by_zh},
                 {"held_back_by_en", one.held_back_by},
                 {"turns", one.turns_zh},
                 {"turns_en", one.turns},
                 {"basis", one.basis},
                 {"evidence", base::json_text(evidence_json(one))},
                 {"district", one.district},
                 {"town", one.town}};
  // A flag has no empty texts, so that one without a value reads the same from a delivery and from here.
  for (auto& [name, value] : fields.items())
    if (value.is_string() && value.get_ref<const std::string&>().empty()) value = nullptr;
  return fields;
}

/// Works out the edits that make the flags say what a run found.
class Publisher {
 public:
  Publisher(const geodata::Declaration& declaration, const catalog::Present& now, const Run& run,
            const std::string& who)
      : declaration_(declaration), flags_(now), run_(run), who_(who) {}

  void find(const Finding& one) {
    catalog::Draft draft{.geometry = {}, .properties = found_fields(one)};
    const Feature* flag = flags_.find(one.fingerprint);
    if (flag == nullptr) {
      insert(one, std::move(draft));
      return;
    }
    if (flags_.text(*flag, "seen_on") > run_.as_of) {  // what a later day has found stands
      ++done_.persisting;
      return;
    }
    const bool reopened = reopens(one, *flag);
    draft.properties["state"] = reopened ? name(State::reopened) : state_of(one, *flag);
    draft.properties["seen_on"] = run_.as_of;
    if (reopened) suspect(*flag, draft.properties);
    if (flag->geometry != one.where) draft.geometry = geometry::copy(one.where);
    merge(*flag, std::move(draft));
    ++(reopened ? done_.reopened : done_.persisting);
  }

  void clear(const std::string& fingerprint) {
    const Feature* flag = flags_.find(fingerprint);
    if (flag == nullptr || flags_.text(*flag, "state") == kCleared) return;
    catalog::Draft draft;
    draft.properties["state"] = kCleared;
    merge(*flag, std::move(draft));
    ++done_.cleared;
  }

  std::vector<Edit> take_edits() { return std::move(edits_); }
  const PublishedFlags& done() const { return done_; }

 private:
  void insert(const Finding& one, catalog::Draft draft) {
    draft.geometry = geometry::copy(one.where);
    draft.properties.update({{"fingerprint", one.fingerprint},
                             {"state", name(State::fresh)},
                             {"status", "suspected"},
                             {"found_on", run_.as_of},
                             {"seen_on", run_.as_of}});
    edits_.push_back({.kind = Edit::Kind::insert, .draft = std::move(draft)});
    ++done_.added;
  }

  void merge(const Feature& flag, catalog::Draft draft) {
    const Feature after = catalog::merged_feature(declaration_, flag, draft);
    if (after.values == flag.values && after.geometry == flag.geometry) return;
    edits_.push_back({.kind = Edit::Kind::merge,
                      .feature = flag.id,
                      .draft = std::move(draft),
                      .expected = {.any = true, .tags = {}}});
  }

  /// Whoever dismissed it, or took it up again since, has decided.
  bool reopens(const Finding& one, const Feature& flag) const {
    const std::string status = flags_.text(flag, "status");
    if (one.state != State::reopened || status == "dismissed") return false;
    return mended(status) || flags_.text(flag, "state") == kCleared;
  }

  /// What a finding is that opens nothing: as it says, or, of a run that is published again, as it was.
  std::string_view state_of(const Finding& one, const Feature& flag) const {
    const bool said = one.state != State::persisting && flags_.text(flag, "state") == name(one.state);
    return said ? name(one.state) : name(State::persisting);
  }

  void suspect(const Feature& flag, Json& fields) const {
    const std::string status = flags_.text(flag, "status"), assignee = flags_.text(flag, "assignee");
    const bool gone = flags_.text(flag, "state") == kCleared;
    fields["status"] = "suspected";
    fields["assignee"] = nullptr;
    fields["reason"] = fmt::format("{} 核查再次发现；此前：{}{}（{}{}）{}", run_.as_of, status_zh(status),
                                   gone ? "，曾未再发现" : "", status.empty() ? "suspected" : status,
                                   gone ? ", cleared" : "", assignee.empty() ? "" : "，经办人 " + assignee);
    fields["status_by"] = who_;
    fields["status_at"] = run_.as_of;
  }

  const geodata::Declaration& declaration_;
  const Flags flags_;
  const Run& run_;
  const std::string& who_;
  std::vector<Edit> edits_;
  PublishedFlags done_;
};

}  // namespace

PublishedFlags publish_flags(catalog::Living& living, const catalog::Catalog& catalog, const Run& run,
                             const std::string& who) {
  catalog::living_declaration(*catalog.state(), kFlags);
  PublishedFlags done;
  const auto editing = [&](const geodata::Declaration& declaration, const catalog::Present& now) {
    Publisher publisher(declaration, now, run, who);
    for (const CheckResult& result : run.results)
      for (const Finding& one : result.findings) publisher.find(one);
    for (const std::string& fingerprint : run.cleared) publisher.clear(fingerprint);
    done = publisher.done();
    return publisher.take_edits();
  };
  living.together(kFlags, editing, {.who = who, .districts = {}});
  return done;
}

}  // namespace caitu::checks
