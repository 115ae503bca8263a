// SPDX-License-Identifier: Apache-2.0
// Setting a replica up the way an administrator would: dump with the position, load, replicate.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "tests/harness/database_server.h"

namespace cutover::harness {

struct ReplicaOptions {
  bool ring = true;       // the source receives from the replica as well: the way back
  bool applies = false;   // and applies it at once, which no guide says any more
  bool read_only = true;  // the replica refuses writes
  // By file and offset; MySQL's servers need gtid_mode=OFF in their settings, and nobody writes
  // meanwhile.
  bool by_file = false;
  // Where the links lead; empty: straight to the servers. A relay's port puts faults in the link.
  std::uint16_t port_to_source = 0;
  std::uint16_t port_to_replica = 0;
};

// Adds to `option_file`, which leads to `server`, the account by which the other replicates from
// it.
void name_replication_account(const std::filesystem::path& option_file,
                              const DatabaseServer& server);

// The source must have its accounts. Returns when the replica's threads run and it has caught up.
void set_up_replica(DatabaseServer& source, DatabaseServer& replica,
                    const ReplicaOptions& options = {});

// Points one server's replication at another (address and port may be a relay's) and starts it, or
// its receiver alone.
void replicate(DatabaseServer& from, DatabaseServer& to, std::uint16_t port = 0,
               bool applies = true, bool by_file = false);

// The end of a server's binary log: its file, and the offset.
std::pair<std::string, std::string> log_end(DatabaseServer& server);
bool receives_only(DatabaseServer& replica);
bool replication_runs(DatabaseServer& replica);
// Everything that is in the source's binary log now is applied by the replica. Any account may ask.
bool caught_up(Vendor vendor, SqlConnection& source, SqlConnection& replica,
               std::chrono::milliseconds limit = std::chrono::seconds(10));
bool caught_up(DatabaseServer& source, DatabaseServer& replica,
               std::chrono::milliseconds limit = std::chrono::seconds(10));
// The columns of SHOW REPLICA STATUS; empty where it is no replica.
NamedRow replica_status(DatabaseServer& replica);

}  // namespace cutover::harness
