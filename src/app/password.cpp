#include "app/password.hpp"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "base/error.hpp"

namespace caitu::app {
namespace {

constexpr char kCtrlC = '\x03';

/// Shows nothing of what is typed, and keeps Ctrl-C from ending the program with the terminal still like
/// that.
class Unseen {
 public:
  Unseen() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios now = before_;
    now.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &now);
  }
  ~Unseen() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
};

std::string read_line() {
  std::string line;
  std::getline(std::cin, line);
  if (line.find(kCtrlC) != std::string::npos) throw base::Error(base::Code::cancelled, "cancelled");
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string ask(const std::string& prompt) {
  std::fputs(prompt.c_str(), stderr);
  const Unseen unseen;
  std::string line = read_line();
  std::fputc('\n', stderr);
  return line;
}

}  // namespace

std::string read_password(const std::string& account) {
  const base::Where where{.field = "--password"};
  if (::isatty(STDIN_FILENO) == 0) {
    std::string line = read_line();
    if (line.empty())
      throw base::Error(base::Code::usage, "no password came on stdin", where, "send it as one line");
    return line;
  }
  std::string password = ask("password of " + account + ": ");
  if (ask("the same again: ") != password)
    throw base::Error(base::Code::usage, "the two passwords differ", where, "try again");
  return password;
}

}  // namespace caitu::app
