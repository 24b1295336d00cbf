#include "styles/style.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "base/bytes.hpp"
#include "base/error.hpp"

using namespace caitu;

namespace {

const std::filesystem::path kSource = CAITU_SOURCE_DIR;

std::map<std::string, tiles::Tileset> shipped_tilesets() {
  return tiles::load_tilesets(kSource / "tiles", geodata::load_declarations({kSource / "geodata" / "layers"}));
}

/// A folder with one style, gone at the end of its test.
struct StyleFolder {
  std::filesystem::path path = std::filesystem::temp_directory_path() /
                               ("caitu-style-" + base::hex(base::digest128(base::random_bytes(16))));
  explicit StyleFolder(const std::string& layer) {
    std::filesystem::create_directory(path);
    std::ofstream(path / "made.json") << R"({"version": 8, "sources": {"p": {"type": "vector", "url": "caitu:plan"}}, "layers": [)"
                                      << layer << "]}";
  }
  ~StyleFolder() { std::filesystem::remove_all(path); }
};

std::string refusal(const std::string& layer) {
  const StyleFolder folder(layer);
  try {
    styles::Styles(folder.path, shipped_tilesets());
  } catch (const base::Error& error) {
    return error.full();
  }
  return "";
}

}  // namespace

TEST_CASE("every shipped style names only layers and attributes that tiles carry") {
  const styles::Styles styles(kSource / "styles", shipped_tilesets());
  CHECK_FALSE(styles.names().empty());
}

TEST_CASE("a style leaves with the addresses of the server that it is asked of") {
  const styles::Styles styles(kSource / "styles", shipped_tilesets());
  const base::Json style = styles.style("plan", "http://127.0.0.1:9");
  CHECK(style.at("sources").at("land").at("url") == "http://127.0.0.1:9/tiles/land.json");
}

TEST_CASE("an unknown style, layer, tileset or attribute is named with the nearest known one") {
  const styles::Styles styles(kSource / "styles", shipped_tilesets());
  CHECK_THROWS_AS(styles.style("plam", ""), base::Error);
  CHECK_THAT(refusal(R"({"id": "a", "source": "p", "source-layer": "reserv"})"), Catch::Contains("did you mean \"reserve\"?"));
  CHECK(refusal(R"({"id": "a", "source": "p", "source-layer": "labels", "filter": ["==", ["get", "layer"], "towns"]})").empty());
  CHECK_THAT(refusal(R"({"id": "a", "source": "p", "source-layer": "labels", "filter": ["==", ["get", "layers"], "towns"]})"),
             Catch::Contains("did you mean \"layer\"?"));
  CHECK_THAT(refusal(R"({"id": "a", "source": "q", "source-layer": "reserve"})"), Catch::Contains("\"q\" is not declared"));
  CHECK_THAT(refusal(R"({"id": "a", "source": "p", "source-layer": "reserve", "filter": ["==", ["get", "distric"], "x"]})"),
             Catch::Contains("did you mean \"district\"?"));
}
