#include "app/config.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "base/bytes.hpp"
#include "base/error.hpp"

using namespace caitu;

namespace {

/// A file with a text, gone at the end of its test.
struct TextFile {
  std::filesystem::path path = std::filesystem::temp_directory_path() /
                               ("caitu-config-" + base::hex(base::digest128(base::random_bytes(16))) + ".toml");
  explicit TextFile(const std::string& text) { std::ofstream(path) << text; }
  ~TextFile() { std::filesystem::remove(path); }
};

std::string refusal(const std::string& text) {
  const TextFile file(text);
  try {
    app::load_config(file.path);
  } catch (const base::Error& error) {
    return error.full();
  }
  return "";
}

}  // namespace

TEST_CASE("the printed configuration reads back as itself") {
  app::Config config;
  config.listen = "127.0.0.1:9000";
  config.limits.body_bytes = 16ull << 20;
  config.tiles.cache_bytes = 0;
  config.tls = {"/etc/caitu/chain.pem", "/etc/caitu/key.pem"};
  config.behind_proxy = true;
  config.open_reads = false;
  const TextFile file(app::to_toml(config));
  CHECK(app::to_toml(app::load_config(file.path)) == app::to_toml(config));
}

TEST_CASE("without a file the defaults hold") {
  CHECK(app::to_toml(app::load_config("/nowhere/caitu.toml")) == app::to_toml(app::Config{}));
}

TEST_CASE("an unknown key is named with its line, its path and the nearest known key") {
  const std::string text = refusal("[serve]\nthreads = 2\nlistn = \"127.0.0.1:1\"\n");
  CHECK_THAT(text, Catch::Contains("line 3") && Catch::Contains("serve.listn") && Catch::Contains("did you mean \"listen\"?"));
}

TEST_CASE("a value of the wrong type or range is refused") {
  CHECK_THAT(refusal("[serve]\nthreads = \"two\"\n"), Catch::Contains("whole number"));
  CHECK_THAT(refusal("[serve]\nwatch_ms = 1\n"), Catch::Contains("outside 10 to 60000"));
}

TEST_CASE("paths of the configuration count from its folder") {
  const TextFile file("[serve]\ntls_cert = \"tls/chain.pem\"\ntls_key = \"/etc/key.pem\"\n");
  const app::Config config = app::load_config(file.path);
  CHECK(config.tls.certificate == file.path.parent_path() / "tls/chain.pem");
  CHECK(config.tls.key == "/etc/key.pem");
}

TEST_CASE("addresses to listen on") {
  CHECK(app::parse_listen("127.0.0.1:8080").port == 8080);
  CHECK(app::parse_listen("localhost:0").loopback);
  CHECK(app::parse_listen("[::1]:80").host == "::1");
  CHECK(app::parse_listen("127.8.9.1:0").loopback);
  for (const char* beyond : {"0.0.0.0:8080", "[::]:80", "127.example.org:80", "[::ffff:127.0.0.1]:80", "10.0.0.1:80"}) {
    CHECK_FALSE(app::parse_listen(beyond).loopback);
  }
  for (const char* wrong : {"8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000"}) {
    CHECK_THROWS_AS(app::parse_listen(wrong), base::Error);
  }
}

TEST_CASE("the layers, tilesets and styles that ship load together") {
  const app::Installation here = app::find_installation();
  CHECK(std::filesystem::is_directory(here.layers()));
  CHECK(std::filesystem::is_directory(here.tiles));
  CHECK(std::filesystem::is_directory(here.styles));
}
