#include "base/spool.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "base/error.hpp"
#include "support/temp_folder.hpp"

using namespace caitu::base;

namespace {

std::string read(const Spool& spool, std::uint64_t begin, std::size_t bytes) {
  std::string into(bytes, '\0');
  spool.read(begin, into);
  return into;
}

}  // namespace

TEST_CASE("What was appended to a spool is read back where it begins") {
  const caitu::test::TempFolder folder;
  Spool spool(folder / "spool");
  const std::string large(700'000, 'x');
  const std::uint64_t first = spool.append("first"), second = spool.append(large),
                      third = spool.append("third");
  spool.flush();
  CHECK(first == 0);
  CHECK(spool.size() == third + 5);
  CHECK(read(spool, third, 5) == "third");
  CHECK(read(spool, second, large.size()) == large);
  CHECK_THROWS_AS(read(spool, third, 6), Error);
}

TEST_CASE("A spool that is opened again forgets what came after its size") {
  const caitu::test::TempFolder folder;
  {
    Spool spool(folder / "spool");
    spool.append("kept");
    spool.append("half a rec");
    spool.sync();
  }
  Spool spool(folder / "spool", 4);
  CHECK(spool.append("more") == 4);
  spool.flush();
  CHECK(read(spool, 0, 8) == "keptmore");
}

TEST_CASE("A spool shorter than it was is no spool to go on with") {
  const caitu::test::TempFolder folder;
  try {
    const Spool spool(folder / "spool", 10);
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.code() == Code::corrupt);
    CHECK_THAT(error.full(), Catch::Contains("spool"));
  }
  CHECK_THROWS_AS(Spool(folder / "nowhere" / "spool"), Error);
}
