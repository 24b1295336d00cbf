#pragma once

namespace caitu::store::detail {

class Connection;

/// Form 1 kept one schema a layer, the newest. Gives each edition the fields that it had: columns that a
/// layer gained stand behind its geometry, in the order in which they came, and the digest of an edition's
/// row tells how many of them it knew. Inside the caller's transaction.
void settle_schemas(Connection& connection);

}  // namespace caitu::store::detail
