// SPDX-License-Identifier: Apache-2.0
// Preflight: what the two have written, and whether positions can be had and kept.
#include <algorithm>
#include <thread>

#include "mod_cutover/cutoverd/databases/checks/rows.h"
#include "mod_cutover/cutoverd/databases/dialect/gtid_list.h"
#include "mod_cutover/cutoverd/databases/dialect/gtid_spans.h"

namespace cutover {
namespace {

// What `arriving` has and `leaving` has not, in MariaDB's notation.
std::string lacking(const GtidList& arriving, const GtidList& leaving) {
  GtidList errant;
  for (const Gtid& g : arriving) {
    const bool there = std::any_of(leaving.begin(), leaving.end(), [&](const Gtid& other) {
      return other.domain == g.domain && other.server == g.server && other.sequence >= g.sequence;
    });
    if (!there) errant.push_back(g);
  }
  return render(errant);
}

constexpr auto kSearchFor = std::chrono::milliseconds(1500);
constexpr auto kBetweenLooks = std::chrono::milliseconds(20);
const std::string kBuildAnew =
    "find out what they are (mariadb-binlog, mysqlbinlog); then build the replica anew, or bring "
    "them over to the other";

// Whether the arriving one has written all of `extra` itself.
bool all_its_own(const Scene& scene, const std::string& extra) {
  const Identity& its = scene.arriving.identity();
  if (!scene.mariadb()) {
    const auto set = GtidSpans::of_set(extra);
    return set && set->all_from(its.uuid);
  }
  const auto list = parse_gtids(extra);
  return list && std::all_of(list->begin(), list->end(),
                             [&](const Gtid& g) { return g.server == its.server_id; });
}

// A longer search of its binary log goes on at each look.
Reading<OwnWrites> searched(Scene& scene, const Position& position) {
  const Deadline end = scene.deadline.within(kSearchFor);
  while (true) {
    auto own = scene.replication.own_writes(scene.arriving.side(), position);
    if (own || end.over()) return own;
  }
}

// What only the arriving one has does no harm where no rows are in it, or where it was settled when
// both took their roles.
Finding own_alone(Scene& scene, const Position& leaving, const std::string& extra) {
  const std::string has = scene.arriving.label() + " has what " + scene.leaving.label();
  const auto own = searched(scene, leaving);
  if (!own) return Finding::unseen(own.error, "");
  if (!own->rows) {
    if (own->harmless.empty()) return Finding::pass("none");
    return Finding::warn(has + " never had, without rows: " + joined(own->harmless),
                         "nothing needs to be done; to keep such out of the binary log: " +
                             joined(own->cures, "; "));
  }
  if (!scene.baseline.empty()) {
    const auto since = searched(scene, scene.baseline);
    if (since && !since->rows) return Finding::pass(extra + " alone, which were there before");
  }
  return Finding::block(has + " never had: " + own->counts, kBuildAnew);
}

// By file: since where its log stood when both were first looked at. Before, nothing tells.
Finding errant_by_file(Scene& scene, const Position& arriving) {
  const Position& since = scene.baseline;
  if (since.empty() ||
      (completed(since, own_place(arriving)) != since && places_in(since).size() < 2))
    return Finding::pass("none since it was first looked at, which is now");
  const auto own = searched(scene, since);
  if (!own) return Finding::unseen(own.error, "");
  if (own->rows)
    return Finding::block(scene.arriving.label() + " has writes of its own: " + own->counts,
                          kBuildAnew + "; then `cutoverctl resolve`");
  if (own->harmless.empty()) return Finding::pass("none since " + since);
  return Finding::warn(scene.arriving.label() + " has some without rows: " + joined(own->harmless),
                       "nothing needs to be done");
}

// MySQL sends a transaction to its replica before it stands in gtid_executed: the leaving one may
// commit just now what the arriving one has already.
Result lacking_in_mysql(Scene& scene, const Position& arriving) {
  const Deadline end = scene.deadline.within(kSearchFor);
  while (true) {
    Result r = scene.ask(scene.leaving, "SELECT GTID_SUBTRACT(" + sql_literal(arriving) +
                                            ", @@global.gtid_executed)");
    if (!r.ok() || end.over()) return r;
    const auto extra = GtidSpans::of_set(r.rows.at(0, 0).value_or(""));
    if (!extra || extra->those_of(scene.leaving.identity().uuid).empty()) return r;
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

// The arriving one is read first: whatever it had then, the leaving one has soon.
Finding errant(Scene& scene) {
  const auto arriving = scene.replication.position(scene.arriving.side());
  const auto leaving = scene.replication.position(scene.leaving.side());
  if (!arriving || !leaving) return Finding::unseen(arriving.error + leaving.error, "");
  if (is_by_file(*leaving)) return errant_by_file(scene, *arriving);
  std::string extra;
  if (scene.mariadb()) {
    const auto a = parse_gtids(*arriving);
    const auto b = parse_gtids(*leaving);
    if (!a || !b) return Finding::unseen("the GTID lists cannot be read", "");
    extra = lacking(*a, *b);
  } else {
    const Result r = lacking_in_mysql(scene, *arriving);
    if (!r.ok()) return Finding::unseen(r.error, "");
    extra = r.rows.at(0, 0).value_or("");
  }
  if (extra.empty()) return Finding::pass("none");
  if (all_its_own(scene, extra)) return own_alone(scene, *leaving, extra);
  return Finding::block(
      scene.arriving.label() + " has what " + scene.leaving.label() + " never had: " + extra,
      kBuildAnew);
}

Finding binary_log(Scene& scene) {
  for (Server* server : {&scene.leaving, &scene.arriving}) {
    if (!scene.is_on(*server, {"log_bin"})) {
      return Finding::block(server->label() + " writes no binary log",
                            "set log_bin in its my.cnf and restart it: without one neither the "
                            "position nor a write of its own can be told");
    }
  }
  return Finding::pass("on both");
}

const std::string kSteps =
    "docs/moving-a-site.md, `From file and position to GTIDs`, has the steps";

// What it cannot do.
Finding by_file_alone(const std::string& seen) {
  return Finding::warn(
      seen +
          ": by file and position nothing tells of what new wrote before it was first looked "
          "at, of a replica built anew or pointed elsewhere, or of a place that a crash put back",
      "turn to GTIDs, or compare the rows of both before the move; " + kSteps);
}

Finding gtid_mode(Scene& scene) {
  const std::string leaving = scene.variable(scene.leaving, {"gtid_mode"});
  const std::string arriving = scene.variable(scene.arriving, {"gtid_mode"});
  if (leaving == "ON" && arriving == "ON") return Finding::pass("gtid_mode=ON on both");
  if (leaving == arriving) return by_file_alone("gtid_mode=" + leaving + " on both");
  return Finding::block(scene.leaving.label() + " has gtid_mode=" + leaving + ", " +
                            scene.arriving.label() + " has " + arriving,
                        "set the same on both; " + kSteps);
}

Finding gtid(Scene& scene) {
  if (!scene.mariadb()) return gtid_mode(scene);
  const Result& status = scene.status(scene.arriving);
  if (!status.ok()) return Finding::unseen(status.error, "");
  const std::string mode = status.rows.text(0, {"Using_Gtid"});
  if (mode == "Slave_Pos" || mode == "Current_Pos") return Finding::pass("Using_Gtid " + mode);
  if (mode.empty()) return Finding::unseen("there is no link that says Using_Gtid", "");
  for (const Channel& back : scene.channels(scene.leaving))
    if (back.by_gtid != mode)
      return Finding::block("Using_Gtid is " + mode + " on " + scene.arriving.label() + " and " +
                                back.by_gtid + " on " + scene.leaving.label(),
                            "let both links go by GTIDs; " + kSteps);
  return by_file_alone("Using_Gtid is " + mode);
}

bool by_file(Scene& scene) {
  const auto position = scene.replication.position(scene.leaving.side());
  return position && is_by_file(*position);
}

GtidList list_in(Scene& scene, Server& server, const char* variable) {
  return parse_gtids(scene.variable(server, {variable})).value_or(GtidList{});
}

// Of an earlier source of its own: a replica cannot have what is in no log, and would be waited for
// in vain. (MySQL's gtid_executed is what the replica is sent.)
Finding left_over(Scene& scene) {
  if (!scene.mariadb()) return Finding::pass("MySQL has none");
  if (by_file(scene)) return Finding::pass("of no account by file and position");
  const GtidList logged = list_in(scene, scene.leaving, "gtid_binlog_state");
  GtidList elsewhere = list_in(scene, scene.arriving, "gtid_binlog_state");
  const GtidList applied = list_in(scene, scene.arriving, "gtid_slave_pos");
  elsewhere.insert(elsewhere.end(), applied.begin(), applied.end());
  elsewhere.insert(elsewhere.end(), logged.begin(), logged.end());
  GtidList kept;
  std::string left;
  for (const Gtid& g : list_in(scene, scene.leaving, "gtid_slave_pos")) {
    const std::string missing = lacking({g}, elsewhere);
    if (missing.empty()) kept.push_back(g);
    left += (left.empty() || missing.empty() ? "" : ",") + missing;
  }
  if (left.empty()) return Finding::pass("none");
  const std::string anew =
      render(newest_per_domain(position_of({scene.leaving.identity().server_id, kept, logged})));
  return Finding::block("gtid_slave_pos of " + scene.leaving.label() + " has " + left +
                            ", of an earlier source, which is in no binary log: no replica has it",
                        "SET GLOBAL gtid_slave_pos=" + sql_literal(anew) + " on " +
                            scene.leaving.label() + ", while it replicates from nowhere");
}

// The arriving one's own log is what the way back replicates from. The leaving one works without it
// for one journey there and back, so a restart of the server that serves is not asked for.
Finding log_replica_updates(Scene& scene) {
  if (by_file(scene)) return Finding::pass("not needed by file and position");
  for (Server* server : {&scene.arriving, &scene.leaving}) {
    if (scene.is_on(*server, {"log_replica_updates", "log_slave_updates"})) continue;
    const std::string seen = server->label() + " does not log what it replicates";
    const std::string remedy = "set log_slave_updates=1 in its my.cnf and restart it";
    if (server == &scene.arriving && server->side() == Side::kNew && scene.site.reverse) {
      return Finding::block(seen + ": no way back can be built", remedy);
    }
    return Finding::warn(seen, remedy);
  }
  return Finding::pass("on both");
}

Finding binlog_format(Scene& scene) {
  const std::string format = scene.variable(scene.leaving, {"binlog_format"});
  if (format.empty() || format == "ROW") return Finding::pass("ROW");
  const std::string remedy = "SET GLOBAL binlog_format=ROW on " + scene.leaving.label() +
                             ", and let the sessions connect anew";
  if (format == "STATEMENT") {
    return Finding::block("STATEMENT: what is not deterministic differs on the other", remedy);
  }
  return Finding::warn(format, remedy);
}

}  // namespace

std::vector<CheckRow> history_checks() {
  constexpr auto kBlock = CheckVerdict::kBlock;
  return {{"errant-transactions", kBlock, errant},
          {"binary-log", kBlock, binary_log},
          {"gtid", kBlock, gtid},
          {"left-over-positions", kBlock, left_over},
          {"log-replica-updates", kBlock, log_replica_updates},
          {"binlog-format", kBlock, binlog_format}};
}

}  // namespace cutover
