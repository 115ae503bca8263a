// SPDX-License-Identifier: Apache-2.0
// One burst of load by wrk, and what came of it.
#pragma once

#include <cstdint>
#include <string>

namespace cutover::bench {

struct Burst {
  double per_second = 0;
  double p99_ms = 0;
};

// From wrk's report with --latency. Throws for errors and for answers that are neither 2xx nor 3xx:
// an error page would be the fastest of all.
Burst read_wrk(const std::string& report);

// GET /page.html over so many kept-alive connections.
Burst burst(std::uint16_t port, unsigned connections, unsigned seconds);

}  // namespace cutover::bench
