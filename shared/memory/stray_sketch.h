// SPDX-License-Identifier: Apache-2.0
// Who still comes by the old host while the new one serves, hour by hour: how many requests, for
// which host names, from how many networks. A sketch in shared memory and no log: an address is cut
// to its network (/24, IPv6 /48) before anything is kept of it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace cutover {

// A network in 64 bits: 4 and three bytes, or 6 and six bytes; 0: unknown.
using Network = std::uint64_t;
Network network_of_v4(const unsigned char* address);  // 4 bytes, in the net's order
Network network_of_v6(const unsigned char* address);  // 16; a mapped v4 address is one of v4
std::string text(Network network);                    // "192.0.2.0/24", "2001:db8:1::/48"

inline constexpr std::size_t kRegisters = 512;  // a count of networks is right to about 5 %
inline constexpr std::size_t kHostNames = 16;
inline constexpr std::size_t kNetworksNamed = 64;  // the first that came in the hour

// One hour. Written by every worker that sends a request to new, read by the coordinator; all
// relaxed: figures for people. Whoever first comes in a new hour takes the bank over by a
// compare-and-swap of `hour` and empties it, which may cost the count of those who come in that
// instant. A place among the names is taken by a compare-and-swap of its key from 0 and keeps it.
struct StrayBank {
  std::atomic<std::int64_t> hour;  // since the epoch
  std::atomic<std::uint64_t> requests;
  std::array<std::atomic<std::uint8_t>, kRegisters> registers;
  struct Name {
    std::atomic<std::uint64_t> key;  // a hash of the text
    std::atomic<std::uint64_t> count;
    std::array<std::atomic<std::uint64_t>, 8> text;
  };
  std::array<Name, kHostNames> hosts;
  struct Net {
    std::atomic<std::uint64_t> key;  // the network itself
    std::atomic<std::uint64_t> count;
  };
  std::array<Net, kNetworksNamed> networks;
};

// The running hour and the one before it.
struct SiteStrays {
  std::array<StrayBank, 2> banks;
};

// A worker: one request for `host` (as the configuration spells it, or "other").
void count_stray(SiteStrays& strays, std::int64_t hour, std::string_view host, Network network);

// An hour, copied.
struct StrayHour {
  std::int64_t hour = 0;
  std::uint64_t requests = 0;
  std::array<std::uint8_t, kRegisters> registers{};
  std::map<std::string, std::uint64_t> hosts;
  std::map<Network, std::uint64_t> networks;
};
StrayHour copy_of(const StrayBank& bank);

// How many different networks: HyperLogLog, with linear counting while they are few.
double distinct(const std::array<std::uint8_t, kRegisters>& registers);
void unite(std::array<std::uint8_t, kRegisters>& into,
           const std::array<std::uint8_t, kRegisters>& from);

}  // namespace cutover
