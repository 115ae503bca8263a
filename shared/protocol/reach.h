// SPDX-License-Identifier: Apache-2.0
// How far what is sent to an address goes, as far as the address tells.
#pragma once

#include <cstdint>
#include <string>

namespace cutover {

enum class Reach : std::uint8_t {
  kLoopback,  // it does not leave the machine
  kPrivate,   // 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7, fe80::/10
  kAnywhere,  // any other address, or a name
};

// Of an address as people write it, brackets or not; of a name that is not `localhost` nothing is
// known.
Reach reach_of(const std::string& host);

}  // namespace cutover
