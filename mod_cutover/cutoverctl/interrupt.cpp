// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "mod_cutover/cutoverctl/options.h"

namespace cutover {
namespace {

// Written before the handler is installed, read by the handler alone: write() and _exit() are all
// that it may call.
std::string first_notice;
std::string second_notice;
std::atomic<int> count{0};
static_assert(std::atomic<int>::is_always_lock_free);

void say(const std::string& text) {
  const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
  (void)written;  // nobody to tell
}

void on_interrupt(int) {
  if (count.fetch_add(1) == 0) return say(first_notice);
  say(second_notice);
  _exit(kExitDoubt);
}

}  // namespace

void explain_interrupts(const std::string& verb, const std::string& site) {
  const std::string of_site = site.empty() ? "" : " " + site;
  first_notice = "\ncutoverctl: the " + verb + " goes on in the coordinator; `cutoverctl abort" +
                 of_site +
                 "` stops it where that is still possible.\n"
                 "cutoverctl: Ctrl-C again leaves this view and touches nothing.\n";
  second_notice = "\ncutoverctl: left while the " + verb + " was running; `cutoverctl status" +
                  of_site + "` says how it ended.\n";
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
}

int interrupts() { return count.load(); }

}  // namespace cutover
