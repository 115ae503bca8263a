// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parent/coordinator.h"

#include <apr_thread_proc.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "mod_cutover/httpd/edge/in_pool.h"
#include "mod_cutover/httpd/edge/wall.h"
#include "mod_cutover/httpd/parent/memory.h"
#include "mod_cutover/httpd/parent/presence.h"
#include "mod_cutover/httpd/parent/spawn.h"
#include "mod_cutover/state/shared_memory.h"
#include "shared/memory/silence.h"

namespace cutover {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr int kFarewellSeconds = 30;

// One generation's; dies with its configuration, and the processes stay.
struct Keeper {
  server_rec* server;
  apr_pool_t* pool;
  std::string config_json;
};

constexpr const char* kKeeperKey = "mod_cutover_keeper";

Keeper* keeper_of(apr_pool_t* pconf) {
  void* found = nullptr;
  apr_pool_userdata_get(&found, kKeeperKey, pconf);
  return static_cast<Keeper*>(found);
}

bool alive(pid_t pid) { return pid > 0 && ::kill(pid, 0) == 0; }

void on_change(int reason, void* data, int status);

// httpd's parent tells us of its death; the registration ends with the configuration, in silence.
void watch(Keeper& keeper, pid_t pid) {
  auto* process = static_cast<apr_proc_t*>(apr_pcalloc(keeper.pool, sizeof(apr_proc_t)));
  process->pid = pid;
  auto* told = make_in<std::pair<Keeper*, apr_proc_t*>>(keeper.pool, &keeper, process);
  apr_proc_other_child_register(process, walled<on_change>, told, nullptr, keeper.pool);
}

void launch(Keeper& keeper, Retained& kept) {
  const std::int64_t now = monotonic_ns();
  // Not faster than once a second. The new process does the waiting, the parent has other work.
  const std::int64_t rest =
      kept.coordinator_started_ns == 0 ? 0 : kept.coordinator_started_ns + kSecondNs - now;
  const Fd control = control_for_writing(kept);
  SpawnOrder order{coordinator_program(), kept.state_dir,
                   keeper.config_json,    control.get(),
                   kept.counters_fd,      sign_of_takeover(),
                   signs_of_others(),     std::max<std::int64_t>(rest, 0)};
  const pid_t pid = spawn_coordinator(order);
  if (pid < 0)
    throw std::runtime_error(order.program + " cannot be started: " + std::strerror(errno));
  kept.coordinator = pid;
  kept.coordinator_started_ns = now + order.wait_ns;
  tell_of_coordinators(kept);
  watch(keeper, pid);
}

void forget(Retained& kept, pid_t pid) {
  if (kept.coordinator == pid) kept.coordinator = 0;
  std::replace(kept.predecessors.begin(), kept.predecessors.end(), pid, pid_t{0});
}

void relaunch(Keeper& keeper, Retained& kept) {
  try {
    launch(keeper, kept);
    log(keeper.server, Message::kCoordinatorStarted,
        "coordinator started again, pid " + std::to_string(kept.coordinator));
  } catch (const std::exception& e) {
    log(keeper.server, Message::kCoordinatorNotStarted, e.what());
  }
}

// httpd passes on the exit code or the signal's number and does not say which.
std::string end_of(int status) {
  const int number = status > 255 ? WEXITSTATUS(status) : status;
  if (number == 127) return "since " + coordinator_program() + " could not be run";
  return "with status " + std::to_string(number) + " (an exit code or a signal)";
}

void on_change(int reason, void* data, int status) {
  const auto& [keeper, process] = *static_cast<std::pair<Keeper*, apr_proc_t*>*>(data);
  if (reason != APR_OC_REASON_DEATH && reason != APR_OC_REASON_LOST) return;
  apr_proc_other_child_unregister(data);
  Retained* kept = retained();
  if (kept == nullptr || ::getpid() != kept->parent) return;
  const bool present = kept->coordinator == process->pid;
  forget(*kept, process->pid);
  if (!present) return;
  log(keeper->server, Message::kCoordinatorEnded,
      "the coordinator (pid " + std::to_string(process->pid) + ") ended " + end_of(status));
  relaunch(*keeper, *kept);
}

// httpd's main loop has not run since the last generation: who left meanwhile waits to be reaped.
void reap_the_dead(Retained& kept) {
  const auto reap = [](pid_t& pid) {
    int status = 0;
    if (pid > 0 && (::waitpid(pid, &status, WNOHANG) == pid || !alive(pid))) pid = 0;
  };
  reap(kept.coordinator);
  std::for_each(kept.predecessors.begin(), kept.predecessors.end(), reap);
}

std::string frozen_as(const Retained& kept, pid_t pid) {
  if (pid <= 0 || kept.control == nullptr) return {};
  return frozen(*static_cast<const ControlArea*>(kept.control), pid, kept.coordinator_started_ns,
                monotonic_ns());
}

// Killed, it is reaped like any other that has died, and only then another one is started.
void end_if_frozen(server_rec* s, const Retained& kept, pid_t pid) {
  const std::string why = frozen_as(kept, pid);
  if (why.empty()) return;
  const bool killed = ::kill(pid, SIGKILL) == 0;
  log(s, Message::kCoordinatorFrozen,
      "the coordinator (pid " + std::to_string(pid) + ") is frozen: " + why +
          (killed ? "; it is killed"
                  : std::string("; it cannot be killed: ") + std::strerror(errno)));
}

// Its journal lets the next one go on from wherever it is stopped at the limit.
void end_and_wait(const Retained& kept, pid_t pid, std::int64_t limit) {
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    const bool enough = monotonic_ns() > limit || !frozen_as(kept, pid).empty();
    // Not allowed where `httpd -X` has changed its user; it ends with our own end then.
    if (enough && ::kill(pid, SIGKILL) != 0) return;
    ::usleep(5000);
  }
}

