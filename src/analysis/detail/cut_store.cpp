#include "analysis/detail/cut_store.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "base/json.hpp"

namespace caitu::analysis::detail {
namespace {

namespace fs = std::filesystem;
using base::append_value;
using geometry::Geometry;
using geometry::Kind;

constexpr std::size_t kReadBytes = std::size_t{1} << 20;
/// What another form of records has left is not gone on with.
const std::string kForm = "pieces 2 of ";

enum class Record : std::uint8_t { line = 1, piece = 2 };

/// Every record begins with its length and what it is.
struct Head {
  std::uint32_t bytes = 0;  ///< with the head
  Record record = Record::line;
};
constexpr std::size_t kHeadBytes = sizeof(std::uint32_t) + 1;

/// Returns where the record begins, for `end_record`.
std::size_t begin_record(std::string& out, Record record) {
  const std::size_t begin = out.size();
  append_value(out, std::uint32_t{0});
  append_value(out, record);
  return begin;
}

void end_record(std::string& out, std::size_t begin) {
  const auto bytes = static_cast<std::uint32_t>(out.size() - begin);
  std::memcpy(out.data() + begin, &bytes, sizeof bytes);
}

/// Takes values off the front of a record.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  template <typename T>
  void take(T& value) {
    value = base::load_value<T>(bytes_.data());
    bytes_.remove_prefix(sizeof(T));
  }
  template <typename T>
  void take(std::vector<T>& values, std::size_t count) {
    values.resize(count);
    if (count == 0) return;
    std::memcpy(values.data(), bytes_.data(), count * sizeof(T));
    bytes_.remove_prefix(count * sizeof(T));
  }
  std::string_view rest() const { return bytes_; }

 private:
  std::string_view bytes_;
};

template <typename T>
void append_all(std::string& out, const std::vector<T>& values) {
  out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

CutLine line_of(std::string_view bytes) {
  Reader reader(bytes);
  CutLine line;
  reader.take(line.of_right);
  reader.take(line.account);
  reader.take(line.pairs);
  line.failure = reader.rest();
  return line;
}

/// What follows a piece's head.
struct Counts {
  std::uint32_t positions, paths, parts;
};

std::string file_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

CutStore::CutStore(fs::path folder, const std::string& plan, std::chrono::milliseconds write_down_every,
                   bool with_geometry)
    : folder_(std::move(folder)),
      plan_(kForm + plan + (with_geometry ? "" : " account")),
      write_down_every_(write_down_every),
      with_geometry_(with_geometry) {
  std::uint64_t bytes = 0;
  const base::Json done = base::Json::parse(file_text(folder_ / "done.json"), nullptr, false);
  if (done.is_object() && done.value("plan", "") == plan_) {
    begin_ = {done.at("of_right"), done.at("next_item")};
    bytes = done.at("bytes");
    pieces_ = done.at("pieces");
  }
  spool_ = std::make_unique<base::Spool>(folder_ / "pieces", bytes);
}

void CutRecords::add(const CutLine& line) {
  const std::size_t begin = begin_record(bytes_, Record::line);
  append_value(bytes_, line.of_right);
  append_value(bytes_, line.account);
  append_value(bytes_, line.pairs);
  bytes_ += line.failure;
  end_record(bytes_, begin);
}

void CutRecords::add(const Piece& piece) {
  static const Geometry kNone;
  const Geometry& geometry = with_geometry_ ? piece.geometry : kNone;
  const std::size_t begin = begin_record(bytes_, Record::piece);
  append_value(bytes_, piece.head);
  append_value(bytes_, Counts{static_cast<std::uint32_t>(geometry.positions.size()),
                              static_cast<std::uint32_t>(geometry.path_ends.size()),
                              static_cast<std::uint32_t>(geometry.part_ends.size())});
  append_all(bytes_, geometry.positions);
  append_all(bytes_, geometry.path_ends);
  append_all(bytes_, geometry.part_ends);
  end_record(bytes_, begin);
  ++pieces_;
}

void CutStore::add(const CutRecords& records, Place next) {
  spool_->append(records.bytes());
  pieces_ += records.pieces();
  if (std::chrono::steady_clock::now() - written_down_ >= write_down_every_) write_down(next);
}

void CutStore::seal() {
  // An account alone follows at once: nothing could be gained by going on from here.
  if (!with_geometry_) return spool_->flush();
  write_down({true, std::numeric_limits<std::size_t>::max()});
}

void CutStore::write_down(Place next) {
  spool_->sync();
  const base::Json done{{"plan", plan_},
                        {"of_right", next.of_right},
                        {"next_item", next.item},
                        {"bytes", spool_->size()},
                        {"pieces", pieces_}};
  const fs::path part = folder_ / "done.json.part", file = folder_ / "done.json";
  std::ofstream out(part, std::ios::binary);
  out << done.dump();
  out.close();
  std::error_code failed;
  if (out) fs::rename(part, file, failed);
  if (!out || failed)
    throw base::Error(base::Code::io, "the file cannot be written", {.file = file.string()},
                      "is there room on the disk?");
  written_down_ = std::chrono::steady_clock::now();
}

void CutStore::each(const Visitor& visitor) const {
  std::string buffer;
  std::uint64_t at = 0, begin = 0;  // of the next record; of the buffer
  const auto available = [&](std::size_t bytes) {
    if (at - begin + bytes <= buffer.size()) return;
    begin = at;
    buffer.resize(std::min<std::uint64_t>(std::max(bytes, kReadBytes), spool_->size() - at));
    spool_->read(at, buffer);
  };
  while (at < spool_->size()) {
    available(kHeadBytes);
    const auto bytes = base::load_value<std::uint32_t>(buffer.data() + (at - begin));
    available(bytes);
    const std::string_view record = std::string_view(buffer).substr(at - begin, bytes);
    const std::string_view content = record.substr(kHeadBytes);
    if (static_cast<Record>(record[kHeadBytes - 1]) == Record::line) {
      visitor.line(line_of(content));
    } else {
      visitor.piece(base::load_value<PieceHead>(content.data()), at + kHeadBytes,
                    static_cast<std::uint32_t>(content.size()));
    }
    at += bytes;
  }
}

Piece CutStore::piece(std::uint64_t at, std::uint32_t bytes) const {
  std::string content(bytes, '\0');
  spool_->read(at, content);
  Reader reader(content);
  Piece piece;
  Counts counts{};
  reader.take(piece.head);
  reader.take(counts);
  piece.geometry.kind = piece.head.kind;
  reader.take(piece.geometry.positions, counts.positions);
  reader.take(piece.geometry.path_ends, counts.paths);
  reader.take(piece.geometry.part_ends, counts.parts);
  return piece;
}

}  // namespace caitu::analysis::detail
