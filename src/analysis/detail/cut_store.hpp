#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "analysis/account.hpp"
#include "base/spool.hpp"

namespace caitu::analysis::detail {

inline constexpr std::uint64_t kNoId = std::numeric_limits<std::uint64_t>::max();
inline constexpr std::uint32_t kNoItem = std::numeric_limits<std::uint32_t>::max();

/// One feature of a result, without its attributes. Pieces order by (left_id, right_id): what is left of a
/// feature behind its pieces, what is left of b at the end.
struct Piece {
  std::uint64_t left_id = kNoId, right_id = kNoId;
  std::uint32_t left_item = kNoItem, right_item = kNoItem;               ///< where their attributes stand
  enum class From : std::uint8_t { own, left, right } from = From::own;  ///< whose geometry it has
  double size = 0;
  geometry::Geometry geometry;  ///< when `own`
};

/// A feature's line of the account, and how its pairs were settled.
struct CutLine {
  bool of_right = false;
  FeatureAccount account;
  PairCounts pairs;
  std::string failure;
};

/// What a run has worked out, kept in a folder so that it can go on after it was killed. One thread.
class CutStore {
 public:
  /// `plan`: what the run is of. What another plan left in the folder is thrown away. Of a piece's geometry
  /// only the kind is kept when it is not `with_geometry`.
  CutStore(std::filesystem::path folder, const std::string& plan, std::chrono::milliseconds write_down_every,
           bool with_geometry);

  /// What comes next: features of a, then of b, by their item.
  struct Place {
    bool of_right = false;
    std::size_t item = 0;
  };
  Place begin() const { return begin_; }

  void add(const CutLine& line);
  void add(const Piece& piece);
  /// All before `next` has been added. Written down every so often.
  void done_before(Place next);
  /// The end of the adding.
  void seal();

  void each_line(const std::function<void(const CutLine&)>& visit) const;
  std::uint64_t pieces() const { return pieces_; }
  /// In their order.
  void each_piece(const std::function<void(Piece&&)>& visit) const;

 private:
  void write_down(Place next);
  template <typename Visit>
  void each_record(Visit visit) const;

  std::filesystem::path folder_;
  std::string plan_, record_;
  Place begin_;
  std::unique_ptr<base::Spool> spool_;
  std::uint64_t pieces_ = 0;
  std::chrono::milliseconds write_down_every_;
  bool with_geometry_;
  std::chrono::steady_clock::time_point written_down_ = std::chrono::steady_clock::now();
};

}  // namespace caitu::analysis::detail
