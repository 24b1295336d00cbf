#include "catalog/matching.hpp"

#include <algorithm>
#include <tuple>

#include "base/workers.hpp"
#include "catalog/nearness.hpp"

namespace caitu::catalog {
namespace {

using base::Digest128;

constexpr std::size_t kRun = 256;  ///< claims or features that a thread takes at a time

/// One claim or former feature, by what it is compared with and, where several are equal, by what orders
/// them.
template <typename Token>
using Ranked = std::vector<std::tuple<Token, Digest128, std::size_t>>;

/// Settles one former feature and one claim after the other where their tokens are equal.
template <typename Token, typename Settle>
void pair_equal(Ranked<Token> claims, Ranked<Token> olds, const Settle& settle) {
  std::sort(claims.begin(), claims.end());
  std::sort(olds.begin(), olds.end());
  for (std::size_t c = 0, o = 0; c < claims.size() && o < olds.size();) {
    const Token &claim = std::get<0>(claims[c]), &old = std::get<0>(olds[o]);
    if (claim < old) {
      ++c;
    } else if (old < claim) {
      ++o;
    } else {
      settle(std::get<2>(claims[c++]), std::get<2>(olds[o++]));
    }
  }
}

/// Claims and former features, and who of them has not found the other yet. A former feature is named by its
/// place among the rows, which stand in id order.
class Matching {
 public:
  Matching(const geodata::Schema& schema, const std::vector<Claim>& claims, const Former& former,
           const LandOf& land, const MatchOptions& options, Identities& result)
      : schema_(schema),
        claims_(claims),
        former_(former),
        land_(land),
        options_(options),
        result_(result),
        taken_(former.rows.size()) {}

  void run() {
    by_content();
    by_key();
    by_geometry();
    by_nearness();
  }

 private:
  using Places = std::vector<std::size_t>;

  bool open(std::size_t claim) const { return result_.ids[claim] == 0; }
  std::size_t item(std::size_t old) const { return former_.snapshot.find(former_.rows[old].id).value(); }
  void settle(std::size_t claim, std::size_t old, std::uint64_t& counter) {
    result_.ids[claim] = former_.rows[old].id;
    taken_[old] = true;
    ++counter;
  }
  Places open_claims() const {
    Places places;
    for (std::size_t i = 0; i < claims_.size(); ++i)
      if (open(i)) places.push_back(i);
    return places;
  }
  Places open_olds() const {
    Places places;
    for (std::size_t i = 0; i < taken_.size(); ++i)
      if (!taken_[i]) places.push_back(i);
    return places;
  }

  /// What asks for the id that it had, and holds what it held.
  void by_content() {
    std::vector<std::tuple<std::uint64_t, Digest128, std::size_t>> order(claims_.size());
    for (std::size_t i = 0; i < claims_.size(); ++i) order[i] = {claims_[i].id, claims_[i].content, i};
    std::sort(order.begin(), order.end());
    std::size_t old = 0;
    for (const auto& [id, content, claim] : order) {
      while (old < former_.rows.size() && former_.rows[old].id < id) ++old;
      if (old == former_.rows.size()) break;
      if (former_.rows[old].id == id && !taken_[old] && former_.rows[old].content == content)
        settle(claim, old, claims_[claim].keyed ? result_.by_key : result_.by_geometry);
    }
  }

  void by_key() {
    std::vector<std::pair<std::uint64_t, std::size_t>> claims, olds = keys_of(open_olds());
    for (const std::size_t claim : open_claims())
      if (claims_[claim].keyed) claims.emplace_back(claims_[claim].id, claim);
    std::sort(claims.begin(), claims.end());
    std::sort(olds.begin(), olds.end());
    for (std::size_t c = 0, o = 0; c < claims.size() && o < olds.size();) {
      if (claims[c].first < olds[o].first) {
        ++c;
      } else if (olds[o].first < claims[c].first) {
        ++o;
      } else {
        const std::uint64_t key = olds[o].first;
        Places group, old_group;
        for (; c < claims.size() && claims[c].first == key; ++c) group.push_back(claims[c].second);
        for (; o < olds.size() && olds[o].first == key; ++o) old_group.push_back(olds[o].second);
        pair_group(group, old_group);
      }
    }
  }

  /// By the id that their keys ask for, of those with a whole one.
  std::vector<std::pair<std::uint64_t, std::size_t>> keys_of(const Places& olds) const {
    std::vector<const geodata::Column*> columns;
    for (const std::string& name : schema_.key) {
      const auto field = former_.snapshot.schema().index_of(name);
      if (!field) return {};
      columns.push_back(&former_.snapshot.column(*field));
    }
    if (columns.empty()) return {};
    std::vector<std::pair<std::uint64_t, std::size_t>> keys(olds.size());
    base::parallel_for((olds.size() + kRun - 1) / kRun, options_.threads, [&](std::size_t run) {
      for (std::size_t i = run * kRun; i < std::min(olds.size(), (run + 1) * kRun); ++i) {
        KeyText key;
        for (const auto* column : columns) key.add(column->value(item(olds[i])));
        keys[i] = {key.id(schema_.layer).value_or(0), olds[i]};
      }
    });
    std::erase_if(keys, [](const auto& key) { return key.first == 0; });
    return keys;
  }

