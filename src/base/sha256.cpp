#include "base/sha256.hpp"

#include <openssl/evp.h>

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

}  // namespace caitu::base
