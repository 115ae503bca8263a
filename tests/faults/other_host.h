// SPDX-License-Identifier: Apache-2.0
// A second web server of the site, configured as the first one is: the same two databases, by
// another spelling, and a state directory of its own.
#pragma once

#include <cstdint>
#include <string>

#include "tests/harness/httpd.h"
#include "tests/harness/site.h"

namespace cutover::faults {

class OtherHost {
 public:
  // Returns when its coordinator has found the servers to be another's.
  explicit OtherHost(harness::Site& site);

  // A graceful, by which it asks for the servers again. Does not wait for it.
  void ask();
  // Empty while it does nothing and names whose the servers are; else what it says instead.
  std::string acts() const;

 private:
  harness::TempDir dir_{"other"};
  harness::Httpd httpd_;
};

}  // namespace cutover::faults
