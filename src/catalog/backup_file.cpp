#include "catalog/backup_file.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace caitu::catalog {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = std::size_t{1} << 16;

struct FreeWriter {
  void operator()(archive* a) const { archive_write_free(a); }
};
struct FreeReader {
  void operator()(archive* a) const { archive_read_free(a); }
};
struct FreeEntry {
  void operator()(archive_entry* e) const { archive_entry_free(e); }
};

[[noreturn]] void fail(const fs::path& file, base::Code code, const std::string& what, const char* said,
                       const char* hint = "") {
  throw base::Error(code, what + ": " + (said == nullptr ? "no reason given" : said),
                    base::Where{.file = file.string()}, hint);
}

void sync(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int number = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) fail(path, base::Code::io, "it cannot be brought to the disk", std::strerror(number));
}

}  // namespace

struct BackupWriter::Impl {
  fs::path file, part;
  bool replace = false;
  std::unique_ptr<archive, FreeWriter> tar{archive_write_new()};
  std::unique_ptr<archive_entry, FreeEntry> entry{archive_entry_new()};

  void check(int code) const {
    if (code == ARCHIVE_OK) return;
    // libarchive says "Write error" and keeps the reason as a number.
    const int number = archive_errno(tar.get());
    fail(file, base::Code::io, "the backup cannot be written",
         number > 0 ? std::strerror(number) : archive_error_string(tar.get()));
  }
};

BackupWriter::BackupWriter(fs::path file, bool replace) : impl_(std::make_unique<Impl>()) {
  if (!replace && fs::exists(file)) {
    throw base::Error(base::Code::conflict, "there is a file of that name",
                      base::Where{.file = file.string()}, "choose another name, or say --force");
  }
  impl_->file = std::move(file);
  impl_->replace = replace;
  impl_->part = impl_->file;
  impl_->part += ".part-" + base::hex(base::digest128(base::random_bytes(8))).substr(0, 12);
  impl_->check(archive_write_set_format_pax_restricted(impl_->tar.get()));
  impl_->check(archive_write_open_filename(impl_->tar.get(), impl_->part.c_str()));
}

BackupWriter::~BackupWriter() {
  impl_->tar.reset();
  std::error_code ignored;
  if (!impl_->part.empty()) fs::remove(impl_->part, ignored);
}

void BackupWriter::begin(const std::string& name, std::uint64_t bytes) {
  archive_entry* const entry = archive_entry_clear(impl_->entry.get());
  archive_entry_set_pathname(entry, name.c_str());
  archive_entry_set_size(entry, static_cast<la_int64_t>(bytes));
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0600);  // accounts and tokens are in it
  impl_->check(archive_write_header(impl_->tar.get(), entry));
}

void BackupWriter::append(std::string_view bytes) {
  const la_ssize_t written = archive_write_data(impl_->tar.get(), bytes.data(), bytes.size());
  if (written < 0 || static_cast<std::size_t>(written) != bytes.size()) impl_->check(ARCHIVE_FATAL);
}

void BackupWriter::finish() {
  Impl& my = *impl_;
  my.check(archive_write_close(my.tar.get()));
  fs::permissions(my.part, fs::perms::owner_read | fs::perms::owner_write);
  sync(my.part);
  if (::renameat2(AT_FDCWD, my.part.c_str(), AT_FDCWD, my.file.c_str(), my.replace ? 0 : RENAME_NOREPLACE) !=
      0)
    fail(my.file, base::Code::io, "the backup cannot be given its name", std::strerror(errno));
  my.part.clear();
  sync(my.file.has_parent_path() ? my.file.parent_path() : fs::path("."));
}

struct BackupReader::Impl {
  fs::path file;
  std::unique_ptr<archive, FreeReader> tar{archive_read_new()};

  [[noreturn]] void damaged() const {
    fail(file, base::Code::corrupt, "the backup cannot be read", archive_error_string(tar.get()),
         "take another backup; nothing was changed");
  }
};

BackupReader::BackupReader(const fs::path& file) : impl_(std::make_unique<Impl>()) {
  impl_->file = file;
  if (!fs::exists(file))
    throw base::Error(base::Code::not_found, "there is no such backup", base::Where{.file = file.string()});
  archive_read_support_format_tar(impl_->tar.get());
  if (archive_read_open_filename(impl_->tar.get(), file.c_str(), kPiece) != ARCHIVE_OK) impl_->damaged();
}
BackupReader::~BackupReader() = default;

std::optional<BackupReader::Member> BackupReader::next() {
  archive_entry* entry = nullptr;
  const int code = archive_read_next_header(impl_->tar.get(), &entry);
  if (code == ARCHIVE_EOF) return std::nullopt;
  if (code != ARCHIVE_OK) impl_->damaged();
  const char* const name = archive_entry_pathname(entry);
  return Member{
      .name = name == nullptr ? "" : name,
      .bytes = static_cast<std::uint64_t>(archive_entry_size(entry)),
      .plain = archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == nullptr};
}

void BackupReader::read(const std::function<void(std::string_view)>& take) {
  std::string piece(kPiece, '\0');
  for (;;) {
    const la_ssize_t got = archive_read_data(impl_->tar.get(), piece.data(), piece.size());
    if (got < 0) impl_->damaged();
    if (got == 0) return;
    take({piece.data(), static_cast<std::size_t>(got)});
  }
}

}  // namespace caitu::catalog
