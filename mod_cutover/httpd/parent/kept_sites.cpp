// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parent/kept_sites.h"

#include <algorithm>
#include <filesystem>

#include "mod_cutover/httpd/config/proxy_worker.h"
#include "mod_cutover/httpd/config/values.h"
#include "mod_cutover/httpd/parent/places.h"
#include "mod_cutover/state/journal_file.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/wire/json.h"
#include "mod_cutover/wire/settings_json.h"
#include "shared/memory/layout.h"
#include "shared/protocol/word.h"

namespace cutover {
namespace {

using nlohmann::json;

// A vhost is the same one again when its name and its addresses are.
std::string identity(const server_rec* s) {
  std::string id = s->server_hostname == nullptr ? "" : s->server_hostname;
  id += ':' + std::to_string(s->port) + (s->is_virtual != 0 ? " virtual" : " main");
  for (const server_addr_rec* a = s->addrs; a != nullptr; a = a->next)
    id += ' ' + std::string(a->virthost) + ':' + std::to_string(a->host_port);
  return id;
}

// A record precedes every act, so where there is none nothing has begun.
bool journal_at_rest(const std::string& state_dir, const std::string& site) {
  const JournalReading journal = read_journal(journal_path(state_dir, site));
  if (journal.kind == JournalReading::Kind::kMissing) return true;
  return journal.kind == JournalReading::Kind::kRecord &&
         journal.record.phase == JournalPhase::kRest;
}

bool held_now(const Retained& kept, const std::string& site) {
  if (kept.control == nullptr) return false;
  const auto& control = *static_cast<const ControlArea*>(kept.control);
  const std::size_t index = find_site(control, site);
  return index != kMaxSites && !is_decided(decode(control.sites[index].word.load()));
}

cmd_parms parms_for(apr_pool_t* pool, server_rec* s) {
  cmd_parms parms{};
  parms.override = RSRC_CONF;
  parms.override_opts = OPT_ALL;
  parms.limited = -1;
  parms.pool = parms.temp_pool = pool;
  parms.server = s;
  return parms;
}

Site* put_back(apr_pool_t* pool, server_rec* main_server, const SiteSettings& settings,
               const std::string& keys) {
  auto site = std::make_unique<Site>();
  site->settings = settings;
  site->target = parse_new_host(settings.new_host).value;
  site->worker_keys = keys;
  site->kept = true;
  cmd_parms parms = parms_for(pool, main_server);
  if (const char* problem = define_worker(&parms, site->target, keys))
    log(main_server, Message::kProxyWorkerRefused, "site " + settings.name + ": " + problem);
  else
    site->proxying = proxying_to_new_host(&parms);
  auto& sites = config_of(main_server).global->sites;
  return sites.emplace(settings.name, std::move(site)).first->second.get();
}

// Those of its former vhosts that are there still, and not its own any more.
std::vector<server_rec*> taken_from(const Site* site, server_rec* main_server,
                                    const std::vector<std::string>& vhosts) {
  std::vector<server_rec*> taken;
  for (server_rec* s = main_server; s != nullptr; s = s->next)
    if ((site == nullptr || config_of(s).site != site) &&
        std::find(vhosts.begin(), vhosts.end(), identity(s)) != vhosts.end())
      taken.push_back(s);
  return taken;
}

// Journals of sites that the configuration does not declare.
std::vector<std::pair<std::string, JournalRecord>> undeclared(const Global& global) {
  std::vector<std::pair<std::string, JournalRecord>> found;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(global.state_dir, unreadable)) {
    if (entry.path().extension() != ".journal") continue;
    const std::string name = entry.path().stem().string();
    if (global.sites.count(name) != 0) continue;
    const JournalReading journal = read_journal(entry.path().string());
    if (journal.kind != JournalReading::Kind::kRecord) continue;  // not ours, or not ours to read
    found.emplace_back(name, journal.record);
  }
  return found;
}

}  // namespace

std::vector<std::string> vanished_sites(const Global& global) {
  std::vector<std::string> found;
  for (const auto& [name, record] : undeclared(global))
    if (record.phase != JournalPhase::kRest)
      found.push_back("site " + name + " is in the middle of a run (its journal says \"" +
                      std::string(cutover::name(record.phase)) +
                      "\") and must not leave the configuration: put <CutoverSite " + name +
                      "> back, let the run end (cutoverctl status), then remove it");
  return found;
}

std::vector<std::string> returned_sites(const Global& global) {
  std::vector<std::string> found;
  for (const auto& [name, record] : undeclared(global)) {
    if (record.phase != JournalPhase::kRest || record.side != Side::kNew) continue;
    const std::string first =
        record.completed() ? "" : ", and `cutoverctl rollback " + name + "` first if it is to go";
    found.push_back("the new host serves site " + name +
                    ", and this configuration does not have it: whoever comes is served here "
                    "again, from a database that " +
                    (record.completed() ? "lacks what was written since" : "is read-only") +
                    "; put <CutoverSite " + name + "> back" + first +
                    ". If nobody comes any more, remove " + journal_path(global.state_dir, name));
  }
  return found;
}

std::vector<std::string> keep_gates(apr_pool_t* pool, server_rec* main_server, Retained& kept) {
  std::vector<std::string> done;
  ++kept.configuration;
  if (kept.kept_sites == nullptr) return done;
  const json before = json::parse(kept.kept_sites);
  const CoordinatorConfig config = coordinator_config(before.at("config").get<std::string>());
  auto& sites = config_of(main_server).global->sites;
  for (const SiteSettings& settings : config.sites) {
    const json& more = before.at("more").at(settings.name);
    const auto known = sites.find(settings.name);
    Site* site = known == sites.end() ? nullptr : known->second.get();
    const bool vanished = site == nullptr;
    const std::vector<server_rec*> taken = taken_from(site, main_server, more.at("vhosts"));
    if (!vanished && taken.empty()) continue;
    const bool announced = announce_withdrawal(kept, settings.name);  // from here on no run begins
    if (announced && journal_at_rest(kept.state_dir, settings.name) &&
        !held_now(kept, settings.name))
      continue;
    if (vanished) site = put_back(pool, main_server, settings, more.at("keys"));
    for (server_rec* s : taken) config_of(s).site = site;
    done.push_back("site " + settings.name +
                   " is not at rest: what the new configuration takes away from it (" +
                   (vanished ? "the site, " : "") + std::to_string(taken.size()) +
                   " vhosts) stays behind its gate until the next graceful");
  }
  return done;
}

void remember_sites(Retained& kept, server_rec* main_server) {
  CoordinatorConfig config;
  json more = json::object();
  for (const auto& [name, site] : config_of(main_server).global->sites) {
    config.sites.push_back(site->settings);
    json vhosts = json::array();
    for (const server_rec* s : servers_of(*site, main_server)) vhosts.push_back(identity(s));
    more[name] = {{"keys", site->worker_keys}, {"vhosts", vhosts}};
  }
  keep_text(kept.kept_sites, json{{"config", to_json(config)}, {"more", more}}.dump().c_str());
}

}  // namespace cutover
