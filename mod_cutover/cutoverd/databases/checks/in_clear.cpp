// SPDX-License-Identifier: Apache-2.0
// Preflight: what goes over the network without TLS, by the coordinator and between the servers.
#include <algorithm>

#include "mod_cutover/cutoverd/databases/checks/rows.h"
#include "mod_cutover/cutoverd/databases/session/host_lookup.h"
#include "shared/protocol/reach.h"

namespace cutover {
namespace {

constexpr auto kLookup = std::chrono::milliseconds(500);

struct Way {
  Reach reach = Reach::kLoopback;
  std::string what;
  std::string remedy;
};

Reach reach_by_name(const Scene& scene, const std::string& host) {
  if (host.empty()) return Reach::kLoopback;
  if (reach_of(host) != Reach::kAnywhere) return reach_of(host);
  std::string address;
  cannot_resolve(host, scene.deadline.within(kLookup), &address);
  return reach_of(address);
}

bool by_socket(const ConnectOptions& o) {
  return !o.socket.empty() && (o.host.empty() || o.host == "localhost");
}

void add_session(const Scene& scene, const Server& server, std::vector<Way>& ways) {
  const ConnectOptions& o = server.options();
  if (o.tls != TlsMode::kOff || by_socket(o)) return;
  const std::string host = o.host.empty() ? "127.0.0.1" : o.host;
  ways.push_back({reach_by_name(scene, host),
                  "what the coordinator says to " + server.label() + " (" + host + ")",
                  "ssl-mode=REQUIRED in " + o.origin});
}

// Links that are there, by what the replica says of them; whether there is any.
bool add_links(Scene& scene, Server& replica, std::vector<Way>& ways) {
  const Rows& rows = scene.status(replica).rows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.text(i, {"Source_SSL_Allowed", "Master_SSL_Allowed"}) != "No") continue;
    const std::string host = rows.text(i, {"Source_Host", "Master_Host"});
    ways.push_back({reach_by_name(scene, host),
                    "replication from " + host + " into " + replica.label(),
                    "on " + replica.label() + ": " +
                        (scene.mariadb() ? "STOP SLAVE; CHANGE MASTER TO MASTER_SSL=1; START SLAVE"
                                         : "STOP REPLICA; CHANGE REPLICATION SOURCE TO "
                                           "SOURCE_SSL=1; START REPLICA")});
  }
  return !rows.empty();
}

// The link back that a switch would build. Its password goes to the leaving server in a statement.
void add_link_to_build(const Scene& scene, std::vector<Way>& ways) {
  const ConnectOptions& source = scene.arriving.options();
  const ConnectOptions& told = scene.leaving.options();
  if (!scene.site.reverse || source.replication_user.empty()) return;
  const std::string at = source.replication_host.empty() ? source.host : source.replication_host;
  if (source.replication_tls == TlsMode::kOff && source.tls == TlsMode::kOff)
    ways.push_back({reach_by_name(scene, at), "the link back that will be built, from " + at,
                    "replication-ssl=1 in " + source.origin});
  if (told.tls == TlsMode::kOff && !by_socket(told))
    ways.push_back({reach_by_name(scene, told.host),
                    "the replication password, in the statement "
                    "that builds it",
                    "ssl-mode=REQUIRED in " + told.origin});
}

Finding encryption(Scene& scene) {
  for (Server* server : {&scene.leaving, &scene.arriving})
    if (!scene.status(*server).ok()) return Finding::unseen(scene.status(*server).error, "");
  std::vector<Way> ways;
  add_session(scene, scene.leaving, ways);
  add_session(scene, scene.arriving, ways);
  add_links(scene, scene.arriving, ways);
  if (!add_links(scene, scene.leaving, ways)) add_link_to_build(scene, ways);
  if (ways.empty()) return Finding::pass("nothing goes over the network in clear text");
  Reach worst = Reach::kLoopback;
  for (const Way& way : ways) worst = std::max(worst, way.reach);
  std::vector<std::string> seen;
  std::vector<std::string> remedies;
  for (const Way& way : ways) {
    if (way.reach != worst) continue;
    seen.push_back(way.what);
    if (std::ranges::find(remedies, way.remedy) == remedies.end()) remedies.push_back(way.remedy);
  }
  const std::string what = joined(seen, "; ");
  if (worst == Reach::kLoopback)
    return Finding::pass("in clear text by the loopback alone: " + what);
  if (worst == Reach::kPrivate)
    return Finding::pass("in clear text over a private network: " + what);
  return Finding::warn("in clear text over a network that others may read: " + what,
                       joined(remedies, "; ") + "; the servers must offer TLS");
}

}  // namespace

std::vector<CheckRow> clear_text_checks() {
  return {{"encryption", CheckVerdict::kWarn, encryption}};
}

}  // namespace cutover