  /// Claims and former features of one key.
  void pair_group(Places claims, Places olds) {
    if (claims.size() == 1 && olds.size() == 1) return settle(claims[0], olds[0], result_.by_key);
    pair_by_content(claims, olds, result_.by_key);
    forget_settled(claims, olds);
    pair_by_land(claims, olds, result_.by_key);
    forget_settled(claims, olds);
    std::vector<std::size_t> items;
    for (const std::size_t old : olds) items.push_back(item(old));
    std::sort(items.begin(), items.end());
    const auto of_group = [&items](std::size_t item) {
      return std::binary_search(items.begin(), items.end(), item);
    };
    take_nearest(near_pairs(claims, land_, former_.snapshot, of_group, options_), result_.by_key);
    forget_settled(claims, olds);
    std::sort(claims.begin(), claims.end(), [this](std::size_t a, std::size_t b) {
      return std::tuple(claims_[a].content, a) < std::tuple(claims_[b].content, b);
    });
    for (std::size_t i = 0; i < std::min(claims.size(), olds.size()); ++i)
      settle(claims[i], olds[i], result_.by_key);
  }
  void forget_settled(Places& claims, Places& olds) const {
    std::erase_if(claims, [this](std::size_t claim) { return !open(claim); });
    std::erase_if(olds, [this](std::size_t old) { return bool{taken_[old]}; });
  }

  void by_geometry() {
    Places claims = open_claims(), olds = open_olds();
    if (claims.empty() || olds.empty()) return;
    pair_by_content(claims, olds, result_.by_geometry);
    forget_settled(claims, olds);
    pair_by_land(claims, olds, result_.by_geometry);
  }

  void by_nearness() {
    const Places claims = open_claims();
    std::vector<bool> open_items(former_.snapshot.size());
    for (const std::size_t old : open_olds()) open_items[item(old)] = true;
    if (claims.empty() || std::find(open_items.begin(), open_items.end(), true) == open_items.end()) return;
    const auto is_open = [&open_items](std::size_t item) { return bool{open_items[item]}; };
    take_nearest(near_pairs(claims, land_, former_.snapshot, is_open, options_), result_.by_overlap);
  }

  /// The nearest pair first, then the nearest of those that are left; ties by id, then by content.
  void take_nearest(std::vector<NearPair> pairs, std::uint64_t& counter) {
    const auto rank = [this](const NearPair& pair) {
      return std::tuple(-pair.nearness, former_.snapshot.id(pair.item), claims_[pair.claim].content,
                        pair.claim);
    };
    std::sort(pairs.begin(), pairs.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    for (const NearPair& pair : pairs) {
      const std::size_t old = place_of(former_.snapshot.id(pair.item));
      if (open(pair.claim) && !taken_[old]) settle(pair.claim, old, counter);
    }
  }
  std::size_t place_of(std::uint64_t id) const {
    const auto at = std::lower_bound(former_.rows.begin(), former_.rows.end(), id,
                                     [](const auto& row, std::uint64_t wanted) { return row.id < wanted; });
    return static_cast<std::size_t>(at - former_.rows.begin());
  }

  using Digests = Ranked<Digest128>;
  using DigestOf = std::function<std::optional<Digest128>(std::size_t)>;
  /// Of the open ones that have such a digest; of equal ones the lesser content comes first, or the lesser
  /// id.
  Digests ranked_claims(const Places& claims, const DigestOf& digest_of) const {
    return ranked(claims, digest_of, [this](std::size_t claim) { return claims_[claim].content; });
  }
  Digests ranked_olds(const Places& olds, const DigestOf& digest_of) const {
    return ranked(olds, digest_of, [](std::size_t) { return Digest128{}; });
  }
  template <typename Tie>
  Digests ranked(const Places& places, const DigestOf& digest_of, const Tie& tie) const {
    std::vector<std::optional<Digest128>> digests(places.size());
    base::parallel_for((places.size() + kRun - 1) / kRun, options_.threads, [&](std::size_t run) {
      for (std::size_t i = run * kRun; i < std::min(places.size(), (run + 1) * kRun); ++i)
        digests[i] = digest_of(places[i]);
    });
    Digests ranked;
    for (std::size_t i = 0; i < places.size(); ++i)
      if (digests[i]) ranked.emplace_back(*digests[i], tie(places[i]), places[i]);
    return ranked;
  }
  static std::optional<Digest128> digest_of_land(geometry::GeometryView land) {
    return land.empty() ? std::nullopt : std::optional(geodata::geometry_digest(land));
  }

  void pair_by_content(const Places& claims, const Places& olds, std::uint64_t& counter) {
    pair_equal(ranked_claims(claims, [this](std::size_t claim) { return claims_[claim].content; }),
               ranked_olds(olds, [this](std::size_t old) { return former_.rows[old].content; }),
               [&](std::size_t claim, std::size_t old) { settle(claim, old, counter); });
  }
  void pair_by_land(const Places& claims, const Places& olds, std::uint64_t& counter) {
    pair_equal(
        ranked_claims(claims, [this](std::size_t claim) { return digest_of_land(land_(claim)); }),
        ranked_olds(olds,
                    [this](std::size_t old) { return digest_of_land(former_.snapshot.geometry(item(old))); }),
        [&](std::size_t claim, std::size_t old) { settle(claim, old, counter); });
  }

  const geodata::Schema& schema_;
  const std::vector<Claim>& claims_;
  const Former& former_;
  const LandOf& land_;
  const MatchOptions& options_;
  Identities& result_;
  std::vector<bool> taken_;
};

}  // namespace

void match_former(const geodata::Schema& schema, const std::vector<Claim>& claims, const Former& former,
                  const LandOf& land, const MatchOptions& options, Identities& result) {
  Matching(schema, claims, former, land, options, result).run();
}

}  // namespace caitu::catalog
