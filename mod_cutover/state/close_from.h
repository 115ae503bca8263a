// SPDX-License-Identifier: Apache-2.0
// Closes whatever somebody forgot to mark close-on-exec; may be called between fork and exec.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

namespace cutover {

inline void close_from(int first) {
#ifdef SYS_close_range
  constexpr long kCloseRange = SYS_close_range;
#else
  constexpr long kCloseRange = 436;  // on every architecture, but headers before Linux 5.9 lack it
#endif
  // A system call of its own, since the C library of older distributions lacks it.
  if (::syscall(kCloseRange, static_cast<unsigned>(first), ~0U, 0U) == 0) return;
  for (int fd = first; fd < 65536; ++fd) ::close(fd);
}

}  // namespace cutover
