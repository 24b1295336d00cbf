#include "analysis/overlay.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <map>

#include "analysis/input_fixture.hpp"
#include "base/error.hpp"
#include "geodata/source.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "geometry/stars.hpp"
#include "geometry/zone.hpp"
#include "support/properties.hpp"

using namespace caitu;
using namespace caitu::analysis;
using namespace caitu::analysis::test;

namespace {

struct Row {
  std::vector<geodata::Value> values;
  Geometry geometry;
};

/// What an overlay of two layers writes, read again by GDAL.
struct Result {
  Account account;
  std::vector<Row> rows;
  std::string bytes;  ///< of the file
};

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Result overlaid(const InputLayer& a, const InputLayer& b, const OverlayOptions& options) {
  const geodata::test::TempFolder folder;
  std::filesystem::create_directory(folder / "run");
  Result result;
  {
    geodata::Sink sink(folder / "out.gpkg", overlay_schema(a, b, options));
    result.account = overlay(a, b, options, folder / "run", &sink, {});
    sink.finish();
  }
  result.bytes = bytes_of(folder / "out.gpkg");
  geodata::Source source(folder / "out.gpkg", {});
  for (auto rows = source.read(100); !rows.empty(); rows = source.read(100)) {
    for (auto& row : rows) result.rows.push_back({std::move(row.values), std::move(row.geometry)});
  }
  return result;
}

double area(const Result& result) {
  double sum = 0;
  for (const Row& row : result.rows) sum += geometry::area_m2(row.geometry);
  return sum;
}

}  // namespace

TEST_CASE("Each operation writes the land that its name says", "[overlay]") {
  const geodata::test::TempFolder folder;
  const InputLayer a =
      layer({land(rectangle(0, 0, 100, 100)), land(rectangle(100, 0, 100, 100))}, "a", folder);
  const InputLayer b = layer({land(rectangle(50, 0, 100, 50)), land(rectangle(500, 0, 10, 10))}, "b", folder);
  const auto check = [&](Operation operation, double square_metres, std::size_t rows) {
    INFO(name(operation));
    OverlayOptions options;
    options.operation = operation;
    const Result result = overlaid(a, b, options);
    CHECK(area(result) == Approx(square_metres).epsilon(1e-4));
    CHECK(result.rows.size() == rows);
    CHECK(result.account.closes());
    CHECK(result.account.clean());
  };
  check(Operation::intersection, 5000, 2);
  check(Operation::difference, 15000, 2);
  check(Operation::identity, 20000, 4);
  check(Operation::join, 20100, 5);
  check(Operation::symdifference, 15100, 3);
  check(Operation::clip, 5000, 2);
}

TEST_CASE("Fields that both layers have are told apart, and others keep their names", "[overlay]") {
  const geodata::test::TempFolder folder;
  const InputLayer a = layer({land(rectangle(0, 0, 100, 100))}, "a", folder);
  const InputLayer b = layer({land(rectangle(50, 0, 100, 50))}, "b", folder);
  OverlayOptions options;
  const auto names = [&] {
    std::vector<std::string> all;
    for (const auto& field : overlay_schema(a, b, options).fields) all.push_back(field.name);
    return all;
  };
  CHECK(names() == std::vector<std::string>{"a_fid", "b_fid", "a_name", "b_name", "area_m2"});
  options.fields = {"b_name"};
  CHECK(names() == std::vector<std::string>{"a_fid", "b_fid", "b_name", "area_m2"});
  options = {};
  options.operation = Operation::clip;
  CHECK(names() == std::vector<std::string>{"a_fid", "name", "area_m2"});
  options.fields = {"nane"};
  try {
    overlay_schema(a, b, options);
    FAIL("an unknown field was taken");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::usage);
    CHECK_THAT(error.full(), Catch::Contains("nane") && Catch::Contains("did you mean \"name\"?"));
  }
}

