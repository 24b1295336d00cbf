#include "geodata/snapshot.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <functional>
#include <map>
#include <thread>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "geodata/snapshot_fixture.hpp"
#include "support/properties.hpp"

namespace caitu::geodata {
namespace {

using detail::key;
using detail::Part;
using test::every_type;
using test::Land;
using test::read_file;
using test::TempFolder;
using test::write_file;
using test::write_snapshot;

base::Code code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const base::Error& error) {
    return error.code();
  }
  FAIL("nothing was thrown");
  return base::Code::internal;
}

bool same(const Feature& a, const Feature& b) {
  return a.id == b.id && a.geometry == b.geometry && a.values == b.values && a.area_m2 == b.area_m2;
}

/// All that a snapshot answers, as bytes.
std::string everything(const Snapshot& snapshot) {
  std::string out =
      snapshot.digest() + snapshot.info().layer + snapshot.info().as_of + to_json(snapshot.schema()).dump();
  base::append_value(out, snapshot.extent());
  base::append_value(out, snapshot.total_area_m2());
  base::append_value(out, snapshot.tree().extent());
  for (std::size_t item = 0; item < snapshot.size(); ++item) {
    const Feature feature = snapshot.feature(item);
    base::append_value(out, feature.id);
    base::append_value(out, content_digest(feature.geometry, feature.values));
    base::append_value(out, feature.area_m2);
    base::append_value(out, snapshot.box(item));
    base::append_value(out, snapshot.find(feature.id).value_or(snapshot.size()));
  }
  return out;
}

TEST_CASE("every feature comes back as it was given, whatever its kind and types") {
  const TempFolder folder;
  const std::vector<Feature> given = Land(1).features(700);
  const std::string digest = write_snapshot(folder / "a.snapshot", given);
  const auto snapshot = Snapshot::open(folder / "a.snapshot");

  CHECK(snapshot->digest() == digest);
  CHECK(snapshot->info().layer == "parcels");
  CHECK(snapshot->info().edition == 3);
  CHECK(snapshot->info().as_of == "2024-12-31");
  CHECK(snapshot->schema() == every_type());
  CHECK(snapshot->bytes() == std::filesystem::file_size(folder / "a.snapshot"));
  REQUIRE(snapshot->size() == given.size());

  geometry::Box extent;
  double area = 0;
  std::size_t unlocated = 0;
  for (const Feature& feature : given) {
    const auto item = snapshot->find(feature.id);
    REQUIRE(item);
    REQUIRE(same(snapshot->feature(*item), feature));
    CHECK(snapshot->box(*item) == geometry::box_of(feature.geometry));
    extent.grow(geometry::box_of(feature.geometry));
    area += feature.area_m2;
    if (feature.geometry.empty()) ++unlocated;
  }
  CHECK(snapshot->extent() == extent);
  CHECK(snapshot->total_area_m2() == Approx(area).epsilon(1e-12));
  CHECK_FALSE(snapshot->find(5));
  REQUIRE(unlocated > 0);
  std::size_t met = 0;
  snapshot->tree().query({-180, -90, 180, 90}, 0, [&](std::size_t first, std::size_t last, bool) {
    met += last - first;
    return true;
  });
  CHECK(met == given.size() - unlocated);
  CHECK(snapshot->geometry(given.size() - 1).empty());
  CHECK_NOTHROW(snapshot->verify());
  CHECK(folder.files() == 1);
}

TEST_CASE("missing, empty and equal texts are told apart by their codes") {
  const TempFolder folder;
  Land land(2);
  std::vector<Feature> features = land.features(4);
  for (Feature& feature : features) feature.geometry = geometry::make_point({116, 40});
  features[0].values[0] = Value{};
  features[1].values[0] = std::string();
  features[2].values[0] = features[3].values[0] = std::string("0102");
  write_snapshot(folder / "a", features);
  const auto snapshot = Snapshot::open(folder / "a");
  const Column& column = snapshot->column(0);
  const auto code = [&](std::size_t i) { return column.code(*snapshot->find(features[i].id)); };
  CHECK(code(0) == Column::kNoText);
  CHECK(column.text(code(1)).empty());
  CHECK(code(2) == code(3));
  CHECK(column.text(code(2)) == "0102");
  CHECK(column.dictionary_size() == 2);
  CHECK(column.null(*snapshot->find(features[0].id)));
  CHECK_FALSE(column.null(*snapshot->find(features[1].id)));
  CHECK(code_of([&] { column.integer(0); }) == base::Code::internal);
  CHECK(code_of([&] { snapshot->id(4); }) == base::Code::internal);
}

