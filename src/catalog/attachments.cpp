#include "catalog/attachments.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "geodata/block_file.hpp"
#include "geodata/declared.hpp"

namespace caitu::catalog {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Where;
using store::Check;
using store::Verdict;

constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr std::string_view kHalf = ".part-";

/// The digest of a file whose pieces `take` is given.
std::string read_through(const fs::path& file, const base::Progress& progress,
                         const std::function<void(std::string_view)>& take = {}) {
  std::ifstream stream(file, std::ios::binary);
  std::string piece(kPiece, '\0');
  base::Sha256 digest;
  while (stream) {
    progress.check();
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(stream.gcount()));
    digest.add(bytes);
    if (take) take(bytes);
  }
  if (!stream.eof()) throw Error(Code::io, "the file cannot be read", Where{.file = file.string()});
  return base::hex(digest.finish());
}

/// A copy that goes with its scope unless it was given its name.
class HalfCopy {
 public:
  explicit HalfCopy(fs::path file)
      : file_(std::move(file)), out_(file_, std::ios::binary | std::ios::trunc) {}
  ~HalfCopy() {
    std::error_code ignored;
    fs::remove(file_, ignored);
  }
  HalfCopy(const HalfCopy&) = delete;
  HalfCopy& operator=(const HalfCopy&) = delete;

  void append(std::string_view bytes) {
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out_) fail();
  }
  void become(const fs::path& file) {
    out_.close();
    if (!out_) fail();
    geodata::sync_block_file(file_);
    std::error_code failed;
    fs::rename(file_, file, failed);
    if (failed) fail();
    geodata::sync_block_file(file);
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(Code::io, "the raster cannot be kept", Where{.file = file_.string()}, "is the disk full?");
  }

  fs::path file_;
  std::ofstream out_;
};

/// What the editions of a layer of rasters name.
struct Named {
  std::string sha256, file, layer;
  std::uint32_t edition = 0;  ///< the first that names it
};

void add_named(const store::Store& store, const std::string& layer, std::map<std::string, Named>& all) {
  for (const store::EditionRecord& record : store.editions(layer)) {
    const auto digest = record.schema.index_of(geodata::Declaration::kDigestField);
    const auto file = record.schema.index_of("file");
    if (!record.published || !digest) continue;
    store.read(layer, record.edition, [&](const geodata::Feature& feature) {
      const auto text = [&](std::optional<std::size_t> field) {
        const auto* found = field ? std::get_if<std::string>(&feature.values[*field]) : nullptr;
        return found == nullptr ? std::string() : *found;
      };
      Named named{text(digest), text(file), layer, record.edition};
      all.emplace(named.sha256, std::move(named));
    });
  }
}

Check check_of(const Workspace& workspace, const Named& named, const base::Progress& progress) {
  Check check{.what = "raster " + (named.file.empty() ? named.sha256 : named.file) + " of " + named.layer +
                      ", edition " + std::to_string(named.edition)};
  try {
    check.found = attachment_fault(workspace, named.sha256, progress);
  } catch (const Error& error) {
    if (error.code() == Code::cancelled) throw;
    check.found = error.what();
  }
  if (check.found.empty()) return check;
  check.verdict = Verdict::damaged;
  check.way_out = "import the same file again (caitu import WS " + named.layer +
                  " FILE), or restore a backup: caitu restore FILE WS";
  return check;
}

}  // namespace

bool is_digest(std::string_view text) {
  return text.size() == 2 * std::tuple_size_v<base::Digest256> &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void keep_attachment(const Workspace& workspace, const fs::path& source, const std::string& sha256,
                     const std::string& layer, const base::Progress& progress) {
  if (!is_digest(sha256)) throw Error(Code::internal, "\"" + sha256 + "\" is no digest");
  const fs::path file = workspace.attachment(sha256);
  if (attachment_fault(workspace, sha256, progress).empty()) return;
  std::error_code failed;
  if (fs::create_directory(workspace.attachments(), failed))
    geodata::sync_block_file(workspace.attachments());
  if (failed)
    throw Error(Code::io, "the folder cannot be made: " + failed.message(),
                Where{.file = workspace.attachments().string()});
  const std::string random = base::hex(base::digest128(base::random_bytes(8))).substr(0, 12);
  HalfCopy copy(workspace.attachments() / (layer + "-" + sha256 + std::string(kHalf) + random));
  const std::string found =
      read_through(source, progress, [&copy](std::string_view bytes) { copy.append(bytes); });
  if (found != sha256) {
    throw Error(Code::conflict, "the file was changed while it was imported", Where{.file = source.string()},
                "import it again when nobody writes to it");
  }
  copy.become(file);
}

std::string attachment_fault(const Workspace& workspace, const std::string& sha256,
                             const base::Progress& progress) {
  if (!is_digest(sha256)) return "\"" + sha256 + "\" is no digest of a file";
  const fs::path file = workspace.attachment(sha256);
  std::error_code failed;
  if (!fs::exists(file, failed)) return "attachments/" + sha256 + " is missing";
  if (!fs::is_regular_file(file, failed)) return "attachments/" + sha256 + " is no file";
  if (read_through(file, progress) != sha256)
    return "attachments/" + sha256 + " does not hold the bytes that were kept";
  return {};
}

std::vector<fs::path> half_attachments(const Workspace& workspace, const std::string& layer) {
  std::vector<fs::path> half;
  if (!fs::is_directory(workspace.attachments())) return half;
  for (const auto& entry : fs::directory_iterator(workspace.attachments())) {
    const std::string name = entry.path().filename().string();
    if (name.find(kHalf) == std::string::npos || !entry.is_regular_file()) continue;
    // "imagery-<digest>.part-<random>": the layer is all before the last hyphen but that of the ending.
    if (layer.empty() || name.substr(0, name.rfind('-', name.find(kHalf))) == layer)
      half.push_back(entry.path());
  }
  return half;
}

void examine_attachments(const Workspace& workspace, const std::vector<fs::path>& declared,
                         const base::Progress& progress, store::Checks& checks) {
  std::map<std::string, Named> named;
  try {
    std::vector<fs::path> folders = declared;
    folders.push_back(workspace.own_layers());
    const auto declarations = geodata::load_declarations(folders);
    const store::Store store = store::Store::open(workspace.database(), true);
    for (const store::LayerRecord& layer : store.layers()) {
      const auto known = declarations.find(layer.schema.layer);
      if (known != declarations.end() && known->second.rasters) add_named(store, layer.schema.layer, named);
    }
  } catch (const Error& error) {
    if (error.code() == Code::cancelled) throw;
    checks.push_back({.what = "rasters",
                      .verdict = Verdict::note,
                      .found = "they cannot be told: " + std::string(error.what())});
  }
  std::size_t whole = 0;
  for (const auto& [sha256, one] : named) {
    progress.at("raster " + one.file, whole, named.size());
    Check check = check_of(workspace, one, progress);
    if (check.verdict == Verdict::good) {
      ++whole;
    } else {
      checks.push_back(std::move(check));
    }
  }
  if (whole > 0)
    checks.push_back({.what = "rasters", .found = std::to_string(whole) + " files, as they were delivered"});
}

}  // namespace caitu::catalog
