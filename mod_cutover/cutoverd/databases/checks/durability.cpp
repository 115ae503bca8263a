// SPDX-License-Identifier: Apache-2.0
// Preflight: what a server promises, and might not keep: that a replica has what its source has,
// that what was acknowledged outlives a crash, that a commit ends, that what was logged is kept.
#include <cstdlib>
#include <span>

#include "mod_cutover/cutoverd/databases/checks/rows.h"

namespace cutover {
namespace {

struct Promise {
  const char* name;
  const char* old_name;
  bool (*kept)(const std::string& value);
  const char* mend;  // for SET GLOBAL; nullptr: in my.cnf alone
  const char* means;
};

bool is_off(const std::string& value) {
  return value.empty() || value == "OFF" || value == "0" || value == "NO";
}

constexpr Promise kAppliesAll[] = {
    {"replica_skip_errors", "slave_skip_errors", is_off, nullptr, "such errors are passed over"},
    {"replica_exec_mode", "slave_exec_mode", [](const std::string& v) { return v == "STRICT"; },
     "STRICT", "a row that is missing or there twice is passed over"},
    {"sql_replica_skip_counter", "sql_slave_skip_counter", is_off, "0",
     "the next events are passed over"},
    {"replica_type_conversions", "slave_type_conversions",
     [](const std::string& v) { return v.find("ALL_LOSSY") == std::string::npos; }, "''",
     "values are cut to what fits"},
    {"replicate_events_marked_for_skip", nullptr,
     [](const std::string& v) { return v == "REPLICATE"; }, "REPLICATE",
     "what is marked with skip_replication is left out"},
    {"slave_run_triggers_for_rbr", nullptr, is_off, "NO",
     "triggers run here for what they have run for already"},
};

constexpr Promise kOutlivesACrash[] = {
    {"sync_binlog", nullptr, [](const std::string& v) { return v == "1"; }, "1", ""},
    {"innodb_flush_log_at_trx_commit", nullptr,
     [](const std::string& v) { return v == "1" || v == "3"; }, "1", ""},
    {"innodb_doublewrite", nullptr, [](const std::string& v) { return !is_off(v); }, nullptr, ""},
};

struct Broken {
  std::vector<std::string> seen;
  std::vector<std::string> at_once;
  std::vector<std::string> at_start;

