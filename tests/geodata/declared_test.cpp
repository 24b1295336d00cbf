#include "geodata/declared.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "base/error.hpp"
#include "made_files.hpp"

namespace {

namespace fs = std::filesystem;
using caitu::geodata::Declaration;
using caitu::geodata::Field;
using caitu::geodata::FieldType;
using caitu::geodata::load_declaration;
using caitu::geodata::load_declarations;
using made::Folder;

const fs::path kHouse = fs::path(CAITU_SOURCE_DIR) / "geodata/layers";

/// What loading the text says, with its place and hint.
std::string complaint(const std::string& text) {
  const Folder folder;
  const fs::path file = folder.write("layer.toml", text);
  try {
    load_declaration(file);
  } catch (const caitu::base::Error& error) {
    REQUIRE(error.code() == caitu::base::Code::usage);
    REQUIRE(error.where().file == file.string());
    return error.full();
  }
  return "";
}

const std::string kPonds =
    "id = \"ponds\"\n"
    "title = \"坑塘\"\n"
    "geometry = [\"polygon\"]\n"
    "key = [\"code\"]\n"
    "field = [\n"
    "  { name = \"code\", title = \"编号\", type = \"text\", width = 8, required = true, aliases = [\"BH\"] "
    "},\n"
    "  { name = \"depth\", title = \"水深\", type = \"real\", unit = \"m\" },\n"
    "]\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

const Field& field(const Declaration& declared, std::string_view name) {
  for (const Field& one : declared.schema.fields) {
    if (one.name == name) return one;
  }
  FAIL("no field " << name);
  throw 0;
}

}  // namespace

TEST_CASE("every layer of the house is declared, each with `extra` last") {
  const auto layers = load_declarations({kHouse});
  const std::vector<std::string> wanted = {
      "basic_farmland", "belts",       "belts_delivered", "clusters",      "clusters_delivered",
      "districts",      "facilities",  "flags",           "greenhouses",   "imagery",
      "inspections",    "outer_bases", "parcels",         "parks",         "points",
      "protected",      "rectified",   "reserve",         "ring_bases",    "roads",
      "spots",          "structures",  "towns",           "vegetable_land"};
  std::vector<std::string> found;
  for (const auto& [id, declared] : layers) {
    INFO(id);
    found.push_back(id);
    CHECK(declared.schema.layer == id);
    CHECK(declared.file.stem() == id);
    CHECK_FALSE(declared.schema.title.empty());
    CHECK_FALSE(declared.schema.title_en.empty());
    CHECK_FALSE(declared.region.empty());
    REQUIRE(declared.schema.fields.size() > 1);
    CHECK(declared.schema.fields.back().name == "extra");
    CHECK((declared.group == "plan" || declared.group == "land" || declared.group == "flags"));
    CHECK(declared.schema.key.empty() == (id == "roads"));
  }
  CHECK(found == wanted);
}

TEST_CASE("every layer of the house stands in an order of its own, is searched and has English titles") {
  std::set<int> orders;
  for (const auto& [id, declared] : load_declarations({kHouse})) {
    INFO(id);
    CHECK(orders.insert(declared.order).second);
    CHECK(declared.order < Declaration::kLastOrder);
    CHECK_FALSE(declared.search.empty());
    for (const Field& one : declared.schema.fields) {
      INFO(one.name);
      CHECK(declared.field_titles_en.contains(one.name) == (one.name != "extra"));
    }
    CHECK(declared.unit_field == (id == "parcels" ? "ZLDWDM" : ""));
  }
  const auto layers = load_declarations({kHouse});
  CHECK(layers.at("districts").order < layers.at("towns").order);
  CHECK(layers.at("towns").order < layers.at("roads").order);
  CHECK(layers.at("roads").order < layers.at("reserve").order);
  CHECK(layers.at("outer_bases").order < layers.at("parcels").order);
}

TEST_CASE("living layers are those that people edit one feature at a time") {
  std::vector<std::string> living;
  for (const auto& [id, declared] : load_declarations({kHouse})) {
    if (declared.schema.living) living.push_back(id);
  }
  CHECK(living == std::vector<std::string>{"flags", "inspections", "parks", "points", "rectified", "spots",
                                           "structures"});
}

