// SPDX-License-Identifier: Apache-2.0
// How many requests this httpd can hold, as its MPM and its limits are set, against how many a site
// wants to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mod_cutover/httpd/config/server_config.h"

namespace cutover {

// How many threads may wait in a hold, in each child or (a prefork's) in all of them together.
struct BlockBudget {
  std::int64_t most = 1;
  std::int64_t most_kept = 1;  // with those that keep it afterwards, too, as tunnels do
  bool of_all_children = false;
};
// What this MPM can spare; to be asked after its configuration was read.
BlockBudget block_budget();

// Descriptors of a child that are not parked with: for connections to be accepted and for what its
// threads open.
constexpr int spare_fds(int threads) { return threads + 32; }

// Threads of a child that a release leaves idle, for the page and for whatever else comes: event
// does not accept again, once it had to stop, with a single one.
constexpr int kLeftIdle = 2;

// Its `Protocols` name HTTP/2.
bool speaks_http2(const server_rec* s);

// The MPM can wait for a connection without a thread.
bool mpm_can_park();

// "Apache/2.4.37 with event: each of them keeps a thread": of the requests that it holds.
std::string how_it_holds();
// How many it can hold at once, whatever a site's CutoverHoldLimit; as the next.
std::int64_t most_held();

// What is too little for the site's CutoverHoldLimit, each with the value that would do. After the
// MPM's own configuration was read.
std::vector<Problem> hold_problems(const SiteSettings& site);
// How many of the site's requests this httpd can hold at once, CutoverHoldLimit at most.
std::int64_t hold_room(const SiteSettings& site);

}  // namespace cutover
