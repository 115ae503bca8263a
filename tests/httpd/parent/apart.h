// SPDX-License-Identifier: Apache-2.0
// Mounts that nobody else sees: a thread in a namespace of its own, and all that it starts.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <functional>
#include <thread>

namespace cutover::test {

// False where there is none to be had: without root, or in a container.
inline bool apart(const std::function<void()>& act) {
  bool tried = false;
  std::thread thread([&] {
    tried = ::unshare(CLONE_NEWNS) == 0 &&
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    if (tried) act();
  });
  thread.join();
  return tried;
}

}  // namespace cutover::test
