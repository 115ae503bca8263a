// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/doubts/vhost_doubts.h"

#include <algorithm>
#include <set>

#include "mod_cutover/httpd/config/vhost_text.h"
#include "mod_cutover/httpd/doubts/answering.h"
#include "mod_cutover/httpd/doubts/habits.h"
#include "mod_cutover/httpd/doubts/names.h"
#include "mod_cutover/httpd/doubts/refusals.h"
#include "mod_cutover/httpd/doubts/remains.h"

namespace cutover {
namespace {

std::string common_name(const server_rec* one, const server_rec* other) {
  const std::vector<std::string> names = names_of(one);
  for (const std::string& name : names_of(other))
    if (std::find(names.begin(), names.end(), name) != names.end()) return name;
  return {};
}

const server_rec* namesake_of(const Site& site, const server_rec* s, server_rec* main_server,
                              std::string& common) {
  for (const server_rec* of_site : servers_of(site, main_server)) {
    common = of_site == s ? "" : common_name(of_site, s);
    if (!common.empty()) return of_site;
  }
  return nullptr;
}

std::string stays(const std::string& site) {
  return ": who comes to it stays on this host after the switch; say Cutover " + site +
         " in it, or Cutover Off if that is meant";
}

std::string describe(const Outsider& outsider, const std::string& site) {
  const std::string at =
      " answers for " + outsider.name + " on port " + std::to_string(outsider.port);
  if (outsider.vhost->is_virtual == 0)
    return "the main server" + at + ", where no vhost does: who comes to it stays on this host " +
           "after the switch; write a vhost for that port, with Cutover " + site;
  return "this vhost" + at +
         (!outsider.wildcard.empty() ? " by its " + outsider.wildcard
          : outsider.by_default      ? ", where none has that name"
                                     : "") +
         ", and does not belong to site " + site + stays(site);
}

// Those who come to it would stay on the old host, whose database is read-only then.
void look_at_left_out(const Site& site, server_rec* main_server, std::vector<Problem>& doubts) {
  const std::string& name = site.settings.name;
  std::set<const server_rec*> told;
  for (const server_rec* s = main_server->next; s != nullptr; s = s->next) {
    if (config_of(s).site_name || has_own_page(s)) continue;
    std::string common;
    if (namesake_of(site, s, main_server, common) == nullptr) continue;
    told.insert(s);
    doubts.push_back({place_of(s),
                      "this vhost of " + common + " does not belong to site " + name +
                          ", another one does" + stays(name),
                      false});
  }
  for (const Outsider& outsider : outsiders_of(site, main_server))
    if (told.insert(outsider.vhost).second)
      doubts.push_back({place_of(outsider.vhost), describe(outsider, name), false});
}

void look_at_proxying(const Site& site, const server_rec* s, std::vector<Problem>& doubts) {
  const Said said(s);
  const std::string vhost = "this vhost of site " + site.settings.name;
  const char* engine = said.of("SSLEngine");
  const bool tls = engine != nullptr && strcasecmp(engine, "off") != 0;
  if (tls && site.target.rfind("http:", 0) == 0 && !said.with("RequestHeader", "Forwarded") &&
      !said.with("RequestHeader", "https") && !said.with("RequestHeader", "ssl"))
    doubts.push_back({place_of(s),
                      vhost + " has TLS, and " + site.target +
                          " would not know: an application that wants https redirects for ever; "
                          "say RequestHeader set X-Forwarded-Proto https, and on the new host what "
                          "new-host.conf says of it",
                      false});
}

// The new host believes the header from here, whoever wrote it.
void look_at_plain(const Site& site, server_rec* main_server, std::vector<Problem>& doubts) {
  constexpr const char* kHeader = "X-Forwarded-Proto";
  const std::vector<server_rec*> all = servers_of(site, main_server);
  const auto tells = [](const server_rec* s) { return Said(s).with("RequestHeader", kHeader); };
  if (std::none_of(all.begin(), all.end(), tells)) return;
  for (const server_rec* s : all)
    if (!tells(s))
      doubts.push_back({place_of(s),
                        "this vhost of site " + site.settings.name + " passes on the " + kHeader +
                            " that a visitor sends, and the new host believes it; say "
                            "RequestHeader unset " +
                            kHeader,
                        false});
}

// What stands outside of vhosts counts for each of them.
void add_once(std::vector<Problem> more, std::vector<Problem>& doubts) {
  for (Problem& one : more) {
    const auto same = [&](const Problem& known) {
      return known.text == one.text && known.where.file == one.where.file &&
             known.where.line == one.where.line;
    };
    if (std::none_of(doubts.begin(), doubts.end(), same)) doubts.push_back(std::move(one));
  }
}

void note_known(const ap_directive_t* tree, const Site& site,
                std::set<std::pair<std::string, int>>& places) {
  for (const ap_directive_t* d = tree; d != nullptr; d = d->next) {
    const char* name = d->directive + (*d->directive == '<' ? 1 : 0);
    for (const std::string& known : site.known)
      if (d->filename != nullptr && strcasecmp(known.c_str(), name) == 0)
        places.emplace(d->filename, d->line_num);
    note_known(d->first_child, site, places);
  }
}

// What somebody has looked at and says so. A vhost has its own word for it: Cutover.
void forget_known(const Site& site, std::vector<Problem>& doubts) {
  std::set<std::pair<std::string, int>> places;
  note_known(ap_conftree, site, places);
  std::erase_if(doubts, [&](const Problem& doubt) {
    return places.count({doubt.where.file, doubt.where.line}) != 0;
  });
}

}  // namespace

std::vector<Problem> vhost_doubts(const Site& site, server_rec* main_server) {
  std::vector<Problem> doubts;
  for (const server_rec* s : servers_of(site, main_server))
    for (const auto look : {refusals_of, remains_of, habits_of}) add_once(look(site, s), doubts);
  add_once(shared_paths(site, main_server), doubts);
  forget_known(site, doubts);
  look_at_left_out(site, main_server, doubts);
  for (const server_rec* s : servers_of(site, main_server)) look_at_proxying(site, s, doubts);
  look_at_plain(site, main_server, doubts);
  return doubts;
}

}  // namespace cutover
