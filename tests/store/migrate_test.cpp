#include "store/migrate.hpp"

#include <fstream>

#include "store/fixture.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::test;

namespace {

void execute(const std::filesystem::path& file, const std::string& sql) {
  detail::Connection(file, detail::Access::create).execute(sql);
}

}  // namespace

TEST_CASE("a record says in its header what it is and which form it has") {
  const Record record;
  CHECK(record.integer("PRAGMA application_id") == record_form().application_id);
  CHECK(record.integer("PRAGMA user_version") == record_form().version());
  CHECK(record.text("PRAGMA journal_mode") == "wal");
  CHECK(record.text("SELECT group_concat(srid) FROM (SELECT srid FROM spatial_ref_sys ORDER BY srid)") ==
        "4326,4490");
}

TEST_CASE("files that are no record are told apart before anything of them is read") {
  const TempFolder folder;
  for (const bool read_only : {true, false}) {
    const auto foreign = folder / "foreign.db";
    execute(foreign, "CREATE TABLE IF NOT EXISTS t (x)");
    CHECK(code_of([&] { Store::open(foreign, read_only); }) == base::Code::corrupt);
    const auto text = folder / "text.db";
    std::ofstream(text) << std::string(5000, 'x');
    CHECK(code_of([&] { Store::open(text, read_only); }) == base::Code::corrupt);
    const auto nothing = folder / "nothing.db";
    std::ofstream{nothing};
    CHECK(code_of([&] { Store::open(nothing, read_only); }) == base::Code::corrupt);
  }
}

TEST_CASE("a record of a newer form is left alone, one that was never finished is damaged") {
  const Record record;
  execute(record.file, "PRAGMA user_version = " + std::to_string(record_form().version() + 1));
  CHECK(code_of([&] { record.open(true); }) == base::Code::unsupported);
  CHECK(code_of([&] { record.open(); }) == base::Code::unsupported);
  execute(record.file, "PRAGMA user_version = 0");
  CHECK(code_of([&] { record.open(); }) == base::Code::corrupt);
}

TEST_CASE("a damaged page is an error, not wrong rows") {
  const Record record;
  {
    Store store = record.open();
    import_all(store, every_type(), Land(2).features(2000));
  }
  {
    std::fstream file(record.file, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(record.file) / 2 / 8192 * 8192));
    file << std::string(8192, '\xff');
  }
  const Store store = record.open(true);
  CHECK(code_of([&] { read_all(store, "parcels", 1); }) == base::Code::corrupt);
}
