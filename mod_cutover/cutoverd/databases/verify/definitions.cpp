// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/verify/definitions.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "mod_cutover/cutoverd/databases/checks/accounts/accounts.h"
#include "mod_cutover/cutoverd/databases/checks/objects/compare.h"
#include "mod_cutover/cutoverd/databases/checks/objects/objects.h"

namespace cutover {
namespace {

// Of the preflight's rows those that hold one database against the other. What the others of these
// say is worth knowing, and no difference: a number that was handed out and used by nobody, a
// definer who is on neither.
constexpr std::array<std::string_view, 8> kCompare = {"schema",      "indexes",    "foreign-keys",
                                                      "constraints", "partitions", "routines",
                                                      "triggers",    "views"};
constexpr std::array<std::string_view, 3> kBesides = {"next-numbers", "definers",
                                                      "application-account"};

constexpr const char* kNotOurs =
    " NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys', 'mod_cutover')";

// Whether they run is the business of who serves: replication turns them off on a replica.
std::string events_sql(bool mariadb) {
  if (mariadb)
    return std::string(
               "SELECT CONCAT(db, '.', name) AS name, SHA2(body, 256) AS body, definer AS definer, "
               "CONCAT_WS(' ', execute_at, interval_value, interval_field) AS schedule, sql_mode "
               "AS "
               "sql_mode FROM mysql.event WHERE db") +
           kNotOurs;
  return std::string(
             "SELECT CONCAT(EVENT_SCHEMA, '.', EVENT_NAME) AS name, SHA2(EVENT_DEFINITION, 256) AS "
             "body, DEFINER AS definer, CONCAT_WS(' ', EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD) "
             "AS schedule, SQL_MODE AS sql_mode FROM information_schema.events WHERE "
             "EVENT_SCHEMA") +
         kNotOurs;
}

void compare_events(Scene& scene, Definitions& out) {
  for (const Server* server : {&scene.leaving, &scene.arriving})
    if (!scene.mariadb() && !scene.granted(*server, "EVENT")) {
      out.uncompared.push_back("events: hidden on " + server->label() + " without EVENT ON *.*");
      return;
    }
  const std::string sql = events_sql(scene.mariadb());
  const Scene::Both both = scene.ask_both(sql, sql);
  if (!both.leaving.ok() || !both.arriving.ok()) {
    out.uncompared.push_back("events: " + both.leaving.error + both.arriving.error);
    return;
  }
  const Differences d = compare(both.leaving.rows, both.arriving.rows, {});
  std::string text;
  const auto add = [&](const std::string& what, const std::vector<std::string>& names) {
    if (!names.empty()) text += (text.empty() ? "" : "; ") + what + some(names);
  };
  add("missing on " + scene.arriving.label() + ": ", d.missing);
  add("only on " + scene.arriving.label() + ": ", d.alone);
  add("different on " + scene.arriving.label() + ": ", d.grave);
  if (!text.empty()) out.different.push_back("events: " + text);
}

}  // namespace

std::optional<Definitions> compare_definitions(Scene& scene,
                                               const std::function<bool()>& may_go_on) {
  Definitions out;
  const bool alike =
      release_of(scene.version(scene.leaving)) == release_of(scene.version(scene.arriving));
  const auto is_among = [](const auto& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const auto& table : {object_checks(), account_checks()})
    for (const CheckRow& row : table) {
      const bool compares = is_among(kCompare, row.name);
      if (!compares && !is_among(kBesides, row.name)) continue;
      if (!may_go_on()) return std::nullopt;
      const Finding finding = row.look(scene);
      const std::string text = std::string(row.name) + ": " + finding.seen;
      if (!finding.verdict)
        out.uncompared.push_back(text);
      else if (*finding.verdict == CheckVerdict::kPass)
        continue;
      else if (!compares && *finding.verdict == CheckVerdict::kWarn)
        out.notes.push_back(text);
      // Two releases say some things differently, and mean the same.
      else
        (*finding.verdict == CheckVerdict::kBlock || alike ? out.different : out.uncompared)
            .push_back(text);
    }
  compare_events(scene, out);
  return out;
}

}  // namespace cutover
