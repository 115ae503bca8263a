// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parent/presence.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/state/shared_memory.h"

namespace cutover {
namespace {

constexpr const char* kKey = "mod_cutover_presence";

// Never to be changed. One that has to be takes another key, and looks at this one, too.
struct Presence {
  std::uint64_t version;               // of whoever is here
  std::array<pid_t, 32> coordinators;  // his; 0 for none
  int children_read, children_write;   // a pipe; each of his children has its writing end
  int takeover_fd;                     // a page whose first 32 bits are set when he goes
  std::array<int, 16> others;          // reading ends of those before him; -1 for none
};

Presence* presence() { return static_cast<Presence*>(ap_retained_data_get(kKey)); }

bool ended(int fd) {
  pollfd look{fd, POLLIN, 0};
  return ::poll(&look, 1, 0) > 0 && (look.revents & POLLHUP) != 0;
}

void forget_the_gone(Presence& here) {
  for (int& fd : here.others)
    if (fd >= 0 && ended(fd)) ::close(std::exchange(fd, -1));
}

void settle(Presence& here) {
  here.children_read = here.children_write = here.takeover_fd = -1;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    throw std::runtime_error(std::string("no pipe to be had: ") + std::strerror(errno));
  here.children_read = ends[0];
  here.children_write = ends[1];
  here.takeover_fd = make_takeover_page().release();
  here.coordinators.fill(0);
  here.version = layouts();
}

// His journals are read after this: whichever run they do not show does not begin.
void send_away(Presence& before) {
  announce_takeover(before.takeover_fd);
  for (const pid_t pid : before.coordinators)
    if (pid > 0) ::kill(pid, SIGHUP);
  for (int* fd : {&before.children_write, &before.takeover_fd})
    if (*fd >= 0) ::close(std::exchange(*fd, -1));
  forget_the_gone(before);
  // More of them than that: the newest are what is looked at.
  std::rotate(before.others.begin(), before.others.end() - 1, before.others.end());
  if (before.others[0] >= 0) ::close(before.others[0]);
  before.others[0] = std::exchange(before.children_read, -1);
}

}  // namespace

bool take_over() {
  Presence* here = presence();
  if (here == nullptr || here->version == 0 || here->version == layouts()) return false;
  send_away(*here);
  here->version = 0;
  settle(*here);
  return true;
}

void show_presence() {
  Presence* here = presence();
  if (here == nullptr) {
    here = static_cast<Presence*>(ap_retained_data_create(kKey, sizeof(Presence)));
    here->others.fill(-1);
  }
  if (here->version == 0) settle(*here);
}

void tell_of_coordinators(const Retained& kept) {
  Presence* here = presence();
  if (here == nullptr) return;
  here->coordinators.fill(0);
  here->coordinators[0] = kept.coordinator;
  std::copy(kept.predecessors.begin(), kept.predecessors.end(), here->coordinators.begin() + 1);
}

std::vector<int> signs_of_others() {
  Presence* here = presence();
  if (here == nullptr) return {};
  forget_the_gone(*here);
  std::vector<int> found;
  std::copy_if(here->others.begin(), here->others.end(), std::back_inserter(found),
               [](int fd) { return fd >= 0; });
  return found;
}

int sign_of_takeover() {
  const Presence* here = presence();
  return here == nullptr ? -1 : here->takeover_fd;
}

void close_presence() {
  Presence* here = presence();
  if (here == nullptr) return;
  const auto close = [](int& fd) {
    if (fd >= 0) ::close(std::exchange(fd, -1));
  };
  close(here->children_read);
  close(here->takeover_fd);
  std::for_each(here->others.begin(), here->others.end(), close);
}

}  // namespace cutover
