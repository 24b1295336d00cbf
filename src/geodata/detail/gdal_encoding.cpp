#include "geodata/detail/gdal_encoding.hpp"

#include <cpl_vsi.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace caitu::geodata::detail {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;

/// Rows with text beyond ASCII after which a sample is large enough, and bytes of a text file that are looked
/// at.
constexpr std::size_t kSampleRows = 20'000;
constexpr std::size_t kSampleBytes = std::size_t{8} << 20;

struct CloseFile {
  void operator()(VSILFILE* file) const { VSIFCloseL(file); }
};
using FileHandle = std::unique_ptr<VSILFILE, CloseFile>;

TextCodec known_codec(const char* encoding) { return std::move(*TextCodec::make(encoding)); }

/// Which encodings all the text seen so far could be in.
class Sample {
 public:
  /// `cut`: a fixed width may have cut the text's last character.
  void see(std::string_view text, bool cut) {
    if (is_ascii(text)) return;
    ++rows_;
    count_pairs(text);
    utf8_ = utf8_ && fits(utf8_codec_, text, cut);
    gbk_ = gbk_ && fits(gbk_codec_, text, cut);
  }
  bool enough() const { return rows_ >= kSampleRows || (!utf8_ && !gbk_); }
  bool ascii() const { return rows_ == 0; }
  bool utf8() const { return utf8_; }
  /// GBK, and mostly the hanzi of GB2312: other text that happens to be GBK too holds few of their pairs.
  bool chinese() const { return gbk_ && hanzi_ >= others_; }

 private:
  void count_pairs(std::string_view text) {
    const auto byte = [&](std::size_t i) {
      return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto digit = [&](std::size_t i) { return byte(i) >= 0x30 && byte(i) <= 0x39; };
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (byte(i) < 0x80) continue;
      if (digit(i + 1) && byte(i + 2) > 0x80 && digit(i + 3)) {  // four bytes of GB18030
        i += 3;
      } else if (byte(i) >= 0xa1 && byte(i) <= 0xf7 && byte(i + 1) >= 0xa1) {
        hanzi_ += byte(i) >= 0xb0 ? 1 : 0;  // before them stand signs, which prove nothing
        ++i;
      } else {
        ++others_;
        ++i;
      }
    }
  }

  bool fits(const TextCodec& codec, std::string_view text, bool cut) {
    return cut ? codec.to_utf8_cut(text, buffer_) : codec.to_utf8(text, buffer_);
  }

  TextCodec utf8_codec_ = known_codec("UTF-8"), gbk_codec_ = known_codec("GB18030");
  std::string buffer_;
  std::size_t rows_ = 0, hanzi_ = 0, others_ = 0;
  bool utf8_ = true, gbk_ = true;
};

EncodingChoice asked_encoding(const std::string& asked) {
  auto codec = TextCodec::make(asked);
  if (!codec) {
    throw Error(Code::usage, "there is no text encoding \"" + asked + "\"",
                "GBK, GB18030 and UTF-8 are the usual ones");
  }
  return {std::move(*codec), asked + ": as asked"};
}

EncodingChoice judge(const Sample& sample, const std::string& silence, const fs::path& file) {
  if (sample.ascii()) return {known_codec("UTF-8"), "UTF-8: " + silence + ", all text is ASCII"};
  if (sample.utf8()) return {known_codec("UTF-8"), "UTF-8: " + silence + ", bytes are UTF-8"};
  if (sample.chinese()) return {known_codec("GBK"), "GBK: " + silence + ", bytes are not UTF-8"};
  throw Error(Code::refused,
              "the encoding of its text is not said (" + silence + ") and is neither UTF-8 nor GBK",
              {.file = file.string()}, "say it with --encoding, for instance --encoding BIG5");
}

/// A .dbf as it lies on disk: what GDAL hides of it.
class Dbf {
 public:
  explicit Dbf(const std::string& name) : file_(VSIFOpenL(name.c_str(), "rb")) {
    std::string head;
    if (!file_ || !read(32, head)) return;
    rows_ = base::load_value<std::uint32_t>(head.data() + 4);
    const std::size_t header = base::load_value<std::uint16_t>(head.data() + 8);
    row_bytes_ = base::load_value<std::uint16_t>(head.data() + 10);
    if (header < 33 || row_bytes_ < 1 || !read(header - 32, head)) return;
    std::size_t at = 1;  // a row begins with its mark
    for (std::size_t i = 0; i + 32 <= head.size() && head[i] != '\r'; i += 32) {
      const auto length = static_cast<unsigned char>(head[i + 16]);
      const std::string_view raw_name(head.data() + i, 11);
      names_.emplace_back(raw_name.substr(0, raw_name.find('\0')));
      if (head[i + 11] == 'C' && at + length <= row_bytes_) texts_.push_back({at, length});
      at += length;
    }
    good_ = true;
  }

  bool good() const { return good_; }
  const std::vector<std::string>& names() const { return names_; }

  /// Calls with each row in turn, until told to stop (false) or the file ends.
  void rows(const std::function<bool(std::string_view)>& visit) {
    const std::size_t together = std::max<std::size_t>(1, (std::size_t{1} << 20) / row_bytes_);
    std::string block;
    for (std::uint64_t done = 0; done < rows_; done += together) {
      block.resize(std::min<std::uint64_t>(together, rows_ - done) * row_bytes_);
      block.resize(VSIFReadL(block.data(), 1, block.size(), file_.get()));
      for (std::size_t at = 0; at + row_bytes_ <= block.size(); at += row_bytes_) {
        if (!visit(std::string_view(block).substr(at, row_bytes_))) return;
      }
    }
  }

