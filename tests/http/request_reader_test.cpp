#include "http/detail/request_reader.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "support/properties.hpp"

using namespace caitu::http;
using detail::RequestReader;
using State = RequestReader::State;

namespace {

/// Feeds `bytes` in pieces of the given sizes, taken in turn, and collects what comes out.
std::vector<Request> read_all(std::string_view bytes, const std::vector<std::size_t>& sizes, State& last) {
  RequestReader reader(Limits{.header_bytes = 2048, .body_bytes = 4096});
  std::vector<Request> whole;
  Request request;
  reader.begin(request);
  for (std::size_t piece = 0;;) {
    last = reader.advance();
    if (last == State::refused) return whole;
    if (last == State::whole) {
      whole.push_back(request);
      reader.begin(request);
      continue;
    }
    if (bytes.empty()) return whole;
    const auto room = reader.room();
    RC_ASSERT(!room.empty());
    const std::size_t count = std::min({sizes[piece++ % sizes.size()], bytes.size(), room.size()});
    std::copy_n(bytes.begin(), count, room.begin());
    reader.received(count);
    bytes.remove_prefix(count);
  }
}

const auto kSizes = [] {
  return *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 400)));
};

constexpr std::string_view kTwoRequests =
    "POST /a?b=c HTTP/1.1\r\nHost: t\r\nX-Folded: one\r\n two\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5;x=\"y\"\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: dropped\r\n\r\n\r\n"
    "PUT /d HTTP/1.1\r\nHost: t\r\nContent-Length: 6\r\n\r\nworld?";

}  // namespace

TEST_CASE("requests come out the same however their bytes are cut") {
  CHECK(rc::check([] {
    State last{};
    const auto whole = read_all(kTwoRequests, kSizes(), last);
    RC_ASSERT(last == State::empty);
    RC_ASSERT(whole.size() == 2U);
    RC_ASSERT(whole[0].target == "/a?b=c");
    RC_ASSERT(whole[0].body == "hello!");
    RC_ASSERT(whole[0].headers ==
              (Fields{{"host", "t"}, {"x-folded", "one two"}, {"transfer-encoding", "chunked"}}));
    RC_ASSERT(whole[1].method == Method::put);
    RC_ASSERT(whole[1].body == "world?");
  }));
}

TEST_CASE("a request damaged anywhere is read or refused, and holds no more than its limits") {
  CHECK(rc::check([] {
    std::string bytes(kTwoRequests);
    for (int i = *rc::gen::inRange(0, 4); i >= 0; --i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
      switch (*rc::gen::inRange(0, 3)) {
        case 0:
          bytes[at] = *rc::gen::arbitrary<char>();
          break;
        case 1:
          bytes.erase(at, *rc::gen::inRange<std::size_t>(1, 20));
          break;
        default:
          bytes.insert(at, *rc::gen::inRange<std::size_t>(1, 6000), *rc::gen::arbitrary<char>());
      }
      if (bytes.empty()) return;
    }
    State last{};
    for (const Request& request : read_all(bytes, kSizes(), last)) {
      RC_ASSERT(request.body.size() <= 4096U);
      std::size_t head = 0;
      for (const auto& [name, value] : request.headers) head += name.size() + value.size();
      RC_ASSERT(head <= 2048U);
    }
  }));
}

TEST_CASE("a head of just the limit is read, one more byte is not") {
  const std::string start = "GET / HTTP/1.1\r\nHost: t\r\nX: ";
  for (const std::size_t beyond : {0U, 1U}) {
    const std::size_t filler = 2048 - start.size() - 4 + beyond;
    State last{};
    const auto whole = read_all(start + std::string(filler, 'x') + "\r\n\r\n", {100}, last);
    CHECK(whole.size() == 1 - beyond);
    CHECK(last == (beyond == 0 ? State::empty : State::refused));
  }
}
