#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/account.hpp"
#include "base/spool.hpp"

namespace caitu::analysis::detail {

inline constexpr std::uint64_t kNoId = std::numeric_limits<std::uint64_t>::max();
inline constexpr std::uint32_t kNoItem = std::numeric_limits<std::uint32_t>::max();

/// What is known of a piece without its geometry.
struct PieceHead {
  std::uint64_t left_id = kNoId, right_id = kNoId;
  std::uint32_t left_item = kNoItem, right_item = kNoItem;  ///< where their attributes stand
  double size = 0;
  enum class From : std::uint8_t { own, left, right } from = From::own;  ///< whose geometry it has
  geometry::Kind kind = geometry::Kind::empty;                           ///< of a geometry of its own
};

/// One feature of a result, without its attributes.
struct Piece {
  PieceHead head;
  geometry::Geometry geometry;  ///< when it has its own
};

/// A feature's line of the account, and how its pairs were settled.
struct CutLine {
  bool of_right = false;
  FeatureAccount account;
  PairCounts pairs;
  std::string failure;
};

/// What came of features one after the other, as a store keeps it. A value.
class CutRecords {
 public:
  /// Of a piece's geometry only the kind is kept when it is not `with_geometry`.
  explicit CutRecords(bool with_geometry) : with_geometry_(with_geometry) {}
  void add(const CutLine& line);
  void add(const Piece& piece);
  std::string_view bytes() const { return bytes_; }
  std::uint64_t pieces() const { return pieces_; }

 private:
  std::string bytes_;
  std::uint64_t pieces_ = 0;
  bool with_geometry_;
};

/// What a run has worked out, kept in a folder so that it can go on after it was killed. One thread, but for
/// `piece`.
class CutStore {
 public:
  /// `plan`: what the run is of. What another plan left in the folder is thrown away.
  CutStore(std::filesystem::path folder, const std::string& plan, std::chrono::milliseconds write_down_every,
           bool with_geometry);

  /// What comes next: features of a, then of b, by their item.
  struct Place {
    bool of_right = false;
    std::size_t item = 0;
  };
  Place begin() const { return begin_; }

  CutRecords records() const { return CutRecords(with_geometry_); }
  /// All before `next` has been added with these. Written down every so often.
  void add(const CutRecords& records, Place next);
  /// The end of the adding.
  void seal();

  /// In the order in which they were added; `at` is where a piece, of so many bytes, can be had.
  struct Visitor {
    std::function<void(const CutLine&)> line;
    std::function<void(const PieceHead&, std::uint64_t at, std::uint32_t bytes)> piece;
  };
  void each(const Visitor& visitor) const;
  std::uint64_t pieces() const { return pieces_; }
  /// Any thread, once sealed.
  Piece piece(std::uint64_t at, std::uint32_t bytes) const;

 private:
  void write_down(Place next);

  std::filesystem::path folder_;
  std::string plan_;
  Place begin_;
  std::unique_ptr<base::Spool> spool_;
  std::uint64_t pieces_ = 0;
  std::chrono::milliseconds write_down_every_;
  bool with_geometry_;
  std::chrono::steady_clock::time_point written_down_ = std::chrono::steady_clock::now();
};

}  // namespace caitu::analysis::detail