TEST_CASE("Whatever lies over whatever, every operation accounts for every square metre", "[overlay]") {
  CHECK(rc::check([] {
    const geodata::test::TempFolder folder;
    const auto stars = [] {
      std::vector<Geometry> lands;
      for (int count = *rc::gen::inRange(1, 5); count > 0; --count) {
        const Position centre = at(*rc::gen::inRange(0, 200), *rc::gen::inRange(0, 200));
        lands.push_back(geometry::oriented(geometry::test::star_land(centre, 90 / kLatM)));
      }
      return lands;
    };
    const InputLayer a = layer(stars(), "a", folder), b = layer(stars(), "b", folder);
    OverlayOptions options{.threads = 2};
    std::map<Operation, SideAccount> lefts;
    std::map<Operation, double> written;
    for (const Operation operation : {Operation::intersection, Operation::difference, Operation::clip,
                                      Operation::join, Operation::symdifference}) {
      options.operation = operation;
      std::filesystem::create_directory(folder / "run");
      const Account account = overlay(a, b, options, folder / "run", nullptr, {});
      std::filesystem::remove_all(folder / "run");
      if (!account.closes()) RC_LOG() << to_json(account).dump();
      RC_ASSERT(account.closes());
      lefts[operation] = account.left[2];
      written[operation] =
          account.pieces_m2.value() + account.rests_m2.value() + account.right_rests_m2.value();
    }
    const SideAccount& left = lefts.at(Operation::intersection);
    const double rounding = 1e-9 * left.size.value() + 1e-5;
    for (const auto& [operation, other] : lefts) {
      RC_ASSERT(std::abs(other.covered.value() - left.covered.value()) <= rounding);
      RC_ASSERT(std::abs(other.rest.value() - left.rest.value()) <= rounding);
    }
    RC_ASSERT(std::abs(written.at(Operation::clip) - left.covered.value()) <= rounding);
    RC_ASSERT(std::abs(written.at(Operation::difference) - left.rest.value()) <= rounding);
    RC_ASSERT(std::abs(written.at(Operation::join) - written.at(Operation::symdifference) -
                       written.at(Operation::intersection)) <= rounding);
  }));
}

TEST_CASE("Threads, memory and a run broken off change no byte", "[overlay]") {
  const geodata::test::TempFolder folder;
  std::vector<Geometry> fields, zones;
  for (int i = 0; i < 80; ++i) {
    for (int j = 0; j < 80; ++j) fields.push_back(land(rectangle(i * 15, j * 15, 15, 15)));
  }
  for (int i = 0; i < 8; ++i) {
    const double x = i * 150.0;
    zones.push_back(land(Ring{{x, -7}, {x + 190, 11}, {x + 140, 1300}, {x - 13, 1207}}));
  }
  const InputLayer a = layer(fields, "a", folder), b = layer(zones, "b", folder);
  OverlayOptions options{.operation = Operation::join, .threads = 1};
  const Result once = overlaid(a, b, options);
  CHECK(once.account.closes());
  for (const std::size_t threads : {2, 5}) {
    options.threads = threads;
    options.memory = std::uint64_t{16} << 20;
    const Result again = overlaid(a, b, options);
    CHECK(again.bytes == once.bytes);
    CHECK(to_json(again.account) == to_json(once.account));
  }
  options.write_down_every = std::chrono::milliseconds(0);
  std::filesystem::create_directory(folder / "run");
  std::atomic<bool> stop = false;
  std::uint64_t done_before = 0, first_after = 0;
  const base::Progress breaking{.report =
                                    [&](std::string_view, std::uint64_t done, std::uint64_t) {
                                      done_before = done;
                                      stop = done >= 2000;
                                    },
                                .cancelled = &stop};
  {
    geodata::Sink sink(folder / "out.gpkg", overlay_schema(a, b, options));
    CHECK_THROWS_AS(overlay(a, b, options, folder / "run", &sink, breaking), base::Error);
  }
  CHECK_FALSE(std::filesystem::exists(folder / "out.gpkg"));
  REQUIRE(done_before < fields.size());
  const base::Progress watching{.report = [&](std::string_view, std::uint64_t done, std::uint64_t) {
    if (first_after == 0) first_after = done;
  }};
  {
    geodata::Sink sink(folder / "out.gpkg", overlay_schema(a, b, options));
    const Account account = overlay(a, b, options, folder / "run", &sink, watching);
    sink.finish();
    CHECK(to_json(account) == to_json(once.account));
  }
  CHECK(first_after > done_before);  // nothing was done twice
  CHECK(bytes_of(folder / "out.gpkg") == once.bytes);
}

TEST_CASE("Lines and points are cut by land, and their metres add up", "[overlay]") {
  const geodata::test::TempFolder folder;
  Geometry road{geometry::Kind::line, {at(-50, 20), at(50, 20), at(450, 25)}, {}, {}};
  road.end_path();
  Geometry wells{geometry::Kind::point, {at(10, 10), at(310, 10), at(150, 10)}, {}, {}};
  const InputLayer a = layer({road, wells}, "a", folder);
  // Neighbours: a border in common, which the road crosses.
  const InputLayer b =
      layer({land(rectangle(0, 0, 100, 100)), land(rectangle(100, 0, 100, 100))}, "b", folder);
  OverlayOptions options;
  options.operation = Operation::identity;
  const Result identity = overlaid(a, b, options);
  CHECK(identity.account.closes());
  CHECK(identity.rows.size() == 6);  // two of the road and what is left of it, two wells and what is left
  const SideAccount& lines = identity.account.left[1];
  CHECK(lines.covered.value() == Approx(200).epsilon(1e-3));
  CHECK(lines.size.value() == Approx(500).epsilon(1e-3));
  const SideAccount& points = identity.account.left[0];
  CHECK(points.size.value() == 3);
  CHECK(points.covered.value() == 2);
  options.operation = Operation::clip;
  const Result clip = overlaid(a, b, options);
  REQUIRE(clip.rows.size() == 2);
  const Row& line = clip.rows[0].geometry.kind == geometry::Kind::line ? clip.rows[0] : clip.rows[1];
  CHECK(line.geometry.path_ends.size() == 1);  // grown together across the border
  CHECK(geometry::measure(line.geometry) == Approx(200).epsilon(1e-3));
}

