// SPDX-License-Identifier: Apache-2.0
// The two areas of shared/memory/layout.h as memory: made by httpd's parent once a boot, mapped by
// the coordinator for writing, and the control area by workers for reading only.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <string>

#include "mod_cutover/state/fd.h"
#include "shared/memory/layout.h"

namespace cutover {

// A mapping that unmaps itself.
class Mapping {
 public:
  Mapping() = default;
  Mapping(void* at, std::size_t size) : at_(at), size_(size) {}
  Mapping(Mapping&& from) noexcept
      : at_(std::exchange(from.at_, nullptr)), size_(std::exchange(from.size_, 0)) {}
  Mapping& operator=(Mapping&& from) noexcept {
    if (this != &from) {
      reset();
      at_ = std::exchange(from.at_, nullptr);
      size_ = std::exchange(from.size_, 0);
    }
    return *this;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { reset(); }

  void* at() const { return at_; }
  std::size_t size() const { return size_; }
  explicit operator bool() const { return at_ != nullptr; }
  // Stays mapped for as long as the process lives.
  void* release() { return std::exchange(at_, nullptr); }
  void reset() {
    if (at_ != nullptr) ::munmap(std::exchange(at_, nullptr), size_);
  }

 private:
  void* at_ = nullptr;
  std::size_t size_ = 0;
};

// Descriptors of the two areas (memfd, close-on-exec, mode 0600). `control_read_only` is a second,
// read-only description of the control area: what is mapped from it can never be made writable.
struct SharedMemoryFds {
  Fd control;
  Fd control_read_only;
  Fd counters;
  std::string error;  // why they are missing, when they are

  explicit operator bool() const { return error.empty(); }
};

// Of the layout of both areas, never 0.
std::uint64_t memory_version();

// A page that is the same in every version: its first 32 bits are set once a module of another one
// has taken over. An empty descriptor, or mapping, where there is none.
Fd make_takeover_page();
void announce_takeover(int fd);
Mapping map_takeover(int fd);

// Makes both areas, sized for `slots` children besides the shared slot, and writes the version.
SharedMemoryFds create_shared_memory(std::size_t slots);

// Where this process tells that it lives; none where there is no place.
std::atomic<std::int64_t>* claim_life(ControlArea& control, std::int32_t pid);

// Empty mappings with errno set when they cannot be had or the version is another one.
Mapping map_control(int fd, bool writable);
Mapping map_counters(int fd);

inline ControlArea& control_in(const Mapping& m) { return *static_cast<ControlArea*>(m.at()); }
CounterArea counters_in(const Mapping& m);
inline std::atomic<std::uint32_t>* takeover_in(const Mapping& m) {
  return static_cast<std::atomic<std::uint32_t>*>(m.at());
}

// Waits until the low half of `word` is no longer that of `seen`, a wake, or `nanos`: a shared
// futex that works on a read-only mapping.
void wait_for_change(const std::atomic<std::uint64_t>& word, std::uint64_t seen,
                     std::int64_t nanos);
void wake_all(std::atomic<std::uint64_t>& word);
void wake_some(std::atomic<std::uint64_t>& word, int number);  // who has slept longest first
std::int64_t monotonic_ns();

}  // namespace cutover
