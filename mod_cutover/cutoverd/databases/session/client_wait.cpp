// SPDX-License-Identifier: Apache-2.0
// Waiting for a server's socket.
#include <poll.h>

#include <algorithm>
#include <ctime>

#include "mod_cutover/cutoverd/databases/session/client_library.h"
#include "mod_cutover/state/pulse.h"

namespace cutover::client {

bool wait_for(int fd, short events, Deadline deadline, Nanos most) {
  const Nanos left = deadline.left();
  if (left <= Nanos::zero()) return false;
  beat();
  const Nanos time = std::min({left, most, kBetweenBeats});
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const timespec limit{static_cast<std::time_t>(seconds.count()),
                       static_cast<long>((time - seconds).count())};
  pollfd waiting{fd, events, 0};
  // Interrupted or woken early: the caller's loop looks at the library and the deadline again.
  ::ppoll(&waiting, fd < 0 ? 0 : 1, &limit, nullptr);
  return true;
}

}  // namespace cutover::client