  std::string remedy(const Server& server) const {
    std::vector<std::string> parts;
    if (!at_once.empty())
      parts.push_back("SET GLOBAL " + joined(at_once) + " on " + server.label());
    if (!at_start.empty())
      parts.push_back(joined(at_start) + " in the my.cnf of " + server.label() +
                      ", which needs a restart");
    return joined(parts, "; ");
  }
};

Broken broken(const Scene& scene, const Server& server, std::span<const Promise> promises) {
  Broken found;
  for (const Promise& promise : promises) {
    const char* name = promise.name;
    auto value = scene.known_variable(server, name);
    if (!value && promise.old_name != nullptr)
      value = scene.known_variable(server, name = promise.old_name);
    if (!value || promise.kept(*value)) continue;
    const std::string means = promise.means;
    found.seen.push_back(std::string(name) + "=" + *value +
                         (means.empty() ? "" : " (" + means + ")"));
    if (promise.mend != nullptr)
      found.at_once.push_back(std::string(name) + "=" + promise.mend);
    else
      found.at_start.push_back(std::string(name) + (is_off(*value) ? "=ON" : "=OFF"));
  }
  return found;
}

// Such a replica runs, is not behind, and has other rows.
Finding skips_errors(Scene& scene) {
  const std::string compare =
      "; then compare the rows of both, or build the replica anew: what was passed over is not "
      "mended";
  const Broken arriving = broken(scene, scene.arriving, kAppliesAll);
  if (!arriving.seen.empty())
    return Finding::block(
        scene.arriving.label() + " does not apply all that it gets: " + joined(arriving.seen, "; "),
        arriving.remedy(scene.arriving) + compare);
  if (!scene.site.reverse) return Finding::pass("every error stops replication");
  const Broken leaving = broken(scene, scene.leaving, kAppliesAll);
  if (leaving.seen.empty()) return Finding::pass("every error stops replication, on both");
  return Finding::warn(
      scene.leaving.label() +
          " would not apply all that comes by the link back: " + joined(leaving.seen, "; "),
      leaving.remedy(scene.leaving));
}

// After a crash of its own it has less than it had acknowledged and sent.
Finding durability(Scene& scene) {
  std::vector<std::string> seen;
  std::vector<std::string> remedies;
  for (const Server* server : {&scene.leaving, &scene.arriving}) {
    const Broken found = broken(scene, *server, kOutlivesACrash);
    if (found.seen.empty()) continue;
    seen.push_back(joined(found.seen) + " on " + server->label());
    remedies.push_back(found.remedy(*server));
  }
  if (seen.empty()) return Finding::pass("what is acknowledged outlives a crash, on both");
  return Finding::warn(
      joined(seen, "; ") +
          ": a crash or a power cut takes away what was acknowledged, and what the other may have",
      joined(remedies, "; ") + "; at least until the move is over");
}

struct SemiSync {
  const char* enabled;
  const char* timeout;
  const char* wanted;
  const char* replica;
  const char* clients;
  const char* status;
};
constexpr SemiSync kSource = {"rpl_semi_sync_source_enabled",
                              "rpl_semi_sync_source_timeout",
                              "rpl_semi_sync_source_wait_for_replica_count",
                              "rpl_semi_sync_replica_enabled",
                              "Rpl_semi_sync_source_clients",
                              "Rpl_semi_sync_source_status"};
constexpr SemiSync kMaster = {"rpl_semi_sync_master_enabled",
                              "rpl_semi_sync_master_timeout",
                              "rpl_semi_sync_master_wait_for_slave_count",
                              "rpl_semi_sync_slave_enabled",
                              "Rpl_semi_sync_master_clients",
                              "Rpl_semi_sync_master_status"};

// Where too few acknowledge, a commit waits for as long as it is told to. Once one has waited so
// long none does any more, until a replica that acknowledges has come and gone.
Finding semi_sync(Scene& scene) {
  Server& server = scene.arriving;
  const SemiSync& words = scene.known_variable(server, kSource.enabled) ? kSource : kMaster;
  if (!scene.is_on(server, {words.enabled})) return Finding::pass("commits wait for nobody");
  const Result r =
      scene.ask(server, "SHOW GLOBAL STATUS WHERE Variable_name IN (" + sql_literal(words.clients) +
                            ", " + sql_literal(words.status) + ")");
  if (!r.ok()) return Finding::unseen(r.error, "");
  long clients = 0;
  bool waits = false;
  for (std::size_t i = 0; i < r.rows.size(); ++i) {
    const std::string value = r.rows.at(i, 1).value_or("");
    if (r.rows.at(i, 0) == words.clients) clients = std::atol(value.c_str());
    if (r.rows.at(i, 0) == words.status) waits = value == "ON";
  }
  const std::string count = scene.variable(server, {words.wanted});
  const long wanted = count.empty() ? 1 : std::atol(count.c_str());
  const bool will = scene.site.reverse && scene.is_on(scene.leaving, {words.replica});
  if (clients + (will ? 1 : 0) >= wanted)
    return Finding::pass("what is committed on " + server.label() + " is acknowledged");
  const std::string seen = server.label() + " is a semi-synchronous source, and " +
                           std::to_string(clients) + " of " + std::to_string(wanted) +
                           " replicas acknowledge: ";
  const std::string remedy = std::string("SET GLOBAL ") + words.enabled + "=OFF on " +
                             server.label() + "; or SET GLOBAL " + words.replica + "=ON on " +
                             scene.leaving.label() + ", and start its receiver anew";
  if (!waits) return Finding::warn(seen + "it has given up waiting, for now", remedy);
  return Finding::block(
      seen + "a commit waits for " + scene.variable(server, {words.timeout}) + " ms", remedy);
}

Finding binlog_retention(Scene& scene) {
  for (Server* server : {&scene.arriving, &scene.leaving}) {
    const std::string seconds = scene.variable(*server, {"binlog_expire_logs_seconds"});
    const double days = seconds.empty()
                            ? std::atof(scene.variable(*server, {"expire_logs_days"}).c_str())
                            : std::atof(seconds.c_str()) / 86400.0;
    if (days > 0 && days < 1) {
      return Finding::warn(server->label() + " keeps its binary log for less than a day",
                           "raise binlog_expire_logs_seconds: a replica that is away for longer "
                           "cannot come back");
    }
  }
  return Finding::pass("a day or more on both");
}

}  // namespace

std::vector<CheckRow> durability_checks() {
  return {{"skips-errors", CheckVerdict::kBlock, skips_errors},
          {"durability", CheckVerdict::kWarn, durability},
          {"semi-sync", CheckVerdict::kBlock, semi_sync},
          {"binlog-retention", CheckVerdict::kWarn, binlog_retention}};
}

}  // namespace cutover
