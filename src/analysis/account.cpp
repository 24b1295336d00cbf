#include "analysis/account.hpp"

#include <algorithm>
#include <cmath>

#include "base/units.hpp"

namespace caitu::analysis {
namespace {

using base::Json;
using geometry::Kind;

constexpr double kClosesWithin = 1e-9;     // of what is accounted for (issue "the account")
constexpr double kCoordinateGridM = 3e-9;  // the distance of two doubles at 116°, in metres
constexpr double kGeosGridM = 2e-4;        // 1e-9 degrees, both ways
constexpr std::int64_t kBillion = 1'000'000'000;

constexpr std::array<Kind, 3> kKinds{Kind::point, Kind::line, Kind::polygon};

/// A size in the unit of its kind and, of land, in 亩.
void put(Json& json, const std::string& line, const ExactSum& sum, Kind kind) {
  if (kind == Kind::polygon) {
    json[line + "_m2"] = sum.value();
    json[line + "_mu"] = base::mu_from_m2(sum.value());
  } else {
    json[line + (kind == Kind::line ? "_m" : "_count")] = sum.value();
  }
}

Json side_json(const SideAccount& side, Kind kind) {
  Json json{
      {"features", side.features}, {"untouched", side.untouched}, {"covered_whole", side.covered_whole}};
  put(json, "input", side.size, kind);
  put(json, "covered", side.covered, kind);
  put(json, "rest", side.rest, kind);
  put(json, "quarantined", side.quarantined, kind);
  put(json, "residual", side.residual, kind);
  put(json, "common", side.common, kind);
  json["retried"] = side.retried;
  put(json, "displaced", side.displaced, kind);
  json["slivers"] = side.slivers;
  put(json, "slivers_dropped", side.dropped, kind);
  put(json, "slivers_merged", side.merged, kind);
  json["open"] = side.open;
  json["worst"] = {{"id", side.worst_id}, {"residual", side.worst_residual}, {"allowed", side.worst_allowed}};
  json["closes"] = side.closes();
  return json;
}

Json sides_json(const std::array<SideAccount, 3>& sides) {
  Json json = Json::object();
  for (const Kind kind : kKinds) {
    const SideAccount& side = sides[static_cast<std::size_t>(kind) - 1];
    if (side.features > 0) json[std::string(geometry::name(kind))] = side_json(side, kind);
  }
  return json;
}

Json input_json(const AccountInput& input) {
  Json json{{"name", input.name}, {"digest", input.digest}, {"features", input.features}};
  json["intake"] = to_json(input.intake);
  return json;
}

bool all_close(const std::array<SideAccount, 3>& sides) {
  return std::ranges::all_of(sides, [](const SideAccount& side) { return side.closes(); });
}

constexpr std::array kSums{&SideAccount::size,        &SideAccount::covered,  &SideAccount::rest,
                           &SideAccount::common,      &SideAccount::residual, &SideAccount::displaced,
                           &SideAccount::quarantined, &SideAccount::dropped,  &SideAccount::merged,
                           &SideAccount::outlines_m2};
constexpr std::array kCounts{&SideAccount::features, &SideAccount::untouched, &SideAccount::covered_whole,
                             &SideAccount::retried,  &SideAccount::failed,    &SideAccount::slivers,
                             &SideAccount::open,     &SideAccount::worst_id};
constexpr std::array kWritten{&Account::pieces, &Account::rests, &Account::right_rests};
constexpr std::array kWrittenSums{&Account::pieces_m2, &Account::rests_m2, &Account::right_rests_m2};
constexpr std::array kPairs{&PairCounts::met,      &PairCounts::apart,   &PairCounts::whole,
                            &PairCounts::outlines, &PairCounts::overlay, &PairCounts::grid};

/// Members of one type, in the order of a list.
template <typename Of, typename Members>
Json list_of(const Of& of, const Members& members) {
  Json list = Json::array();
  for (const auto member : members) list.push_back(of.*member);
  return list;
}
template <typename Of, typename Members>
void take_list(const Json& list, const Members& members, Of& of) {
  for (std::size_t i = 0; i < members.size(); ++i) list.at(i).get_to(of.*members[i]);
}
template <typename Of, typename Members>
Json sums_of(const Of& of, const Members& members) {
  Json list = Json::array();
  for (const auto member : members) list.push_back((of.*member).exact_json());
  return list;
}
template <typename Of, typename Members>
void take_sums(const Json& list, const Members& members, Of& of) {
  for (std::size_t i = 0; i < members.size(); ++i) of.*members[i] = ExactSum::from_json(list.at(i));
}

Json exact_sides(const std::array<SideAccount, 3>& sides) {
  Json json = Json::array();
  for (const SideAccount& side : sides)
    json.push_back({{"sums", sums_of(side, kSums)},
                    {"counts", list_of(side, kCounts)},
                    {"worst", {side.worst_residual, side.worst_allowed}}});
  return json;
}
std::array<SideAccount, 3> sides_of(const Json& json) {
  std::array<SideAccount, 3> sides;
  for (std::size_t kind = 0; kind < sides.size(); ++kind) {
    const Json& one = json.at(kind);
    take_sums(one.at("sums"), kSums, sides[kind]);
    take_list(one.at("counts"), kCounts, sides[kind]);
    sides[kind].worst_residual = one.at("worst").at(0);
    sides[kind].worst_allowed = one.at("worst").at(1);
  }
  return sides;
}

AccountInput input_of(const Json& json) {
  AccountInput input{json.at("name"), json.at("digest"), json.at("features"), {}};
  const Json& intake = json.at("intake");
  input.intake.placement = intake.value("crs", "");
  input.intake.rows = intake.at("rows");
  input.intake.without_geometry = intake.at("without_geometry");
  input.intake.repaired = intake.at("repaired");
  input.intake.refused_rows = intake.at("refused");
  for (const Json& row : intake.value("refused_rows", Json::array()))
    input.intake.refused.push_back({row.at("row"), row.at("reason")});
  const Json notes = intake.value("notes", Json::object());
  for (const auto& [note, count] : notes.items()) input.intake.notes[note] = count;
  for (const Json& warning : intake.value("warnings", Json::array()))
    input.intake.warnings.push_back(warning);
  return input;
}

}  // namespace

base::Json ExactSum::exact_json() const { return {whole_, billionths_}; }

ExactSum ExactSum::from_json(const base::Json& json) {
  ExactSum sum;
  json.at(0).get_to(sum.whole_);
  json.at(1).get_to(sum.billionths_);
  return sum;
}

void ExactSum::add(double term) {
  const double whole = std::floor(term);
  whole_ += static_cast<std::int64_t>(whole);
  billionths_ += std::llround((term - whole) * static_cast<double>(kBillion));
  whole_ += billionths_ / kBillion;
  billionths_ %= kBillion;
}

void ExactSum::add(const ExactSum& other) {
  billionths_ += other.billionths_;
  whole_ += other.whole_ + billionths_ / kBillion;
  billionths_ %= kBillion;
}

double ExactSum::value() const {
  return static_cast<double>(whole_) + static_cast<double>(billionths_) / static_cast<double>(kBillion);
}

double FeatureAccount::allowed() const {
  return kClosesWithin * size + outline_m * (on_grid ? kGeosGridM : kCoordinateGridM);
}

void SideAccount::add(const FeatureAccount& feature) {
  ++features;
  size.add(feature.size);
  if (feature.failed) {
    ++failed;
    quarantined.add(feature.size);
    return;
  }
  if (feature.covered == 0) ++untouched;
  if (feature.rest == 0) ++covered_whole;
  covered.add(feature.covered);
  rest.add(feature.rest);
  common.add(feature.common);
  slivers += feature.slivers;
  dropped.add(feature.dropped);
  merged.add(feature.merged);
  outlines_m2.add(feature.outline_m * feature.outline_m);
  const double off = feature.residual();
  residual.add(off);
  if (feature.on_grid) {
    ++retried;
    displaced.add(off);
  }
  if (std::abs(off) > feature.allowed()) ++open;
  if (std::abs(off) * worst_allowed > std::abs(worst_residual) * feature.allowed() || worst_allowed == 0) {
    worst_id = feature.id;
    worst_residual = off;
    worst_allowed = feature.allowed();
  }
}

void SideAccount::add(const SideAccount& other) {
  for (const auto sum : kSums) (this->*sum).add(other.*sum);
  const std::uint64_t worst = worst_id;
  for (const auto count : kCounts) this->*count += other.*count;
  worst_id = worst;
  const double mine = std::abs(worst_residual) * other.worst_allowed;
  const double its = std::abs(other.worst_residual) * worst_allowed;
  if (worst_allowed == 0 || its > mine || (its == mine && other.worst_id < worst_id)) {
    worst_id = other.worst_id;
    worst_residual = other.worst_residual;
    worst_allowed = other.worst_allowed;
  }
}

bool SideAccount::closes() const {
  const double strict = residual.value() - displaced.value();
  const double rounding = kCoordinateGridM * std::sqrt(outlines_m2.value());
  return open == 0 && std::abs(strict) <= kClosesWithin * size.value() + rounding;
}

bool Account::closes() const { return all_close(left) && all_close(right); }

bool Account::clean() const {
  return closes() && quarantine.empty() && a.intake.refused_rows + b.intake.refused_rows == 0;
}

base::Json to_json(const Account& account) {
  Json json = account.request;
  json["closes"] = account.closes();
  json["inputs"] = {{"a", input_json(account.a)}, {"b", input_json(account.b)}};
  json["a"] = sides_json(account.left);
  const Json right = sides_json(account.right);
  if (!right.empty()) json["b"] = right;
  Json& written = json["written"] = Json::object();
  written["pieces"] = account.pieces;
  put(written, "pieces", account.pieces_m2, Kind::polygon);
  written["rests_of_a"] = account.rests;
  put(written, "rests_of_a", account.rests_m2, Kind::polygon);
  written["rests_of_b"] = account.right_rests;
  put(written, "rests_of_b", account.right_rests_m2, Kind::polygon);
  json["pairs"] = {{"met", account.pairs.met},         {"apart", account.pairs.apart},
                   {"whole", account.pairs.whole},     {"outlines", account.pairs.outlines},
                   {"overlay", account.pairs.overlay}, {"grid", account.pairs.grid}};
  Json& quarantine = json["quarantine"] = Json::array();
  for (const Quarantined& one : account.quarantine)
    quarantine.push_back({{"side", one.of_right ? "b" : "a"}, {"id", one.id}, {"reason", one.reason}});
  return json;
}

base::Json exact_json(const Account& account) {
  Json quarantine = Json::array();
  for (const Quarantined& one : account.quarantine) quarantine.push_back({one.of_right, one.id, one.reason});
  return {{"request", account.request},
          {"a", input_json(account.a)},
          {"b", input_json(account.b)},
          {"left", exact_sides(account.left)},
          {"right", exact_sides(account.right)},
          {"written", list_of(account, kWritten)},
          {"written_m2", sums_of(account, kWrittenSums)},
          {"pairs", list_of(account.pairs, kPairs)},
          {"quarantine", quarantine}};
}

Account account_of(const base::Json& exact) {
  Account account;
  account.request = exact.at("request");
  account.a = input_of(exact.at("a"));
  account.b = input_of(exact.at("b"));
  account.left = sides_of(exact.at("left"));
  account.right = sides_of(exact.at("right"));
  take_list(exact.at("written"), kWritten, account);
  take_sums(exact.at("written_m2"), kWrittenSums, account);
  take_list(exact.at("pairs"), kPairs, account.pairs);
  for (const Json& one : exact.at("quarantine"))
    account.quarantine.push_back({one.at(0), one.at(1), one.at(2)});
  return account;
}

void add(Account& account, const Account& part) {
  for (std::size_t kind = 0; kind < account.left.size(); ++kind) {
    account.left[kind].add(part.left[kind]);
    account.right[kind].add(part.right[kind]);
  }
  for (const auto count : kWritten) account.*count += part.*count;
  for (const auto sum : kWrittenSums) (account.*sum).add(part.*sum);
  account.pairs += part.pairs;
  account.quarantine.insert(account.quarantine.end(), part.quarantine.begin(), part.quarantine.end());
  std::ranges::sort(account.quarantine, {},
                    [](const Quarantined& one) { return std::pair(one.of_right, one.id); });
}

}  // namespace caitu::analysis