TEST_CASE("a layer without features is a snapshot too") {
  const TempFolder folder;
  write_snapshot(folder / "a", {});
  const auto snapshot = Snapshot::open(folder / "a");
  CHECK(snapshot->size() == 0);
  CHECK(snapshot->tree().size() == 0);
  CHECK(snapshot->extent().empty());
  CHECK(snapshot->total_area_m2() == 0);
  CHECK_FALSE(snapshot->find(1));
}

TEST_CASE("values become what their field holds, or are refused with its name") {
  const TempFolder folder;
  Feature feature = Land(3).feature(1);
  const auto written = [&](std::size_t field, Value value) {
    feature.values[field] = std::move(value);
    write_snapshot(folder / "a", {feature});
    return Snapshot::open(folder / "a")->feature(0).values[field];
  };
  CHECK(written(2, 41.0) == Value{std::int64_t{41}});
  CHECK(written(3, std::int64_t{41}) == Value{41.0});
  CHECK(written(3, std::nan("")) == Value{});
  CHECK(written(4, 1.0) == Value{std::int64_t{1}});

  const std::vector<std::pair<std::size_t, Value>> unsuited{{2, 41.5},
                                                            {2, 1e300},
                                                            {2, std::string("41")},
                                                            {2, std::numeric_limits<std::int64_t>::min()},
                                                            {3, std::string("x")},
                                                            {4, std::int64_t{2}},
                                                            {0, std::int64_t{102}},
                                                            {5, 2023.0}};
  for (const auto& [field, value] : unsuited) {
    Feature bad = Land(3).feature(1);
    bad.values[field] = value;
    try {
      write_snapshot(folder / "b", {bad});
      FAIL("written");
    } catch (const base::Error& error) {
      CHECK(error.code() == base::Code::invalid);
      CHECK(error.where().field == every_type().fields[field].name);
    }
  }
  CHECK(folder.files() == 1);
}

TEST_CASE("what is no feature of the layer is refused, and leaves nothing behind") {
  const TempFolder folder;
  const Feature good = Land(4).feature(9);
  const auto refused = [&](const std::vector<Feature>& features) {
    return code_of([&] { write_snapshot(folder / "a", features); });
  };
  Feature bad = good;
  bad.values.pop_back();
  CHECK(refused({bad}) == base::Code::internal);
  bad = good;
  bad.id = 0;
  CHECK(refused({bad}) == base::Code::internal);
  bad = good;
  bad.geometry = geometry::make_box({116, 39, 117, 40});
  bad.geometry.path_ends = {6};
  CHECK(refused({bad}) == base::Code::internal);
  bad.geometry = geometry::make_point({116, std::nan("")});
  CHECK(refused({bad}) == base::Code::internal);
  CHECK(refused({good, Land(5).feature(8), good}) == base::Code::internal);
  CHECK(folder.files() == 0);
}

TEST_CASE("an unfinished snapshot leaves the file that stands") {
  const TempFolder folder;
  write_snapshot(folder / "a", Land(6).features(3));
  const std::string before = read_file(folder / "a");
  {
    SnapshotWriter writer(folder / "a", every_type(), {"parcels", 4, ""});
    // Enough to spill.
    for (const Feature& f : Land(7).features(9000)) writer.add(f.id, f.geometry, f.values, f.area_m2);
    CHECK(folder.files() == 1);
  }
  CHECK(folder.files() == 1);
  CHECK(read_file(folder / "a") == before);
}

TEST_CASE("the same set gives the same bytes in any order of arrival") {
  const TempFolder folder;
  const bool held = rc::check("bytes do not depend on arrival", [&](std::uint64_t seed) {
    Land land(seed);
    std::vector<Feature> features = land.features(land.below(40));
    // Ties in Hilbert order.
    if (features.size() > 3) features[1].geometry = features[2].geometry = features[0].geometry;
    const std::string digest = write_snapshot(folder / "a", features);
    land.shuffle(features);
    RC_ASSERT(write_snapshot(folder / "b", features) == digest);
    RC_ASSERT(read_file(folder / "a") == read_file(folder / "b"));
  });
  CHECK(held);
}

