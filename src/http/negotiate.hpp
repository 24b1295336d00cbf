#pragma once

#include <string_view>
#include <vector>

namespace caitu::http {

/// RFC 9110 §12.5.3: true when the client accepts gzip and does not prefer identity to it. An absent or empty
/// header means no. "gzip;q=0" and "*;q=0" are refusals, "gzip;q=0.5, identity;q=1" prefers identity.
bool accepts_gzip(std::string_view accept_encoding);

/// The first of `offered` media types with the highest q value in `accept`; empty when none is acceptable.
/// An absent header accepts the first.
std::string_view preferred_type(std::string_view accept, const std::vector<std::string_view>& offered);

/// RFC 9110 §12.5.4 by first subtags ("en-GB" asks for "en"): the offered language of the highest weight, of
/// equal ones that which is named first; the first offered when none is wanted more.
std::string_view preferred_language(std::string_view accept_language,
                                    const std::vector<std::string_view>& offered);

/// RFC 9110 §13.1.2 weak comparison of an If-None-Match header with one strong entity tag (with its quotes).
bool etag_matches(std::string_view if_none_match, std::string_view etag);

}  // namespace caitu::http
