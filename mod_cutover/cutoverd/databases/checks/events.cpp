// SPDX-License-Identifier: Apache-2.0
// Preflight: events of the servers' own schedulers. They belong to the side that serves, and to it
// alone.
#include <algorithm>

#include "mod_cutover/cutoverd/databases/checks/rows.h"

namespace cutover {
namespace {

constexpr std::size_t kNamed = 8;

struct Events {
  std::vector<std::string> enabled;
  std::vector<std::string> by_replication;  // disabled by it, that is
};

std::string grant(const Scene& scene, const Server& server) {
  return grant_remedy(server, scene.mariadb() ? "SELECT ON mysql.*" : "EVENT ON *.*");
}

// MySQL has them in its dictionary, visible by the EVENT privilege; MariaDB in a table.
Reading<Events> events_of(Scene& scene, Server& server) {
  const Result r = scene.ask(
      server, scene.mariadb()
                  ? "SELECT CONCAT('`', db, '`.`', name, '`') AS event, status FROM mysql.event "
                    "WHERE status <> 'DISABLED' ORDER BY db, name"
                  : "SELECT CONCAT('`', EVENT_SCHEMA, '`.`', EVENT_NAME, '`') AS event, "
                    "STATUS AS status FROM information_schema.events "
                    "WHERE STATUS <> 'DISABLED' ORDER BY EVENT_SCHEMA, EVENT_NAME");
  if (!r.ok()) return {std::nullopt, r.error};
  if (r.rows.empty() && !scene.mariadb() && !scene.granted(server, "EVENT"))
    return {std::nullopt, "events are hidden without EVENT"};
  Events events;
  for (std::size_t i = 0; i < r.rows.size(); ++i)
    (r.rows.text(i, {"status"}) == "ENABLED" ? events.enabled : events.by_replication)
        .push_back(r.rows.text(i, {"event"}));
  return {std::move(events), {}};
}

std::string listed(std::vector<std::string> names, const std::string& before = "",
                   const std::string& after = "") {
  const std::size_t more = names.size() - std::min(names.size(), kNamed);
  names.resize(names.size() - more);
  for (std::string& name : names) name = before + name + after;
  return joined(names, before.empty() ? ", " : "; ") +
         (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

bool runs(Scene& scene, Server& server) { return scene.is_on(server, {"event_scheduler"}); }

// An event of root's writes through MariaDB's read_only; MySQL's super_read_only stops it.
Finding events(Scene& scene) {
  Server& server = scene.leaving;
  if (!runs(scene, server)) return Finding::pass("event_scheduler is off");
  const auto events = events_of(scene, server);
  if (!events) return Finding::unseen(events.error, grant(scene, server));
  if (events->enabled.empty()) return Finding::pass("event_scheduler is on and has none");
  if (!scene.mariadb())
    return Finding::pass("the fence stops those of " + server.label() + ": " +
                         listed(events->enabled));
  return Finding::block("enabled on " + server.label() + ": " + listed(events->enabled) +
                            ": they may write through read_only",
                        "SET GLOBAL event_scheduler=OFF on " + server.label() +
                            " before the switch; enable them on the other after it");
}

// A dump with --events brings them enabled.
Finding events_arriving(Scene& scene) {
  Server& server = scene.arriving;
  if (!runs(scene, server)) return Finding::pass("event_scheduler is off");
  const auto events = events_of(scene, server);
  if (!events) return Finding::unseen(events.error, grant(scene, server));
  if (events->enabled.empty()) return Finding::pass("none is enabled on " + server.label());
  if (!scene.mariadb())
    return Finding::pass("super_read_only keeps them still on " + server.label() +
                         " until it serves: " + listed(events->enabled));
  return Finding::block("enabled on " + server.label() + " already: " + listed(events->enabled) +
                            ": they may write through read_only",
                        "SET GLOBAL event_scheduler=OFF on " + server.label() +
                            ", and ON once it serves; see what they have changed there");
}

// What nobody enables does not run any more: a site notices days later.
Finding events_afterwards(Scene& scene) {
  const auto there = events_of(scene, scene.arriving);
  if (!there) return Finding::unseen(there.error, grant(scene, scene.arriving));
  const auto here = events_of(scene, scene.leaving);
  if (!here) return Finding::unseen(here.error, grant(scene, scene.leaving));
  const std::string at = scene.arriving.label();
  std::vector<std::string> seen;
  std::vector<std::string> remedy;
  if (!there->by_replication.empty()) {
    seen.push_back("replication has disabled on " + at + ": " + listed(there->by_replication));
    remedy.push_back("after the switch, on " + at + ": " +
                     listed(there->by_replication, "ALTER EVENT ", " ENABLE"));
  }
  const bool wanted = !here->enabled.empty() || !there->by_replication.empty();
  if (wanted && runs(scene, scene.leaving) && !runs(scene, scene.arriving)) {
    seen.push_back("event_scheduler is on on " + scene.leaving.label() + " and off on " + at);
    remedy.push_back("after the switch SET GLOBAL event_scheduler=ON on " + at +
                     ", and in its my.cnf");
  }
  if (seen.empty()) return Finding::pass("none is to be enabled by hand");
  return Finding::warn(joined(seen, "; "), joined(remedy, "; "));
}

}  // namespace

std::vector<CheckRow> event_checks() {
  return {{"events", CheckVerdict::kBlock, events},
          {"events-arriving", CheckVerdict::kBlock, events_arriving},
          {"events-afterwards", CheckVerdict::kWarn, events_afterwards}};
}

}  // namespace cutover
