#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace caitu::http {

/// One answer as it came over the wire. Header names in lower case.
struct Answer {
  int status = 0;  ///< 0: the connection ended before a whole answer
  std::map<std::string, std::string> headers;
  std::string body;  ///< chunks joined

  bool has(const std::string& name) const { return headers.count(name) > 0; }
  std::string header(const std::string& name) const { return has(name) ? headers.at(name) : std::string(); }
};

/// A connection to a port of this machine: sends any bytes, reads one answer at a time. One thread.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      ::close(std::exchange(socket_, -1));
      throw std::runtime_error("cannot connect");
    }
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }

  /// False when the peer no longer takes anything.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  Answer get(const std::string& path, const std::string& more_headers = {}) {
    send("GET " + path + " HTTP/1.1\r\nHost: test\r\n" + more_headers + "\r\n");
    return read();
  }

  /// Reads one answer; of one to HEAD, the head only.
  Answer read(bool head_only = false) {
    Answer answer;
    std::string line = take_line();
    if (line.size() < 12) return answer;
    const int status = std::stoi(line.substr(9, 3));
    while (!(line = take_line()).empty()) {
      const std::size_t colon = line.find(':');
      std::string name = line.substr(0, colon);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (answer.has(name)) throw std::runtime_error("the header " + name + " came twice");
      answer.headers[name] = line.substr(std::min(line.size(), colon + 2));
    }
    if (ended_) return answer;
    if (!head_only && answer.header("transfer-encoding") == "chunked") {
      if (!read_chunks(answer)) return answer;
    } else if (!head_only && answer.has("content-length")) {
      const std::size_t size = std::stoul(answer.header("content-length"));
      while (buffer_.size() < size && receive(kPatience)) {
      }
      answer.body = buffer_.substr(0, size);
      if (buffer_.size() < size) return answer;
      buffer_.erase(0, size);
    }
    answer.status = status;
    return answer;
  }

  /// All that comes until the peer ends the connection.
  std::string read_rest() {
    while (receive(kPatience)) {
    }
    return std::exchange(buffer_, {});
  }

  /// True when the peer ends the connection within that time and sends nothing before.
  bool closed_within(std::chrono::milliseconds time) {
    if (!buffer_.empty()) return false;
    return !receive(time) && ended_;
  }
  /// The connection ended by a reset, not in order.
  bool was_reset() const { return reset_; }

 private:
  static constexpr std::chrono::milliseconds kPatience{10'000};

  /// False at the end of the connection, or when nothing came in time.
  bool receive(std::chrono::milliseconds time) {
    pollfd ready{socket_, POLLIN, 0};
    if (ended_ || ::poll(&ready, 1, static_cast<int>(time.count())) != 1) return false;
    char bytes[65536];
    const ssize_t got = ::recv(socket_, bytes, sizeof(bytes), 0);
    ended_ = got <= 0;
    reset_ = got < 0;
    if (got > 0) buffer_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }

  /// Without its end; empty also when the connection ends.
  std::string take_line() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
      if (!receive(kPatience)) return {};
    }
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return line;
  }

  bool read_chunks(Answer& answer) {
    for (;;) {
      const std::string line = take_line();
      if (line.empty()) return false;
      const std::size_t size = std::stoul(line, nullptr, 16);
      while (buffer_.size() < size + 2) {
        if (!receive(kPatience)) return false;
      }
      answer.body += buffer_.substr(0, size);
      buffer_.erase(0, size + 2);
      if (size == 0) return true;
    }
  }

  int socket_;
  std::string buffer_;
  bool ended_ = false;
  bool reset_ = false;
};

}  // namespace caitu::http
