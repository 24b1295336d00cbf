#pragma once

#include <filesystem>

#include "catalog/catalog.hpp"
#include "store/check.hpp"

namespace caitu::catalog {

/// What a doctor builds only to hold it against a digest is called so, and goes with the ProofFile.
inline constexpr const char* kProofEnding = ".part-proof";
class ProofFile {
 public:
  explicit ProofFile(std::filesystem::path file) : file_(std::move(file)) {}
  ~ProofFile();
  ProofFile(const ProofFile&) = delete;
  ProofFile& operator=(const ProofFile&) = delete;

 private:
  std::filesystem::path file_;
};

/// Files that nothing of the record speaks of: half-written ones, snapshots and refused rows of editions that
/// were never published. Those of a layer that is being imported are no leftovers. With `remove` they go.
void examine_leftovers(const Workspace& workspace, bool remove, store::Checks& checks);

}  // namespace caitu::catalog
