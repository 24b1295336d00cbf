#include "access/token.hpp"

#include <sodium.h>

#include <array>

#include "base/error.hpp"

namespace caitu::access {
namespace {

void start_sodium() {
  static const int started = sodium_init();
  if (started < 0) throw base::Error(base::Code::internal, "libsodium found no source of random numbers");
}

}  // namespace

std::string new_token() {
  start_sodium();
  std::array<unsigned char, 32> secret;
  randombytes_buf(secret.data(), secret.size());
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::array<char, sodium_base64_ENCODED_LEN(32, kVariant)> text;
  sodium_bin2base64(text.data(), text.size(), secret.data(), secret.size(), kVariant);
  sodium_memzero(secret.data(), secret.size());
  return std::string(kTokenPrefix) + text.data();
}

base::Digest256 token_digest(std::string_view token) { return base::sha256(token); }

bool same_digest(const base::Digest256& a, const base::Digest256& b) {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hash_password(std::string_view password) {
  start_sodium();
  std::array<char, crypto_pwhash_STRBYTES> hash;
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    throw base::Error(base::Code::io, "there is not enough memory to hash a password (64 MiB)");
  }
  return hash.data();
}

bool password_fits(std::string_view hash, std::string_view password) {
  start_sodium();
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (hash.empty() || hash.size() >= text.size()) return false;
  hash.copy(text.data(), hash.size());
  return crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

}  // namespace caitu::access
