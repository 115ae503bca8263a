// SPDX-License-Identifier: Apache-2.0
// Preflight: what the coordinator's own account lacks on either server, and whether it gets in.
#include <algorithm>

#include "mod_cutover/cutoverd/databases/checks/needs.h"
#include "mod_cutover/cutoverd/databases/checks/rows.h"

namespace cutover {
namespace {

bool wanted(const Scene& scene, const Server& server, NeededTo to) {
  const bool leaves = &server == &scene.leaving;
  switch (to) {
    case NeededTo::kSetReadOnly:
      return leaves ? scene.site.fence : scene.site.promote;
    case NeededTo::kChangeLinks:
      return leaves ? scene.site.reverse : scene.site.promote;
    default:
      return true;
  }
}

// SUPER lets everything be done, and not everything be seen.
bool has(const Scene& scene, const Server& server, const Need& need) {
  return scene.granted(server, need.privilege, need.on) ||
         (need.to != NeededTo::kLook && need.on == std::string_view("*.*") &&
          scene.granted(server, "SUPER"));
}

// As GRANT takes them: "A, B ON *.* and SELECT ON mysql.*".
class Lacking {
 public:
  void add(const Need& need, const Release& release) {
    std::string on = need.on;
    const std::string privilege = privilege_in(release, need.privilege, on);
    if (by_object_.empty() || by_object_.back().first != on)
      by_object_.emplace_back(on, std::vector<std::string>{});
    std::vector<std::string>& all = by_object_.back().second;
    if (std::ranges::find(all, privilege) == all.end()) all.push_back(privilege);
  }
  bool empty() const { return by_object_.empty(); }
  std::string as_grant() const {
    std::string text;
    for (const auto& [object, privileges] : by_object_)
      text += (text.empty() ? "" : " and ") + joined(privileges) + " ON " + object;
    return text;
  }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> by_object_;
};

Finding privileges(Scene& scene, Server& server) {
  Lacking lacking;
  std::vector<std::string> unseen;
  bool acts = false;
  bool gets_in = true;
  for (const Need& need : needs_of(server.dialect().is_mariadb())) {
    if (need.to == NeededTo::kRemember || !wanted(scene, server, need.to) ||
        has(scene, server, need))
      continue;
    lacking.add(need, scene.release(server));
    if (need.to == NeededTo::kLook)
      unseen.emplace_back(need.for_what);
    else if (need.to == NeededTo::kGetIn)
      gets_in = false;
    else
      acts = true;
  }
  if (lacking.empty()) return Finding::pass("all that is needed on " + server.label());
  const std::string seen =
      server.options().user + " lacks " + lacking.as_grant() + " on " + server.label();
  const std::string remedy = grant_remedy(server, lacking.as_grant());
  if (acts) return Finding::block(seen, remedy);
  return Finding::warn(seen +
                           (unseen.empty() ? "" : ": " + joined(unseen) + ", cannot be looked at") +
                           (gets_in ? "" : ": it gets no session where max_connections are taken"),
                       remedy);
}

Finding privileges_leaving(Scene& scene) { return privileges(scene, scene.leaving); }
Finding privileges_arriving(Scene& scene) { return privileges(scene, scene.arriving); }

// Open sessions outlive a password and the last free connection.
Finding own_login(Scene& scene) {
  for (Server* server : {&scene.leaving, &scene.arriving}) {
    const Answer answer = server->lets_in(scene.deadline.within(std::chrono::seconds(1)));
    if (!answer.done())
      return Finding::block("no new session is let in: " + answer.why,
                            "see the account and the password in " + server->options().origin +
                                "; `apachectl graceful` reads that file again");
  }
  return Finding::pass("both servers let a new session of " + scene.leaving.options().user + " in");
}

// Without it a state directory that was restored from an old backup is not known for one.
Finding remembers(Scene& scene) {
  for (const Server* server : {&scene.leaving, &scene.arriving}) {
    Lacking lacking;
    for (const Need& need : needs_of(server->dialect().is_mariadb()))
      if (need.to == NeededTo::kRemember && !has(scene, *server, need))
        lacking.add(need, scene.release(*server));
    if (!lacking.empty())
      return Finding::warn(server->options().user + " cannot write down on " + server->label() +
                               " that it serves: should the state directory be lost or restored, "
                               "nobody tells who served last",
                           grant_remedy(*server, lacking.as_grant()));
  }
  return Finding::pass("each server can write down that it serves");
}

}  // namespace

std::vector<CheckRow> privilege_checks() {
  constexpr auto kBlock = CheckVerdict::kBlock;
  return {{"own-login", kBlock, own_login},
          {"privileges-leaving", kBlock, privileges_leaving},
          {"privileges-arriving", kBlock, privileges_arriving},
          {"remembers", CheckVerdict::kWarn, remembers}};
}

}  // namespace cutover
