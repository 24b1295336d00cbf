#pragma once

#include "http/message.hpp"

namespace caitu::http::detail {

/// What the proxy that connects says of its client: the last entry of X-Forwarded-For, which it added itself
/// (those before it came from elsewhere and prove nothing), as `remote`, and of X-Forwarded-Proto, as
/// `secure`. Without them, or with an entry that is no address, the request stays as it is.
void take_forwarded(Request& request);

}  // namespace caitu::http::detail
