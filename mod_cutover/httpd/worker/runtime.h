// SPDX-License-Identifier: Apache-2.0
// Shared memory as one process of httpd sees it: the decisions for reading, the counters, and in a
// child the slot that is its own.
#pragma once

#include "mod_cutover/httpd/config/server_config.h"
#include "shared/memory/layout.h"
#include "shared/words/keyed_digest.h"

namespace cutover {

struct HoldMeans;  // hold/means.h
class Cutter;      // endless/cutter.h

// The parent fills it in before it forks; a child sets its slot and its means in child_init, before
// it has threads. Nothing of it changes afterwards, so every thread may read it.
struct Runtime {
  const ControlArea* control = nullptr;
  CounterArea counters{};
  ChildSlot* slot = nullptr;
  HoldMeans* means = nullptr;  // what its held requests wait with
  Cutter* cutter = nullptr;    // whom no drain waits for
  // Of this generation of children: made anew with each configuration, and nowhere else.
  DigestKey digest_key{};
};

inline const SiteControl& control_of(const Runtime& runtime, const Site& site) {
  return runtime.control->sites[site.index];
}
inline EndlessCounts& endless_of(const Runtime& runtime, const Site& site) {
  return runtime.slot->endless[site.index];
}
inline SiteCounters& counters_of(const Runtime& runtime, const Site& site) {
  return runtime.slot->sites[site.index];
}

}  // namespace cutover