void say_farewell(Retained& kept) {
  std::array<pid_t, kMaxCoordinators + 1> all{};
  std::copy(kept.predecessors.begin(), kept.predecessors.end(), all.begin());
  all.back() = std::exchange(kept.coordinator, 0);
  for (pid_t& pid : all)
    if (pid > 0 && ::kill(pid, SIGTERM) != 0) pid = 0;
  const std::int64_t limit = monotonic_ns() + kFarewellSeconds * kSecondNs;
  for (const pid_t pid : all)
    if (pid > 0) end_and_wait(kept, pid, limit);
}

bool has_room(const Retained& kept) {
  return std::find(kept.predecessors.begin(), kept.predecessors.end(), 0) !=
         kept.predecessors.end();
}

// Before the configuration is forgotten: for good, or for the next generation?
apr_status_t at_end_of_generation(void*) {
  Retained* kept = retained();
  if (kept == nullptr || ::getpid() != kept->parent) return APR_SUCCESS;
  if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_EXITING) say_farewell(*kept);
  return APR_SUCCESS;
}

}  // namespace

std::string coordinator_program() {
  const char* other = std::getenv("CUTOVER_CUTOVERD");
  return other != nullptr && *other != '\0' ? other : CUTOVERD_PATH;
}

std::string coordinator_problem() {
  const std::string program = coordinator_program();
  if (::access(program.c_str(), X_OK) == 0) return {};
  return "the coordinator " + program + " cannot be run: " + std::strerror(errno) +
         "; install it (make install)";
}

void start_coordinator(apr_pool_t* pconf, server_rec* s, Retained& kept,
                       const std::string& config_json) {
  auto* keeper = make_in<Keeper>(pconf, Keeper{s, pconf, config_json});
  apr_pool_userdata_setn(keeper, kKeeperKey, nullptr, pconf);
  apr_pool_cleanup_register(pconf, nullptr, walled<at_end_of_generation, APR_SUCCESS>,
                            apr_pool_cleanup_null);
  reap_the_dead(kept);
  for (const pid_t pid : kept.predecessors)
    if (pid > 0) watch(*keeper, pid);
  const pid_t present = kept.coordinator;
  try {
    if (!has_room(kept)) throw std::runtime_error("too many coordinators still finish their runs");
    if (const std::string why = coordinator_problem(); !why.empty()) throw std::runtime_error(why);
    kept.coordinator_started_ns = 0;
    launch(*keeper, kept);
  } catch (const std::exception& e) {
    if (present == 0) throw;
    watch(*keeper, present);
    throw std::runtime_error(std::string(e.what()) +
                             "; the present one stays, with its configuration");
  }
  // The successor waits for their lock.
  if (present != 0) {
    *std::find(kept.predecessors.begin(), kept.predecessors.end(), 0) = present;
    watch(*keeper, present);
  }
  for (const pid_t pid : kept.predecessors)
    if (pid > 0) ::kill(pid, SIGHUP);
  tell_of_coordinators(kept);
}

int keep_coordinator(apr_pool_t*, server_rec* s) {
  Retained* kept = retained();
  Keeper* keeper = keeper_of(s->process->pconf);
  if (kept == nullptr || keeper == nullptr || ::getpid() != kept->parent) return DECLINED;
  if (kept->coordinator > 0 && ::kill(kept->coordinator, 0) != 0 && errno == ESRCH)
    kept->coordinator = 0;
  if (kept->coordinator == 0) relaunch(*keeper, *kept);
  end_if_frozen(s, *kept, kept->coordinator);
  for (const pid_t pid : kept->predecessors) end_if_frozen(s, *kept, pid);
  return DECLINED;
}

}  // namespace cutover
