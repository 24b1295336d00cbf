// Files that lie beside where others do: which shift brings their vertices onto land that is there.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "catalog/quality_edition.hpp"
#include "geometry/measure.hpp"

namespace caitu::catalog {
namespace {

using geometry::Datum;
using geometry::Position;

constexpr std::size_t kLeastSample = 20;
constexpr std::array kDatums = {Datum::cgcs2000, Datum::gcj02, Datum::bd09};

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// The same positions, had the file been read on another datum.
std::vector<Position> reread(const std::vector<Position>& published, Datum was, Datum is) {
  std::vector<Position> moved = published;
  geometry::shift(moved, Datum::cgcs2000, was);
  geometry::shift(moved, is, Datum::cgcs2000);
  return moved;
}

geometry::Geometry extent_of(const std::vector<Position>& positions) {
  geometry::Box box;
  for (const Position& p : positions) box.grow(p);
  return geometry::make_box(box);
}

/// A snapshot to hold a file against, and what to call it.
struct Reference {
  const geodata::Snapshot* snapshot = nullptr;
  std::string name, name_zh;
};

/// The layer's own edition before, then the others that are there.
std::vector<Reference> references(const AuditContext& context) {
  std::vector<Reference> all;
  const std::string& layer = context.declaration.schema.layer;
  const auto add = [&all](const geodata::Snapshot& snapshot, bool own) {
    const auto edition = snapshot.info().edition;
    all.push_back({&snapshot,
                   own ? fmt::format("edition {}'s", edition)
                       : fmt::format("those of {} edition {}", snapshot.info().layer, edition),
                   own ? fmt::format("第 {} 版", edition)
                       : fmt::format("图层 {} 第 {} 版", snapshot.info().layer, edition)});
  };
  if (const auto own = context.current.find(layer); own != context.current.end()) add(*own->second, true);
  for (const auto& [other, snapshot] : context.current) {
    if (other != layer) add(*snapshot, false);
  }
  return all;
}

}  // namespace

std::size_t matching(const geodata::Snapshot& snapshot, const std::vector<Position>& positions) {
  const geometry::TreeView& tree = snapshot.tree();
  std::size_t met = 0;
  for (const Position& p : positions) {
    const geometry::Box box = geometry::box_around(p, limits::kVertexM);
    bool found = false;
    tree.query(box, 0, [&](std::size_t first, std::size_t last, bool) {
      for (std::size_t item = first; item < last && !found; ++item) {
        if (!snapshot.box(item).intersects(box)) continue;
        found = std::ranges::any_of(snapshot.geometry(item).positions,
                                    [&box](const Position& vertex) { return box.contains(vertex); });
      }
      return !found;
    });
    met += found ? 1 : 0;
  }
  return met;
}

void QualityAudit::find_shifts(const Edition&) {
  const std::vector<Reference> all = references(context_);
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const File& file = files_[i];
    if (file.sample.size() < kLeastSample) continue;
    for (const Reference& reference : all) {
      const double before = share(matching(*reference.snapshot, file.sample), file.sample.size());
      if (before >= limits::kShiftShare) break;  // it lies where it should
      if (before > limits::kUnshiftedShare) continue;
      Datum best = file.datum;
      double most = 0;
      for (const Datum datum : kDatums) {
        if (datum == file.datum) continue;
        const double after =
            share(matching(*reference.snapshot, reread(file.sample, file.datum, datum)), file.sample.size());
        if (after > most) {
          most = after;
          best = datum;
        }
      }
      if (most < limits::kShiftShare) continue;
      const std::string way = fmt::format("{}→cgcs2000", geometry::name(best));
      QualityFinding finding = finding_of(
          "datum_shift",
          fmt::format(
              "{:.0f} % of its vertices fall onto {} after a shift {}, {:.0f} % before; it was read as {}",
              100 * most, reference.name, way, 100 * before, geometry::name(file.datum)),
          fmt::format("按 {} 平移后 {:.0f}% 的节点与{}重合，平移前为 {:.0f}%；导入时按 {} 读取", way,
                      100 * most, reference.name_zh, 100 * before, geometry::name(file.datum)));
      finding.way_out =
          fmt::format("import it again with --datum {}, or have it sent in CGCS2000", geometry::name(best));
      finding.way_out_zh =
          fmt::format("以 --datum {} 重新导入，或转换到 CGCS2000 后重报", geometry::name(best));
      finding.file = file.name;
      finding.measured = before;
      finding.allowed = most;
      finding.unit = "share";
      finding.geometry = extent_of(file.sample);
      tell(std::move(finding), static_cast<std::uint32_t>(i), -1);
      break;
    }
  }
}

/// Of rows that lie elsewhere: how much of the mended land meets what is there.
void QualityAudit::add_evidence(const Edition& edition) {
  const auto own = context_.current.find(context_.declaration.schema.layer);
  for (const char* rule : {"wrong_zone", "swapped_axes"}) {
    const auto of = found_.find(rule);
    if (of == found_.end()) continue;
    for (Kept& kept : of->second.kept) {
      QualityFinding& finding = kept.finding;
      const auto& positions = finding.geometry.positions;
      if (positions.empty()) continue;
      const double here = share(matching(edition.snapshot, positions), positions.size());
      finding.what += fmt::format(
          "; there {:.0f} % of its vertices fall onto its neighbours' of this delivery", 100 * here);
      finding.what_zh += fmt::format("；其中 {:.0f}% 的节点与本次交付的相邻图斑重合", 100 * here);
      if (own == context_.current.end()) continue;
      const double before = share(matching(*own->second, positions), positions.size());
      finding.what +=
          fmt::format(" and {:.0f} % onto edition {}'s", 100 * before, own->second->info().edition);
      finding.what_zh += fmt::format("，{:.0f}% 与第 {} 版重合", 100 * before, own->second->info().edition);
    }
  }
}

}  // namespace caitu::catalog
