// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unixd.h>
#include <util_cfgtree.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "mod_cutover/httpd/config/proxy_worker.h"
#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/doubts/vhost_doubts.h"
#include "mod_cutover/httpd/edge/mpm.h"
#include "mod_cutover/httpd/parent/coordinator.h"
#include "mod_cutover/httpd/parent/kept_sites.h"
#include "mod_cutover/httpd/parent/presence.h"
#include "mod_cutover/httpd/parent/start_up.h"
#include "mod_cutover/httpd/parent/state_dir.h"

namespace cutover {
namespace {

// Tells of problems as httpd does of its own: file and line, then the sentence.
class Report {
 public:
  explicit Report(server_rec* s) : server_(s) {}

  void add(const Problem& problem) {
    const std::string place =
        problem.where.file.empty()
            ? ""
            : problem.where.file + " line " + std::to_string(problem.where.line) + ": ";
    // At the start the log is not open yet: standard error gets it without a prefix.
    log(server_, problem.fatal ? Message::kConfigurationRefused : Message::kConfigurationDoubtful,
        place + problem.text, APLOG_STARTUP);
    failed_ = failed_ || problem.fatal;
  }
  void add(const std::vector<Problem>& problems) {
    for (const Problem& p : problems) add(p);
  }
  bool failed() const { return failed_; }

 private:
  server_rec* server_;
  bool failed_ = false;
};

Millis shortest_timeout(const Site& site, server_rec* main_server) {
  apr_interval_time_t shortest = main_server->timeout;
  for (const server_rec* s : servers_of(site, main_server))
    shortest = std::min(shortest, s->timeout > 0 ? s->timeout : main_server->timeout);
  return Millis{apr_time_as_msec(shortest)};
}

// mod_reqtimeout's clock for a request's body runs while the request is held. 20 s is its default.
Millis shortest_body_timeout(const ap_directive_t* tree, Millis shortest = Millis{20000}) {
  for (const ap_directive_t* d = tree; d != nullptr; d = d->next) {
    shortest = shortest_body_timeout(d->first_child, shortest);
    if (strcasecmp(d->directive, "RequestReadTimeout") != 0) continue;
    const char* body = ap_strcasestr(d->args, "body=");
    const long seconds = body == nullptr ? 0 : std::atol(body + 5);
    if (seconds > 0) shortest = std::min(shortest, Millis{seconds * 1000});
  }
  return shortest;
}

Where place_of(const SiteSettings& settings, const char* directive) {
  const auto found = settings.where.find(directive);
  return found == settings.where.end() ? settings.where.at("CutoverSite") : found->second;
}

void check_site(Report& report, const Site& site, server_rec* main_server) {
  const SiteSettings& settings = site.settings;
  report.add(check(settings, {shortest_timeout(site, main_server)}));
  const Where new_host = place_of(settings, "CutoverNewHost");
  const std::string balancer = missing_balancer(site.target, main_server);
  if (!balancer.empty()) report.add({new_host, balancer, true});
  const Millis body = shortest_body_timeout(ap_conftree);
  if (ap_find_linked_module("mod_reqtimeout.c") != nullptr && settings.hold_timeout >= body)
    report.add({place_of(settings, "CutoverHoldTimeout"),
                "site " + settings.name + ": CutoverHoldTimeout (" +
                    std::to_string(settings.hold_timeout.count()) +
                    " ms) is not shorter than RequestReadTimeout's body time (" +
                    std::to_string(body.count()) +
                    " ms): a form whose body comes while it is held may get 408; say body=20,"
                    "minrate=500 there, or a shorter CutoverHoldTimeout",
                false});
  if (servers_of(site, main_server).empty())
    report.add({place_of(settings, "CutoverSite"),
                "site " + settings.name + " has no vhost: say Cutover " + settings.name +
                    " in those that belong to it",
                false});
  report.add(vhost_doubts(site, main_server));
}

// Of this machine, not of the configuration.
std::vector<std::string> lacking(const Global& global) {
  if (global.sites.empty()) return {};
  std::vector<std::string> problems = {state_dir_problem(global.state_dir), coordinator_problem()};
  std::erase(problems, "");
  return problems;
}

}  // namespace

int check_config(apr_pool_t* pconf, apr_pool_t*, apr_pool_t*, server_rec* s) {
  if (take_over())
    log(s, Message::kUpgraded,
        "the module was upgraded by this graceful: the sites go on as their journals say");
  Report report(s);
  report.add(resolve_sites(pconf, s));
  Global& global = *config_of(s).global;
  for (const auto& [name, site] : global.sites) check_site(report, *site, s);

  Retained* kept = retained();
  if (kept == nullptr) {
    for (const std::string& text : vanished_sites(global)) report.add({{}, text, !is_live()});
    for (const std::string& text : lacking(global)) report.add({{}, text, !is_live()});
  } else {
    // Too late to refuse: httpd's parent would end, and a live site with it.
    for (const std::string& text : keep_gates(pconf, s, *kept)) report.add({{}, text, false});
    if (kept->state_dir != nullptr && global.state_dir != kept->state_dir) {
      report.add({{},
                  "CutoverStateDir stays " + std::string(kept->state_dir) +
                      ": another one needs a full stop and start of httpd",
                  false});
      global.state_dir = kept->state_dir;
    }
  }
  const char* const jail = ap_unixd_config.chroot_dir;
  if (const std::string text = jail_problem(global.state_dir, jail == nullptr ? "" : jail);
      !text.empty() && !global.sites.empty())
    report.add({{}, text, false});
  for (const std::string& text : returned_sites(global)) report.add({{}, text, false});
  return report.failed() ? HTTP_INTERNAL_SERVER_ERROR : OK;
}

}  // namespace cutover