TEST_CASE("one layer of the house is delivered as rasters, each known by the digest of its file") {
  for (const auto& [id, declared] : load_declarations({kHouse})) CHECK(declared.rasters == (id == "imagery"));
  const Declaration imagery = load_declaration(kHouse / "imagery.toml");
  CHECK(imagery.schema.key == std::vector<std::string>{std::string(Declaration::kDigestField)});
  const auto rasters = [](const std::string& more) {
    return complaint(replaced(kPonds, "key = [\"code\"]\n", "key = [\"code\"]\nrasters = true\n" + more));
  };
  CHECK_THAT(rasters(""), Catch::Contains("\"sha256\" is no field"));
  const std::string named = replaced(kPonds, "\"code\", title", "\"sha256\", title");
  const auto with = [&](const std::string& more) {
    return complaint(replaced(named, "key = [\"code\"]\n", "key = [\"sha256\"]\nrasters = true\n" + more));
  };
  CHECK(with("").empty());
  CHECK_THAT(with("living = true\n"), Catch::Contains("comes by an import"));
  CHECK_THAT(complaint(replaced(replaced(named, "[\"code\"]", "[\"sha256\"]\nrasters = true"),
                                "[\"polygon\"]", "[\"point\"]")),
             Catch::Contains("footprint"));
}

TEST_CASE("parcels carry the survey's fields and are told apart inside their unit") {
  const Declaration parcels = load_declaration(kHouse / "parcels.toml");
  CHECK(parcels.schema.key == std::vector<std::string>{"ZLDWDM", "TBBH"});
  CHECK(parcels.schema.class_field == "DLBM");
  CHECK(parcels.schema.fields.size() == 32);
  CHECK(field(parcels, "TBMJ").type == FieldType::real);
  CHECK(field(parcels, "TBMJ").unit == "m2");
  CHECK(field(parcels, "DLBM").type == FieldType::text);
  CHECK(field(parcels, "ZLDWDM").width == 19);
  CHECK(field(parcels, "XZDWKD").aliases.front() == "XXTBKD");
  CHECK(field(parcels, "code_system").type == FieldType::text);
}

TEST_CASE("regions hold the places that the plan names and no others") {
  const auto layers = load_declarations({kHouse});
  const caitu::geometry::Position yanqing{115.8942, 40.3815}, shangyi{113.9630, 41.0746}, haikou{110.2, 20.0};
  CHECK(layers.at("parcels").region.contains(yanqing));
  CHECK_FALSE(layers.at("parcels").region.contains(shangyi));
  CHECK(layers.at("ring_bases").region.contains(shangyi));
  CHECK_FALSE(layers.at("ring_bases").region.contains(haikou));
  CHECK(layers.at("outer_bases").region.contains(haikou));
}

TEST_CASE("a title is an alias: Chinese headings map by themselves") {
  const Declaration bases = load_declaration(kHouse / "ring_bases.toml");
  for (const char* heading : {"菜田面积", "菜田面积（亩）"}) {
    const auto& aliases = field(bases, "area_mu").aliases;
    CHECK(std::count(aliases.begin(), aliases.end(), heading) == 1);
  }
}

TEST_CASE("a declaration of a workspace is read with defaults for what it leaves out") {
  const Folder folder;
  const Declaration ponds = load_declaration(folder.write("ponds.toml", kPonds));
  CHECK(ponds.group == "own");
  CHECK(ponds.order == Declaration::kLastOrder);
  CHECK(ponds.search.empty());
  CHECK(ponds.unit_field.empty());
  CHECK(ponds.field_titles_en.empty());
  CHECK(ponds.region.empty());
  CHECK_FALSE(ponds.schema.living);
  CHECK(ponds.schema.kinds == std::vector{caitu::geometry::Kind::polygon});
  CHECK(field(ponds, "code").required);
  CHECK(field(ponds, "code").aliases == std::vector<std::string>{"BH", "编号"});
  CHECK(field(ponds, "depth").unit == "m");
}

