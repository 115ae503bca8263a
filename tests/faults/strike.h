// SPDX-License-Identifier: Apache-2.0
// One fault on one victim: how it is inflicted, how long it lasts, how it is mended.
#pragma once

#include <functional>

#include "tests/faults/scene.h"

namespace cutover::faults {

class Strike {
 public:
  Strike(Scene& scene, const Blow& blow);

  // `let_go` lets the statement go on that the step was met by; called at the moment that makes
  // the fault meet it.
  void inflict(const std::function<void()>& let_go);
  // It lasts so long at least, even when the run is over before.
  milliseconds at_least() const;
  // ... and no longer, even when the run still goes on.
  milliseconds at_most() const;
  void mend();

 private:
  void strike_process();
  void strike_database(harness::DatabaseServer& database, const std::function<void()>& let_go);
  void strike_link(harness::TcpRelay& relay);
  void strike_state();
  void mend_database(harness::DatabaseServer& database);
  void kill_new_httpd();
  harness::TcpRelay& link();
  std::vector<harness::DatabaseServer*> databases();

  Scene& scene_;
  const Blow blow_;
  pid_t coordinator_ = 0;
  pid_t worker_ = 0;
};

}  // namespace cutover::faults
