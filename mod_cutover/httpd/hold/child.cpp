// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/child.h"

#include <unistd.h>

#include "mod_cutover/httpd/edge/in_pool.h"
#include "mod_cutover/httpd/endless/endless.h"
#include "mod_cutover/httpd/hold/means.h"
#include "mod_cutover/httpd/hold/parking.h"
#include "mod_cutover/httpd/hold/stragglers.h"
#include "mod_cutover/httpd/parent/memory.h"
#include "mod_cutover/httpd/parent/presence.h"
#include "mod_cutover/httpd/worker/runtime.h"

namespace cutover {
namespace {

void look_for_places(const Runtime& runtime, Global& global) {
  for (auto each = global.sites.begin(); each != global.sites.end();) {
    each->second->index = find_site(*runtime.control, each->first);
    if (each->second->index != kMaxSites) {
      ++each;
      continue;
    }
    global.put_aside.push_back(std::move(each->second));
    each = global.sites.erase(each);
  }
}

}  // namespace

void child_init(apr_pool_t* pool, server_rec* main_server) {
  Runtime* runtime = config_of(main_server).global->runtime;
  Retained* kept = retained();
  if (runtime == nullptr || kept == nullptr) return;
  // `httpd -X` serves in the parent itself, which still needs them.
  if (::getpid() != kept->parent) {
    close_memory(*kept);
    close_presence();
  }
  runtime->slot = &claim_slot(runtime->counters, ::getpid());
  runtime->slot->configuration.store(kept->configuration);
  // The places of a configuration that has gone before its child began may be others' by now.
  look_for_places(*runtime, *config_of(main_server).global);
  runtime->means = make_in<HoldMeans>(pool);
  runtime->means->block_budget = block_budget();
  start_waker(pool, main_server, *runtime);
  start_closer(pool, main_server, *runtime);
  make_cutter(pool, *runtime);
}

void child_stopping(apr_pool_t*, int graceful) {
  if (graceful != 0 || ap_server_conf == nullptr) return;
  const Runtime* runtime = config_of(ap_server_conf).global->runtime;
  if (runtime != nullptr && runtime->means != nullptr) runtime->means->stopping.store(true);
}

}  // namespace cutover
