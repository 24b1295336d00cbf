#include "analysis/overlay.hpp"

#include <algorithm>
#include <array>

#include "analysis/detail/cut_store.hpp"
#include "analysis/detail/result_rows.hpp"
#include "analysis/detail/shape.hpp"
#include "base/error.hpp"
#include "base/mapped_array.hpp"
#include "geometry/measure.hpp"

namespace caitu::analysis {
namespace {

using base::Code;
using base::Error;
using base::Where;
using detail::CutLine;
using detail::CutStore;
using detail::Piece;
using detail::PieceHead;
using geometry::Kind;

struct Named {
  Operation operation;
  std::string_view name;
};
constexpr std::array<Named, 6> kNames{{{Operation::intersection, "intersection"},
                                       {Operation::difference, "difference"},
                                       {Operation::join, "union"},
                                       {Operation::identity, "identity"},
                                       {Operation::symdifference, "symdifference"},
                                       {Operation::clip, "clip"}}};

bool keeps_pairs(Operation operation) {
  return operation == Operation::intersection || operation == Operation::identity ||
         operation == Operation::join;
}
bool keeps_rest(Operation operation) {
  return operation != Operation::intersection && operation != Operation::clip;
}
bool keeps_right_rest(Operation operation) {
  return operation == Operation::join || operation == Operation::symdifference;
}
bool has_right_fields(Operation operation) { return keeps_pairs(operation) || keeps_right_rest(operation); }

detail::ResultRows rows_of(const InputLayer& a, const InputLayer& b, const OverlayOptions& options) {
  return {a, b, has_right_fields(options.operation), options.fields};
}

// --- what is asked

void check_inputs(const InputLayer& a, const InputLayer& b) {
  for (const InputLayer* layer : {&a, &b}) {
    bool any = false;
    for (std::size_t item = 0; item < layer->land().size() && !any; ++item)
      any = layer->land().kind(item) != Kind::empty;
    if (any) continue;
    throw Error(Code::refused, "there is no land in it that could be laid over another",
                Where{.file = layer->name()}, "is it the layer that you mean?");
  }
  for (std::size_t item = 0; item < b.land().size(); ++item) {
    const Kind kind = b.land().kind(item);
    if (kind == Kind::polygon || kind == Kind::empty) continue;
    throw Error(Code::refused,
                "feature " + std::to_string(b.id(item)) + " is a " + std::string(geometry::name(kind)) +
                    "; the second layer must hold polygons alone",
                Where{.file = b.name()}, "give it as the first layer, or take its polygons out");
  }
}

/// The first item of a part's share of a layer; of the part behind the last, its end.
std::size_t begin_of(const Part& part, std::size_t items) { return items * (part.number - 1) / part.of; }

base::Json request_json(const OverlayOptions& options) {
  base::Json json{{"operation", name(options.operation)}};
  if (!options.fields.empty()) json["fields"] = options.fields;
  constexpr std::array<const char*, 3> kFates{"keep", "drop", "merge"};
  json["slivers"] = {{"fate", kFates[static_cast<std::size_t>(options.slivers.fate)]},
                     {"width_m", options.slivers.width_m},
                     {"basis", "an assumption of whoever ran it, not law: --slivers, --sliver-width"}};
  if (options.part.of > 1) json["part"] = {{"number", options.part.number}, {"of", options.part.of}};
  return json;
}

// --- the run

/// Makes records of what comes of one side cut by the other.
class Recorder : public CutTaker {
 public:
  Recorder(const InputLayer& of, const InputLayer& by, Operation operation, bool of_right,
           detail::CutRecords records)
      : of_(of), by_(by), operation_(operation), of_right_(of_right), records_(std::move(records)) {}

  void take(std::size_t item, CutFeature&& feature) override {
    keep(static_cast<std::uint32_t>(item), std::move(feature));
  }
  const detail::CutRecords& records() const { return records_; }

 private:
  void keep(std::uint32_t item, CutFeature&& feature) {
    CutLine line{.of_right = of_right_,
                 .account = account(item, feature),
                 .pairs = feature.pairs,
                 .failure = std::move(feature.failure)};
    records_.add(line);
    if (!line.failure.empty()) return;
    if (keeps_pairs(operation_)) {
      for (Shared& shared : feature.shared) keep_shared(item, std::move(shared));
    }
    if (keeps_rest(operation_)) {
      const bool as_cut = feature.slivers.count == 0;
      const double left = as_cut ? feature.rest_size : geometry::measure(feature.rest);
      keep_one(item, feature.whole, std::move(feature.rest), feature.whole ? feature.size : left);
    } else if (operation_ == Operation::clip && !feature.whole) {
      const double size = feature.covered_whole ? feature.size : geometry::measure(feature.cover);
      keep_one(item, feature.covered_whole, std::move(feature.cover), size);
    }
  }