TEST_CASE("Only polygons can be laid over a layer, and something must be in both", "[overlay]") {
  const geodata::test::TempFolder folder;
  const InputLayer fields = layer({land(rectangle(0, 0, 100, 100))}, "fields", folder);
  const InputLayer wells = layer({{geometry::Kind::point, {at(10, 10)}, {}, {}}}, "wells", folder);
  const InputLayer nothing = layer({}, "nothing", folder);
  const auto refusal = [&](const InputLayer& a, const InputLayer& b) -> std::string {
    try {
      overlay(a, b, {}, folder / "", nullptr, {});
    } catch (const base::Error& error) {
      CHECK(error.code() == base::Code::refused);
      return error.full();
    }
    return {};
  };
  CHECK_THAT(refusal(fields, wells), Catch::Contains("wells") && Catch::Contains("feature 1 is a point"));
  CHECK_THAT(refusal(fields, nothing), Catch::Contains("nothing") && Catch::Contains("no land"));
  CHECK_THAT(refusal(nothing, fields), Catch::Contains("nothing"));
}

TEST_CASE("Slivers are dropped or go to the neighbour that they have most border with", "[overlay]") {
  const geodata::test::TempFolder folder;
  const InputLayer a = layer({land(rectangle(0, 0, 100, 100))}, "a", folder);
  // Two zones that were meant to leave nothing between them, and left 5 cm.
  const InputLayer b =
      layer({land(rectangle(-10, -10, 60, 120)), land(rectangle(50.05, -10, 60, 120))}, "b", folder);
  OverlayOptions options;
  options.operation = Operation::identity;
  const Result kept = overlaid(a, b, options);
  CHECK(kept.rows.size() == 3);
  options.slivers.fate = Slivers::Fate::drop;
  const Result dropped = overlaid(a, b, options);
  CHECK(dropped.rows.size() == 2);
  CHECK(dropped.account.closes());
  CHECK(dropped.account.left[2].slivers == 1);
  CHECK(dropped.account.left[2].dropped.value() == Approx(5).epsilon(1e-3));
  CHECK(area(dropped) == Approx(area(kept) - 5).epsilon(1e-6));
  options.slivers.fate = Slivers::Fate::merge;
  const Result merged = overlaid(a, b, options);
  CHECK(merged.rows.size() == 2);
  CHECK(merged.account.left[2].merged.value() == Approx(5).epsilon(1e-3));
  CHECK(area(merged) == Approx(area(kept)).epsilon(1e-9));
  for (const Row& row : merged.rows) CHECK_FALSE(geometry::flaw_of(row.geometry));
}

TEST_CASE("A feature that cannot be cut is put aside with its reason, and the others are cut", "[overlay]") {
  const geodata::test::TempFolder folder;
  // Stored past every check: a pentagram, whose middle is covered twice.
  std::vector<Position> star;
  for (const int corner : {0, 2, 4, 1, 3, 0}) {
    const double angle = 2 * M_PI * corner / 5;
    star.push_back(at(200 + 100 * std::sin(angle), 200 + 100 * std::cos(angle)));
  }
  Geometry pentagram;
  pentagram.kind = geometry::Kind::polygon;
  pentagram.positions = star;
  pentagram.end_path();
  pentagram.end_part();
  const InputLayer a = layer({pentagram, land(rectangle(0, 0, 100, 100))}, "a", folder);
  const InputLayer b = layer({land(rectangle(50, 50, 150, 170))}, "b", folder);
  const Result result = overlaid(a, b, {.operation = Operation::identity, .threads = 2});
  INFO(to_json(result.account).dump(1));
  REQUIRE(result.account.quarantine.size() == 1);
  CHECK(result.account.quarantine.front().id == 1);
  CHECK_FALSE(result.account.quarantine.front().reason.empty());
  CHECK_FALSE(result.account.clean());
  CHECK(result.rows.size() == 2);
  CHECK(area(result) == Approx(geometry::area_m2(land(rectangle(0, 0, 100, 100)))));
}
