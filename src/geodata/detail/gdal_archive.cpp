#include "geodata/detail/gdal_archive.hpp"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <set>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "geodata/detail/file_names.hpp"
#include "geodata/detail/gdal_setup.hpp"
#include "geodata/detail/text_encoding.hpp"

namespace caitu::geodata::detail {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;

/// What is refused by its ending, and the way out.
struct Foreign {
  const char* ending;
  const char* what;
  const char* way_out;
};
constexpr const char* kPacked = "the file is compressed in a form that GDAL does not read";
constexpr const char* kPart = "it is a part of a Shapefile and holds no land by itself";
constexpr const char* kWhole = "give its .shp; .shp, .shx, .dbf and .prj belong together";
constexpr const char* kProject = "it is a project that points to data and holds none";
constexpr const char* kLayers = "give the files that its layers lie in";
constexpr std::array<Foreign, 23> kForeign = {{
    {".zst", kPacked, "unpack it first: zstd -d \"{}\""},
    {".gz", kPacked, "unpack it first: gunzip \"{}\""},
    {".xz", kPacked, "unpack it first: unxz \"{}\""},
    {".7z", kPacked, "unpack it first: 7z x \"{}\""},
    {".rar", kPacked, "unpack it first: unrar x \"{}\""},
    {".tar", kPacked, "unpack it first: tar -xf \"{}\""},
    {".tgz", kPacked, "unpack it first: tar -xf \"{}\""},
    {".shx", kPart, kWhole},
    {".prj", kPart, kWhole},
    {".cpg", kPart, kWhole},
    {".qpj", kPart, kWhole},
    {".sbn", kPart, kWhole},
    {".sbx", kPart, kWhole},
    {".qix", kPart, kWhole},
    {".vrt", "it points to other files or to the network and holds no land", "give the files that it names"},
    {".qgs", kProject, kLayers},
    {".qgz", kProject, kLayers},
    {".mxd", kProject, kLayers},
    {".aprx", kProject, kLayers},
    {".lyr", kProject, kLayers},
    {".lyrx", kProject, kLayers},
    {".dwg", "GDAL does not read AutoCAD's own form", "save it as DXF there (DXFOUT)"},
    {".mdb", "GDAL does not read a personal geodatabase here",
     "export it there as a file geodatabase (.gdb)"},
}};

/// What may stand as a set of data in a folder or archive.
constexpr std::array<const char*, 18> kMembers = {
    ".shp", ".gpkg", ".fgb", ".geojson", ".geojsonl", ".kml",      ".kmz", ".dxf",      ".dgn",
    ".gml", ".tab",  ".mif", ".sqlite",  ".gpx",      ".topojson", ".pbf", ".geojsons", ".ndjson"};
constexpr std::array<const char*, 5> kTables = {".json", ".csv", ".tsv", ".xlsx", ".ods"};
/// Forms that are a .zip themselves.
constexpr std::array<const char*, 4> kZipped = {".kmz", ".xlsx", ".ods", ".shz"};
/// The first table of a file geodatabase: where it lies, one begins.
constexpr const char* kGdbMark = "a00000001.gdbtable";

/// "PG:dbname=land", "WFS:https://…", "/vsicurl/…": what GDAL would take to a server or to other files.
bool is_connection(const std::string& name) {
  constexpr std::array<const char*, 14> prefixes = {
      "pg:",   "mysql:", "mssql:", "wfs:",   "oapif:", "csw:", "odbc:",
      "pgeo:", "oci:",   "http:",  "https:", "ftp:",   "s3:",  "esri:"};
  const std::string low = lower(name);
  return low.find("://") != std::string::npos || low.starts_with("/vsi") ||
         std::ranges::any_of(prefixes, [&](const char* prefix) { return low.starts_with(prefix); });
}

void require_local_file(const fs::path& file) {
  const std::string name = file.string();
  std::error_code failed;
  const bool there = fs::exists(file, failed);
  if (name.starts_with("/vsi") || (!there && is_connection(name)))
    refuse(file, "caitu reads local files only", "fetch the file first, then import it from disk");
  if (!there) refuse(file, "there is no such file or folder");
  if (fs::is_directory(file, failed)) return;
  if (!fs::is_regular_file(file, failed)) refuse(file, "it is no file", "save the delivery as a file first");
  if (fs::file_size(file, failed) == 0) refuse(file, "the file is empty", "ask for it again");
  for (const Foreign& foreign : kForeign) {
    if (ending(name) != foreign.ending) continue;
    std::string way_out = foreign.way_out;
    if (const auto at = way_out.find("{}"); at != std::string::npos) way_out.replace(at, 2, name);
    refuse(file, foreign.what, way_out);
  }
  const fs::path log = name + "-wal";
  if (fs::exists(log, failed) && fs::file_size(log, failed) > 0) {
    refuse(file, "another program is writing to it (" + log.filename().string() + " holds changes)",
           "close the file there first");
  }
}

/// The names in a .zip as they stand there, or none when its directory cannot be read this way.
struct ZipName {
  std::string name;
  bool says_utf8;
};
std::vector<ZipName> zip_names(const fs::path& file) {
  constexpr std::size_t kTail = 22 + 65535, kHead = 46, kMaxDirectory = std::size_t{64} << 20;
  std::ifstream in(file, std::ios::binary);
  const auto size = static_cast<std::size_t>(fs::file_size(file));
  std::string tail(std::min(size, kTail), '\0');
  in.seekg(static_cast<std::streamoff>(size - tail.size()));
  in.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  const std::size_t end = tail.rfind("PK\x05\x06");
  std::vector<ZipName> names;
  if (end == std::string::npos || end + 22 > tail.size()) return names;
  const std::size_t bytes = base::load_value<std::uint32_t>(tail.data() + end + 12);
  const std::size_t begin = base::load_value<std::uint32_t>(tail.data() + end + 16);
  if (bytes > kMaxDirectory || begin + bytes > size) return names;
  std::string directory(bytes, '\0');
  in.clear();
  in.seekg(static_cast<std::streamoff>(begin));
  in.read(directory.data(), static_cast<std::streamsize>(bytes));
  for (std::size_t at = 0; at + kHead <= bytes && directory.compare(at, 4, "PK\x01\x02") == 0;) {
    const auto word = [&](std::size_t place) {
      return std::size_t{base::load_value<std::uint16_t>(directory.data() + at + place)};
    };
    const bool says_utf8 = (word(8) & 0x800) != 0;
    names.push_back({directory.substr(at + kHead, word(28)), says_utf8});
    at += kHead + word(28) + word(30) + word(32);
  }
  return names;
}

/// Tells GDAL how to read the names of a .zip, while it lists it.
class ZipNames {
 public:
  explicit ZipNames(const std::vector<ZipName>& names) {
    const TextCodec gbk = std::move(*TextCodec::make("GB18030"));
    std::string read;
    const bool utf8 =
        std::ranges::all_of(names, [](const ZipName& name) { return name.says_utf8 || is_utf8(name.name); });
    const bool chinese = std::ranges::all_of(
        names, [&](const ZipName& name) { return name.says_utf8 || gbk.to_utf8(name.name, read); });
    CPLSetThreadLocalConfigOption(kOption, utf8 ? "UTF-8" : chinese ? "GB18030" : "CP437");
  }
  ~ZipNames() { CPLSetThreadLocalConfigOption(kOption, nullptr); }
  ZipNames(const ZipNames&) = delete;
  ZipNames& operator=(const ZipNames&) = delete;