  void texts(std::string_view row, const std::function<void(std::string_view text, bool full)>& visit) const {
    for (const Text& text : texts_) {
      std::string_view value = row.substr(text.at, text.length);
      value = value.substr(0, value.find('\0'));
      const std::size_t last = value.find_last_not_of(' ');
      value = last == std::string_view::npos ? std::string_view() : value.substr(0, last + 1);
      visit(value, value.size() == text.length);
    }
  }

 private:
  struct Text {
    std::size_t at, length;
  };

  bool read(std::size_t bytes, std::string& out) {
    out.resize(bytes);
    return VSIFReadL(out.data(), 1, bytes, file_.get()) == bytes;
  }

  FileHandle file_;
  std::uint32_t rows_ = 0;
  std::size_t row_bytes_ = 0;
  std::vector<std::string> names_;
  std::vector<Text> texts_;
  bool good_ = false;
};

Sample sample_dbf(const std::string& name) {
  Sample sample;
  Dbf dbf(name);
  if (!dbf.good()) return sample;
  for (const std::string& field : dbf.names()) sample.see(field, true);
  dbf.rows([&](std::string_view row) {
    dbf.texts(row, [&](std::string_view text, bool full) { sample.see(text, full); });
    return !sample.enough();
  });
  return sample;
}

bool is_one_of(std::string_view name, std::initializer_list<const char*> names) {
  return std::ranges::any_of(names,
                             [&](const char* known) { return EQUAL(std::string(name).c_str(), known); });
}

/// Programs write what their machine is set to, not what the text is in: what is declared gives way to UTF-8
/// where the bytes are that and no Chinese in GBK, and to GBK where "UTF-8" is not true or "Western" would
/// make signs of hanzi.
EncodingChoice tested(EncodingChoice declared, const std::string& who, const Sample& sample) {
  if (sample.ascii()) return declared;
  const std::string& name = declared.codec.encoding();
  const std::string said = ": " + who + " says " + name + ", but the bytes are ";
  if (is_one_of(name, {"UTF-8", "UTF8", "65001", "CP65001"})) {
    if (sample.utf8() || !sample.chinese()) return declared;
    return {known_codec("GBK"), "GBK" + said + "not UTF-8"};
  }
  if (sample.utf8() && !sample.chinese()) return {known_codec("UTF-8"), "UTF-8" + said + "UTF-8"};
  const bool western = is_one_of(name, {"ISO-8859-1", "ISO88591", "8859-1", "88591", "LATIN1", "ISO-8859-15",
                                        "CP1252", "1252", "WINDOWS-1252", "CP437", "437", "CP850", "850"});
  if (western && sample.chinese()) return {known_codec("GBK"), "GBK" + said + "Chinese"};
  return declared;
}

std::string item(OGRLayer& layer, const char* name) {
  const char* const value = layer.GetMetadataItem(name, "SHAPEFILE");
  return value == nullptr ? "" : value;
}

}  // namespace

EncodingChoice shapefile_encoding(OGRLayer& layer, const std::string& dbf, const std::string& asked,
                                  const fs::path& file) {
  if (!asked.empty()) return asked_encoding(asked);
  const Sample sample = sample_dbf(dbf);
  const std::string cpg = item(layer, "CPG_VALUE");
  for (const std::string& said : {item(layer, "ENCODING_FROM_CPG"), cpg}) {
    if (said.empty()) continue;
    if (auto codec = TextCodec::make(said))
      return tested({std::move(*codec), said + ": the .cpg says so"}, "the .cpg", sample);
  }
  const std::string ldid = item(layer, "LDID_VALUE");
  // 87 is "the code page of the machine that wrote it", which tells nothing on another one.
  if (const std::string said = item(layer, "ENCODING_FROM_LDID"); !said.empty() && ldid != "87") {
    const std::string who = "the .dbf's language byte " + ldid;
    if (auto codec = TextCodec::make(said))
      return tested({std::move(*codec), said + ": " + who + " says so"}, who, sample);
  }
  const std::string silence = cpg.empty() ? "no .cpg" : "the .cpg says \"" + cpg + "\", which is no encoding";
  return judge(sample, silence, file);
}

EncodingChoice csv_encoding(const std::string& gdal_name, const std::string& asked, const fs::path& file) {
  if (!asked.empty()) return asked_encoding(asked);
  Sample sample;
  std::string block(kSampleBytes, '\0');
  const FileHandle handle(VSIFOpenL(gdal_name.c_str(), "rb"));
  if (handle) block.resize(VSIFReadL(block.data(), 1, block.size(), handle.get()));
  std::size_t begin = 0;
  while (begin < block.size() && !sample.enough()) {
    const std::size_t end = std::min(block.find('\n', begin), block.size());
    const bool cut = end == block.size() && block.size() == kSampleBytes;
    sample.see(std::string_view(block).substr(begin, end - begin), cut);
    begin = end + 1;
  }
  return judge(sample, "a text table does not say", file);
}

std::int64_t deleted_rows(const std::string& dbf) {
  Dbf table(dbf);
  if (!table.good()) return -1;
  std::int64_t deleted = 0;
  table.rows([&](std::string_view row) {
    deleted += row.front() == '*' ? 1 : 0;
    return true;
  });
  return deleted;
}

}  // namespace caitu::geodata::detail
