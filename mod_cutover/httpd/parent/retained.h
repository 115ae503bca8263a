// SPDX-License-Identifier: Apache-2.0
// What the parent keeps over graceful and restart, when everything else of this module is loaded
// anew: hence plain data only, with a layout of its own. Children inherit a copy.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace cutover {

inline constexpr std::uint32_t kRetainedLayout = 5;
inline constexpr std::size_t kMaxCoordinators = 16;

struct Retained {
  std::uint32_t layout;
  pid_t parent;

  // Of the shared memory; -1 in children, which have the mappings alone.
  int control_fd;  // a read-only description, see memory.h
  int counters_fd;
  void* control;  // read-only
  std::size_t control_size;
  void* counters;
  std::size_t counters_size;

  // Coordinators that live, 0 for none: the present one, and those that still finish a run under
  // the configuration before.
  pid_t coordinator;
  std::array<pid_t, kMaxCoordinators> predecessors;
  std::int64_t coordinator_started_ns;
  std::uint32_t configuration;  // its number; 0 at the start of httpd

  std::array<unsigned char, 32> secret;  // of this boot; what forms of the page carry comes from it

  // From malloc, replaced at each generation.
  char* state_dir;
  char* kept_sites;  // kept_sites.h
};

// Of this structure and of the shared memory: another version has other ones, and keeps them under
// another name (presence.h).
std::uint64_t layouts();

// Nothing before the first generation of this version, nor in a mere configuration test.
Retained* retained();
// Makes it when it is not there yet.
Retained& make_retained();
// Replaces one of the texts.
void keep_text(char*& kept, const char* text);

}  // namespace cutover
