// SPDX-License-Identifier: Apache-2.0
// The ways of moving a site's visitors from one host to another.
#pragma once

#include <memory>
#include <vector>

#include "tests/bench/cutover/hosts.h"

namespace cutover::bench {

// One of them, ready: the old host serves.
class Move {
 public:
  virtual ~Move() = default;
  virtual std::uint16_t port() const = 0;  // for visitors
  virtual void flip() = 0;                 // as an administrator would; throws where it fails
};

struct Way {
  const char* name;
  const char* what;
  std::unique_ptr<Move> (*make_ready)(Hosts& hosts);
};

const std::vector<Way>& all_ways();

}  // namespace cutover::bench
