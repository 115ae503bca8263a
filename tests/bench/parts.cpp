// SPDX-License-Identifier: Apache-2.0
// All parts, in the order in which they are run.
#include "tests/bench/cutover/cutover.h"
#include "tests/bench/flip/flip.h"
#include "tests/bench/held/part.h"
#include "tests/bench/instructions/instructions.h"
#include "tests/bench/part.h"
#include "tests/bench/preflight/preflight.h"
#include "tests/bench/proof/proof.h"
#include "tests/bench/release/release.h"
#include "tests/bench/scale/scale.h"
#include "tests/bench/sessions/sessions.h"
#include "tests/bench/throughput/proxied.h"
#include "tests/bench/throughput/settings.h"
#include "tests/bench/throughput/steady.h"

namespace cutover::bench {

const std::vector<Part>& all_parts() {
  static const std::vector<Part> parts = {
      {"steady", "what does the module cost on all the other days?", steady_part},
      {"instructions", "and in instructions?", instructions_part},
      {"proxied", "what does it cost after the switch?", proxied_part},
      {"settings", "and which of its settings matter?", settings_part},
      {"cutover", "what do visitors meet in the move?", cutover_part},
      {"held", "what do thousands of held requests cost?", held_part},
      {"sessions", "and thousands of visitors over HTTP/2?", sessions_part},
      {"release", "how gently do they come to a new host with a queue?", release_part},
      {"flip", "how long until all workers have seen it?", flip_part},
      {"proof", "and a proof before anybody is let in?", proof_part},
      {"preflight", "what does a look at thousands of tables cost?", preflight_part},
      {"scale", "how does the cost of a switch grow?", scale_part},
  };
  return parts;
}

}  // namespace cutover::bench
