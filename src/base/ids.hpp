#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace caitu::base {

/// Lasting feature ids have 53 bits, so that JSON and MVT readers in JavaScript keep them whole; 0 is never
/// one.
inline constexpr std::uint64_t kMaxFeatureId = (std::uint64_t{1} << 53) - 1;

/// A feature's lasting id: from its layer and key alone, so that row order and deliveries do not matter.
/// `attempt` > 0 gives the next candidate when another key holds the first one.
std::uint64_t feature_id(std::string_view layer, std::string_view key, unsigned attempt = 0);

/// 32 hexadecimal digits that nobody guesses: names of jobs and uploads.
std::string random_id();

}  // namespace caitu::base
