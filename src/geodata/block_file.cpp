#include "geodata/block_file.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "geodata/detail/mapping.hpp"
#include "geodata/detail/posix_file.hpp"

namespace caitu::geodata {
namespace {

constexpr std::size_t kAlignment = 64;
/// The line ends and the end-of-text mark show when a transfer has treated the file as text.
constexpr char kMagic[8] = {'C', 'A', 'I', 'T', 'U', '\r', '\n', 0x1a};

struct Header {
  char magic[8];
  char kind[8];  ///< padded with zeros
  std::uint32_t version;
  std::uint32_t sections;
  std::uint64_t trailer_begin;
  std::uint64_t metadata_bytes;
  base::Digest128 digest;
  std::uint32_t trailer_crc;
  std::uint32_t header_crc;  ///< of the 60 bytes before it
};
static_assert(sizeof(Header) == kAlignment && offsetof(Header, header_crc) == 60);
static_assert(sizeof(Section) == 24);

std::string_view bytes_of(const Header& header) {
  return {reinterpret_cast<const char*>(&header), sizeof header};
}
std::uint32_t crc_of(const Header& header) { return base::crc32(bytes_of(header).substr(0, 60)); }

void put_kind(char (&to)[8], std::string_view kind) {
  if (kind.size() > sizeof to)
    throw base::Error(base::Code::internal, "The kind of a block file is too long.");
  std::ranges::fill(to, '\0');
  std::ranges::copy(kind, to);
}

std::size_t blocks_of(std::uint64_t body_end) { return (body_end + kBlockBytes - 1) >> kBlockBits; }

/// The header has a checksum of its own, so block 0 begins behind it.
std::uint64_t block_begin(std::size_t block) { return block == 0 ? sizeof(Header) : block << kBlockBits; }

}  // namespace

BlockFile::BlockFile(const std::filesystem::path& file, std::string_view kind, std::uint32_t version)
    : file_(file) {
  const detail::File handle = detail::open_to_read(file);
  bytes_ = detail::size_of(handle.get(), file);
  if (bytes_ < sizeof(Header)) fail("it is too short to have a header");
  mapped_ = detail::map(handle.get(), bytes_, file);
  read_header(kind, version);
  if (!detail::intact(mapped_.get())) fail("it was truncated while it was opened, or its disk failed");
}

void BlockFile::read_header(std::string_view kind, std::uint32_t version) {
  const auto header = base::load_value<Header>(mapped_.get());
  char wanted_kind[8];
  put_kind(wanted_kind, kind);
  if (!std::ranges::equal(header.magic, kMagic)) fail("it is no file of caitu");
  if (header.header_crc != crc_of(header)) fail("its header does not match its checksum");
  if (!std::ranges::equal(header.kind, wanted_kind))
    fail("it is not of the kind \"" + std::string(kind) + "\"");
  if (header.version != version) {
    fail("it has format " + std::to_string(header.version) + ", this program reads " +
         std::to_string(version));
  }
  digest_ = header.digest;
  read_trailer(header.trailer_begin, header.sections, header.metadata_bytes);
  const std::string_view trailer(mapped_.get() + body_end_, bytes_ - body_end_);
  if (base::crc32(trailer) != header.trailer_crc) fail("its trailer does not match its checksum");
  for (const Section& section : sections_) {
    if (section.offset < sizeof(Header) || section.offset % kAlignment != 0 || section.offset > body_end_ ||
        section.bytes > body_end_ - section.offset) {
      fail("a section lies outside the body");
    }
  }
}

void BlockFile::read_trailer(std::uint64_t begin, std::uint32_t sections, std::uint64_t metadata_bytes) {
  const std::uint64_t blocks = blocks_of(begin);
  const std::uint64_t tables = sections * sizeof(Section) + blocks * sizeof(std::uint32_t);
  if (begin < sizeof(Header) || begin > bytes_ || tables > bytes_ - begin ||
      metadata_bytes != bytes_ - begin - tables) {
    fail("it is truncated, or longer than it was written");
  }
  body_end_ = begin;
  const char* at = mapped_.get() + begin;
  sections_.resize(sections);
  std::memcpy(sections_.data(), at, sections * sizeof(Section));
  at += sections * sizeof(Section);
  block_crcs_.resize(blocks);
  std::memcpy(block_crcs_.data(), at, blocks * sizeof(std::uint32_t));
  at += blocks * sizeof(std::uint32_t);
  metadata_.assign(at, metadata_bytes);
  checked_ = std::make_unique<std::atomic<bool>[]>(blocks);
  detail::forget_when_lost(mapped_.get(), checked_.get(), blocks);
}

std::span<const char> BlockFile::raw_section(SectionKey key, std::size_t value_bytes) const {
  const auto found = std::ranges::find(sections_, key, &Section::key);
  if (found == sections_.end()) {
    fail("section " + std::to_string(key.what) + "/" + std::to_string(key.of) + " is missing");
  }
  if (found->bytes % value_bytes != 0) {
    fail("section " + std::to_string(key.what) + "/" + std::to_string(key.of) + " is cut off");
  }
  return {mapped_.get() + found->offset, found->bytes};
}

void BlockFile::check(std::size_t block) const {
  const std::uint64_t begin = block_begin(block);
  const std::uint64_t end = std::min<std::uint64_t>((block + 1) << kBlockBits, body_end_);
  const std::uint32_t crc = base::crc32({mapped_.get() + begin, end - begin});
  if (!detail::intact(mapped_.get())) fail("it was truncated after it was opened, or its disk failed");
  if (crc != block_crcs_[block]) {
    throw base::Error(base::Code::corrupt,
                      "Block " + std::to_string(block) + " of " + std::to_string(block_crcs_.size()) +
                          " does not match its checksum.",
                      base::Where{.file = file_.string(), .position = static_cast<std::int64_t>(begin) + 1},
                      "It is derived and can be rebuilt from the store: `caitu doctor WS --repair`.");
  }
  checked_[block].store(true, std::memory_order_relaxed);
  // Lost between the two: the handler's clearing of the flags may have come first.
  if (!detail::intact(mapped_.get())) checked_[block].store(false, std::memory_order_relaxed);
}

void BlockFile::verify() const {
  for (std::size_t block = 0; block < block_crcs_.size(); ++block) check(block);
}

void BlockFile::fail(const std::string& what) const {
  throw base::Error(base::Code::corrupt, "The file cannot be used: " + what + ".",
                    base::Where{.file = file_.string()},
                    "It is derived and can be rebuilt from the store: `caitu doctor WS --repair`.");
}

void BlockFile::fail_index(std::size_t index, std::size_t size) const {
  throw base::Error(
      base::Code::internal,
      "Place " + std::to_string(index) + " was asked for, and there are " + std::to_string(size) + ".",
      base::Where{.file = file_.string()});
}

void sync_block_file(const std::filesystem::path& file) { detail::sync(file); }

struct BlockFileWriter::State {
  std::filesystem::path file, part;
  detail::File handle;
  Header header{};
  std::vector<Section> sections;
  std::vector<std::uint32_t> block_crcs;
  std::string block_digests;
  std::string block;  ///< what is not yet written of the block at the end
  std::uint64_t written = 0;
  detail::Writeback writeback;

