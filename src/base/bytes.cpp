#include "base/bytes.hpp"

#include <libdeflate.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <xxhash.h>

#include <memory>

#include "base/error.hpp"

namespace caitu::base {
namespace {

struct FreeCompressor {
  void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
};
struct FreeDecompressor {
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};
struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// A compressor costs some 300 KiB and its set-up, so each thread keeps one for the level it last used.
libdeflate_compressor* compressor(int level) {
  thread_local std::unique_ptr<libdeflate_compressor, FreeCompressor> kept;
  thread_local int kept_level = 0;
  if (!kept || kept_level != level) {
    kept.reset(libdeflate_alloc_compressor(level));
    kept_level = level;
  }
  if (!kept) throw Error(Code::internal, "cannot make a compressor of level " + std::to_string(level));
  return kept.get();
}

}  // namespace

std::uint32_t crc32(std::string_view data) { return libdeflate_crc32(0, data.data(), data.size()); }

Digest256 sha256(std::string_view data) {
  thread_local std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  static const EVP_MD* algorithm = EVP_sha256();
  Digest256 digest;
  if (!context || EVP_DigestInit_ex2(context.get(), algorithm, nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), data.data(), data.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1) {
    throw Error(Code::internal, "SHA-256 failed");
  }
  return digest;
}

Digest128 first_half(const Digest256& digest) {
  return {load_value<std::uint64_t>(digest.data()), load_value<std::uint64_t>(digest.data() + 8)};
}

Digest128 digest128(std::string_view data) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(data.data(), data.size()));
  return {load_value<std::uint64_t>(canonical.digest), load_value<std::uint64_t>(canonical.digest + 8)};
}

std::string hex(std::span<const std::uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string hex(const Digest128& digest) {
  std::uint8_t raw[16];
  std::memcpy(raw, &digest.high, 8);
  std::memcpy(raw + 8, &digest.low, 8);
  return hex(std::span<const std::uint8_t>(raw));
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    throw Error(Code::internal, "the system gave no random bytes");
  }
  return bytes;
}

std::string gzip(std::string_view data, int level) {
  libdeflate_compressor* tool = compressor(level);
  std::string out(libdeflate_gzip_compress_bound(tool, data.size()), '\0');
  const std::size_t size = libdeflate_gzip_compress(tool, data.data(), data.size(), out.data(), out.size());
  if (size == 0) throw Error(Code::internal, "gzip failed");
  out.resize(size);
  return out;
}

std::string gunzip(std::string_view data, std::size_t limit) {
  const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> tool(libdeflate_alloc_decompressor());
  if (!tool) throw Error(Code::internal, "cannot make a decompressor");
  std::size_t room = std::min(limit, std::max<std::size_t>(4096, data.size() * 4));
  for (;;) {
    std::string out(room, '\0');
    std::size_t read = 0, size = 0;
    switch (
        libdeflate_gzip_decompress_ex(tool.get(), data.data(), data.size(), out.data(), room, &read, &size)) {
      case LIBDEFLATE_SUCCESS:
        if (read != data.size())
          throw Error(Code::corrupt, "there are bytes after the end of the gzip stream");
        out.resize(size);
        return out;
      case LIBDEFLATE_INSUFFICIENT_SPACE:
        if (room == limit)
          throw Error(Code::too_large,
                      "the gzip stream unpacks to more than " + std::to_string(limit) + " bytes");
        room = std::min(limit, room * 4);
        break;
      default:
        throw Error(Code::corrupt, "the gzip stream is damaged");
    }
  }
}

}  // namespace caitu::base
