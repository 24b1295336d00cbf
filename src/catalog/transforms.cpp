#include "catalog/transforms.hpp"

#include <map>

namespace caitu::catalog {
namespace {

using geometry::Crs;
using geometry::Transform;

std::map<std::string, Transform>& kept() {
  thread_local std::map<std::string, Transform> transforms;
  return transforms;
}

}  // namespace

const Transform& to_cgcs2000(const Crs& crs) {
  const auto at = kept().find(crs.definition());
  if (at != kept().end()) return at->second;
  return kept().emplace(crs.definition(), Transform(crs, Crs::cgcs2000())).first->second;
}

const Transform& to_cgcs2000(const std::string& definition) {
  const auto at = kept().find(definition);
  if (at != kept().end()) return at->second;
  return kept().emplace(definition, Transform(Crs::parse(definition), Crs::cgcs2000())).first->second;
}

}  // namespace caitu::catalog
