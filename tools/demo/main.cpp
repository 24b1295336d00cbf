#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "base/error.hpp"
#include "delivery.hpp"

namespace {

constexpr const char* kAbout =
    "Writes a made-up delivery of land data in the forms in which bureaus send it:\n"
    "DLTB parcels as Shapefiles in GBK, the plan's layers as GeoPackages, bases in\n"
    "three Gauss-Kruger zones and in GCJ-02. Equal options give equal bytes.";

caitu::base::Progress progress_on_stderr() {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  return {[terminal, last = -10](std::string_view stage, std::uint64_t done, std::uint64_t total) mutable {
            const int percent = total == 0 ? -1 : static_cast<int>(100 * done / total);
            if (terminal && percent >= 0) {
              fmt::print(stderr, "\r{:<32}{:>4} %{}", stage, percent, percent == 100 ? "\n" : "");
            } else if (percent < 0 || percent >= last + 10) {
              fmt::print(stderr, "{}{}\n", stage, percent < 0 ? "" : fmt::format(" {} %", percent));
              last = percent;
            }
          },
          nullptr};
}

/// An empty folder to write to. With --force, what an earlier run left is taken away, and nothing else.
void prepare(const std::filesystem::path& folder, bool force) {
  namespace fs = std::filesystem;
  if (fs::exists(folder) && !fs::is_directory(folder)) {
    throw caitu::base::Error(caitu::base::Code::usage, folder.string() + " is a file, not a folder.");
  }
  if (force) {
    for (const char* made : {"plan.gpkg", "land.gpkg", "parcels", "ring_bases", "imagery.tif", "tables",
                             "truth.csv", "faults.csv", "README.txt"})
      fs::remove_all(folder / made);
  }
  if (fs::exists(folder) && !fs::is_empty(folder)) {
    throw caitu::base::Error(caitu::base::Code::usage, folder.string() + " is not empty.",
                             caitu::base::Where{},
                             "Name another folder, or give --force to replace an earlier delivery there.");
  }
  fs::create_directories(folder);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(kAbout, "caitu-demo");
  std::string folder;
  caitu::demo::Options options;
  bool force = false;
  app.add_option("DIR", folder, "Folder to write to; made when it is not there")->required();
  app.add_option("--parcels", options.parcels, "Number of parcels")
      ->check(CLI::Range(caitu::demo::kFewestParcels, caitu::demo::kMostParcels))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Another seed, other land in the same towns")->capture_default_str();
  app.add_option("--threads", options.threads, "Threads, 0 for the machine's; changes nothing in the files")
      ->capture_default_str();
  app.add_flag_callback(
      "--no-faults", [&options] { options.faults = false; },
      "Without planted data faults: no resubmitted parcels, no faults.csv");
  app.add_flag("--force", force, "Replace an earlier delivery in DIR");
  app.set_version_flag("--version", CAITU_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    prepare(folder, force);
    caitu::demo::write_delivery(folder, options, progress_on_stderr());
    return 0;
  } catch (const caitu::base::Error& error) {
    fmt::print(stderr, "caitu-demo: {}{}{}\n", error.what(), error.hint().empty() ? "" : " ", error.hint());
    return error.code() == caitu::base::Code::usage ? 2 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "caitu-demo: {}\n", error.what());
    return 1;
  }
}
