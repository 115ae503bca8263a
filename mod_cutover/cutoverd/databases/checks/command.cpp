// SPDX-License-Identifier: Apache-2.0
// Preflight: the way back that the coordinator will need.
#include <algorithm>
#include <set>

#include "mod_cutover/cutoverd/databases/checks/rows.h"

namespace cutover {
namespace {

// What it would apply to the side that was left, by what the other has written itself.
std::string held_back(Scene& scene) {
  const auto has = scene.replication.position(scene.leaving.side());
  if (!has) return {};
  const auto own = scene.replication.own_writes(scene.arriving.side(), *has);
  if (!own) return {};
  if (own->rows) return "; it holds back " + own->counts;
  return own->harmless.empty() ? "" : "; it holds back " + joined(own->harmless);
}

// Before the switch it receives and applies nothing: what root, an event or a restart does on a
// server that is read-only would come to the one that serves.
Finding ring(Scene& scene, const Channel& back) {
  const std::string seen = "the link back is there, IO thread " + back.io + ", SQL thread " +
                           back.sql + (back.error.empty() ? "" : ": " + back.error);
  const std::string at = " on " + scene.leaving.label();
  if (back.io != "Yes" || !back.error.empty()) {
    return Finding::block(seen, "START REPLICA IO_THREAD (START SLAVE IO_THREAD)" + at +
                                    "; a link that does not run is no way back");
  }
  if (back.sql == "No") return Finding::pass(seen + held_back(scene));
  return Finding::warn(
      seen + ": what is done to the read-only server comes to the one that serves",
      "STOP REPLICA SQL_THREAD (STOP SLAVE SQL_THREAD)" + at + "; the switch starts and stops it");
}

// A ring is there already; else the account of the link that would be built is tried right now.
Finding way_back(Scene& scene) {
  if (!scene.site.reverse) return Finding::pass("not wanted (CutoverReverse Off)");
  const Result& status = scene.status(scene.leaving);
  if (!status.ok()) return Finding::unseen(status.error, "");
  const auto channels = scene.channels(scene.leaving);
  for (const Channel& c : channels) {
    if (scene.leaving.dialect().same_server(c.source, scene.arriving.identity())) {
      return ring(scene, c);
    }
  }
  if (!channels.empty()) {
    return Finding::block(
        scene.leaving.label() + " replicates from a third server, " + channels[0].host,
        "end that replication first; the way back needs its place");
  }
  ConnectOptions as_replica = scene.arriving.options();
  if (as_replica.replication_user.empty()) {
    return Finding::block("no link back is there, and none can be built: " + as_replica.origin +
                              " has no replication-user=",
                          "add replication-user= and replication-password= of an account with "
                          "REPLICATION SLAVE, or build the ring beforehand");
  }
  const std::string password = as_replica.replication_password;
  as_replica.user = as_replica.replication_user;
  as_replica.password = password;
  const OpenedSession tried = open_session(as_replica, scene.arriving.label(), {password},
                                           scene.deadline.within(std::chrono::seconds(1)));
  if (!tried.session) {
    return Finding::block(
        "the link back cannot be built: " + tried.error,
        "correct replication-user= and replication-password= in " + as_replica.origin);
  }
  return Finding::pass("it will be built as " + as_replica.user + ", who can log in");
}

// In one domain an ANALYZE by root on the one stops what the other applies at the next write
// (1950). Nobody writes to the arriving one: its domain can be changed at once.
Finding gtid_domains(Scene& scene) {
  if (!scene.mariadb()) return Finding::pass("MySQL has none");
  const std::string domain = scene.variable(scene.arriving, {"gtid_domain_id"});
  const std::string leaving = scene.variable(scene.leaving, {"gtid_domain_id"});
  if (domain != leaving) return Finding::pass(leaving + " and " + domain);
  const std::string id = std::to_string(scene.arriving.identity().server_id);
  return Finding::warn(
      "both servers write in gtid_domain_id " + domain +
          ": what is done to the one that only follows, an ANALYZE, stops its replication",
      "SET GLOBAL gtid_domain_id=" + (id == domain ? id + "0" : id) + " on " +
          scene.arriving.label() + ", and in its my.cnf");
}

// MariaDB does not show how it was started.
Finding restart_keeps_links(Scene& scene) {
  const std::string skip =
      scene.variable(scene.leaving, {"skip_replica_start", "skip_slave_start"});
  if (skip != "OFF" || scene.channels(scene.leaving).empty()) return Finding::pass("as they are");
  return Finding::warn(
      "a restart of " + scene.leaving.label() + " starts the whole link back, until it is stopped",
      "set skip_replica_start=ON (skip_slave_start) in the my.cnf of both");
}

// What a new table's collation comes from where none is said.
struct DefaultCollation {
  const char* variable;
  const char* without;  // what does as a server that has no such variable; null: each has it
};
constexpr DefaultCollation kDefaultCollations[] = {
    {"collation_server", nullptr},
    {"character_set_collations", ""},
    {"default_collation_for_utf8mb4", "utf8mb4_general_ci"}};

// Of "utf8mb4=utf8mb4_uca1400_ai_ci,..." or a name alone, those that are not known.
std::set<std::string> not_among(const std::set<std::string>& known, const std::string& value) {
  std::set<std::string> names;
  for (std::size_t start = 0; start < value.size();) {
    const std::size_t end = std::min(value.find(',', start), value.size());
    const std::string entry = value.substr(start, end - start);
    const std::string name = entry.substr(entry.find('=') + 1);  // all of it where there is none
    // MariaDB lists some without the character set.
    if (!known.contains(name) && !known.contains(name.substr(name.find('_') + 1)))
      names.insert(name);
    start = end + 1;
  }
  return names;
}

// A server replicates no table in a collation that it does not know: TRUNCATE and CREATE TABLE on
// the other end the link at once.
Finding way_back_collations(Scene& scene) {
  if (!scene.site.reverse) return Finding::pass("not wanted (CutoverReverse Off)");
  const Result r =
      scene.ask(scene.leaving, "SELECT COLLATION_NAME FROM information_schema.COLLATIONS");
  if (!r.ok()) return Finding::unseen(r.error, "");
  std::set<std::string> known;
  for (std::size_t i = 0; i < r.rows.size(); ++i) known.insert(r.rows.at(i, 0).value_or(""));
  std::set<std::string> unknown;
  std::vector<std::string> sets;
  for (const DefaultCollation& one : kDefaultCollations) {
    const auto names = not_among(known, scene.variable(scene.arriving, {one.variable}));
    if (names.empty()) continue;
    unknown.insert(names.begin(), names.end());
    auto value = scene.known_variable(scene.leaving, one.variable);
    if (!value && one.without != nullptr) value = one.without;
    sets.push_back(std::string(one.variable) + "=" + sql_literal(value.value_or("")));
  }
  if (unknown.empty()) return Finding::pass("the other knows those of new tables");
  const std::string at = scene.arriving.label();
  return Finding::warn(
      "tables that are made or emptied on " + at + " without saying a collation get " +
          joined({unknown.begin(), unknown.end()}) + ", which " + scene.leaving.label() +
          " does not know: the first one stops the way back",
      "beforehand: SET GLOBAL " + joined(sets) + " on " + at + ", and in its my.cnf");
}

}  // namespace

std::vector<CheckRow> command_checks() {
  constexpr auto kBlock = CheckVerdict::kBlock;
  constexpr auto kWarn = CheckVerdict::kWarn;
  return {{"way-back", kBlock, way_back},
          {"way-back-collations", kWarn, way_back_collations},
          {"gtid-domains", kWarn, gtid_domains},
          {"restart-keeps-links", kWarn, restart_keeps_links}};
}

}  // namespace cutover