 private:
  static constexpr const char* kOption = "CPL_ZIP_ENCODING";
};

struct CloseDirectory {
  void operator()(VSIDIR* directory) const { VSICloseDir(directory); }
};

std::vector<std::string> zip_entries(const fs::path& file, const std::string& archive) {
  const std::vector<ZipName> names = zip_names(file);
  for (const auto& [name, says_utf8] : names) {
    if (name.starts_with('/') || ("/" + name + "/").find("/../") != std::string::npos)
      refuse(file, "the archive names a place outside itself: \"" + (is_utf8(name) ? name : "…") + "\"",
             "have it packed anew");
  }
  const ZipNames reading(names);
  const std::unique_ptr<VSIDIR, CloseDirectory> directory(VSIOpenDir(archive.c_str(), -1, nullptr));
  std::vector<std::string> entries;
  double unpacked = 0;
  while (directory) {
    const VSIDIREntry* const entry = VSIGetNextDirEntry(directory.get());
    if (entry == nullptr) break;
    unpacked += static_cast<double>(entry->nSize);
    entries.emplace_back(entry->pszName);
    if (entries.size() > kMaxEntries)
      refuse(file, "the archive holds too many files", "unpack it and import what is land");
  }
  if (entries.empty()) refuse(file, "it is no .zip that can be read", "ask for it again, or unpack it first");
  if (unpacked > kSmallUnpacked && unpacked > kMaxUnpackedRatio * static_cast<double>(fs::file_size(file)))
    refuse(file, "the archive would unpack to more than any delivery does",
           "unpack it where that does no harm, and import what is land");
  return entries;
}

std::vector<std::string> folder_entries(const fs::path& folder) {
  std::vector<std::string> entries;
  std::error_code failed;
  using Walk = fs::recursive_directory_iterator;
  for (Walk at(folder, fs::directory_options::skip_permission_denied, failed), end; at != end;
       at.increment(failed)) {
    if (failed) break;
    entries.push_back(at->path().lexically_relative(folder).string());
    if (entries.size() > kMaxEntries)
      refuse(folder, "the folder holds too many files", "name the ones that are land");
  }
  return entries;
}

bool hidden(const std::string& entry) {
  return fs::path(entry).filename().string().starts_with('.') ||
         ("/" + entry).find("/__MACOSX/") != std::string::npos;
}

/// The sets of data among a folder's or archive's entries.
std::vector<DataSet> members(const fs::path& file, const std::string& root,
                             const std::vector<std::string>& entries) {
  std::set<std::string> geodatabases;
  for (const std::string& entry : entries) {
    if (fs::path(entry).filename() == kGdbMark) geodatabases.insert(fs::path(entry).parent_path().string());
  }
  std::vector<DataSet> sets;
  for (const std::string& folder : geodatabases) {
    if (ending(folder) != ".gdb") {
      refuse(file, "it holds the files of a geodatabase without their folder",
             "put them into a folder that is called NAME.gdb");
    }
    const std::string place = root + (folder.empty() ? "" : "/" + folder);
    sets.push_back({place, fs::path(folder).replace_extension().string(), false});
  }
  for (const std::string& entry : entries) {
    const bool inside = geodatabases.contains(fs::path(entry).parent_path().string());
    if (inside || hidden(entry)) continue;
    const bool table = std::ranges::find(kTables, ending(entry)) != kTables.end();
    // GDAL does not look for a spreadsheet, a .zip itself, inside another one.
    if (root.starts_with("/vsizip/") && std::ranges::find(kZipped, ending(entry)) != kZipped.end() && table)
      continue;
    if (!table && std::ranges::find(kMembers, ending(entry)) == kMembers.end()) continue;
    sets.push_back({root + "/" + entry, fs::path(entry).replace_extension().string(), table});
  }
  std::ranges::sort(sets, {}, &DataSet::gdal_name);
  // "p.shp" and "p.kml" of one folder are told apart by their endings.
  std::multiset<std::string> labels;
  for (const DataSet& set : sets) labels.insert(set.label);
  for (DataSet& set : sets) {
    if (labels.count(set.label) > 1) set.label += ending(set.gdal_name);
  }
  return sets;
}

}  // namespace

std::vector<DataSet> data_sets(const fs::path& file) {
  start_gdal();
  require_local_file(file);
  const GdalEar ear;
  const bool folder = fs::is_directory(file);
  const bool archive = ending(file.string()) == ".zip";
  if (std::ranges::find(kZipped, ending(file.string())) != kZipped.end())
    zip_entries(file, "/vsizip/{" + fs::absolute(file).string() + "}");
  if (!archive && (!folder || fs::exists(file / kGdbMark))) return {{file.string(), "", false}};
  const std::string root = archive ? "/vsizip/" + fs::absolute(file).string() : file.string();
  std::vector<DataSet> sets = members(file, root, archive ? zip_entries(file, root) : folder_entries(file));
  if (sets.empty()) {
    refuse(file,
           std::string("the ") + (archive ? "archive" : "folder") + " holds no vector data that caitu knows",
           "what it takes: Shapefile, file geodatabase, GeoPackage, GeoJSON, FlatGeobuf, DXF, KML, GML, "
           "MapInfo, CSV; spreadsheets only by themselves");
  }
  return sets;
}

}  // namespace caitu::geodata::detail
