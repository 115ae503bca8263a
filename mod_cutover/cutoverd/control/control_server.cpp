// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/control/control_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <system_error>

#include "mod_cutover/cutoverd/control/line_socket.h"
#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/wire/history_json.h"
#include "mod_cutover/wire/snapshot_json.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr int kMostConnections = 64;
constexpr const char* kWhichSite = "there are several sites: say which one";

std::string names_of(const std::vector<std::unique_ptr<Site>>& sites) {
  std::string names;
  for (const auto& site : sites) names += (names.empty() ? "" : ", ") + site->settings().name;
  return names;
}
constexpr auto kWatchInterval = 200ms;

json done(const Outcome& outcome) {
  json last{{"exit", outcome.exit}, {"message", outcome.message}, {"result", outcome.result}};
  if (outcome.again) last["again"] = true;
  return {{"done", last}};
}

}  // namespace

ControlServer::ControlServer(Fd listener, std::vector<std::unique_ptr<Site>>& sites, Audit& audit,
                             const Recorder& recorder, uid_t http_user)
    : listener_(std::move(listener)),
      sites_(sites),
      audit_(audit),
      recorder_(recorder),
      http_user_(http_user),
      thread_([this] { accept_loop(); }) {}

ControlServer::~ControlServer() {
  stopping_ = true;
  thread_.join();
  // Those who wait for a command have had their outcome: the sites' threads have ended by now.
  while (connections_ > 0) std::this_thread::sleep_for(1ms);
}

void ControlServer::accept_loop() {
  while (!stopping_) {
    pollfd wait{listener_.get(), POLLIN, 0};
    if (::poll(&wait, 1, 50) <= 0) continue;
    Fd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection) continue;
    // Before it is counted: a stranger's idle connections must not keep root out.
    const auto peer = peer_of(connection.get());
    if (!peer || (peer->uid != 0 && peer->uid != http_user_)) {
      send_line(connection.get(),
                done({1, "only root and httpd's User may ask: try it with sudo"}));
      continue;
    }
    if (connections_ >= kMostConnections) {
      send_line(connection.get(), done({1, "too many ask at once", nullptr, true}));
      continue;
    }
    answer_in_a_thread(std::move(connection));
  }
}

// No thread to be had, under a limit of httpd's User, is not the end of the coordinator.
void ControlServer::answer_in_a_thread(Fd connection) try {
  ++connections_;
  std::thread([this, c = std::move(connection)]() mutable {
    serve(std::move(c));
    --connections_;
  }).detach();
} catch (const std::system_error& e) {
  --connections_;
  log(Message::kRequestNotAnswered, {},
      std::string("a request on the control socket has no answer: ") + e.what());
}

void ControlServer::serve(Fd connection) try {
  limit_sending(connection.get());
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

  if (may(asker, request.verb, false) && reads_only(request.verb)) return look(connection, request);
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
  if (request.accept_data_loss && request.confirm != site.settings().name)
    return {2, "data loss is accepted by typing the site's name, " + site.settings().name, nullptr};
  const auto ticket = verb == "resolve"
                          ? std::make_shared<Ticket>(by, request.serve, request.other_is_down)
                          : std::make_shared<Ticket>(verb, by, request.accept_data_loss,
                                                     request.despite_direct_visitors);
  site.submit(ticket);
  bool there = true;  // a run goes on without whoever asked for it
  while (const auto progress = ticket->next())
    there = there && send_line(connection.get(), {{"progress", *progress}});
  return ticket->outcome();
}

Outcome ControlServer::look(const Fd& connection, const Request& request) {
  if (request.verb == "watch") return watch(connection, request.site);
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

Outcome ControlServer::watch(const Fd& connection, const std::string& name) {
  while (!stopping_) {
    if (!send_line(connection.get(), {{"progress", status(name)}})) break;
    std::this_thread::sleep_for(kWatchInterval);
  }
  return {0, "", status(name)};
}

json ControlServer::status(const std::string& name) const {
  json sites = json::array();
  for (const auto& site : sites_)
    if (name.empty() || site->settings().name == name) sites.push_back(to_json(site->snapshot()));
  return {{"version", CUTOVER_VERSION}, {"pid", ::getpid()}, {"sites", sites}};
}

Site* ControlServer::find(const std::string& name) const {
  if (name.empty()) return sites_.size() == 1 ? sites_.front().get() : nullptr;
  for (const auto& site : sites_)
    if (site->settings().name == name) return site.get();
  return nullptr;
}

}  // namespace cutover
