// SPDX-License-Identifier: Apache-2.0
// An httpd of one process under valgrind's callgrind.
#pragma once

#include <cstdint>
#include <memory>

#include "tests/harness/httpd.h"

namespace cutover::bench {

class Callgrind {
 public:
  // Starts it; `conf` listens on `port`.
  Callgrind(harness::HttpdConf conf, std::uint16_t port);

  // Asks for the page so many times, ends the server, and says what it executed in its whole life.
  // Once; throws where an answer is not 200.
  double instructions_for(unsigned requests);

 private:
  harness::Httpd files_;  // its folder and configuration; never started by itself
  std::uint16_t port_;
  std::unique_ptr<harness::Process> process_;
};

}  // namespace cutover::bench