  FeatureAccount account(std::uint32_t item, const CutFeature& feature) const {
    FeatureAccount account{.id = of_.id(item),
                           .kind = of_.land().kind(item),
                           .size = feature.size,
                           .covered = feature.covered,
                           .rest = feature.rest_size,
                           .on_grid = feature.on_grid,
                           .failed = !feature.failure.empty()};
    account.slivers = feature.slivers.count;
    account.dropped = feature.slivers.dropped;
    account.merged = feature.slivers.merged;
    for (const Shared& shared : feature.shared) account.common += shared.size;
    if (account.kind == Kind::polygon) account.outline_m = detail::outline_m(of_.land().geometry(item));
    return account;
  }

  void keep_shared(std::uint32_t item, Shared&& shared) {
    PieceHead head{.left_id = of_.id(item),
                   .right_id = by_.id(shared.right),
                   .left_item = item,
                   .right_item = shared.right,
                   .size = shared.size,
                   .kind = shared.part.kind};
    if (shared.land == Shared::Land::all_of_left) head.from = PieceHead::From::left;
    if (shared.land == Shared::Land::all_of_right) head.from = PieceHead::From::right;
    records_.add(Piece{head, std::move(shared.part)});
  }

  /// One piece of a feature without a partner; all of it when `whole`.
  void keep_one(std::uint32_t item, bool whole, geometry::Geometry&& geometry, double size) {
    if (!whole && geometry.empty()) return;
    PieceHead head{.size = size, .kind = geometry.kind};
    (of_right_ ? head.right_id : head.left_id) = of_.id(item);
    (of_right_ ? head.right_item : head.left_item) = item;
    if (whole) head.from = of_right_ ? PieceHead::From::right : PieceHead::From::left;
    records_.add(Piece{head, std::move(geometry)});
  }

  const InputLayer &of_, &by_;
  Operation operation_;
  bool of_right_;
  detail::CutRecords records_;
};

/// Cuts one side by the other and puts what comes of it into the store.
void cut_side(const InputLayer& of, const InputLayer& by, const OverlayOptions& options, bool of_right,
              std::size_t first_item, CutStore& store, const base::Progress& progress) {
  // What is left of b has no pieces of its own that a sliver could go to.
  const bool merges = options.slivers.fate == Slivers::Fate::merge;
  const std::size_t items = of.land().size();
  const LayerCutOptions cut{.threads = options.threads,
                            .memory = options.memory,
                            .shared = !of_right && (keeps_pairs(options.operation) || merges),
                            .cover = options.operation == Operation::clip,
                            .slivers = of_right && merges ? Slivers{} : options.slivers,
                            .first_item = std::max(first_item, begin_of(options.part, items)),
                            .last_item = begin_of({options.part.number + 1, options.part.of}, items)};
  cut_layer(
      of.land(), by.land(), cut,
      [&] { return std::make_unique<Recorder>(of, by, options.operation, of_right, store.records()); },
      [&](CutTaker& taker, std::size_t next) {
        store.add(static_cast<const Recorder&>(taker).records(), {of_right, next});
      },
      progress);
}

/// Where a piece is, and how many positions it takes from its whole feature.
struct Entry {
  std::uint64_t at;
  std::uint32_t bytes, positions;
};
using Entries = base::MappedArray<Entry>;

/// All that has been worked out, made into account and result.
class Result {
 public:
  Result(const CutStore& store, const InputLayer& a, const InputLayer& b, const OverlayOptions& options)
      : store_(store), a_(a), b_(b), options_(options) {}

  /// `entries`: of all pieces, to be filled; may be null.
  void settle(Account& account, Entries* entries) const {
    std::size_t filled = 0;
    const auto on_line = [&](const CutLine& line) { add(line, account); };
    const auto on_piece = [&](const PieceHead& head, std::uint64_t at, std::uint32_t bytes) {
      add(head, account);
      if (entries == nullptr) return;
      const std::size_t positions = head.from == PieceHead::From::own ? 0 : whole(head).positions.size();
      (*entries)[filled++] = {at, bytes, static_cast<std::uint32_t>(positions)};
    };
    store_.each({.line = on_line, .piece = on_piece});
    std::ranges::sort(account.quarantine, {},
                      [](const Quarantined& one) { return std::pair(one.of_right, one.id); });
  }

