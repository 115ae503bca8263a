// SPDX-License-Identifier: Apache-2.0
// A real switch, by an administrator's command, that is in its drain for as long as it is measured:
// it waits for a slow request that is in flight, and everybody who comes meanwhile is held.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "mod_cutover/wire/json.h"
#include "tests/harness/process.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::bench {

// Throws where it was not so in time.
void await(const char* what, bool there);

// What the page says of the site; empty while there is no coordinator that knows it.
nlohmann::json status_of(const test::Rig& rig);

// Old serves, and the coordinator could switch.
void await_gate(const test::Rig& rig);

class DrainedSwitch {
 public:
  // It holds, when this returns. `port`: of the site, in the clear. The rig's drain is to have the
  // time, and no quieting.
  DrainedSwitch(test::Rig& rig, std::uint16_t port);

  // The slow request is answered.
  void end_drain() const;
  // Throws where the switch has not succeeded.
  void await_end();

 private:
  std::string end_;
  test::Connection slow_;
  harness::ProcessOptions command_;
  std::unique_ptr<harness::Process> cutoverctl_;
};

}  // namespace cutover::bench
