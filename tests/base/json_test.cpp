#include "base/json.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "base/error.hpp"

using namespace caitu::base;

namespace {

std::string fixed(double value, int decimals) {
  std::string out;
  append_json_fixed(out, value, decimals);
  return out;
}

std::string number(double value) {
  std::string out;
  append_json_number(out, value);
  return out;
}

Code code_of(std::string_view text) {
  try {
    parse_json(text);
  } catch (const Error& error) {
    return error.code();
  }
  return Code::usage;
}

}  // namespace

TEST_CASE("text that is no JSON is refused at the byte that is wrong") {
  try {
    parse_json(R"({"a": 1,, "b": 2})");
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.code() == Code::invalid);
    CHECK(error.where().position == 9);
  }
}

TEST_CASE("hostile JSON is refused with an error of the house") {
  CHECK(code_of("") == Code::invalid);
  CHECK(code_of("[1e999]") == Code::invalid);
  CHECK(code_of("{\"a\":\"\xff\"}") == Code::invalid);
  CHECK(code_of("[NaN]") == Code::invalid);
  CHECK(code_of("[1] 2") == Code::invalid);
  CHECK(code_of(std::string(1'000'000, '[')) == Code::invalid);
}

TEST_CASE("nesting is counted outside strings only") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(parse_json(nested(64)).is_array());
  CHECK(code_of(nested(65)) == Code::invalid);
  CHECK(parse_json(R"(["[[[[[[", "\"[[[[", {"{{{{": "\\"}])", 2).size() == 3);
}

TEST_CASE("keys keep their order") { CHECK(parse_json(R"({"z":1,"a":2})").dump() == R"({"z":1,"a":2})"); }

TEST_CASE("strings are written so that a parser reads the same back") {
  const auto holds = rc::check([](const std::vector<char>& characters) {
    std::string text;
    for (const char c : characters) text += static_cast<char>(c & 0x7f);
    text += "庞各庄\x01\"\\\n";
    std::string out;
    append_json_string(out, text);
    RC_ASSERT(parse_json(out).get<std::string>() == text);
  });
  CHECK(holds);
}

TEST_CASE("numbers are the shortest text that reads back the same") {
  CHECK(number(0.1) == "0.1");
  CHECK(number(-0.0) == "-0");
  CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(number(-std::numeric_limits<double>::infinity()) == "null");
  std::string out;
  append_json_number(out, std::numeric_limits<std::uint64_t>::max());
  append_json_number(out, std::numeric_limits<std::int64_t>::min());
  CHECK(out == "18446744073709551615-9223372036854775808");
  const auto holds = rc::check([](double value) {
    RC_PRE(std::isfinite(value));
    RC_ASSERT(parse_json(number(value)).get<double>() == value);
  });
  CHECK(holds);
}

TEST_CASE("coordinates are cut to their decimals with no trailing zeros") {
  CHECK(fixed(116.5, 8) == "116.5");
  CHECK(fixed(116.123456789, 8) == "116.12345679");
  CHECK(fixed(39.999999999, 8) == "40");
  CHECK(fixed(0.05, 2) == "0.05");
  CHECK(fixed(-0.05, 2) == "-0.05");
  CHECK(fixed(-0.001, 2) == "0");
  CHECK(fixed(100, 0) == "100");
  CHECK(fixed(1e300, 2) == "1e+300");
}

TEST_CASE("a coordinate of n decimals is within half a unit of its last place") {
  const auto holds = rc::check([] {
    const double value =
        *rc::gen::inRange(-1'800'000'000, 1'800'000'000) / 1e7 + *rc::gen::inRange(0, 1000) / 1e11;
    const int decimals = *rc::gen::inRange(0, 10);
    const double back = parse_json(fixed(value, decimals)).get<double>();
    RC_ASSERT(std::abs(back - value) <= 0.5 * std::pow(10, -decimals) + 1e-13);
  });
  CHECK(holds);
}