  void write(Entries& entries, geodata::Sink& out, const base::Progress& progress) const {
    const detail::ResultRows rows = rows_of(a_, b_, options_);
    const auto row = [&](std::size_t number) {
      const Piece piece = store_.piece(entries[number].at, entries[number].bytes);
      const PieceHead& head = piece.head;
      const bool own = head.from == PieceHead::From::own;
      return out.row(number + 1, own ? piece.geometry.view() : whole(head), rows.values(head), area_m2(head));
    };
    const auto bytes = [&entries](std::size_t number) {
      return entries[number].bytes + entries[number].positions * sizeof(geometry::Position);
    };
    write_rows(out, {.count = store_.pieces(), .row = row, .bytes = bytes}, options_.threads, progress);
  }

 private:
  static void add(const CutLine& line, Account& account) {
    auto& sides = line.of_right ? account.right : account.left;
    sides[static_cast<std::size_t>(line.account.kind) - 1].add(line.account);
    account.pairs += line.pairs;
    if (line.account.failed) account.quarantine.push_back({line.of_right, line.account.id, line.failure});
  }
  void add(const PieceHead& head, Account& account) const {
    const bool pair = head.left_id != detail::kNoId && head.right_id != detail::kNoId;
    const bool piece_of_a = pair || options_.operation == Operation::clip;
    if (piece_of_a) {
      ++account.pieces;
      account.pieces_m2.add(area_m2(head));
    } else if (head.left_id != detail::kNoId) {
      ++account.rests;
      account.rests_m2.add(area_m2(head));
    } else {
      ++account.right_rests;
      account.right_rests_m2.add(area_m2(head));
    }
  }
  /// The feature that a piece is all of.
  geometry::GeometryView whole(const PieceHead& head) const {
    return head.from == PieceHead::From::left ? a_.land().geometry(head.left_item)
                                              : b_.land().geometry(head.right_item);
  }
  double area_m2(const PieceHead& head) const {
    const Kind kind = head.from == PieceHead::From::own    ? head.kind
                      : head.from == PieceHead::From::left ? a_.land().kind(head.left_item)
                                                           : b_.land().kind(head.right_item);
    return kind == Kind::polygon ? head.size : 0;
  }

  const CutStore& store_;
  const InputLayer &a_, &b_;
  const OverlayOptions& options_;
};

}  // namespace

std::string_view name(Operation operation) {
  return std::ranges::find(kNames, operation, &Named::operation)->name;
}

std::optional<Operation> parse_operation(std::string_view text) {
  const auto at = std::ranges::find(kNames, text, &Named::name);
  if (at == kNames.end()) return std::nullopt;
  return at->operation;
}

geodata::Schema overlay_schema(const InputLayer& a, const InputLayer& b, const OverlayOptions& options) {
  return rows_of(a, b, options).schema();
}

Account overlay(const InputLayer& a, const InputLayer& b, const OverlayOptions& options,
                const std::filesystem::path& scratch, geodata::Sink* out, const base::Progress& progress) {
  check_inputs(a, b);
  Account account;
  account.request = request_json(options);
  account.a = {a.name(), a.digest(), a.land().size(), a.intake()};
  account.b = {b.name(), b.digest(), b.land().size(), b.intake()};
  // Without a result nobody asks for the pieces' outlines.
  CutStore store(scratch, account.request.dump() + a.digest() + b.digest(), options.write_down_every,
                 out != nullptr);
  const CutStore::Place begin = store.begin();
  if (!begin.of_right) cut_side(a, b, options, false, begin.item, store, progress);
  if (keeps_right_rest(options.operation))
    cut_side(b, a, options, true, begin.of_right ? begin.item : 0, store, progress);
  store.seal();
  const Result result(store, a, b, options);
  if (out == nullptr) {
    result.settle(account, nullptr);
  } else {
    Entries entries(scratch, store.pieces());
    result.settle(account, &entries);
    result.write(entries, *out, progress);
  }
  return account;
}

}  // namespace caitu::analysis
