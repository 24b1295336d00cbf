#include <catch2/catch.hpp>

#include <limits>

#include "catalog/intake.hpp"

using namespace caitu;
using catalog::convert;
using geodata::FieldType;
using geodata::Value;

namespace {

struct Line {
  Value given;
  Value read;
};

/// nullopt stands for "has no such reading".
void check_refused(FieldType type, const std::vector<Value>& values) {
  for (const Value& value : values) {
    std::string shown;
    geodata::append_json_value(shown, value, FieldType::text);
    INFO(shown << " as " << geodata::name(type));
    CHECK(!convert(value, type));
  }
}
void check_read(FieldType type, const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    std::string shown;
    geodata::append_json_value(shown, line.given, FieldType::text);
    INFO(shown << " as " << geodata::name(type));
    const auto read = convert(line.given, type);
    REQUIRE(read);
    CHECK(*read == line.read);
  }
}

const Value kMissing;
Value number(std::int64_t value) { return value; }

}  // namespace

TEST_CASE("dates are read as people and programs write them") {
  check_read(FieldType::date, {{"2023-10-31", "2023-10-31"},
                               {"2023/10/31", "2023-10-31"},
                               {"2023/1/2", "2023-01-02"},
                               {"2023.10.31", "2023-10-31"},
                               {"20231031", "2023-10-31"},
                               {number(20231031), "2023-10-31"},
                               {20231031.0, "2023-10-31"},
                               {"2023年10月31日", "2023-10-31"},
                               {"2023年1月2日", "2023-01-02"},
                               {" 2023-10-31 ", "2023-10-31"},
                               {"2023-10-31T08:00:00Z", "2023-10-31"},
                               {"2023/10/31 08:00:00", "2023-10-31"},
                               {"2024-02-29", "2024-02-29"},
                               {"2000-02-29", "2000-02-29"}});
}

TEST_CASE("a date that never was, or half of one, is no date") {
  check_refused(FieldType::date,
                {"2023-02-31", "2023-02-29", "1900-02-29", "2023-13-01", "2023-00-10", "2023-10-00",
                 "20230231", number(20231301), number(-20231031), "2023-10", "2023", "31-10-2023", "abc",
                 "2023-10-31x", "2023-10-31-05", "2023-10a31", "-2023-10-31", 2023.5, 0.5});
}

TEST_CASE("booleans are read from numbers, English and Chinese") {
  for (const char* yes : {"1", "true", "TRUE", "T", "Y", "y", "yes", "是", " 是 "})
    check_read(FieldType::boolean, {{yes, number(1)}});
  for (const char* no : {"0", "false", "FALSE", "F", "N", "n", "no", "否"})
    check_read(FieldType::boolean, {{no, number(0)}});
  check_read(FieldType::boolean, {{number(1), number(1)}, {number(0), number(0)}, {1.0, number(1)}});
  check_refused(FieldType::boolean, {"2", "maybe", "有", number(2), number(-1), 0.5});
}

TEST_CASE("whole numbers are read from text and from whole reals") {
  check_read(FieldType::integer, {{" 12 ", number(12)},
                                  {"+12", number(12)},
                                  {"-12", number(-12)},
                                  {"0012", number(12)},
                                  {"12.0", number(12)},
                                  {"1e3", number(1000)},
                                  {12.0, number(12)},
                                  {"9007199254740993", number(9007199254740993)}});
  check_refused(FieldType::integer,
                {"abc", "12 34", "12亩", "12.5", 12.5, "1e30", "--1", "+-1", "inf", "0x10", "1,000"});
}

TEST_CASE("numbers are read from text, and nothing is made of half of it") {
  check_read(FieldType::real, {{" 12.5 ", 12.5},
                               {"+.5", 0.5},
                               {"-12.5", -12.5},
                               {"1e3", 1000.0},
                               {number(7), 7.0},
                               {"\t3\r\n", 3.0}});
  check_refused(FieldType::real, {"abc", "12.5 m2", "1.2.3", "1,5", "nan", "inf", "-inf", "1e999"});
}

TEST_CASE("numbers become the shortest text that is them") {
  check_read(FieldType::text,
             {{number(102), "102"}, {0.1, "0.1"}, {12.0, "12"}, {" as it is ", " as it is "}});
}

TEST_CASE("blank text is a missing number, date or boolean, and missing stays missing") {
  for (const auto type : {FieldType::integer, FieldType::real, FieldType::boolean, FieldType::date})
    check_read(type, {{"", kMissing}, {"   ", kMissing}, {kMissing, kMissing}});
  check_read(FieldType::text, {{kMissing, kMissing}});
}

TEST_CASE("what cannot be read as a whole number does not overflow into one") {
  check_refused(FieldType::integer,
                {9.3e18, -9.3e18, "9223372036854775808", std::numeric_limits<double>::infinity()});
}
