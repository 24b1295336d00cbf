#include "catalog/attachments.hpp"

#include "catalog/fixture.hpp"

using namespace caitu;
using namespace caitu::catalog::test;
using Catch::Matchers::Contains;

namespace {

const std::string kBytes(3'000'000, 'x');

std::string digest_of(const std::string& bytes) { return base::hex(base::sha256(bytes)); }

struct Kept : Land {
  fs::path source = folder.write("cover.tif", kBytes);
  std::string sha256 = digest_of(kBytes);

  void keep() const { catalog::keep_attachment(workspace, source, sha256, "imagery"); }
  std::string fault() const { return catalog::attachment_fault(workspace, sha256); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(workspace.attachments()), {}));
  }
};

}  // namespace

TEST_CASE("a file is kept under its digest, byte for byte, and one that is there is left as it is") {
  const Kept land;
  CHECK_THAT(land.fault(), Contains("missing"));
  land.keep();
  const fs::path file = land.workspace.attachment(land.sha256);
  CHECK(read_file(file) == kBytes);
  CHECK(land.fault().empty());
  const auto written = fs::last_write_time(file);
  land.keep();
  CHECK(fs::last_write_time(file) == written);
  CHECK(land.files() == 1);
}

TEST_CASE("a kept file that was changed is told, and the same file mends it") {
  const Kept land;
  land.keep();
  flip_byte(land.workspace.attachment(land.sha256), 1'234'567);
  CHECK_THAT(land.fault(), Contains("does not hold the bytes"));
  land.keep();
  CHECK(land.fault().empty());
  CHECK(land.files() == 1);
}

TEST_CASE("a file that changes while it is imported is not kept") {
  const Kept land;
  flip_byte(land.source, 17);
  const base::Error error = error_of([&] { land.keep(); });
  CHECK(error.code() == base::Code::conflict);
  CHECK(land.files() == 0);
}

TEST_CASE("what is no digest names no file") {
  const Kept land;
  for (const char* text : {"", "../caitu.db", "ABCDEF", "0123"}) {
    CHECK_FALSE(catalog::is_digest(text));
    CHECK_THAT(catalog::attachment_fault(land.workspace, text), Contains("is no digest"));
  }
  CHECK(catalog::is_digest(land.sha256));
}

TEST_CASE("half copies are known by their layer") {
  const Kept land;
  land.keep();
  for (const char* layer : {"imagery", "imagery_2"}) {
    const std::string name = std::string(layer) + "-" + land.sha256 + ".part-0123456789ab";
    std::ofstream(land.workspace.attachments() / name) << "half";
  }
  CHECK(catalog::half_attachments(land.workspace).size() == 2);
  CHECK(catalog::half_attachments(land.workspace, "imagery").size() == 1);
  CHECK(catalog::half_attachments(land.workspace, "fields").empty());
}
