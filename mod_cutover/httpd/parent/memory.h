// SPDX-License-Identifier: Apache-2.0
// The parent's part in the shared memory: made once a boot, slots of dead children given back.
#pragma once

#include "mod_cutover/httpd/edge/api.h"
// After httpd.h.
#include <mpm_common.h>

#include "mod_cutover/httpd/parent/retained.h"
#include "mod_cutover/httpd/worker/runtime.h"
#include "mod_cutover/state/fd.h"

namespace cutover {

// Makes the areas where they are not there yet. Throws std::runtime_error.
void ensure_memory(Retained& kept);

// Opened for as long as somebody writes, and for the coordinator. What is kept is read-only, since
// processes that other modules fork (mod_cgid's daemon) inherit it and run as httpd's User; only
// the user that started httpd can open it anew. Throws std::runtime_error.
Fd control_for_writing(const Retained& kept);

Runtime* make_runtime(apr_pool_t* pool, const Retained& kept);

// A fresh child: its descriptors of the areas. The mappings stay.
void close_memory(Retained& kept);

// A child was reaped (hook child_status).
void child_status(server_rec* s, pid_t pid, ap_generation_t generation, int slot,
                  mpm_child_status state);
// Gives back the slots of processes that are not there any more, in case a status was missed.
void sweep_slots(const Retained& kept);

// Hook monitor: now and then.
int sweep_now_and_then(apr_pool_t* pool, server_rec* s);

}  // namespace cutover
