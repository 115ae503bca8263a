// SPDX-License-Identifier: Apache-2.0
// What an administrator sees while many are held: the status page, and whether it comes at once.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/httpd/rig.h"

namespace cutover::bench {

// Of the old host's main server, for busy_threads.
inline constexpr const char* kServerStatus =
    "<Location /server-status>\nSetHandler server-status\n</Location>";

// Without the one that answers this.
long busy_threads(const test::Rig& rig);

// Milliseconds, on a connection of its own; throws where the page does not answer.
double page_once(const test::Rig& rig);

// Asks for the page again and again, on a thread of its own, until it is told to end.
class PageReader {
 public:
  explicit PageReader(const test::Rig& rig);
  ~PageReader();
  PageReader(const PageReader&) = delete;
  PageReader& operator=(const PageReader&) = delete;

  // What each look took; throws where one failed.
  const std::vector<double>& stop();

 private:
  std::atomic<bool> stopping_{false};
  std::vector<double> took_;  // the thread's until it is joined, as is the next one
  std::string failure_;
  std::thread thread_;
};

}  // namespace cutover::bench
