// SPDX-License-Identifier: Apache-2.0
// Phusion Passenger in an httpd of the tests.
#pragma once

#include "tests/harness/build_paths.h"
#include "tests/harness/httpd_conf.h"

namespace cutover::test {

inline void load_passenger(harness::HttpdConf& conf) {
  conf.load_file("passenger_module", harness::cache_dir() / "passenger/mod_passenger.so");
}

// In the main server; `registry` is a folder of that httpd's own.
inline std::string passenger_settings(const std::string& registry) {
  return "PassengerRoot /usr/lib/ruby/vendor_ruby/phusion_passenger/locations.ini\n"
         "PassengerDefaultUser www-data\nPassengerDisableSecurityUpdateCheck On\n"
         "PassengerDisableAnonymousTelemetry On\nPassengerInstanceRegistryDir " +
         registry + "\n";
}

}  // namespace cutover::test