TEST_CASE("a mistake in a declaration is named with its file, its line and the way out") {
  struct Mistake {
    std::string from, to, place, words;
  };
  const std::vector<Mistake> mistakes = {
      {"key = ", "kye = ", "line 4", "did you mean \"key\"?"},
      {"title = \"坑塘\"", "note = \"\"", "", "\"title\" is missing"},
      {"\"ponds\"", "\"Ponds\"", "line 1", "is no layer id"},
      {"\"polygon\"", "\"poligon\"", "line 3", "did you mean \"polygon\"?"},
      {"[\"code\"]", "[\"kode\"]", "line 4", "did you mean \"code\"?"},
      {"[\"code\"]", "[\"code\", \"code\"]", "line 4", "names a field twice"},
      {"\"real\"", "\"reel\"", "line 7", "did you mean \"real\"?"},
      {"unit = ", "units = ", "line 7", "did you mean \"unit\"?"},
      {"name = \"depth\"", "name = \"2nd\"", "line 7", "is no field name"},
      {"name = \"depth\"", "name = \"Code\"", "line 7", "already belongs to the field \"code\""},
      {"name = \"depth\"", "name = \"bh\"", "line 7", "already belongs to the field \"code\""},
      {"name = \"depth\"", "name = \"area_m2\"", "line 7", "every feature carries already"},
      {"name = \"depth\"", "name = \"extra\"", "line 7", "every feature carries already"},
      {"width = 8", "width = -1", "line 6", "a width is from 0"},
      {"key = [\"code\"]", "class_field = \"kind\"", "line 4", "is no field of this layer"},
      {"key = [\"code\"]", "region = { west = 117.0, south = 39.0, east = 116.0, north = 40.0 }", "line 4",
       "is empty"},
      {"key = [\"code\"]", "region = { west = 116.0, south = 39.0, east = 117.0 }", "line 4",
       "west, south, east and north"},
      {"key = [\"code\"]", "region = { west = 500000.0, south = 39.0, east = 117.0, north = 40.0 }", "line 4",
       "no place on Earth"},
      {"key = [\"code\"]", "search = [\"kode\"]", "line 4", "did you mean \"code\"?"},
      {"key = [\"code\"]", "search = [\"depth\"]", "line 4", "holds no text"},
      {"key = [\"code\"]", "unit_field = \"depth\"", "line 4", "holds no text"},
      {"key = [\"code\"]", "order = -1", "line 4", "an order is from 0"},
      {"id = \"ponds\"", "id = ", "line 1", ""},
  };
  for (const Mistake& mistake : mistakes) {
    INFO(mistake.from << " -> " << mistake.to);
    const std::string words = complaint(replaced(kPonds, mistake.from, mistake.to));
    CHECK_THAT(words, Catch::Contains(mistake.place));
    CHECK_THAT(words, Catch::Contains(mistake.words));
    CHECK_FALSE(words.empty());
  }
}

TEST_CASE("a workspace adds layers but does not redefine the house's own") {
  const Folder folder;
  folder.write("ponds.toml", kPonds);
  CHECK(load_declarations({kHouse, folder.path}).count("ponds") == 1);
  CHECK(load_declarations({kHouse, folder.path / "absent"}).size() == 24);

  const fs::path mine = folder.write("parcels.toml", replaced(kPonds, "ponds", "parcels"));
  try {
    load_declarations({kHouse, folder.path});
    FAIL("the second parcels was taken");
  } catch (const caitu::base::Error& error) {
    CHECK(error.code() == caitu::base::Code::usage);
    CHECK(error.where().file == mine.string());
    CHECK_THAT(error.what(), Catch::Contains((kHouse / "parcels.toml").string()));
  }
}

TEST_CASE("what the audit asks of a layer is declared, and checked") {
  const Folder folder;
  const auto with = [](const std::string& more, const std::string& of_depth = "") {
    std::string text = replaced(kPonds, "key = [\"code\"]\n", "key = [\"code\"]\n" + more);
    return replaced(text, "unit = \"m\"", "unit = \"m\"" + of_depth);
  };
  const Declaration declared = load_declaration(
      folder.write("ponds.toml", with("coverage = true\nunique = [\"code\"]\napart_from = [\"parcels\"]\n"
                                      "audit = \"land_survey\"\nperiod = [\"code\", \"code\"]\n",
                                      ", least = 0, most = 9.5")));
  CHECK(declared.audit.coverage);
  CHECK(declared.audit.land_survey);
  CHECK(declared.audit.unique == std::vector<std::size_t>{0});
  CHECK(declared.audit.apart_from == std::vector<std::string>{"parcels"});
  REQUIRE(declared.audit.limits.size() == 1);
  CHECK(declared.audit.limits[0].field == 1);
  CHECK(declared.audit.limits[0].most == 9.5);
  using Catch::Matchers::Contains;
  CHECK_THAT(complaint(with("unique = [\"depth\"]\n")), Contains("holds no text"));
  CHECK_THAT(complaint(with("unique = [\"cod\"]\n")), Contains("did you mean \"code\"?"));
  CHECK_THAT(complaint(with("audit = \"cadastre\"\n")), Contains("land_survey"));
  CHECK_THAT(complaint(with("period = [\"code\"]\n")), Contains("two fields"));
  CHECK_THAT(complaint(with("", ", least = 2, most = 1")), Contains("at least"));
  CHECK_THAT(complaint(with("", ", values = [\"deep\"]")), Contains("holds no text"));
  CHECK_THAT(complaint(replaced(with("coverage = true\n"), "[\"polygon\"]", "[\"point\"]")),
             Contains("polygons"));
}
