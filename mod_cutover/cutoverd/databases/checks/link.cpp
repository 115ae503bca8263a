// SPDX-License-Identifier: Apache-2.0
// Preflight: the link into the arriving server, and whether the two fit each other.
#include <algorithm>

#include "mod_cutover/cutoverd/databases/checks/rows.h"

namespace cutover {
namespace {

std::string from(const Channel& c) {
  return c.host + ":" + c.port + " (server_id " + std::to_string(c.source.server_id) +
         (c.source.uuid.empty() ? "" : ", " + c.source.uuid) + ")";
}

// It does not know who its source is: not since it was set up, on MariaDB not since a restart.
Finding never_met(const Server& replica, const Channel& c) {
  const std::string at = " on " + replica.label();
  const bool tls =
      c.error.find("SSL") != std::string::npos || c.error.find("TLS") != std::string::npos;
  return Finding::block(
      "the link" + at + " has not met its source at " + c.host + ":" + c.port + ": IO thread " +
          c.io + (c.error.empty() ? "" : ", " + c.error),
      tls && replica.dialect().is_mariadb()
          ? "a replica of MariaDB 11.4 or newer asks for verified TLS: give the source a "
            "certificate (MASTER_SSL_CA), or on a private network CHANGE MASTER TO MASTER_SSL=0, "
            "MASTER_SSL_VERIFY_SERVER_CERT=0" +
                at
          : "mend what it says, then START REPLICA (START SLAVE)" + at);
}

// MariaDB has no server_uuid, and two servers may carry one server_id: so the source must also
// have somebody who reads its binary log.
Finding replicates_from_other(Scene& scene) {
  const Result& status = scene.status(scene.arriving);
  if (!status.ok()) {
    return Finding::unseen(
        status.error, grant_remedy(scene.arriving, scene.mariadb() ? "SLAVE MONITOR ON *.*"
                                                                   : "REPLICATION CLIENT ON *.*"));
  }
  const std::vector<Channel> channels = scene.channels(scene.arriving);
  const std::string remedy =
      "set " + scene.arriving.label() + " up as a replica of " + scene.leaving.label();
  if (channels.empty()) return Finding::block(scene.arriving.label() + " is no replica", remedy);
  for (const Channel& c : channels) {
    if (!scene.arriving.dialect().same_server(c.source, c.source))
      return never_met(scene.arriving, c);
    if (!scene.leaving.dialect().same_server(c.source, scene.leaving.identity())) {
      return Finding::block(scene.arriving.label() + " replicates from another server, " + from(c),
                            remedy);
    }
  }
  const Result readers = scene.ask(scene.leaving,
                                   "SELECT COUNT(*) FROM information_schema.processlist "
                                   "WHERE COMMAND LIKE 'Binlog Dump%'");
  if (!readers.ok() || !scene.granted(scene.leaving, "PROCESS")) {
    return Finding::unseen("who reads the binary log of " + scene.leaving.label() + ": " +
                               (readers.ok() ? "no PROCESS privilege" : readers.error),
                           grant_remedy(scene.leaving, "PROCESS ON *.*"));
  }
  if (readers.rows.at(0, 0) == "0") {
    return Finding::block("nobody reads the binary log of " + scene.leaving.label(), remedy);
  }
  return Finding::pass("it replicates from " + from(channels.front()));
}

Finding threads(Scene& scene) {
  const Result& status = scene.status(scene.arriving);
  if (!status.ok()) return Finding::unseen(status.error, "");
  const std::vector<Channel> channels = scene.channels(scene.arriving);
  std::string seen;
  bool fine = !channels.empty();
  for (const Channel& c : channels) {
    seen += (seen.empty() ? "" : "; ") + std::string("IO thread ") + c.io + ", SQL thread " +
            c.sql + (c.error.empty() ? "" : ": " + c.error);
    fine &= c.running() && c.error.empty();
  }
  if (fine) return Finding::pass(seen);
  return Finding::block(
      seen.empty() ? "there is no replication" : seen,
      "mend what the error says, then START REPLICA (START SLAVE) on " + scene.arriving.label());
}

Finding channels(Scene& scene) {
  const Result& status = scene.status(scene.arriving);
  if (!status.ok()) return Finding::unseen(status.error, "");
  const std::size_t count = scene.channels(scene.arriving).size();
  if (count == 1) return Finding::pass("one");
  return Finding::block(std::to_string(count) + " channels into " + scene.arriving.label(),
                        "one channel, from " + scene.leaving.label() + ", is what can be switched");
}

Finding identity(Scene& scene) {
  const Identity& a = scene.leaving.identity();
  const Identity& b = scene.arriving.identity();
  if (a.server_id == b.server_id) {
    return Finding::block("both have server_id " + std::to_string(a.server_id),
                          "give them different ones; replication between equals does not run");
  }
  if (!a.uuid.empty() && a.uuid == b.uuid) {
    return Finding::block("both have server_uuid " + a.uuid,
                          "a copied data directory: remove auto.cnf of one and restart it");
  }
  return Finding::pass("server_id " + std::to_string(a.server_id) + " and " +
                       std::to_string(b.server_id));
}

Finding vendor(Scene& scene) {
  const std::string seen = scene.version(scene.leaving) + " and " + scene.version(scene.arriving);
  if (scene.leaving.dialect().is_mariadb() == scene.arriving.dialect().is_mariadb()) {
    return Finding::pass(seen);
  }
  return Finding::block(seen + ": MariaDB and MySQL do not share positions",
                        "move between servers of one vendor");
}

Finding version(Scene& scene) {
  const std::string a = scene.version(scene.leaving);
  const std::string b = scene.version(scene.arriving);
  const std::string seen = a + " to " + b;
  if (release_of(b) >= release_of(a)) return Finding::pass(seen);
  if (scene.direction == Direction::kRollback) {
    return Finding::warn(seen +
                             ": replication into an older release works until a statement "
                             "that it does not know",
                         "use nothing that is new until the way back is not needed any more");
  }
  return Finding::block(seen + ": the new server is older", "upgrade the new server");
}

Finding cluster(Scene& scene) {
  for (Server* server : {&scene.leaving, &scene.arriving}) {
    if (scene.is_on(*server, {"wsrep_on"})) {
      return Finding::block(server->label() + " is a Galera node (wsrep_on)",
                            "a cluster has more than one writer to fence; not supported");
    }
    if (scene.variable(*server, {"group_replication_group_name"}).empty()) continue;
    const Result members = scene.ask(*server,
                                     "SELECT COUNT(*) FROM "
                                     "performance_schema.replication_group_members "
                                     "WHERE MEMBER_STATE <> 'OFFLINE'");
    if (!members.ok()) {
      return Finding::unseen(members.error,
                             grant_remedy(*server, "SELECT ON performance_schema.*"));
    }
    if (members.rows.at(0, 0) != "0") {
      return Finding::block(server->label() + " is in a replication group",
                            "a group elects its own writer; not supported");
    }
  }
  return Finding::pass("neither is in a cluster");
}

// Both ends: a filter on the way out loses as much as one on the way in.
Finding filters(Scene& scene) {
  for (Server* server : {&scene.arriving, &scene.leaving}) {
    const Result& status = scene.status(*server);
    if (!status.ok()) return Finding::unseen(status.error, "");
    for (std::size_t i = 0; i < status.rows.size(); ++i) {
      for (const char* column :
           {"Replicate_Do_DB", "Replicate_Ignore_DB", "Replicate_Do_Table",
            "Replicate_Ignore_Table", "Replicate_Wild_Do_Table", "Replicate_Wild_Ignore_Table",
            "Replicate_Rewrite_DB", "Replicate_Ignore_Server_Ids", "Replicate_Do_Domain_Ids",
            "Replicate_Ignore_Domain_Ids"}) {
        const std::string value = status.rows.text(i, {column});
        if (!value.empty()) {
          return Finding::block(server->label() + " has " + column + "=" + value,
                                "replicate everything: what is filtered is missing afterwards");
        }
      }
    }
  }
  const Result log = scene.ask_any(scene.leaving, {"SHOW MASTER STATUS", "SHOW BINARY LOG STATUS"});
  if (!log.ok()) {
    return Finding::unseen(
        log.error, grant_remedy(scene.leaving, scene.mariadb() ? "BINLOG MONITOR ON *.*"
                                                               : "REPLICATION CLIENT ON *.*"));
  }
  for (const char* column : {"Binlog_Do_DB", "Binlog_Ignore_DB"}) {
    const std::string value = log.rows.text(0, {column});
    if (!value.empty()) {
      return Finding::block(scene.leaving.label() + " has " + column + "=" + value,
                            "log everything: what is left out never reaches the other");
    }
  }
  return Finding::pass("none");
}

Finding delay(Scene& scene) {
  const Result& status = scene.status(scene.arriving);
  if (!status.ok()) return Finding::unseen(status.error, "");
  for (std::size_t i = 0; i < status.rows.size(); ++i) {
    const std::string seconds = status.rows.get(i, {"SQL_Delay"}).value_or("0");
    if (seconds != "0") {
      return Finding::block("SQL_Delay is " + seconds + " s",
                            "set the delay of " + scene.arriving.label() + " to 0");
    }
  }
  return Finding::pass("none");
}

// They live in the applier alone and are gone once it stops.
Finding temporary_tables(Scene& scene) {
  const Result r = scene.ask(scene.arriving,
                             "SHOW GLOBAL STATUS WHERE Variable_name IN "
                             "('Slave_open_temp_tables', 'Replica_open_temp_tables')");
  if (!r.ok() || r.rows.empty()) return Finding::unseen(r.error, "");
  const std::string count = r.rows.at(0, 1).value_or("?");
  if (count == "0") return Finding::pass("none open");
  return Finding::block(
      count + " replicated temporary tables are open on " + scene.arriving.label(),
      "wait until the sessions that made them end, or use binlog_format=ROW");
}

// super_read_only lets XA COMMIT through: what is prepared could still become a write.
Finding xa(Scene& scene) {
  for (Server* server : {&scene.leaving, &scene.arriving}) {
    const Result r = scene.ask(*server, "XA RECOVER");
    if (!r.ok()) return Finding::unseen(r.error, grant_remedy(*server, "XA_RECOVER_ADMIN ON *.*"));
    if (!r.rows.empty()) {
      return Finding::block(
          std::to_string(r.rows.size()) + " prepared XA transactions on " + server->label(),
          "commit or roll back what XA RECOVER lists");
    }
  }
  return Finding::pass("none prepared");
}

}  // namespace

std::vector<CheckRow> link_checks() {
  constexpr auto kBlock = CheckVerdict::kBlock;
  return {{"replicates-from-other", kBlock, replicates_from_other},
          {"replication-threads", kBlock, threads},
          {"channels", kBlock, channels},
          {"server-identity", kBlock, identity},
          {"vendor", kBlock, vendor},
          {"version", kBlock, version},
          {"cluster", kBlock, cluster},
          {"filters", kBlock, filters},
          {"delay", kBlock, delay},
          {"temporary-tables", kBlock, temporary_tables},
          {"xa", kBlock, xa}};
}

}  // namespace cutover
