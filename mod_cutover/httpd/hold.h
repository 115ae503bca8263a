// SPDX-License-Identifier: Apache-2.0
// How a request waits while no side is decided. This one blocks its worker's thread on the word;
// parking a connection without a thread would take this file's place and nothing else's.
#pragma once

#include <cstdint>

#include "mod_cutover/httpd/api.h"
#include "mod_cutover/httpd/runtime.h"
#include "shared/gate.h"

namespace cutover {

enum class HoldEnd : std::uint8_t {
  kServe,       // go to the side that the entry names; counted in
  kRefuse,      // time is up and the word names no side, or there is no room
  kClientGone,  // nobody is there to be answered
};

struct Held {
  HoldEnd end;
  Side side = Side::kOld;  // for kServe
  std::int64_t ms = -1;    // how long it waited; -1: it was never held
};

// To be called when the gate said hold. Every end is counted in here.
Held hold(request_rec* r, const Runtime& runtime, const Site& site, Gate& gate);

}  // namespace cutover
