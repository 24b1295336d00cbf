#include "store/living.hpp"

#include "store/audit_log.hpp"
#include "store/fixture.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::test;

namespace {

LivingChange change_of(const std::string& layer, std::uint64_t feature,
                       Operation operation = Operation::insert) {
  LivingChange change;
  change.layer = layer;
  change.feature = feature;
  change.operation = operation;
  change.who = "zhang";
  if (operation != Operation::remove) {
    change.geometry = geometry::make_point({116.1 + 1e-15, 40.123456789012345});
    change.attributes = R"({"name":"北务"})";
  }
  return change;
}

LivingChange append(Work& work, LivingChange change, std::uint64_t after = 0) {
  WorkChange transaction(work);
  change = LivingChanges(work).append(std::move(change), after);
  transaction.commit();
  return change;
}

std::vector<std::uint64_t> sequences(const Work& work, const std::string& layer, std::uint64_t after) {
  std::vector<std::uint64_t> all;
  LivingChanges(const_cast<Work&>(work)).read(layer, after, [&all](LivingChange&& change) {
    all.push_back(change.sequence);
  });
  return all;
}

}  // namespace

TEST_CASE("changes are numbered over all layers and versions count for each feature") {
  const WorkFile database;
  Work work = database.open();
  CHECK(append(work, change_of("points", 7)).version == 1);
  CHECK(append(work, change_of("spots", 7)).version == 1);
  CHECK(append(work, change_of("points", 7, Operation::update)).version == 2);
  CHECK(append(work, change_of("points", 8)).version == 1);
  const LivingChange removed = append(work, change_of("points", 7, Operation::remove));
  CHECK(removed.version == 3);
  CHECK(removed.sequence == 5);
  CHECK(append(work, change_of("points", 7)).version == 4);
  CHECK(sequences(work, "points", 0) == std::vector<std::uint64_t>{1, 3, 4, 5, 6});
  CHECK(sequences(work, "points", 4) == std::vector<std::uint64_t>{5, 6});
  const LivingChanges log(work);
  CHECK(log.head("points") == 6);
  CHECK(log.head("spots") == 2);
  CHECK(log.head("parks") == 0);
}

TEST_CASE("a change comes back as it went in, to the last bit of its coordinates") {
  const WorkFile database;
  Work work = database.open();
  const LivingChange written = append(work, change_of("points", 7));
  const auto read = LivingChanges(work).latest("points", 7);
  REQUIRE(read);
  CHECK(read->geometry == written.geometry);
  CHECK(read->attributes == R"({"name":"北务"})");
  CHECK(read->operation == Operation::insert);
  CHECK(read->who == "zhang");
  CHECK(read->at == written.at);
  append(work, change_of("points", 7, Operation::remove));
  const auto gone = LivingChanges(work).latest("points", 7);
  REQUIRE(gone);
  CHECK(gone->operation == Operation::remove);
  CHECK(gone->geometry.empty());
  CHECK_FALSE(LivingChanges(work).latest("points", 7, gone->sequence));
  CHECK_FALSE(LivingChanges(work).latest("points", 8));
}

TEST_CASE("a change and its audit row stand or fall together") {
  const WorkFile database;
  Work work = database.open();
  {
    WorkChange transaction(work);
    LivingChanges(work).append(change_of("points", 7));
    AuditLog(work).append({.who = "zhang", .action = "feature.insert", .subject = "points/7"});
  }
  CHECK(LivingChanges(work).head("points") == 0);
  CHECK_FALSE(AuditLog(work).head());
}

TEST_CASE("a log begun anew gives no number that an edition has taken in") {
  const WorkFile database;
  Work work = database.open();
  CHECK(append(work, change_of("points", 7), 41).sequence == 42);
  CHECK(append(work, change_of("points", 8), 41).sequence == 43);
}

TEST_CASE("what waits is counted from a sequence on, with the time of the first") {
  const WorkFile database;
  Work work = database.open();
  CHECK(LivingChanges(work).waiting("points", 0).changes == 0);
  const LivingChange first = append(work, change_of("points", 7));
  append(work, change_of("spots", 1));
  const LivingChange last = append(work, change_of("points", 8));
  const Waiting all = LivingChanges(work).waiting("points", 0);
  CHECK(all.changes == 2);
  CHECK(all.last == last.sequence);
  CHECK(all.since == first.at);
  CHECK(LivingChanges(work).waiting("points", first.sequence).changes == 1);
}
