#include "geodata/find.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <tuple>

namespace caitu::geodata {
namespace {

constexpr std::string_view kBetweenNames = "、";

constexpr unsigned char folded(unsigned char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<unsigned char>(c - 'A' + 'a') : c;
}

constexpr bool is_letter(char folded_one) { return folded_one >= 'a' && folded_one <= 'z'; }

/// Horspool's search for one text, without case in ASCII.
class Needle {
 public:
  explicit Needle(std::string_view text) : text_(text) {
    for (char& c : text_) c = static_cast<char>(folded(static_cast<unsigned char>(c)));
    skip_.fill(text_.size());
    for (std::size_t i = 0; i + 1 < text_.size(); ++i)
      skip_[static_cast<unsigned char>(text_[i])] = text_.size() - 1 - i;
  }

  std::size_t size() const { return text_.size(); }
  /// The first place at or after `from`; npos when there is none.
  std::size_t in(std::string_view hay, std::size_t from) const {
    const std::size_t last = text_.size() - 1;
    if (last == 0 && !is_letter(text_[0])) return hay.find(text_[0], from);  // has nothing to skip
    while (from + text_.size() <= hay.size()) {
      const unsigned char end = folded(static_cast<unsigned char>(hay[from + last]));
      if (end == static_cast<unsigned char>(text_[last]) && same(hay.data() + from)) return from;
      from += skip_[end];
    }
    return std::string_view::npos;
  }

 private:
  bool same(const char* at) const {
    for (std::size_t i = 0; i + 1 < text_.size(); ++i) {
      if (folded(static_cast<unsigned char>(at[i])) != static_cast<unsigned char>(text_[i])) return false;
    }
    return true;
  }

  std::string text_;
  std::array<std::size_t, 256> skip_{};
};

Match match_at(std::string_view text, std::size_t at, std::size_t size) {
  const std::string_view before = text.substr(0, at), after = text.substr(at + size);
  if (!before.empty() && !before.ends_with(kBetweenNames)) return Match::inside;
  return after.empty() || after.starts_with(kBetweenNames) ? Match::equal : Match::prefix;
}

/// The best of all places in a text whose first one is known.
Match best_match(std::string_view text, const Needle& needle, std::size_t first) {
  Match best = Match::inside;
  for (std::size_t at = first; at != std::string_view::npos && best != Match::equal;
       at = needle.in(text, at + 1))
    best = std::min(best, match_at(text, at, needle.size()));
  return best;
}

struct Text {
  Match match = Match::inside;
  std::string_view value;
  std::uint32_t code = 0;
  friend bool operator<(const Text& a, const Text& b) {
    return std::tie(a.match, a.value) < std::tie(b.match, b.value);
  }
};

/// The `limit` best texts of a dictionary, unordered. Each stands for one feature at least and no feature has
/// two of one field, so no feature among the best is lost.
std::vector<Text> best_texts(const Column::Dictionary& dictionary, const Needle& needle, std::size_t limit) {
  std::vector<Text> best;  // a heap, the worst on top
  std::size_t code = 0;
  for (std::size_t at = needle.in(dictionary.texts, 0); at != std::string_view::npos;) {
    while (dictionary.ends[code] <= at) ++code;
    const std::size_t begin = code == 0 ? 0 : dictionary.ends[code - 1], end = dictionary.ends[code];
    if (at + needle.size() > end) {  // over the end of a text: no match
      at = needle.in(dictionary.texts, at + 1);
      continue;
    }
    const std::string_view value = dictionary.texts.substr(begin, end - begin);
    const Text text{best_match(value, needle, at - begin), value, static_cast<std::uint32_t>(code)};
    if (best.size() < limit || text < best.front()) {
      if (best.size() == limit) {
        std::pop_heap(best.begin(), best.end());
        best.pop_back();
      }
      best.push_back(text);
      std::push_heap(best.begin(), best.end());
    }
    at = needle.in(dictionary.texts, end);
  }
  return best;
}

/// The first `most` items of each text.
void append_items(const Column& column, std::size_t field, const std::vector<Text>& texts, std::size_t most,
                  std::vector<Found>& found) {
  std::vector<std::uint32_t> place(column.dictionary_size(), Column::kNoText);
  for (std::size_t i = 0; i < texts.size(); ++i) place[texts[i].code] = static_cast<std::uint32_t>(i);
  std::vector<std::size_t> taken(texts.size(), 0);
  const std::span<const std::uint32_t> codes = column.codes();
  for (std::size_t item = 0; item < codes.size(); ++item) {
    if (codes[item] >= place.size() || place[codes[item]] == Column::kNoText) continue;
    const std::uint32_t text = place[codes[item]];
    if (taken[text]++ >= most) continue;
    found.push_back({texts[text].match, field, texts[text].value, item});
  }
}

bool better(const Found& a, const Found& b) {
  return std::tie(a.match, a.value, a.item, a.field) < std::tie(b.match, b.value, b.item, b.field);
}

}  // namespace

std::vector<Found> find(const Snapshot& snapshot, std::span<const std::size_t> fields,
                        std::string_view wanted, std::size_t limit, Each each) {
  std::vector<Found> found;
  if (wanted.empty() || limit == 0) return found;
  const Needle needle(wanted);
  for (const std::size_t field : fields) {
    const Column& column = snapshot.column(field);
    const std::vector<Text> texts = best_texts(column.dictionary(), needle, limit);
    if (!texts.empty()) append_items(column, field, texts, each == Each::value ? 1 : limit, found);
  }
  std::sort(found.begin(), found.end(), better);
  std::vector<Found> best;
  for (const Found& one : found) {
    if (best.size() == limit) break;
    if (std::ranges::find(best, one.item, &Found::item) == best.end()) best.push_back(one);
  }
  return best;
}

std::vector<std::size_t> items_of_value(const Snapshot& snapshot, std::size_t field, std::string_view value) {
  const Column& column = snapshot.column(field);
  std::optional<std::uint32_t> wanted;
  for (std::uint32_t code = 0; code < column.dictionary_size() && !wanted; ++code)
    if (column.text(code) == value) wanted = code;
  std::vector<std::size_t> items;
  if (!wanted) return items;
  const std::span<const std::uint32_t> codes = column.codes();
  for (std::size_t item = 0; item < codes.size(); ++item)
    if (codes[item] == *wanted) items.push_back(item);
  return items;
}

}  // namespace caitu::geodata
