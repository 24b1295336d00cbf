#include "analysis/overlay.hpp"

#include <algorithm>
#include <array>

#include "analysis/detail/cut_store.hpp"
#include "analysis/detail/shape.hpp"
#include "base/error.hpp"
#include "geometry/measure.hpp"

namespace caitu::analysis {
namespace {

using base::Code;
using base::Error;
using base::Where;
using detail::CutLine;
using detail::CutStore;
using detail::Piece;
using geodata::Field;
using geodata::FieldType;
using geodata::Value;
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

// --- what the result is made of

std::string small(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return result;
}

/// Where a field of the result comes from.
struct Column {
  Field field;
  bool of_right = false;
  std::size_t place = 0;  ///< among its layer's fields
};

bool named(const std::vector<Field>& fields, const std::string& name) {
  return std::ranges::any_of(fields, [&](const Field& field) { return small(field.name) == small(name); });
}

/// All fields of both, or of a alone, under the names that they have in the result.
std::vector<Column> all_columns(const InputLayer& a, const InputLayer& b, bool both) {
  std::vector<std::string> taken{"id", "mu", "a_fid", "b_fid", "area_m2"};
  const auto is_taken = [&](const std::string& name) {
    return std::ranges::find(taken, small(name)) != taken.end();
  };
  std::vector<Column> columns;
  const auto add = [&](const InputLayer& layer, const InputLayer& other, bool of_right) {
    for (std::size_t place = 0; place < layer.fields().size(); ++place) {
      Column& column = columns.emplace_back(layer.fields()[place], of_right, place);
      std::string& name = column.field.name;
      if (is_taken(name) || (both && named(other.fields(), name))) name = (of_right ? "b_" : "a_") + name;
      while (is_taken(name)) name += '_';
      taken.push_back(small(name));
      column.field.required = false;
    }
  };
  add(a, b, false);
  if (both) add(b, a, true);
  return columns;
}

std::vector<Column> chosen_columns(const InputLayer& a, const InputLayer& b, const OverlayOptions& options) {
  std::vector<Column> all = all_columns(a, b, has_right_fields(options.operation));
  if (options.fields.empty()) return all;
  std::vector<std::string> names;
  for (const Column& column : all) names.push_back(column.field.name);
  std::vector<Column> chosen;
  for (const std::string& name : options.fields) {
    const auto at = std::ranges::find(names, name);
    if (at == names.end()) {
      const std::string nearest = base::nearest_name(name, names);
      throw Error(Code::usage, "the result has no field \"" + name + "\"", Where{.field = "--fields"},
                  nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
    }
    chosen.push_back(all[static_cast<std::size_t>(at - names.begin())]);
  }
  return chosen;
}

/// a_fid, then the columns, then area_m2; b_fid where there can be one.
class Rows {
 public:
  Rows(const InputLayer& a, const InputLayer& b, const OverlayOptions& options)
      : a_(a), b_(b), both_(has_right_fields(options.operation)), columns_(chosen_columns(a, b, options)) {}

  geodata::Schema schema() const {
    geodata::Schema schema;
    schema.layer = "overlay";
    schema.fields.push_back({.name = "a_fid", .type = FieldType::integer});
    if (both_) schema.fields.push_back({.name = "b_fid", .type = FieldType::integer});
    for (const Column& column : columns_) schema.fields.push_back(column.field);
    schema.fields.push_back({.name = "area_m2", .type = FieldType::real});
    for (std::size_t item = 0; item < a_.land().size(); ++item) {
      const Kind kind = a_.land().kind(item);
      if (kind != Kind::empty && !schema.allows(kind)) schema.kinds.push_back(kind);
    }
    if (both_ && !schema.allows(Kind::polygon)) schema.kinds.push_back(Kind::polygon);
    std::ranges::sort(schema.kinds);
    return schema;
  }
  std::vector<Value> values(const Piece& piece) const {
    std::vector<Value> of_a, of_b, values;
    if (piece.left_item != detail::kNoItem) of_a = a_.values(piece.left_item);
    if (piece.right_item != detail::kNoItem) of_b = b_.values(piece.right_item);
    values.push_back(id(piece.left_id));
    if (both_) values.push_back(id(piece.right_id));
    for (const Column& column : columns_) {
      std::vector<Value>& from = column.of_right ? of_b : of_a;
      values.push_back(from.empty() ? Value() : from[column.place]);
    }
    values.emplace_back(piece.size);
    return values;
  }

 private:
  static Value id(std::uint64_t id) {
    return id == detail::kNoId ? Value() : Value(static_cast<std::int64_t>(id));
  }

  const InputLayer &a_, &b_;
  bool both_;
  std::vector<Column> columns_;
};

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

struct IdRange {
  std::uint64_t first = 0, last = std::numeric_limits<std::uint64_t>::max();
};

IdRange range_of(const geodata::Snapshot& land, const Part& part) {
  IdRange range;
  if (part.of <= 1) return range;
  std::vector<std::uint64_t> ids(land.size());
  for (std::size_t item = 0; item < ids.size(); ++item) ids[item] = land.id(item);
  std::ranges::sort(ids);
  const auto bound = [&](std::uint32_t number) { return ids[ids.size() * number / part.of]; };
  if (part.number > 1) range.first = bound(part.number - 1);
  if (part.number < part.of) range.last = bound(part.number);
  return range;
}

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

/// Cuts one side by the other and puts what comes of it into the store.
class Pass {
 public:
  Pass(const InputLayer& of, const InputLayer& by, const OverlayOptions& options, bool of_right,
       CutStore& store)
      : of_(of), by_(by), options_(options), of_right_(of_right), store_(store) {}

  void run(std::size_t first_item, const base::Progress& progress) {
    // What is left of b has no pieces of its own that a sliver could go to.
    const bool merges = options_.slivers.fate == Slivers::Fate::merge;
    const IdRange range = range_of(of_.land(), options_.part);
    const LayerCutOptions cut{.threads = options_.threads,
                              .memory = options_.memory,
                              .shared = !of_right_ && (keeps_pairs(options_.operation) || merges),
                              .cover = options_.operation == Operation::clip,
                              .slivers = of_right_ && merges ? Slivers{} : options_.slivers,
                              .first_item = first_item,
                              .first_id = range.first,
                              .last_id = range.last};
    cut_layer(
        of_.land(), by_.land(), cut,
        [this](std::size_t item, CutFeature&& feature) {
          keep(static_cast<std::uint32_t>(item), std::move(feature));
          store_.done_before({of_right_, item + 1});
        },
        progress);
  }

 private:
  void keep(std::uint32_t item, CutFeature&& feature) {
    CutLine line{.of_right = of_right_,
                 .account = account(item, feature),
                 .pairs = feature.pairs,
                 .failure = std::move(feature.failure)};
    store_.add(line);
    if (!line.failure.empty()) return;
    if (keeps_pairs(options_.operation)) {
      for (Shared& shared : feature.shared) keep_shared(item, std::move(shared));
    }
    if (keeps_rest(options_.operation)) {
      const bool as_cut = feature.slivers.count == 0;
      const double left = as_cut ? feature.rest_size : geometry::measure(feature.rest);
      keep_one(item, feature.whole, std::move(feature.rest), feature.whole ? feature.size : left);
    } else if (options_.operation == Operation::clip && !feature.whole) {
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
    Piece piece{.left_id = of_.id(item),
                .right_id = by_.id(shared.right),
                .left_item = item,
                .right_item = shared.right,
                .from = Piece::From::own,
                .size = shared.size,
                .geometry = std::move(shared.part)};
    if (shared.land == Shared::Land::all_of_left) piece.from = Piece::From::left;
    if (shared.land == Shared::Land::all_of_right) piece.from = Piece::From::right;
    store_.add(piece);
  }

  /// One piece of a feature without a partner; all of it when `whole`.
  void keep_one(std::uint32_t item, bool whole, geometry::Geometry&& geometry, double size) {
    if (!whole && geometry.empty()) return;
    Piece piece{.size = size, .geometry = std::move(geometry)};
    (of_right_ ? piece.right_id : piece.left_id) = of_.id(item);
    (of_right_ ? piece.right_item : piece.left_item) = item;
    if (whole) piece.from = of_right_ ? Piece::From::right : Piece::From::left;
    store_.add(piece);
  }

  const InputLayer &of_, &by_;
  const OverlayOptions& options_;
  bool of_right_;
  CutStore& store_;
};

void settle_account(const CutStore& store, Account& account) {
  store.each_line([&](const CutLine& line) {
    auto& sides = line.of_right ? account.right : account.left;
    sides[static_cast<std::size_t>(line.account.kind) - 1].add(line.account);
    account.pairs += line.pairs;
    if (line.account.failed) account.quarantine.push_back({line.of_right, line.account.id, line.failure});
  });
  std::ranges::sort(account.quarantine, {},
                    [](const Quarantined& one) { return std::pair(one.of_right, one.id); });
}

void write_pieces(const CutStore& store, const InputLayer& a, const InputLayer& b, const Rows& rows,
                  Operation operation, Account& account, geodata::Sink* out, const base::Progress& progress) {
  std::uint64_t number = 0;
  store.each_piece([&](Piece&& piece) {
    const geometry::GeometryView view = piece.from == Piece::From::left ? a.land().geometry(piece.left_item)
                                        : piece.from == Piece::From::right
                                            ? b.land().geometry(piece.right_item)
                                            : piece.geometry.view();
    const double area_m2 = view.kind == Kind::polygon ? piece.size : 0;
    const bool pair = piece.left_id != detail::kNoId && piece.right_id != detail::kNoId;
    const bool piece_of_a = pair || operation == Operation::clip;
    if (piece_of_a) {
      ++account.pieces;
      account.pieces_m2.add(area_m2);
    } else if (piece.left_id != detail::kNoId) {
      ++account.rests;
      account.rests_m2.add(area_m2);
    } else {
      ++account.right_rests;
      account.right_rests_m2.add(area_m2);
    }
    ++number;
    if (out != nullptr) out->write(number, view, rows.values(piece), area_m2);
    if (number % 1024 == 0) {
      progress.check();
      progress.at("writing", number, store.pieces());
    }
  });
}

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
  return Rows(a, b, options).schema();
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
  if (!begin.of_right) Pass(a, b, options, false, store).run(begin.item, progress);
  if (keeps_right_rest(options.operation))
    Pass(b, a, options, true, store).run(begin.of_right ? begin.item : 0, progress);
  store.seal();
  settle_account(store, account);
  write_pieces(store, a, b, Rows(a, b, options), options.operation, account, out, progress);
  return account;
}

}  // namespace caitu::analysis
