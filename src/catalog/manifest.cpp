#include "catalog/manifest.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "store/upkeep.hpp"

namespace caitu::catalog {
namespace {

constexpr const char* kFormat = "caitu backup 1";
constexpr std::string_view kFiles[] = {"caitu.db", "work.db", "caitu.toml"};
constexpr std::string_view kFolders[] = {"layers", "rejects", "attachments", "snapshots"};

bool plain_segment(std::string_view segment) {
  return !segment.empty() && segment != "." && segment != ".." &&
         segment.find_first_of(std::string_view("\\\0", 2)) == std::string_view::npos;
}

/// Whether a workspace has such a file; false for what would lie outside of it.
bool of_a_workspace(std::string_view name) {
  if (std::find(std::begin(kFiles), std::end(kFiles), name) != std::end(kFiles)) return true;
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view folder = name.substr(0, slash);
  if (std::find(std::begin(kFolders), std::end(kFolders), folder) == std::end(kFolders)) return false;
  for (std::string_view rest = name.substr(slash + 1);;) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    if (!plain_segment(rest.substr(0, end))) return false;
    if (end == rest.size()) return true;
    rest.remove_prefix(end + 1);
  }
}

/// Of the manifest itself, over all that stands before it.
constexpr const char* kOwnDigest = "manifest_sha256";

std::string digest_of(const base::Json& json) { return base::hex(base::sha256(base::json_text(json))); }

[[noreturn]] void fail(const std::string& what) {
  throw base::Error(base::Code::corrupt, "the backup's manifest " + what, base::Where{.file = kManifestName},
                    "take another backup; nothing was changed");
}

}  // namespace

base::Json to_json(const Manifest& manifest) {
  base::Json members = base::Json::array();
  for (const Manifest::Member& member : manifest.members)
    members.push_back({{"name", member.name}, {"bytes", member.bytes}, {"sha256", member.sha256}});
  base::Json json{{"format", kFormat},
                  {"program", manifest.program},
                  {"made_at", manifest.made_at},
                  {"forms", {{"record", manifest.record_form}, {"work", manifest.work_form}}},
                  {"rows", manifest.rows},
                  {"members", std::move(members)}};
  const std::string own = digest_of(json);
  json[kOwnDigest] = own;
  return json;
}

Manifest manifest_from_json(std::string_view text) {
  Manifest manifest;
  try {
    const base::Json json = base::parse_json(text);
    if (json.at("format") != kFormat) fail("is of another format");
    base::Json rest = json;
    rest.erase(kOwnDigest);
    if (json.at(kOwnDigest) != digest_of(rest)) fail("was changed");
    json.at("program").get_to(manifest.program);
    json.at("made_at").get_to(manifest.made_at);
    json.at("forms").at("record").get_to(manifest.record_form);
    json.at("forms").at("work").get_to(manifest.work_form);
    manifest.rows = json.at("rows");
    for (const base::Json& member : json.at("members")) {
      manifest.members.push_back({.name = member.at("name").get<std::string>(),
                                  .bytes = member.at("bytes").get<std::uint64_t>(),
                                  .sha256 = member.at("sha256").get<std::string>()});
      const std::string& name = manifest.members.back().name;
      if (!of_a_workspace(name)) fail("names \"" + name + "\", which is no file of a workspace");
    }
  } catch (const base::Json::exception&) {
    fail("lacks what every manifest has");
  } catch (const base::Error& error) {
    if (error.code() != base::Code::invalid) throw;
    fail("is no JSON");
  }
  return manifest;
}

PublishedFiles published_files(const std::filesystem::path& record) {
  PublishedFiles files;
  for (const store::PublishedEdition& edition : store::published_editions(record)) {
    files.snapshots.insert(edition.snapshot);
    files.rejects.insert(edition.layer + "-" + std::to_string(edition.edition) + ".csv");
  }
  return files;
}

}  // namespace caitu::catalog
