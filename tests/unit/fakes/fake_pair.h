// SPDX-License-Identifier: Apache-2.0
// Two database servers in memory. A position is how many writes of either origin a server has:
// "3.1" are three of old's and one of new's; by file "file:old@log.000001:3,new@log.000001:1",
// where of the other's a server knows by its link alone. They outlive the coordinator that talks to
// them.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "shared/protocol/ports.h"

namespace cutover {

struct FakeServer {
  std::array<int, 2> has{};  // writes by origin
  bool read_only = false;
  bool linked = false;  // replicates from the other
  bool answers = true;
  bool deaf_to_positions = false;  // answers, but not what it has written
  bool without_rows = false;       // what it writes itself is ANALYZE and the like
  std::uint64_t lives = 1;         // how often it was started
  std::uint64_t more_connections = 0;
  std::optional<Served> remembers{};
  std::string locked_by{};       // visitors' writes would wait for it
  std::string no_new_session{};  // why it lets none of ours in
  bool receives = true;          // its link, where it has one
  bool applies = true;
};

struct Scripted {
  Answer answer;
  bool carried_out = false;
};

struct FakePair {
  std::array<FakeServer, 2> servers;
  bool by_file = false;
  std::deque<std::vector<std::string>> busy;             // what is seen next; the last one stays
  std::map<std::string, std::deque<Scripted>> script;    // by act, "fence old"
  std::pair<std::string, std::function<void()>> during;  // what a stranger does just before a step
  std::string never;              // this act is never carried out nor answered
  std::size_t lose_reply_of = 0;  // of the step with this number

  FakePair() {
    of(Side::kNew).read_only = true;
    of(Side::kNew).linked = true;
  }
  FakeServer& of(Side side) { return servers[static_cast<std::size_t>(side)]; }
  // It forgets its role in a restart, and counts its connections anew.
  void restart(Side side, bool read_only) {
    of(side).read_only = read_only;
    ++of(side).lives;
  }
  bool write(Side side) {
    if (of(side).read_only) return false;
    ++of(side).has[static_cast<std::size_t>(side)];
    return true;
  }
  void replicate() {
    for (const Side side : {Side::kOld, Side::kNew})
      for (std::size_t i = 0; of(side).linked && of(side).applies && i < 2; ++i)
        of(side).has[i] = std::max(of(side).has[i], of(other(side)).has[i]);
  }
};

}  // namespace cutover
