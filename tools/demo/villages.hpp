#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace caitu::demo {

/// Made-up names of a town's villages, no two alike.
std::vector<std::string> village_names(std::uint64_t seed, std::size_t count);
/// A made-up name of a farming cooperative or company.
std::string operator_name(std::uint64_t seed);

/// A day between two years, both counted in: "2019-04-17".
std::string date_between(std::uint64_t seed, int first_year, int last_year);

}  // namespace caitu::demo