TEST_CASE("a set large enough to spill gives the same bytes in any order of arrival") {
  const TempFolder folder;
  Land land(8);
  std::vector<Feature> features = land.features(20000);
  write_snapshot(folder / "a", features);
  land.shuffle(features);
  write_snapshot(folder / "b", features);
  CHECK(read_file(folder / "a") == read_file(folder / "b"));
}

TEST_CASE("the digest is of schema and content alone") {
  const TempFolder folder;
  const std::vector<Feature> features = Land(9).features(50);
  const std::string digest = write_snapshot(folder / "a", features);
  CHECK(write_snapshot(folder / "b", features, every_type(), {"parcels", 99, "2031-01-01"}) == digest);

  std::vector<Feature> moved = features;
  moved[7].geometry.positions[0].lon = std::nextafter(moved[7].geometry.positions[0].lon, 0);
  CHECK(write_snapshot(folder / "b", moved) != digest);
  std::vector<Feature> reclassed = features;
  reclassed[7].values[0] = std::string("0404");
  CHECK(write_snapshot(folder / "b", reclassed) != digest);
  std::vector<Feature> renumbered = features;
  renumbered[7].id = base::kMaxFeatureId;
  CHECK(write_snapshot(folder / "b", renumbered) != digest);
  Schema retitled = every_type();
  retitled.fields[0].title = "地类编码";
  CHECK(write_snapshot(folder / "b", features, retitled) != digest);
}

TEST_CASE("a snapshot cut off anywhere is corrupt") {
  const TempFolder folder;
  write_snapshot(folder / "a", Land(10).features(9));
  const std::string whole = read_file(folder / "a");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_file(folder / "b", whole.substr(0, length));
    REQUIRE(code_of([&] { Snapshot::open(folder / "b"); }) == base::Code::corrupt);
  }
  write_file(folder / "b", whole + '\0');
  CHECK(code_of([&] { Snapshot::open(folder / "b"); }) == base::Code::corrupt);
  CHECK(code_of([&] { Snapshot::open(folder / "c"); }) == base::Code::not_found);
}

TEST_CASE("a byte that has changed anywhere is an error, never another answer") {
  const TempFolder folder;
  write_snapshot(folder / "a", Land(11).features(9));
  const std::string expected = everything(*Snapshot::open(folder / "a"));
  std::string bytes = read_file(folder / "a");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const int mask : {0x01, 0x80, 0xff}) {
      const char before = bytes[i];
      bytes[i] = static_cast<char>(before ^ mask);
      write_file(folder / "b", bytes);
      bytes[i] = before;
      // The file is of one block, so that no byte of it goes unread.
      REQUIRE(code_of([&] { everything(*Snapshot::open(folder / "b")); }) == base::Code::corrupt);
    }
  }
  CHECK(everything(*Snapshot::open(folder / "a")) == expected);
}

TEST_CASE("a damaged block fails where it is read, each time, and nowhere else") {
  const TempFolder folder;
  write_snapshot(folder / "a", Land(12).features(5000));
  std::string bytes = read_file(folder / "a");
  const auto healthy = Snapshot::open(folder / "a");
  const geometry::Position last = healthy->geometry(2500).positions[0];
  char raw[sizeof last];
  std::memcpy(raw, &last, sizeof last);
  const std::size_t at = bytes.find(std::string(raw, sizeof raw));
  REQUIRE(at != std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 4);
  write_file(folder / "b", bytes);

  const auto damaged = Snapshot::open(folder / "b");
  CHECK(same(damaged->feature(0), healthy->feature(0)));
  for (int time = 0; time < 2; ++time) {
    try {
      damaged->geometry(2500);
      FAIL("the damaged block was read");
    } catch (const base::Error& error) {
      CHECK(error.code() == base::Code::corrupt);
      CHECK(error.where().file == (folder / "b").string());
      CHECK_THAT(error.what(), Catch::Contains("Block " + std::to_string(at >> kBlockBits) + " "));
    }
  }
  CHECK(same(damaged->feature(4000), healthy->feature(4000)));
  CHECK(code_of([&] { damaged->verify(); }) == base::Code::corrupt);
}

