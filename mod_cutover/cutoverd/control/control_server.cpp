// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/control/control_server.h"

#include <unistd.h>

#include <system_error>

#include "mod_cutover/cutoverd/control/line_socket.h"
#include "mod_cutover/cutoverd/control/verifying.h"
#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/wire/history_json.h"
#include "mod_cutover/wire/snapshot_json.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* kWhichSite = "there are several sites: say which one";

std::string names_of(const std::vector<std::unique_ptr<Site>>& sites) {
  std::string names;
  for (const auto& site : sites) names += (names.empty() ? "" : ", ") + site->settings().name;
  return names;
}

constexpr auto kWatchInterval = 200ms;
// For who is being sent his last line when the coordinator leaves.
constexpr auto kFarewell = 1s;

json done(const Outcome& outcome) {
  json last{{"exit", outcome.exit}, {"message", outcome.message}, {"result", outcome.result}};
  if (outcome.again) last["again"] = true;
  return {{"done", last}};
}

// Asks nobody for a name: that may take its time.
std::string whose(uid_t uid) { return uid == 0 ? "root" : "httpd's User"; }

std::string over_its_share(uid_t uid) {
  return whose(uid) + " has " + std::to_string(Shares::kPlaces) +
         " connections to the coordinator, all that it may have; ask again when one of them has "
         "its answer, or end those that nobody needs: `ss -xp | grep control.sock` shows whose "
         "they are";
}

std::string watches_too_often(uid_t uid) {
  return whose(uid) + " watches over " + std::to_string(Shares::kWatches) +
         " connections, as many as it may; end a `cutoverctl watch` that nobody looks at, or ask "
         "for `status`";
}

std::shared_ptr<Ticket> ticket_of(const Request& request, const std::string& by) {
  if (request.verb == "resolve")
    return std::make_shared<Ticket>(by, request.serve, request.other_is_down);
  if (request.verb == "complete") return Ticket::to_complete(by, request.other_is_down);
  if (request.wait) return std::make_shared<Ticket>(request.verb, by, *request.wait);
  return std::make_shared<Ticket>(request.verb, by, request.accept_data_loss,
                                  request.despite_direct_visitors);
}

}  // namespace

Doors open_doors(const std::string& state_dir, std::string& error) {
  Doors doors;
  doors.everybodys = listen_at(socket_path(state_dir), 0666, error);
  if (doors.everybodys) doors.roots = listen_at(root_socket_path(state_dir), 0600, error);
  return doors;
}

ControlServer::ControlServer(Doors doors, std::vector<std::unique_ptr<Site>>& sites, Audit& audit,
                             const Recorder& recorder, uid_t http_user)
    : sites_(sites),
      audit_(audit),
      recorder_(recorder),
      http_user_(http_user),
      everybodys_(std::move(doors.everybodys),
                  [this](Fd connection) { receive(std::move(connection)); }),
      roots_(std::move(doors.roots), [this](Fd connection) { receive(std::move(connection)); }) {}