  std::uint64_t position() const { return written + block.size(); }
};

BlockFileWriter::BlockFileWriter(std::filesystem::path file, std::string_view kind, std::uint32_t version)
    : state_(std::make_unique<State>()) {
  std::ranges::copy(kMagic, state_->header.magic);
  put_kind(state_->header.kind, kind);
  state_->header.version = version;
  state_->part = detail::part_name(file);
  state_->file = std::move(file);
  state_->handle = detail::create(state_->part);
  state_->block.reserve(kBlockBytes);
  state_->block.assign(sizeof(Header), '\0');
}

BlockFileWriter::~BlockFileWriter() {
  std::error_code ignored;
  if (!state_->part.empty()) std::filesystem::remove(state_->part, ignored);
}

void BlockFileWriter::begin(SectionKey key) {
  pad_to_section();
  state_->sections.push_back({key, state_->position(), 0});
}

void BlockFileWriter::pad_to_section() {
  constexpr char kZeros[kAlignment] = {};
  const std::uint64_t past = state_->position() % kAlignment;
  if (past != 0) put({kZeros, kAlignment - past});
}

void BlockFileWriter::append_bytes(std::string_view bytes) {
  if (state_->sections.empty())
    throw base::Error(base::Code::internal, "A block file was written before a section.");
  put(bytes);
  state_->sections.back().bytes += bytes.size();
}

void BlockFileWriter::put(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t taken = std::min(bytes.size(), kBlockBytes - state_->block.size());
    state_->block.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (state_->block.size() == kBlockBytes) end_block();
  }
}

void BlockFileWriter::end_block() {
  std::string_view checked = state_->block;
  if (state_->written == 0) checked.remove_prefix(sizeof(Header));
  state_->block_crcs.push_back(base::crc32(checked));
  const base::Digest256 digest = base::sha256(checked);
  state_->block_digests.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  detail::write(state_->handle.get(), state_->block, state_->part);
  state_->written += state_->block.size();
  state_->block.clear();
  state_->writeback.written_to(state_->handle.get(), state_->written);
}

base::Digest128 BlockFileWriter::digest() const {
  std::string covered(state_->header.kind, sizeof state_->header.kind);
  base::append_value(covered, state_->header.version);
  covered.append(reinterpret_cast<const char*>(state_->sections.data()),
                 state_->sections.size() * sizeof(Section));
  covered += state_->block_digests;
  return base::first_half(base::sha256(covered));
}

base::Digest128 BlockFileWriter::finish(std::string_view metadata) {
  State& state = *state_;
  const std::uint64_t body_end = state.position();
  if (!state.block.empty()) end_block();

  std::string trailer(reinterpret_cast<const char*>(state.sections.data()),
                      state.sections.size() * sizeof(Section));
  trailer.append(reinterpret_cast<const char*>(state.block_crcs.data()),
                 state.block_crcs.size() * sizeof(std::uint32_t));
  trailer += metadata;
  detail::write(state.handle.get(), trailer, state.part);

  state.header.sections = static_cast<std::uint32_t>(state.sections.size());
  state.header.trailer_begin = body_end;
  state.header.metadata_bytes = metadata.size();
  state.header.digest = digest();
  state.header.trailer_crc = base::crc32(trailer);
  state.header.header_crc = crc_of(state.header);
  std::rewind(state.handle.get());
  detail::write(state.handle.get(), bytes_of(state.header), state.part);

  detail::close(std::move(state.handle), state.part);
  detail::rename(state.part, state.file);
  state.part.clear();
  return state.header.digest;
}

}  // namespace caitu::geodata
