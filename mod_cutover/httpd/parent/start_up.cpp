// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parent/start_up.h"

#include <sys/stat.h>
#include <unixd.h>
// After httpd.h.
#include <mpm_common.h>

#include <cerrno>
#include <cstring>

#include "mod_cutover/httpd/config/fronts.h"
#include "mod_cutover/httpd/config/new_addresses.h"
#include "mod_cutover/httpd/config/proxy_worker.h"
#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/doubts/vhost_doubts.h"
#include "mod_cutover/httpd/edge/mpm.h"
#include "mod_cutover/httpd/parent/coordinator.h"
#include "mod_cutover/httpd/parent/hold_capacity.h"
#include "mod_cutover/httpd/parent/instance.h"
#include "mod_cutover/httpd/parent/kept_sites.h"
#include "mod_cutover/httpd/parent/memory.h"
#include "mod_cutover/httpd/parent/places.h"
#include "mod_cutover/httpd/parent/presence.h"
#include "mod_cutover/httpd/parent/state_dir.h"
#include "mod_cutover/wire/settings_json.h"

namespace cutover {
namespace {

// What is said of the main server has no place.
std::string placed(const Problem& doubt) {
  if (doubt.where.file.empty()) return doubt.text;
  return doubt.where.file + " line " + std::to_string(doubt.where.line) + ": " + doubt.text;
}

// 0 where the MPM does not say.
std::int64_t max_request_workers() {
  return static_cast<std::int64_t>(ask_mpm(AP_MPMQ_MAX_DAEMONS)) *
         std::max(ask_mpm(AP_MPMQ_MAX_THREADS), 1);
}

CoordinatorConfig coordinator_config(const Global& global, const Retained& kept) {
  CoordinatorConfig config{kept.state_dir,
                           ap_unixd_config.user_id,
                           ap_unixd_config.group_id,
                           {},
                           kept.configuration,
                           max_request_workers(),
                           how_it_holds()};
  for (const auto& [name, site] : global.sites) config.sites.push_back(site->settings);
  return config;
}

// Only a warning: the coordinator refuses a switch, with the reason, until it is mended.
void look_at_secret(server_rec* s, const SiteSettings& site, const std::string& directive,
                    const Where& where, const std::string& path) {
  struct stat info {};
  std::string wrong;
  if (::stat(path.c_str(), &info) != 0)
    wrong = std::strerror(errno);
  else if (!S_ISREG(info.st_mode))
    wrong = "is no file";
  else if ((info.st_mode & 077) != 0)
    wrong = "can be read by others; chmod 0600";
  if (wrong.empty()) return;
  log(s, Message::kSecretNotSafe,
      where.file + " line " + std::to_string(where.line) + ": site " + site.name + ": " +
          directive + " " + path + ": " + wrong + "; nothing can be switched until then");
}

void look_at_secrets(server_rec* s, const SiteSettings& site) {
  for (const auto& [directive, file] : {std::pair{"CutoverOldDatabase", &site.old_database},
                                        {"CutoverNewDatabase", &site.new_database}})
    if (*file) look_at_secret(s, site, directive, site.where.at(directive), (*file)->path);
  for (const auto& [directive, pages] :
       {std::pair{"CutoverProbe ", &site.probes}, {"CutoverProof ", &site.proofs}})
    for (const Probe& page : *pages)
      if (!page.cookie_file.empty())
        look_at_secret(s, site, directive + page.path, page.where, page.cookie_file);
}

void look_at_hold_limit(server_rec* s, SiteSettings& site) {
  // Nobody asked for the default one.
  const Message message = site.where.count("CutoverHoldLimit") != 0 ? Message::kHoldLimitTooHigh
                                                                    : Message::kHoldLimitNotReached;
  site.hold_room = hold_room(site);
  site.hold_problems.clear();
  for (const Problem& problem : hold_problems(site)) {
    log(s, message,
        problem.where.file + " line " + std::to_string(problem.where.line) + ": " + problem.text);
    site.hold_problems.push_back(problem.text);
  }
}

std::string describe(const Word& word) {
  if (word.mode != Mode::kHold) return std::string(name(word.mode)) + " serves";
  return std::string("requests are held") +
         (word.at_deadline == AtDeadline::kRefuse ? ", then refused" : "") +
         " until the coordinator has looked";
}

void introduce(server_rec* s, const Global& global, const Retained& kept) {
  for (const auto& [name, site] : global.sites) {
    const Word word = decode(control_of(*global.runtime, *site).word.load());
    log(s, Message::kSiteStands,
        "site " + name + ": " + describe(word) + "; new host " + site->target +
            ", coordinator pid " + std::to_string(kept.coordinator) + "; httpd holds " +
            std::to_string(site->settings.hold_room) + " requests at most (" + how_it_holds() +
            ")");
    look_at_secrets(s, site->settings);
  }
}

// At the start httpd ends with what fails here. A live httpd goes on without it, since its end
// would take the sites down: without state directory or coordinator nothing can be switched, no
// more.
template <class Step>
void fatal_at_start_only(server_rec* s, bool live, Step step) {
  try {
    step();
  } catch (const std::exception& e) {
    if (!live) throw;
    log(s, Message::kNotStarted, e.what());
  }
}

std::string pid_file(apr_pool_t* pconf) {
  const char* const path = ap_server_root_relative(pconf, ap_pid_fname);
  return path == nullptr ? ap_pid_fname : path;
}

// False where this httpd serves on without what it takes.
bool make_ready(apr_pool_t* pconf, server_rec* s, Global& global, Retained& kept, bool live) {
  const bool is_new = kept.state_dir == nullptr;
  if (is_new) keep_text(kept.state_dir, global.state_dir.c_str());
  fatal_at_start_only(s, live, [&] { ensure_state_dir(kept.state_dir); });
  if (is_new)
    fatal_at_start_only(s, live, [&] { claim_state_dir(kept.state_dir, pid_file(pconf)); });
  try {
    ensure_memory(kept);
  } catch (const std::exception& e) {
    if (!live) throw;
    for (const std::string& text : put_all_aside(kept, s, e.what()))
      log(s, Message::kNotStarted, text);
    return false;
  }
  sweep_slots(kept);
  const std::vector<std::string> refused = adopt_sites(kept, s);
  if (!live && !refused.empty()) throw std::runtime_error(refused.front());
  for (const std::string& text : refused) log(s, Message::kNotStarted, text);
  return true;
}

void start(apr_pool_t* pconf, server_rec* s, Global& global, bool live) {
  fatal_at_start_only(s, live, show_presence);
  Retained& kept = make_retained();
  if (!make_ready(pconf, s, global, kept, live)) return;
  global.runtime = make_runtime(pconf, kept);
  remember_sites(kept, s);
  for (const auto& [name, site] : global.sites) {
    site->new_addresses = addresses_of_new(site->target, s);
    site->settings.fronts = fronts_of(*site, s);
    site->settings.idle_reuse = idle_reuse(site->target, servers_of(*site, s));
    site->settings.vhost_doubts.clear();
    for (const Problem& doubt : vhost_doubts(*site, s))
      site->settings.vhost_doubts.push_back(placed(doubt));
  }
  for (const auto& [name, site] : global.sites) look_at_hold_limit(s, site->settings);
  const std::string config = to_json(coordinator_config(global, kept));
  fatal_at_start_only(s, live, [&] { start_coordinator(pconf, s, kept, config); });
  introduce(s, global, kept);
}

}  // namespace

int say_which_httpd(apr_pool_t*, apr_pool_t*, apr_pool_t*, server_rec* s) {
  const Global& global = *config_of(s).global;
  if (ap_state_query(AP_SQ_RUN_MODE) != AP_SQ_RM_CONFIG_TEST || global.sites.empty()) return OK;
  log(s, Message::kWhichHttpd,
      "httpd can hold " + std::to_string(most_held()) + " requests at once (" + how_it_holds() +
          ")",
      APLOG_STARTUP);
  for (const auto& [name, site] : global.sites) {
    if (site->settings.where.count("CutoverHoldLimit") == 0) continue;  // nobody asked for it
    for (const Problem& problem : hold_problems(site->settings))
      log(s, Message::kHoldLimitTooHigh, placed(problem), APLOG_STARTUP);
  }
  return OK;
}

int start_up(apr_pool_t* pconf, apr_pool_t*, apr_pool_t*, server_rec* s) {
  if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) return OK;
  Global& global = *config_of(s).global;
  const bool live = is_live();
  if (global.sites.empty() && retained() == nullptr) return OK;
  try {
    start(pconf, s, global, live);
  } catch (const std::exception& e) {
    log(s, Message::kNotStarted, e.what());
    if (!live) return HTTP_INTERNAL_SERVER_ERROR;  // else the sites answer 503: never uncounted
  }
  return OK;
}

}  // namespace cutover
