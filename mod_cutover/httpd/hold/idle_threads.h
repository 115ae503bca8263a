// SPDX-License-Identifier: Apache-2.0
// How many of this child's threads have nothing to do, by httpd's scoreboard: whatever the others
// are busy with, be it of a site or not.
#pragma once

namespace cutover {

class IdleThreads {
 public:
  explicit IdleThreads(int threads) : threads_(threads) {}

  // A glance. Where the scoreboard does not tell, there are.
  bool at_least(int number) const;

 private:
  int threads_;
};

}  // namespace cutover
