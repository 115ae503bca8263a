// SPDX-License-Identifier: Apache-2.0
// MariaDB's GTIDs, domain-server-sequence, and what a list of them proves.
//
// A position is the last GTID of every (domain, server) that a server has committed. Within a
// domain the newest stands last: that one is what MariaDB calls the position of the domain. The
// others are needed too: with the newest alone nobody could tell, in a ring, which writes of its
// own a server has beyond it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cutover {

struct Gtid {
  std::uint64_t domain = 0;
  std::uint64_t server = 0;
  std::uint64_t sequence = 0;

  friend bool operator==(const Gtid&, const Gtid&) = default;
};

using GtidList = std::vector<Gtid>;

// Nothing for what is no list of GTIDs. An empty text is an empty list.
std::optional<GtidList> parse_gtids(std::string_view text);
std::string render(const GtidList& list);

// Where one replica stands.
struct ReplicaGtids {
  std::uint64_t server = 0;  // its own server_id
  GtidList slave_pos;        // @@gtid_slave_pos: the last one applied in each domain
  GtidList binlog_state;     // @@gtid_binlog_state: the newest of a domain last
};

// All that a server has committed, one way to write it for one state: a text to compare.
GtidList position_of(const ReplicaGtids& server);

// The newest of every domain: what MASTER_GTID_WAIT and gtid_slave_pos take.
GtidList newest_per_domain(const GtidList& position);

// True when all of `position`, read on the server that it replicates from, has been applied. By
// the exact GTIDs: MariaDB's own wait compares the sequence within the domain and nothing else.
bool has_applied(const ReplicaGtids& replica, const GtidList& position);

// The own writes that `position` does not contain.
GtidList own_beyond(const ReplicaGtids& server, const GtidList& position);

// The own writes in `position` that the server does not have: nor has it been told, by its slave
// position, to begin behind them.
GtidList own_lacking(const ReplicaGtids& server, const GtidList& position);

// Where a link begins into `own`, which has `has`, from a source that has `source`. Of its own
// writes beyond `settled`, which both have, the source knows none that it never got: from the last
// that both have it can go on. In a domain that the source never heard of it takes any place.
GtidList known_to_both(std::uint64_t own, const GtidList& has, const GtidList& source,
                       const GtidList& settled);

// The newest of each domain that another server has written, as far as `replica` has to wait for
// it: its own come back to it only where there is a ring.
GtidList to_wait_for(const ReplicaGtids& replica, const GtidList& position);

}  // namespace cutover