ControlServer::~ControlServer() {
  stopping_ = true;
  everybodys_.stop();
  roots_.stop();
  // Those who wait for a command have had their outcome: the sites' threads have ended by now.
  const auto until = std::chrono::steady_clock::now() + kFarewell;
  while (!shares_.empty() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(1ms);
  // One who does not read must not keep the successor waiting.
  shares_.end_all();
  while (!shares_.empty()) std::this_thread::sleep_for(1ms);
}

// A doorman's thread: nothing here may wait, or a flood of one uid would keep the others out.
void ControlServer::receive(Fd accepted) {
  const auto connection = std::make_shared<Fd>(std::move(accepted));
  // Before it has a place: strangers have none.
  const auto peer = peer_of(connection->get());
  if (!peer || asker_of(peer->uid) == Asker::kStranger) {
    turn_away(connection->get(), done({1, "only root and httpd's User may ask: try it with sudo"}));
  } else if (!shares_.enter(peer->uid, connection->get())) {
    turn_away(connection->get(), done({1, over_its_share(peer->uid), nullptr, true}));
  } else {
    answer_in_a_thread(connection);
  }
}

// No thread to be had, under a limit of httpd's User, is not the end of the coordinator.
void ControlServer::answer_in_a_thread(const std::shared_ptr<Fd>& connection) try {
  std::thread([this, connection] {
    serve(*connection);
    shares_.leave(connection->get());
    connection->reset();
  }).detach();
} catch (const std::system_error& e) {
  shares_.leave(connection->get());
  const std::string why = std::string("the coordinator has no thread for it: ") + e.what();
  turn_away(connection->get(), done({1, why + "; ask again in a moment", nullptr, true}));
  log(Message::kRequestNotAnswered, {}, "a request on the control socket has no answer: " + why);
}

void ControlServer::serve(const Fd& connection) try {
  const std::string line = read_line(connection.get(), stopping_);
  if (line.empty()) return;
  send_line(connection.get(), done(answer(connection, line)));
} catch (const std::exception& e) {
  log(Message::kRequestNotAnswered, {},
      std::string("a request on the control socket failed: ") + e.what());
}

Outcome ControlServer::answer(const Fd& connection, const std::string& line) {
  const auto parsed = parse_request(line);
  if (const auto* wrong = std::get_if<std::string>(&parsed)) return {2, *wrong, nullptr};
  const auto& request = std::get<Request>(parsed);
  if (!request.site.empty() && find(request.site) == nullptr)
    return {2, "no such site: " + request.site + "; there is " + names_of(sites_), nullptr};

  const auto peer = peer_of(connection.get());
  if (!peer) return {1, "the asking process cannot be told", nullptr};
  const Asker asker = asker_of(peer->uid);

  if (may(asker, request.verb, false) && reads_only(request.verb))
    return request.verb == "watch" ? watch(connection, request.site, peer->uid)
                                   : look(request, peer->uid);
  Site* site = find(request.site);
  if (site == nullptr) return {2, kWhichSite, nullptr};
  if (!may(asker, request.verb, site->settings().page_control))
    return {1,
            request.verb == "resolve"
                ? "only root may resolve a doubt"
                : "only root may command this site: CutoverPageControl is Off",
            nullptr};
  if (request.accept_data_loss && asker != Asker::kRoot)
    return {1, "only root may accept data loss", nullptr};
  std::string by = user_name(peer->uid) + " (uid " + std::to_string(peer->uid) + ", pid " +
                   std::to_string(peer->pid) + ")";
  if (peer->uid == http_user_ && !request.by.empty()) by = request.by;
  return answer_command(connection, request, *site, by);
}

Asker ControlServer::asker_of(uid_t uid) const {
  if (uid == 0) return Asker::kRoot;
  return uid == http_user_ ? Asker::kHttpd : Asker::kStranger;
}

Outcome ControlServer::answer_command(const Fd& connection, const Request& request, Site& site,
                                      const std::string& by) {
  const std::string& verb = request.verb;
  // Before anything of it is done: who loses the connection without this line may ask again.
  if (!send_line(connection.get(), {{"taken", {{"pid", ::getpid()}}}}))
    return {1, "whoever asked has gone", nullptr};
  if (verb == "abort") return site.abort(by);
  if (verb == "verify") return verify(connection, request, site, by);
  if (request.accept_data_loss && request.confirm != site.settings().name)
    return {2, "data loss is accepted by typing the site's name, " + site.settings().name, nullptr};
  if (verb == "complete" && request.confirm != site.settings().name)
    return {2, "a move is completed by typing the site's name, " + site.settings().name, nullptr};
  const std::shared_ptr<Ticket> ticket = ticket_of(request, by);
  site.submit(ticket);
  bool there = true;  // a run goes on without whoever asked for it
  while (const auto progress = ticket->next())
    there = there && send_line(connection.get(), {{"progress", *progress}});
  return ticket->outcome();
}

Outcome ControlServer::look(const Request& request, uid_t uid) {
  const Lock turn(shares_.turn_of(uid));
  if (request.verb == "events") return {0, "", {{"events", audit_.newest(200, request.site)}}};
  if (request.verb == "history") return history(request);
  return {0, "", status(request.site)};
}

// One site's alone: those of all that there can be would be longer than a line may be.
Outcome ControlServer::history(const Request& request) const {
  const Site* site = find(request.site);
  if (site == nullptr) return {2, kWhichSite, nullptr};
  return {0, "", to_json(recorder_.since(*site, request.since_ms))};
}

Outcome ControlServer::watch(const Fd& connection, const std::string& name, uid_t uid) {
  if (!shares_.watches(connection.get())) return {1, watches_too_often(uid)};
  Mutex& turn = shares_.turn_of(uid);
  const auto now = [&] {
    const Lock lock(turn);
    return status(name);
  };
  while (!stopping_) {
    if (!send_line(connection.get(), {{"progress", now()}})) break;
    std::this_thread::sleep_for(kWatchInterval);
  }
  return {0, "", now()};
}

json ControlServer::status(const std::string& name) const {
  json sites = json::array();
  for (const auto& site : sites_) {
    if (!name.empty() && site->settings().name != name) continue;
    sites.push_back(to_json(site->snapshot()));
    sites.back()["verify"] = verified_of(*site);
  }
  return {{"version", CUTOVER_VERSION}, {"pid", ::getpid()}, {"sites", sites}};
}

Site* ControlServer::find(const std::string& name) const {
  if (name.empty()) return sites_.size() == 1 ? sites_.front().get() : nullptr;
  for (const auto& site : sites_)
    if (site->settings().name == name) return site.get();
  return nullptr;
}

}  // namespace cutover
