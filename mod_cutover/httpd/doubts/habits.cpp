// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/doubts/habits.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "mod_cutover/httpd/config/vhost_text.h"
#include "mod_cutover/httpd/doubts/names.h"

namespace cutover {
namespace {

bool is(const char* text, const char* other) { return strcasecmp(text, other) == 0; }

Where place_of(const ap_directive_t& d) {
  return {d.filename == nullptr ? "" : d.filename, d.line_num};
}

// timeout=600 among a worker's keys: a time with httpd's units, seconds without.
std::optional<apr_interval_time_t> timeout_in(const char* keys) {
  for (const char* at = keys; (at = ap_strcasestr(at, "timeout=")) != nullptr; at += 8) {
    if (at != keys && at[-1] != ' ' && at[-1] != '\t') continue;  // connectiontimeout=
    std::string value(at + 8);
    value.resize(std::min(value.find_first_of(" \t>\""), value.size()));
    apr_interval_time_t time = 0;
    if (ap_timeout_parameter_parse(value.c_str(), &time, "s") == APR_SUCCESS) return time;
  }
  return std::nullopt;
}

struct Patience {
  apr_interval_time_t time;
  const ap_directive_t* said;  // by this one
};

// The longest that a worker of the vhost has, or a module that runs the application.
Patience longest(const Said& said) {
  Patience found{0, nullptr};
  said.each([&](const ap_directive_t& d) {
    std::optional<apr_interval_time_t> time;
    for (const char* worker :
         {"ProxyPass", "ProxyPassMatch", "ProxySet", "BalancerMember", "<Proxy"})
      if (is(d.directive, worker)) time = timeout_in(d.args);
    for (const char* module : {"FcgidIOTimeout", "PassengerMaxRequestTime", "CGIDScriptTimeout"})
      if (is(d.directive, module)) time = timeout_in(("timeout=" + std::string(d.args)).c_str());
    if (time && *time > found.time) found = {*time, &d};
  });
  return found;
}

// As mod_proxy has it for the new host's worker.
apr_interval_time_t patience_with_new(const Site& site, const server_rec* s, const Said& said) {
  if (const auto own = timeout_in(site.worker_keys.c_str())) return *own;
  if (const char* all = said.of("ProxyTimeout")) return apr_time_from_sec(std::atol(all));
  return s->timeout > 0 ? s->timeout : ap_server_conf->timeout;
}

std::string seconds(apr_interval_time_t time) { return std::to_string(apr_time_sec(time)); }

bool php_runs_in_httpd() {
  for (const char* name : {"mod_php.c", "mod_php8.c", "mod_php7.c", "mod_php5.c"})
    if (ap_find_linked_module(name) != nullptr) return true;
  return false;
}

// Of httpd or its distribution, and alike on any host.
constexpr const char* kOfAnyHost[] = {"/icons", "/error", "/manual", "/javascript"};

bool is_of_any_host(const std::string& path) {
  return std::any_of(std::begin(kOfAnyHost), std::end(kOfAnyHost),
                     [&](const char* one) { return is_under(path, one); });
}

bool is_local(const Site& site, const std::string& path) {
  const auto& local = site.settings.local;
  return std::any_of(local.begin(), local.end(),
                     [&](const std::string& folder) { return is_under(path, folder); });
}

// Debian has /cgi-bin/ for scripts of which mostly none is there.
bool has_something(const std::string& folder) {
  std::error_code none;
  return std::filesystem::is_regular_file(folder, none) ||
         (std::filesystem::is_directory(folder, none) && !std::filesystem::is_empty(folder, none) &&
          !none);
}

bool is_outside_of_vhosts(const ap_directive_t& d) {
  for (const ap_directive_t* s = d.parent; s != nullptr; s = s->parent)
    if (is(s->directive, "<VirtualHost")) return false;
  return true;
}

}  // namespace

std::vector<Problem> habits_of(const Site& site, const server_rec* s) {
  const Said said(s);
  std::vector<Problem> problems;
  const Patience here = longest(said);
  const apr_interval_time_t there = patience_with_new(site, s, said);
  if (here.said != nullptr && here.time > there)
    problems.push_back({place_of(*here.said),
                        "the application may be silent for " + seconds(here.time) +
                            " s here, and the new host for " + seconds(there) +
                            " s, then visitors get 502; say CutoverNewHost " + site.target +
                            " timeout=" + seconds(here.time),
                        false});
  if (!site.settings.streams.empty() && !timeout_in(site.worker_keys.c_str()))
    problems.push_back({cutover::place_of(s),
                        "streams (CutoverStreams) that say nothing for longer than " +
                            seconds(there) +
                            " s are cut off on their way to the new host; where the application "
                            "says something more often, or not, say so: CutoverNewHost " +
                            site.target + " timeout=3600 connectiontimeout=5",
                        false});
  if (php_runs_in_httpd() && !said.with("SetEnv", "proxy-sendcl"))
    problems.push_back({cutover::place_of(s),
                        "PHP runs in this httpd and reads a chunked body of a request; a php-fpm "
                        "of the new host may get none of it: say SetEnv proxy-sendcl 1 in the "
                        "vhosts of site " +
                            site.settings.name,
                        false});
  return problems;
}

std::vector<Problem> shared_paths(const Site& site, server_rec* main_server) {
  std::vector<Problem> problems;
  if (config_of(main_server).site == &site) return problems;  // then they are the site's
  Said(main_server).each([&](const ap_directive_t& d) {
    const bool alias = is(d.directive, "Alias") || is(d.directive, "ScriptAlias") ||
                       is(d.directive, "WSGIScriptAlias");
    if ((!alias && !is(d.directive, "ProxyPass")) || !is_outside_of_vhosts(d)) return;
    const char* rest = d.args;
    std::string path = ap_getword_conf(main_server->process->pconf, &rest);
    const std::string target = ap_getword_conf(main_server->process->pconf, &rest);
    if (path.size() > 1 && path.back() == '/') path.pop_back();
    if (path.size() < 2 || path[0] != '/' || target.empty() || target == "!") return;
    if (is_of_any_host(path) || is_local(site, path) || (alias && !has_something(target))) return;
    problems.push_back(
        {place_of(d),
         std::string(d.directive) + " " + path +
             " is for every vhost of this host, and goes to the new host with site " +
             site.settings.name + "; say CutoverLocal " + path +
             " in the site if it is to stay here",
         false});
  });
  return problems;
}

}  // namespace cutover
