// A disk that fails on purpose: preloaded into a program (LD_PRELOAD), it stands between the program, with all its libraries,
// and the C library's calls that change files. Nothing of the product knows of it.
//
//   CAITU_FAULT_UNDER   folder, or the beginning of names followed by *; only files in it, or of such names, are meddled with, and
//                       only calls on them are counted
//   CAITU_FAULT         kill    half of what the call writes is written, then the process is killed (SIGKILL)
//                       eio     the call fails with EIO, once
//                       enospc  the call and every later one that needs room fail with ENOSPC
//                       short   from the call on, every write writes only half of what it was given
//                       count   nothing happens
//   CAITU_FAULT_AT      number of the call, from 1
//   CAITU_FAULT_COUNT   file into which the number of counted calls is written when the program ends
//
// Calls are counted over all threads of the process, and over its children each from 1.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>

namespace {

enum class Fault { none, kill, eio, enospc, shorten };
enum class Needs { room, nothing };
/// What is to happen to one call.
enum class Fate { as_asked, fails, half, half_and_killed };

std::atomic<long> calls{0};

struct Plan {
  const char* under = getenv("CAITU_FAULT_UNDER");
  const char* count_file = getenv("CAITU_FAULT_COUNT");
  long at = 0;
  Fault fault = Fault::none;

