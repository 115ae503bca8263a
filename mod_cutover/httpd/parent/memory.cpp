// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parent/memory.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "mod_cutover/httpd/edge/in_pool.h"
#include "mod_cutover/state/shared_memory.h"

namespace cutover {
namespace {

constexpr int kFewestSlots = 64;
constexpr int kMostSlots = 4096;
// Twice the children that there may be: a graceful has two generations at once.
std::size_t slots_wanted() {
  int daemons = 0;
  if (ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &daemons) != APR_SUCCESS) daemons = kMostSlots;
  return static_cast<std::size_t>(std::clamp(2 * daemons, kFewestSlots, kMostSlots));
}

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

CounterArea counters_in(const Retained& kept) {
  return counter_area(kept.counters, kept.counters_size);
}

}  // namespace

void ensure_memory(Retained& kept) {
  if (kept.control != nullptr) return;
  SharedMemoryFds fds = create_shared_memory(slots_wanted());
  if (!fds) throw std::runtime_error(fds.error);
  Mapping control = map_control(fds.control_read_only.get(), false);
  if (!control) fail("the decisions cannot be mapped");
  Mapping counters = map_counters(fds.counters.get());
  if (!counters) fail("the counters cannot be mapped");
  kept.control_fd = fds.control_read_only.release();
  kept.counters_fd = fds.counters.release();
  kept.control_size = control.size();
  kept.counters_size = counters.size();
  kept.control = control.release();
  kept.counters = counters.release();
}

Fd control_for_writing(const Retained& kept) {
  Fd fd(::open(("/proc/self/fd/" + std::to_string(kept.control_fd)).c_str(), O_RDWR | O_CLOEXEC));
  if (!fd) fail("the decisions cannot be opened for writing");
  return fd;
}

// Without one nothing could be told apart; httpd does not start without randomness either.
DigestKey make_digest_key() {
  DigestKey key{};
  if (apr_generate_random_bytes(reinterpret_cast<unsigned char*>(key.data()), sizeof key) !=
      APR_SUCCESS)
    fail("there are no random numbers for the digests of requests");
  return key;
}

Runtime* make_runtime(apr_pool_t* pool, const Retained& kept) {
  auto* runtime = make_in<Runtime>(pool);
  runtime->control = static_cast<const ControlArea*>(kept.control);
  runtime->counters = counters_in(kept);
  runtime->digest_key = make_digest_key();
  return runtime;
}

void close_memory(Retained& kept) {
  for (int* fd : {&kept.control_fd, &kept.counters_fd}) {
    if (*fd >= 0) ::close(*fd);
    *fd = -1;
  }
}

void child_status(server_rec*, pid_t pid, ap_generation_t, int, mpm_child_status state) {
  const Retained* kept = retained();
  if (state == MPM_CHILD_EXITED && kept != nullptr && kept->counters != nullptr)
    retire_slot(counters_in(*kept), pid);
}

void sweep_slots(const Retained& kept) {
  const CounterArea area = counters_in(kept);
  for (std::size_t i = 0; i + 1 < area.count; ++i) {
    const pid_t pid = area.slots[i].pid.load();
    if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) retire_slot(area, pid);
  }
}

int sweep_now_and_then(apr_pool_t*, server_rec*) {
  const Retained* kept = retained();
  if (kept != nullptr && kept->counters != nullptr) sweep_slots(*kept);
  return DECLINED;
}

}  // namespace cutover
