// SPDX-License-Identifier: Apache-2.0
// The two servers as the preflight sees them.
#include "mod_cutover/cutoverd/databases/scene/scene.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <thread>

#include "mod_cutover/state/pulse.h"

namespace cutover {
namespace {

constexpr auto kOneQuestion = std::chrono::milliseconds(1500);

// The server itself ends what takes longer: a session that is given up would leave it at work.
std::string bounded(const Server& server, const std::string& sql) {
  constexpr std::string_view kSelect = "SELECT ";
  if (!sql.starts_with(kSelect)) return sql;
  if (server.dialect().is_mariadb()) return "SET STATEMENT max_statement_time=1.4 FOR " + sql;
  return "SELECT /*+ MAX_EXECUTION_TIME(1400) */ " + sql.substr(kSelect.size());
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// "GRANT A, B ON `mod\_cutover`.* TO ..." adds A and B (MySQL leaves the space out for some) to
// what there is on mod_cutover.*.
void add_grants(std::map<std::string, std::set<std::string>>& grants, const std::string& line) {
  const std::size_t on = line.find(" ON ");
  const std::size_t to = line.find(" TO ", on);
  if (!line.starts_with("GRANT ") || to == std::string::npos) return;
  std::string object = line.substr(on + 4, to - (on + 4));
  std::erase_if(object, [](char c) { return c == '`' || c == '\\'; });
  for (std::size_t start = 6; start < on;) {
    const std::size_t end = std::min(line.find(',', start), on);
    grants[object].insert(upper(line.substr(start, end - start)));
    start = line.find_first_not_of(' ', end + 1);
  }
}

}  // namespace

Result Scene::ask(Server& server, const std::string& sql) {
  const Deadline limit = deadline.within(kOneQuestion);
  const auto session = server.monitor_now(limit);
  if (!session) return {Result::Kind::kLost, {}, 0, session.error};
  return (*session)->query(bounded(server, in_words_of(release(server), sql)), limit);
}

// A session, and what a Server remembers of it, is used by one thread at a time: the second server
// is this thread's alone until it is joined.
Scene::Both Scene::ask_both(const std::string& leaving_sql, const std::string& arriving_sql) {
  Both both;
  std::thread other([&, pulse = pulse_of_this_thread()] {
    const Beating beating(pulse);
    both.arriving = ask(arriving, arriving_sql);
  });
  both.leaving = ask(leaving, leaving_sql);
  other.join();
  return both;
}

Result Scene::ask_any(Server& server, std::initializer_list<std::string_view> spellings) {
  const Deadline limit = deadline.within(kOneQuestion);
  const auto session = server.monitor_now(limit);
  if (!session) return {Result::Kind::kLost, {}, 0, session.error};
  return query_any(**session, spellings, limit);
}

const Result& Scene::status(Server& server) {
  std::optional<Result>& kept = facts(server).status;
  if (!kept) {
    const Deadline limit = deadline.within(kOneQuestion);
    const auto session = server.monitor_now(limit);
    kept = session ? server.dialect().replica_status(**session, limit)
                   : Result{Result::Kind::kLost, {}, 0, session.error};
  }
  return *kept;
}

std::string Scene::variable(Server& server, std::initializer_list<const char*> names) const {
  const Variables& all = facts(server).variables;
  for (const char* name : names) {
    if (const auto found = all.find(name); found != all.end()) return found->second;
  }
  return {};
}

std::optional<std::string> Scene::known_variable(const Server& server, const char* name) const {
  const Variables& all = facts(server).variables;
  const auto found = all.find(name);
  return found == all.end() ? std::nullopt : std::optional(found->second);
}

bool Scene::is_on(Server& server, std::initializer_list<const char*> names) const {
  const std::string value = upper(variable(server, names));
  return value == "ON" || value == "1" || value == "YES";
}

// Before anything is read it is as new as any.
Release Scene::release(const Server& server) const {
  const Variables& all = facts(server).variables;
  const auto version = all.find("version");
  return {server.dialect().is_mariadb(), version == all.end() ? ~0U : release_of(version->second)};
}

bool Scene::granted(const Server& server, const std::string& newest, std::string on) const {
  const std::string privilege = privilege_in(release(server), newest, on);
  if (privilege.empty()) return true;
  const std::string schema = on.substr(0, on.find('.') + 1);
  return std::ranges::any_of(facts(server).grants, [&](const auto& grants) {
    const auto& [object, privileges] = grants;
    if (object != "*.*" && (on == "*.*" || !object.starts_with(schema))) return false;
    return privileges.contains("ALL PRIVILEGES") || privileges.contains("ALL") ||
           privileges.contains(privilege);
  });
}

std::string Scene::prepare() {
  for (Server* server : {&leaving, &arriving}) {
    if (std::string why = prepare(*server); !why.empty()) return why;
  }
  return {};
}

std::string Scene::prepare(Server& server) {
  const Result variables = ask(server, "SHOW GLOBAL VARIABLES");
  if (!variables.ok()) return variables.error;
  for (std::size_t i = 0; i < variables.rows.size(); ++i) {
    facts(server).variables[variables.rows.at(i, 0).value_or("")] =
        variables.rows.at(i, 1).value_or("");
  }
  const Result grants = ask(server, "SHOW GRANTS");
  if (!grants.ok()) return grants.error;
  for (std::size_t i = 0; i < grants.rows.size(); ++i)
    add_grants(facts(server).grants, grants.rows.at(i, 0).value_or(""));
  return {};
}

unsigned release_of(const std::string& version) {
  unsigned major = 0;
  unsigned minor = 0;
  const char* end = version.data() + version.size();
  const auto [dot, error] = std::from_chars(version.data(), end, major);
  if (error == std::errc{} && dot != end) std::from_chars(dot + 1, end, minor);
  return major * 1000 + minor;
}

std::string grant_remedy(const Server& server, const std::string& what) {
  return "on " + server.label() + ": GRANT " + what + " TO the account of " +
         server.options().origin + " (" + server.options().user + ")";
}

std::vector<std::string> app_users(const Scene& scene) {
  const auto& here = scene.leaving.options().app_users;
  return here.empty() ? scene.arriving.options().app_users : here;
}

std::string user_part(const std::string& account) { return account.substr(0, account.find('@')); }

}  // namespace cutover
