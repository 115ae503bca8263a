// SPDX-License-Identifier: Apache-2.0
// One run of the site that is met in one step by one fault.
#pragma once

#include <optional>
#include <string>

#include "tests/faults/scene.h"

namespace cutover::faults {

struct Attacked {
  bool met = true;     // the step was reached and the fault inflicted
  int exit_code = -1;  // of the run's command; -1: it never ended
  std::string output;
  // After httpd's start, where the fault had ended it; nothing where it took longer than it may.
  std::optional<milliseconds> serving_after;
  std::string unheard;  // what is wrong with what followed from a person's word
  std::string acts;     // what another coordinator does that is to do nothing
  std::string missing;  // acknowledged writes that the new writer did not have when it became one
};

Attacked attack(Scene& scene, const Blow& blow);

}  // namespace cutover::faults