  Plan() {
    if (const char* text = getenv("CAITU_FAULT_AT")) at = atol(text);
    const char* name = getenv("CAITU_FAULT");
    if (name == nullptr) return;
    if (strcmp(name, "kill") == 0) fault = Fault::kill;
    if (strcmp(name, "eio") == 0) fault = Fault::eio;
    if (strcmp(name, "enospc") == 0) fault = Fault::enospc;
    if (strcmp(name, "short") == 0) fault = Fault::shorten;
  }
};

const Plan& plan() {
  static const Plan made;
  return made;
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool counts(const char* path) {
  const char* under = plan().under;
  if (under == nullptr || path == nullptr) return false;
  const size_t length = strlen(under);
  if (length > 0 && under[length - 1] == '*') return strncmp(path, under, length - 1) == 0;
  return strncmp(path, under, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

bool counts(int descriptor) {
  if (plan().under == nullptr) return false;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return false;
  path[length] = '\0';
  return counts(path);
}

/// Counts the call and says what becomes of it; sets errno when it fails.
Fate meet(Needs needs) {
  const long number = ++calls;
  const Plan& p = plan();
  if (p.at == 0 || number < p.at) return Fate::as_asked;
  const bool now = number == p.at;
  switch (p.fault) {
    case Fault::kill:
      return now ? Fate::half_and_killed : Fate::as_asked;
    case Fault::eio:
      errno = EIO;
      return now ? Fate::fails : Fate::as_asked;
    case Fault::enospc:
      errno = ENOSPC;
      return needs == Needs::room ? Fate::fails : Fate::as_asked;
    case Fault::shorten:
      return Fate::half;
    case Fault::none:
      break;
  }
  return Fate::as_asked;
}

/// Of a call that writes nothing: it happens, or it fails, or the process dies before it.
bool fails(Needs needs) {
  const Fate fate = meet(needs);
  if (fate == Fate::half_and_killed) raise(SIGKILL);
  return fate == Fate::fails;
}

template <typename Write>
ssize_t written(int descriptor, size_t size, const Write& write) {
  if (!counts(descriptor)) return write(size);
  const Fate fate = meet(Needs::room);
  if (fate == Fate::fails) return -1;
  if (fate == Fate::as_asked) return write(size);
  const ssize_t half = write(size > 1 ? (size + 1) / 2 : size);
  if (fate == Fate::half_and_killed) raise(SIGKILL);
  return half;
}

struct AtEnd {
  ~AtEnd() {
    const char* file = plan().count_file;
    if (file == nullptr) return;
    if (FILE* out = fopen(file, "w")) {
      fprintf(out, "%ld\n", calls.load());
      fclose(out);
    }
  }
} at_end;

}  // namespace

extern "C" {

ssize_t write(int fd, const void* data, size_t size) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  return written(fd, size, [&](size_t most) { return real(fd, data, most); });
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return written(fd, size, [&](size_t most) { return real(fd, data, most, at); });
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return written(fd, size, [&](size_t most) { return real(fd, data, most, at); });
}

/// Of several pieces the half is the first one, or half of a single one.
ssize_t writev(int fd, const struct iovec* pieces, int count) {
  static const auto real = next<ssize_t (*)(int, const struct iovec*, int)>("writev");
  if (count == 1) return write(fd, pieces[0].iov_base, pieces[0].iov_len);
  size_t size = 0;
  for (int i = 0; i < count; ++i) size += pieces[i].iov_len;
  return written(fd, size, [&](size_t most) { return real(fd, pieces, most < size ? 1 : count); });
}

/// The C library writes what it has buffered by calls that nobody else sees, and all of it where one of them was short.
size_t fwrite(const void* data, size_t size, size_t count, FILE* file) {
  static const auto real = next<size_t (*)(const void*, size_t, size_t, FILE*)>("fwrite");
  if (!counts(fileno(file))) return real(data, size, count, file);
  const Fate fate = meet(Needs::room);
  if (fate == Fate::fails) return 0;
  if (fate != Fate::half_and_killed) return real(data, size, count, file);
  real(data, 1, size * count / 2, file);
  fflush(file);
  raise(SIGKILL);
  return 0;
}

int fsync(int fd) {
  static const auto real = next<int (*)(int)>("fsync");
  return counts(fd) && fails(Needs::nothing) ? -1 : real(fd);
}

int fdatasync(int fd) {
  static const auto real = next<int (*)(int)>("fdatasync");
  return counts(fd) && fails(Needs::nothing) ? -1 : real(fd);
}

int ftruncate(int fd, off_t size) {
  static const auto real = next<int (*)(int, off_t)>("ftruncate");
  return counts(fd) && fails(Needs::nothing) ? -1 : real(fd, size);
}

int ftruncate64(int fd, off64_t size) {
  static const auto real = next<int (*)(int, off64_t)>("ftruncate64");
  return counts(fd) && fails(Needs::nothing) ? -1 : real(fd, size);
}

int fallocate(int fd, int mode, off_t at, off_t size) {
  static const auto real = next<int (*)(int, int, off_t, off_t)>("fallocate");
  return counts(fd) && fails(Needs::room) ? -1 : real(fd, mode, at, size);
}

int unlink(const char* path) {
  static const auto real = next<int (*)(const char*)>("unlink");
  return counts(path) && fails(Needs::nothing) ? -1 : real(path);
}

int rename(const char* from, const char* to) {
  static const auto real = next<int (*)(const char*, const char*)>("rename");
  return counts(to) && fails(Needs::nothing) ? -1 : real(from, to);
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  static const auto real = next<int (*)(int, const char*, int, const char*, unsigned)>("renameat2");
  return counts(to) && fails(Needs::nothing) ? -1 : real(from_folder, from, to_folder, to, flags);
}

ssize_t copy_file_range(int from, off64_t* from_at, int to, off64_t* to_at, size_t size, unsigned flags) {
  static const auto real =
      next<ssize_t (*)(int, off64_t*, int, off64_t*, size_t, unsigned)>("copy_file_range");
  return written(to, size, [&](size_t most) { return real(from, from_at, to, to_at, most, flags); });
}

ssize_t sendfile64(int to, int from, off64_t* at, size_t size) {
  static const auto real = next<ssize_t (*)(int, int, off64_t*, size_t)>("sendfile64");
  return written(to, size, [&](size_t most) { return real(to, from, at, most); });
}

ssize_t sendfile(int to, int from, off_t* at, size_t size) {
  static const auto real = next<ssize_t (*)(int, int, off_t*, size_t)>("sendfile");
  return written(to, size, [&](size_t most) { return real(to, from, at, most); });
}

}  // extern "C"
