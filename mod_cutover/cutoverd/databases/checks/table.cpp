// SPDX-License-Identifier: Apache-2.0
// Walks the tables of checks.
#include "mod_cutover/cutoverd/databases/checks/table.h"

#include "mod_cutover/cutoverd/databases/checks/accounts/accounts.h"
#include "mod_cutover/cutoverd/databases/checks/objects/objects.h"
#include "mod_cutover/cutoverd/databases/checks/rows.h"
#include "mod_cutover/cutoverd/databases/checks/sample/sample.h"

namespace cutover {
namespace {

constexpr auto kAllChecks = std::chrono::milliseconds(5000);

Check as_check(const CheckRow& row, Finding finding) {
  if (!finding.verdict && finding.remedy.empty()) {
    finding.remedy = "mend what it says, then look again";
  }
  return {row.name, finding.verdict.value_or(row.worst), std::move(finding.seen),
          std::move(finding.remedy)};
}

Check unreachable(const Server& server, const std::string& error) {
  return {"database-" + std::string(name(server.side())), CheckVerdict::kBlock, error,
          "see that it runs, and that " + server.options().origin + " reaches it"};
}

// Of such a server all other checks would ask what it does not know.
std::optional<Finding> unknown_release(Scene& scene) {
  for (Server* server : {&scene.leaving, &scene.arriving}) {
    const bool mariadb = server->dialect().is_mariadb();
    const std::string version = scene.version(*server);
    if (release_of(version) >= (mariadb ? 10'003 : 5'007)) continue;
    return Finding::block(
        server->label() + " is " + (mariadb ? "MariaDB " : "MySQL ") + version +
            ": MySQL before 5.7 and MariaDB before 10.3 are not supported",
        std::string("let a server of ") + (mariadb ? "MariaDB 10.3" : "MySQL 5.7") +
            " or later replicate from it, make that one the site's database, and move from there");
  }
  return std::nullopt;
}

}  // namespace

std::vector<Check> run_preflight(const SiteSettings& site, Replication& replication,
                                 Server& leaving, Server& arriving, Direction direction,
                                 const Position& baseline) {
  std::vector<Check> checks;
  const Deadline deadline = Deadline::in(kAllChecks);
  for (Server* server : {&leaving, &arriving}) {
    const auto session = server->monitor_now(deadline.within(std::chrono::seconds(1)));
    if (!session) checks.push_back(unreachable(*server, session.error));
    if (session) server->take_new_rights(deadline.within(std::chrono::seconds(1)));
  }
  if (!checks.empty()) return checks;
  Scene scene(site, replication, leaving, arriving, direction, baseline, deadline);
  if (const std::string why = scene.prepare(); !why.empty()) {
    return {{"databases", CheckVerdict::kBlock, why, "try again; see the servers' error logs"}};
  }
  if (auto unknown = unknown_release(scene))
    return {as_check({"version", CheckVerdict::kBlock, {}}, std::move(*unknown))};
  for (const auto& table :
       {link_checks(), history_checks(), motion_checks(), durability_checks(), activity_checks(),
        event_checks(), privilege_checks(), command_checks(), clear_text_checks(), account_checks(),
        setting_checks(), object_checks(), clock_checks(), sample_checks()}) {
    for (const CheckRow& row : table) checks.push_back(as_check(row, row.look(scene)));
  }
  return checks;
}

}  // namespace cutover