/// A copy of a snapshot under good checksums, with one section changed.
void rewrite(const std::filesystem::path& from, const std::filesystem::path& to, SectionKey changed,
             const std::function<void(std::string&)>& change) {
  const BlockFile file(from, detail::kSnapshotKind, detail::kSnapshotVersion);
  BlockFileWriter writer(to, detail::kSnapshotKind, detail::kSnapshotVersion);
  const auto copy = [&](SectionKey section) {
    const auto values = file.section<char>(section);
    file.touch(values.data(), values.size());
    std::string bytes(values.begin(), values.end());
    if (section == changed) change(bytes);
    writer.begin(section);
    writer.append(std::span<const char>(bytes));
  };
  for (auto part = Part::schema; part <= Part::part_ends;
       part = static_cast<Part>(static_cast<int>(part) + 1)) {
    copy(key(part));
  }
  const Schema schema = every_type();
  for (std::size_t field = 0; field < schema.fields.size(); ++field) {
    const FieldType type = schema.fields[field].type;
    if (textual(type)) {
      for (const Part part : {Part::codes, Part::text_ends, Part::texts}) copy(key(part, field));
    } else {
      copy(key(type == FieldType::real ? Part::reals : Part::integers, field));
    }
  }
  writer.finish(file.metadata());
}

TEST_CASE("sections of the wrong size or form are corrupt even under good checksums") {
  const TempFolder folder;
  write_snapshot(folder / "a", Land(13).features(30));
  const auto code = [&](SectionKey section, const std::function<void(std::string&)>& change) {
    rewrite(folder / "a", folder / "b", section, change);
    return code_of([&] { everything(*Snapshot::open(folder / "b")); });
  };
  const auto halve = [](std::string& bytes) { bytes.resize(bytes.size() / 2); };
  const auto empty = [](std::string& bytes) { bytes.clear(); };
  for (auto part = Part::schema; part <= Part::part_ends;
       part = static_cast<Part>(static_cast<int>(part) + 1)) {
    CHECK(code(key(part), halve) == base::Code::corrupt);
    CHECK(code(key(part), empty) == base::Code::corrupt);
  }
  CHECK(code(key(Part::codes, 1), halve) == base::Code::corrupt);
  CHECK(code(key(Part::text_ends, 1), halve) == base::Code::corrupt);
  CHECK(code(key(Part::texts, 1), halve) == base::Code::corrupt);
  CHECK(code(key(Part::integers, 2), empty) == base::Code::corrupt);
  CHECK(code(key(Part::reals, 3), empty) == base::Code::corrupt);
  CHECK(code(key(Part::schema), [](std::string& bytes) { bytes = "{\"layer\": 7}"; }) == base::Code::corrupt);
  rewrite(folder / "a", folder / "b", {}, empty);
  CHECK(read_file(folder / "a") == read_file(folder / "b"));
}

TEST_CASE("offsets that lead astray never lead out of the file, even under good checksums") {
  const TempFolder folder;
  write_snapshot(folder / "a", Land(13).features(30));
  const std::vector<SectionKey> sections{key(Part::begins),      key(Part::path_ends), key(Part::part_ends),
                                         key(Part::by_id),       key(Part::kinds),     key(Part::codes, 1),
                                         key(Part::text_ends, 1)};
  std::size_t found = 0;
  for (const SectionKey& section : sections) {
    for (std::size_t at = 0; at < 40; ++at) {
      for (const char byte : {'\x00', '\x05', '\x7f', '\xff'}) {
        rewrite(folder / "a", folder / "b", section,
                [&](std::string& bytes) { bytes[at % bytes.size()] = byte; });
        try {
          everything(*Snapshot::open(folder / "b"));
        } catch (const base::Error& error) {
          REQUIRE(error.code() == base::Code::corrupt);
          ++found;
        }
      }
    }
  }
  CHECK(found > 500);
}

TEST_CASE("many threads may read one snapshot from its first moment") {
  const TempFolder folder;
  const std::vector<Feature> features = Land(14).features(3000);
  write_snapshot(folder / "a", features);
  const auto snapshot = Snapshot::open(folder / "a");
  std::atomic<std::size_t> right = 0;
  std::vector<std::thread> readers;
  for (std::size_t reader = 0; reader < 8; ++reader) {
    readers.emplace_back([&, reader] {
      std::size_t found = 0;
      for (std::size_t i = 0; i < features.size(); ++i) {
        const Feature& wanted = features[(i * (reader + 1)) % features.size()];
        const auto item = snapshot->find(wanted.id);
        if (item && same(snapshot->feature(*item), wanted) && snapshot->tree().size() > 0) ++found;
      }
      right += found;
    });
  }
  for (std::thread& reader : readers) reader.join();
  CHECK(right == 8 * features.size());
}

}  // namespace
}  // namespace caitu::geodata
