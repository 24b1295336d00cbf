#include "base/sha256.hpp"

#include <openssl/evp.h>

#include <fstream>
#include <string>

#include "base/error.hpp"

namespace caitu::base {
namespace {

void require(int done) {
  if (done != 1) throw Error(Code::internal, "a SHA-256 could not be taken");
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

struct Sha256::Impl {
  std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {
  require(impl_->context ? EVP_DigestInit_ex(impl_->context.get(), EVP_sha256(), nullptr) : 0);
}
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  require(EVP_DigestUpdate(impl_->context.get(), bytes.data(), bytes.size()));
}

Digest256 Sha256::finish() {
  Digest256 digest{};
  require(EVP_DigestFinal_ex(impl_->context.get(), digest.data(), nullptr));
  return digest;
}

Digest256 sha256_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  Sha256 digest;
  std::string piece(std::size_t{1} << 20, '\0');
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest.add({piece.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (!in.eof()) throw Error(Code::io, "the file cannot be read", Where{.file = file.string()});
  return digest.finish();
}

const Digest256& program_sha256() {
  static const Digest256 digest = sha256_of_file("/proc/self/exe");
  return digest;
}

}  // namespace caitu::base
