#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace caitu::access {

/// What every token begins with, so that one that lies in a file or a log is seen for what it is.
inline constexpr std::string_view kTokenPrefix = "caitu_";

/// A bearer token: the prefix and 32 random bytes in URL-safe base64. Said once, to whom it is for; kept
/// nowhere.
std::string new_token();
/// By which a token is known again. A token has 256 random bits, so a plain SHA-256 tells as little as a slow
/// hash would.
base::Digest256 token_digest(std::string_view token);
/// In a time that does not depend on where they differ.
bool same_digest(const base::Digest256& a, const base::Digest256& b);

/// A password as argon2id keeps it, salt and cost in the text; takes 64 MiB and about 0.1 s (libsodium's
/// "interactive").
std::string hash_password(std::string_view password);
bool password_fits(std::string_view hash, std::string_view password);

}  // namespace caitu::access
