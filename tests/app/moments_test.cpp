#include "app/moments.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace caitu;

TEST_CASE("a date is a day in Beijing, a moment itself") {
  CHECK(app::start_of("2026-01-01", "--since") == "2025-12-31T16:00:00Z");
  CHECK(app::end_of("2026-01-01", "--expires") == "2026-01-01T16:00:00Z");
  CHECK(app::start_of("2024-03-01", "--since") == "2024-02-29T16:00:00Z");
  for (const auto read : {app::start_of, app::end_of}) {
    CHECK(read("2025-06-30T12:34:56Z", "--since") == "2025-06-30T12:34:56Z");
  }
}

TEST_CASE("what is no moment is refused with the option's name") {
  for (const char* wrong : {"", "tomorrow", "2025-02-30", "2025-06-30T25:00:00Z", "2025-06-30T12:34:56",
                            "2025-06-30T12:34:56+08:00", "2025-06-30 12:34:56Z", "2025-06-30T 1: 3: 5Z",
                            "2025-06-30T+1:02:03Z"}) {
    CHECK_THROWS_WITH(app::start_of(wrong, "--since"), Catch::Contains("no moment"));
  }
}
