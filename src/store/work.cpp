#include "store/work.hpp"

#include "store/detail/database_file.hpp"
#include "store/detail/work_impl.hpp"

namespace caitu::store {

void Work::create(const std::filesystem::path& file) {
  detail::create_database(file, work_form(), /*owner_only=*/true);
}

Work Work::open(const std::filesystem::path& file, bool read_only) {
  if (!read_only && !std::filesystem::exists(file)) create(file);
  detail::require_database(file, work_form());
  auto impl = std::make_unique<Impl>(file, read_only ? detail::Access::read : detail::Access::write);
  detail::require_form(impl->connection, work_form());
  if (!read_only) {
    impl->connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    impl->connection.keep_seals(work_form().sealed);
  }
  impl->data_version = detail::Statement(impl->connection, "PRAGMA data_version");
  return Work(std::move(impl));
}

Work::Work(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Work::~Work() = default;
Work::Work(Work&&) noexcept = default;
Work& Work::operator=(Work&&) noexcept = default;

std::int64_t Work::change_counter() const {
  detail::Statement& statement = impl_->data_version;
  statement.step();
  const std::int64_t version = statement.integer(0);
  statement.reset();
  return version;
}

struct WorkChange::Impl {
  explicit Impl(Work& work) : transaction(work.impl().connection) {}
  detail::Transaction transaction;
};

WorkChange::WorkChange(Work& work) : impl_(std::make_unique<Impl>(work)) {}
WorkChange::~WorkChange() = default;
void WorkChange::commit() { impl_->transaction.commit(); }

}  // namespace caitu::store
