#include "app/commands/account_output.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "analysis/account_page.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"

namespace caitu::app {
namespace {

using base::Code;
using base::Error;
using base::Where;
namespace fs = std::filesystem;

void write_text(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out)
    throw Error(Code::io, "the file cannot be written", Where{.file = file.string()},
                "is the folder there, and is there room?");
}

void write_account(const fs::path& file, const analysis::Account& account) {
  const bool page = file.extension() == ".html" || file.extension() == ".htm";
  write_text(file, page ? analysis::account_page(account) : to_json(account).dump(2) + "\n");
}

void print_side(const std::string& title, const std::array<analysis::SideAccount, 3>& sides) {
  constexpr std::array<const char*, 3> kKinds{"points", "lines", "polygons"};
  for (std::size_t kind = 0; kind < sides.size(); ++kind) {
    const analysis::SideAccount& side = sides[kind];
    if (side.features == 0) continue;
    const auto size = [&](const analysis::ExactSum& sum) {
      if (kind == 0) return fmt::format("{:.0f}", sum.value());
      if (kind == 1) return fmt::format("{:.3f} km", sum.value() / 1000);
      return mu_text(sum.value());
    };
    fmt::print("  {:<12} {:>12}  {} = {} covered + {} left", title + " " + kKinds[kind],
               grouped(side.features), size(side.size), size(side.covered), size(side.rest));
    if (side.failed > 0) fmt::print(" + {} in quarantine", size(side.quarantined));
    fmt::print("; off by {:.1e}{}\n", side.residual.value(), side.closes() ? "" : ": DOES NOT CLOSE");
    if (side.retried > 0)
      fmt::print("  {:<12} {:>12}  moved onto a grid of 1e-9°, which changed them by {:.3g} in all\n", "",
                 grouped(side.retried), side.displaced.value());
    if (side.slivers > 0)
      fmt::print("  {:<12} {:>12}  slivers: {} dropped, {} merged\n", "", grouped(side.slivers),
                 size(side.dropped), size(side.merged));
  }
}

void print_intake(const std::string& title, const analysis::AccountInput& input) {
  const analysis::Intake& intake = input.intake;
  fmt::print("  {:<12} {:>12}  {}{}\n", title, grouped(intake.rows), input.name,
             intake.placement.empty() ? "" : ", " + intake.placement);
  const auto line = [](std::uint64_t count, const std::string& what) {
    if (count > 0) fmt::print("  {:<12} {:>12}  {}\n", "", grouped(count), what);
  };
  line(intake.without_geometry, "without a geometry, passed over");
  line(intake.repaired, "mended");
  line(intake.refused_rows, "REFUSED:");
  for (const auto& [row, reason] : intake.refused) fmt::print("      row {}: {}\n", row, reason);
  for (const auto& [note, count] : intake.notes) line(count, note);
  for (const std::string& warning : intake.warnings) fmt::print("  warning: {}\n", warning);
}

void print_for_people(const analysis::Account& account) {
  fmt::print("{}\n", account.request.value("operation", ""));
  print_intake("a", account.a);
  print_intake("b", account.b);
  print_side("a", account.left);
  print_side("b", account.right);
  const auto line = [](const char* title, std::uint64_t count, const analysis::ExactSum& sum) {
    if (count > 0) fmt::print("  {:<12} {:>12}  {}\n", title, grouped(count), mu_text(sum.value()));
  };
  line("pieces", account.pieces, account.pieces_m2);
  line("rests of a", account.rests, account.rests_m2);
  line("rests of b", account.right_rests, account.right_rests_m2);
  for (const analysis::Quarantined& one : account.quarantine)
    fmt::print("  quarantine: feature {} of {}: {}\n", one.id, one.of_right ? "b" : "a", one.reason);
}

}  // namespace

void write_accounts(const std::vector<std::string>& files, const analysis::Account& account) {
  for (const std::string& file : files) write_account(file, account);
}

void check_closes(const analysis::Account& account) {
  if (account.closes()) return;
  throw Error(Code::internal, "the account does not close: what came out is not what went in",
              "nothing was written; --account FILE shows which feature is off");
}

void print_account(const analysis::Account& account, bool json) {
  if (json) {
    fmt::print("{}\n", to_json(account).dump(2));
  } else {
    print_for_people(account);
  }
}

}  // namespace caitu::app
