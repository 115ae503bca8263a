// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/config/vhost_doubts.h"

#include <algorithm>

#include "mod_cutover/httpd/config/vhost_text.h"

namespace cutover {
namespace {

Where place_of(const server_rec* s) {
  if (s->defn_name == nullptr) return {};
  return {s->defn_name, static_cast<int>(s->defn_line_number)};
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// As ServerName and ServerAlias have them. A vhost without a name has none here: httpd's guess at
// it is nobody's word.
std::vector<std::string> names_of(const server_rec* s) {
  std::vector<std::string> names;
  if (Said(s).by_itself("ServerName") != nullptr && s->server_hostname != nullptr)
    names.push_back(lower(s->server_hostname));
  for (const apr_array_header_t* more : {s->names, s->wild_names})
    for (int i = 0; more != nullptr && i < more->nelts; ++i)
      names.push_back(lower(reinterpret_cast<const char* const*>(more->elts)[i]));
  return names;
}

std::string common_name(const server_rec* one, const server_rec* other) {
  const std::vector<std::string> names = names_of(one);
  for (const std::string& name : names_of(other))
    if (std::find(names.begin(), names.end(), name) != names.end()) return name;
  return {};
}

// Those who come to it would stay on the old host, whose database is read-only then.
void look_at_left_out(const Site& site, server_rec* main_server, std::vector<Problem>& doubts) {
  const std::string& name = site.settings.name;
  for (const server_rec* s = main_server->next; s != nullptr; s = s->next) {
    if (config_of(s).site_name || !config_of(s).pages.empty()) continue;
    for (const server_rec* of_site : servers_of(site, main_server)) {
      const std::string common = of_site == s ? "" : common_name(of_site, s);
      if (common.empty()) continue;
      doubts.push_back({place_of(s),
                        "this vhost of " + common + " does not belong to site " + name +
                            ", another one does: who comes to it stays on this host after the "
                            "switch; say Cutover " +
                            name +
                            " in it, or Cutover Off if that is "
                            "meant",
                        false});
      break;
    }
  }
}

void look_at_proxying(const Site& site, const server_rec* s, std::vector<Problem>& doubts) {
  const Said said(s);
  const std::string vhost = "this vhost of site " + site.settings.name;
  if (said.of("ProxyPreserveHost") == nullptr)
    doubts.push_back({place_of(s),
                      vhost + " has no ProxyPreserveHost On: the new host would not hear the "
                              "site's name, and serve another vhost or redirect to its own name; "
                              "say On, or Off if that is meant",
                      false});
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

}  // namespace

std::vector<Problem> vhost_doubts(const Site& site, server_rec* main_server) {
  std::vector<Problem> doubts;
  look_at_left_out(site, main_server, doubts);
  for (const server_rec* s : servers_of(site, main_server)) look_at_proxying(site, s, doubts);
  return doubts;
}

}  // namespace cutover
