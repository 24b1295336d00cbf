#include "store/findings.hpp"

#include "fixture.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::test;

TEST_CASE("severities have names") {
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note})
    CHECK(parse_severity(name(severity)) == severity);
  CHECK_FALSE(parse_severity("fatal"));
}

TEST_CASE(
    "findings are kept in their order, with all that they say, and go with an import that was dropped") {
  const Record record;
  Store store = record.open();
  Finding whole;
  whole.rule = "overlap";
  whole.severity = Severity::warning;
  whole.file = "DLTB.shp";
  whole.row = 12;
  whole.key = "110118/7";
  whole.feature = (std::uint64_t{1} << 53U) - 1;
  whole.other = 9;
  whole.other_place = "DLTB.shp row 13";
  whole.field = "TBMJ";
  whole.what = "it overlaps";
  whole.what_zh = "重叠";
  whole.way_out = "cut";
  whole.way_out_zh = "裁去";
  whole.measured = 2.5;
  whole.allowed = 0;
  whole.unit = "m2";
  whole.geometry = geometry::make_box({116, 40, 116.001, 40.001});
  Finding bare;
  bare.rule = "empty_geometry";
  const Schema schema = every_type();
  {
    StagedEdition dropped = store.stage(schema, "2023-10-31");
    dropped.finding(bare);
  }
  StagedEdition staged = store.stage(schema, "2023-10-31");
  staged.finding(whole);
  staged.finding(bare);
  staged.publish(record_of(0));

  const auto kept = record.open(true).findings(schema.layer, 1);
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].rule == "overlap");
  CHECK(kept[0].severity == Severity::warning);
  CHECK(kept[0].row == 12);
  CHECK(kept[0].key == "110118/7");
  CHECK(kept[0].feature == whole.feature);
  CHECK(kept[0].other == 9);
  CHECK(kept[0].other_place == whole.other_place);
  CHECK(kept[0].field == "TBMJ");
  CHECK(kept[0].what_zh == "重叠");
  CHECK(kept[0].way_out_zh == "裁去");
  CHECK(kept[0].measured == 2.5);
  CHECK(kept[0].allowed == 0);
  CHECK(kept[0].unit == "m2");
  CHECK(geometry::box_of(kept[0].geometry) == geometry::box_of(whole.geometry));
  CHECK_FALSE(kept[1].measured);
  CHECK(kept[1].geometry.empty());
  CHECK(kept[1].row == 0);
  CHECK(record.integer("SELECT count(*) FROM geometry_columns WHERE f_table_name = 'caitu_findings'") == 1);
}
