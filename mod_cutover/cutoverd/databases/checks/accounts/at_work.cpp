// SPDX-License-Identifier: Apache-2.0
// Who is connected to the servers past httpd: to the leaving one, and too early to the arriving
// one.
#include <algorithm>
#include <thread>

#include "mod_cutover/cutoverd/databases/checks/accounts/client_place.h"
#include "mod_cutover/cutoverd/databases/checks/accounts/looks.h"
#include "mod_cutover/cutoverd/databases/checks/accounts/whose.h"

namespace cutover {
namespace {

// Who is connected, and from where: the port is cut off.
constexpr const char* kWho =
    "SELECT USER AS user, IF(HOST LIKE '%:%', LEFT(HOST, CHAR_LENGTH(HOST) - LOCATE(':', "
    "REVERSE(HOST))), HOST) AS host, COUNT(*) AS many, "
    "SUM(COMMAND <> 'Sleep' OR TIME < 2) AS busy "
    "FROM information_schema.processlist ";
constexpr const char* kPeople =
    "COMMAND NOT LIKE 'Binlog Dump%' AND USER NOT IN ('system user', 'event_scheduler', "
    "'unauthenticated user')";
constexpr const char* kInOrder = " GROUP BY 1, 2 ORDER BY many DESC, 1, 2";

// A short-lived session may be away just then: so several looks, until one sees somebody.
constexpr int kLooks = 5;
constexpr auto kBetweenLooks = std::chrono::milliseconds(25);

bool is_local(const std::string& host) {
  return host.empty() || host == "localhost" || host == "127.0.0.1" || host == "::1";
}

std::string shown(const Rows& rows, std::size_t i, const std::string& count) {
  return rows.text(i, {"user"}) + "@" + rows.text(i, {"host"}) + " (" + count + ")";
}

bool is_application(const Scene& scene, const std::string& user) {
  const std::vector<std::string> named = app_users(scene);
  return std::any_of(named.begin(), named.end(),
                     [&](const std::string& one) { return user_part(one) == user; });
}

// Whose account is another's is named by other-sites, or known to be left behind; who writes
// nothing loses nothing.
bool is_no_matter(const Rights& rights, const std::string& user) {
  return rights.error.empty() && !is_the_servers(user);
}

// The machine from which the application will come after the switch, as the server that is left
// would see it; empty where that is not known, or is where it comes from now.
std::string next_home(Scene& scene, const ClientPlace& now) {
  std::string host;
  if (scene.arriving.side() == Side::kNew) {
    host = host_of_url(scene.site.new_host);
  } else {
    const Result r = scene.ask(scene.leaving, "SELECT SUBSTRING_INDEX(USER(), '@', -1)");
    if (r.ok()) host = r.rows.at(0, 0).value_or("");
  }
  return is_from(host, now) ? "" : host;
}

}  // namespace

// Whoever comes past httpd is not held: the fence stops him, and after the switch he still writes
// to the database that was left. The site's own are the application's accounts, from its host;
// root at the server itself is an administrator who looks.
Finding other_writers(const Look& look) {
  Scene& scene = look.scene;
  const std::string grant = grant_remedy(scene.leaving, "PROCESS ON *.*");
  if (!scene.granted(scene.leaving, "PROCESS"))
    return Finding::unseen("other accounts' connections are hidden", grant);
  if (app_users(scene).empty())
    return Finding::warn("not judged: no account of the application is named",
                         "see application-account");
  const Result r = scene.ask(scene.leaving, std::string(kWho) + "WHERE " + kPeople + kInOrder);
  if (!r.ok()) return Finding::unseen(r.error, grant);
  const Rights& rights = look.leaving;
  const ClientPlace place = application_on(scene, scene.leaving);
  const std::string next = next_home(scene, place);
  std::vector<std::string> astray;
  std::vector<std::string> others;
  for (std::size_t i = 0; i < r.rows.size(); ++i) {
    const std::string user = r.rows.text(i, {"user"});
    const std::string host = r.rows.text(i, {"host"});
    if (user == scene.leaving.options().user || (user == "root" && is_local(host))) continue;
    if (is_application(scene, user) ? is_from(host, place) : is_no_matter(rights, user)) continue;
    auto& among = is_application(scene, user) && host == next ? astray : others;
    among.push_back(shown(r.rows, i, r.rows.text(i, {"many"})));
  }
  if (!astray.empty())
    return Finding::block("the application on the " + std::string(name(scene.arriving.side())) +
                              " host uses " + scene.leaving.label() + ": " + first_few(astray),
                          "its configuration names the wrong server: after the switch all that it "
                          "writes is refused; name " +
                              address(scene.arriving.options()) + " there, and start it anew");
  if (others.empty()) return Finding::pass("nobody but the site's is connected");
  return Finding::warn(
      "connected to " + scene.leaving.label() + " past httpd: " + first_few(others),
      "the fence stops what they write, nobody holds it: stop them before the switch, and let them "
      "use " +
          scene.arriving.label() + " after it");
}

// A cron job that came along with the files writes to the read-only server, and fails. Not one that
// idles: the application there may keep its connections open. The preflight looks at the databases
// before it asks for any page, so nobody is there because of it.
Finding early_writers(const Look& look) {
  Scene& scene = look.scene;
  const std::string grant = grant_remedy(scene.arriving, "PROCESS ON *.*");
  if (!scene.granted(scene.arriving, "PROCESS"))
    return Finding::unseen("other accounts' connections are hidden", grant);
  if (app_users(scene).empty())
    return Finding::warn("not judged: no account of the application is named",
                         "see application-account");
  const std::string sql =
      std::string(kWho) + "WHERE " + by_users(app_users(scene)) + " AND " + kPeople + kInOrder;
  std::vector<std::string> early;
  std::vector<std::string> idle;
  for (int i = 0; i < kLooks && early.empty(); ++i) {
    if (i > 0) std::this_thread::sleep_for(kBetweenLooks);
    const Result r = scene.ask(scene.arriving, sql);
    if (!r.ok()) return Finding::unseen(r.error, grant);
    idle.clear();
    for (std::size_t row = 0; row < r.rows.size(); ++row) {
      const std::string busy = r.rows.text(row, {"busy"});
      if (busy != "0")
        early.push_back(shown(r.rows, row, busy));
      else
        idle.push_back(shown(r.rows, row, r.rows.text(row, {"many"})));
    }
  }
  if (early.empty())
    return Finding::pass("the application is not at work on " + scene.arriving.label() +
                         (idle.empty() ? "" : "; connected there and idle: " + first_few(idle)));
  return Finding::warn(
      "at work on " + scene.arriving.label() +
          ", which refuses what they write: " + first_few(early),
      "stop the application's cron jobs and daemons on that host until the switch is done");
}

}  // namespace cutover
