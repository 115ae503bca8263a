// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/state/shared_memory.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <bit>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>

namespace cutover {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the futex waits on the low half of the word, taken to come first");

// As a later version would have it: what the tests upgrade to.
#ifdef CUTOVER_OTHER_LAYOUT
constexpr std::size_t kMore = 4096;
#else
constexpr std::size_t kMore = 0;
#endif
constexpr std::size_t kControlSize = sizeof(ControlArea) + kMore;
constexpr std::size_t kPage = 4096;

Fd make_area(const char* name, std::size_t size) {
  Fd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  // 0600: who is not root cannot open it anew through /proc either. The size is sealed: whoever
  // still has a descriptor cannot take the memory away under the others.
  if (!fd || ::fchmod(fd.get(), 0600) != 0 ||
      ::ftruncate(fd.get(), static_cast<off_t>(size)) != 0 ||
      ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    return {};
  return fd;
}

std::size_t size_of(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 ? static_cast<std::size_t>(info.st_size) : 0;
}

Mapping map(int fd, std::size_t size, int protection) {
  void* at = ::mmap(nullptr, size, protection, MAP_SHARED, fd, 0);
  return at == MAP_FAILED ? Mapping{} : Mapping{at, size};
}

// The kernel takes the futex's address as a plain 32-bit word.
std::uint32_t* low_half(const std::atomic<std::uint64_t>& word) {
  return const_cast<std::uint32_t*>(reinterpret_cast<const std::uint32_t*>(&word));
}

std::string failed(const char* what) { return std::string(what) + ": " + std::strerror(errno); }

}  // namespace

std::uint64_t memory_version() { return kLayoutVersion + kMore; }

Fd make_takeover_page() { return make_area("cutover-takeover", kPage); }

void announce_takeover(int fd) {
  const Mapping page = map_takeover(fd);
  if (page) static_cast<std::atomic<std::uint32_t>*>(page.at())->exchange(1);
}

Mapping map_takeover(int fd) {
  return size_of(fd) == kPage ? map(fd, kPage, PROT_READ | PROT_WRITE) : Mapping{};
}

SharedMemoryFds create_shared_memory(std::size_t slots) {
  SharedMemoryFds fds;
  fds.control = make_area("cutover-control", kControlSize);
  fds.counters = make_area("cutover-counters", counter_area_size(slots + 1));
  if (!fds.control || !fds.counters) {
    fds.error = failed("cannot make shared memory");
    return fds;
  }
  const std::string again = "/proc/self/fd/" + std::to_string(fds.control.get());
  fds.control_read_only = Fd(::open(again.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fds.control_read_only) {
    fds.error = failed("cannot open shared memory read-only (is /proc mounted?)");
    return fds;
  }
  const Mapping control = map(fds.control.get(), kControlSize, PROT_READ | PROT_WRITE);
  const Mapping counters =
      map(fds.counters.get(), size_of(fds.counters.get()), PROT_READ | PROT_WRITE);
  if (!control || !counters) {
    fds.error = failed("cannot map shared memory");
    return fds;
  }
  // Fresh memory is zero: no site used, no slot owned. The version comes last.
  counters_in(counters).shared_slot().pid.store(-1);
  control_in(control).version.store(memory_version());
  return fds;
}

Mapping map_control(int fd, bool writable) {
  if (size_of(fd) != kControlSize) {
    errno = EPROTO;
    return {};
  }
  Mapping m = map(fd, kControlSize, writable ? PROT_READ | PROT_WRITE : PROT_READ);
  if (m && control_in(m).version.load() != memory_version()) {
    errno = EPROTO;
    return {};
  }
  return m;
}

Mapping map_counters(int fd) {
  const std::size_t size = size_of(fd);
  if (size < counter_area_size(2) || (size - counter_area_size(0)) % sizeof(ChildSlot) != 0) {
    errno = EPROTO;
    return {};
  }
  return map(fd, size, PROT_READ | PROT_WRITE);
}

// Beaten first: whoever finds the pid finds a beat of it.
std::atomic<std::int64_t>* claim_life(ControlArea& control, std::int32_t pid) {
  for (CoordinatorLife& life : control.lives) {
    std::int32_t owner = life.pid.load();
    const bool gone = owner == 0 || owner == pid || (::kill(owner, 0) != 0 && errno == ESRCH);
    if (!gone) continue;
    life.heartbeat_ns.store(monotonic_ns());
    if (life.pid.compare_exchange_strong(owner, pid)) return &life.heartbeat_ns;
  }
  return nullptr;
}

CounterArea counters_in(const Mapping& m) { return counter_area(m.at(), m.size()); }

void wait_for_change(const std::atomic<std::uint64_t>& word, std::uint64_t seen,
                     std::int64_t nanos) {
  if (nanos <= 0) return;
  const timespec limit{nanos / 1'000'000'000, nanos % 1'000'000'000};
  // The kernel compares before it sleeps, so a store between the caller's load and this call is
  // not missed. Not PRIVATE: waker and sleeper are different processes.
  ::syscall(SYS_futex, low_half(word), FUTEX_WAIT, static_cast<std::uint32_t>(seen), &limit,
            nullptr, 0);
}

void wake_all(std::atomic<std::uint64_t>& word) { wake_some(word, INT_MAX); }

void wake_some(std::atomic<std::uint64_t>& word, int number) {
  ::syscall(SYS_futex, low_half(word), FUTEX_WAKE, number, nullptr, nullptr, 0);
}

std::int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace cutover
