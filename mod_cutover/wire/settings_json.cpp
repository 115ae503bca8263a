// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/wire/settings_json.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "mod_cutover/wire/exact_values.h"
#include "mod_cutover/wire/json.h"
#include "shared/words/keyed_digest.h"

namespace cutover {
namespace {

using nlohmann::json;

json to_json(const std::optional<OptionFile>& file) {
  if (!file) return nullptr;
  return {{"path", file->path}, {"group", file->group}};
}

std::optional<OptionFile> option_file(const json& j) {
  if (j.is_null()) return std::nullopt;
  return OptionFile{j.at("path"), j.at("group")};
}

std::optional<Side> side(const json& j) {
  if (j.is_null()) return std::nullopt;
  const auto side = side_named(j.get<std::string>());
  if (!side) throw WrongValue("no side: " + j.get<std::string>());
  return side;
}

json to_json(const Probe& p) {
  return {{"path", p.path},
          {"cookie_file", p.cookie_file},
          {"file", p.where.file},
          {"line", p.where.line}};
}

Probe probe(const json& j) {
  return {j.at("path"), j.at("cookie_file"), {j.at("file"), whole<int>(j.at("line"))}};
}

json to_json(const Front& f) {
  return {{"tls", f.tls},
          {"address", f.address},
          {"port", f.port},
          {"host", f.host},
          {"keeps_host", f.keeps_host},
          {"tells_tls", f.tells_tls},
          {"maps_back", f.maps_back},
          {"checks_name", f.checks_name},
          {"checks_expiry", f.checks_expiry},
          {"checks_peer", f.checks_peer},
          {"authority", f.authority},
          {"aliases", f.aliases},
          {"wildcards", f.wildcards},
          {"folder", f.folder}};
}

Front front(const json& j) {
  return {j.at("tls"),
          j.at("address"),
          whole<std::uint16_t>(j.at("port")),
          j.at("host"),
          j.at("keeps_host"),
          j.at("tells_tls"),
          j.at("maps_back"),
          j.at("checks_name"),
          j.at("checks_expiry"),
          j.at("checks_peer"),
          j.at("authority"),
          j.at("aliases").get<std::vector<std::string>>(),
          j.at("wildcards").get<std::vector<std::string>>(),
          j.at("folder")};
}

constexpr std::array<std::string_view, 3> kSelfCalls{"auto", "on", "off"};

SelfCalls self_calls(const json& j) {
  const auto word = j.get<std::string>();
  const auto* at = std::ranges::find(kSelfCalls, word);
  if (at == kSelfCalls.end()) throw WrongValue("no word for self_calls: " + word);
  return static_cast<SelfCalls>(at - kSelfCalls.begin());
}

json to_json(const SiteSettings& s) {
  json hooks = json::array();
  for (const Hook& h : s.hooks) hooks.push_back({{"event", h.event}, {"program", h.program}});
  json probes = json::array();
  for (const Probe& p : s.probes) probes.push_back(to_json(p));
  json proofs = json::array();
  for (const Probe& p : s.proofs) proofs.push_back(to_json(p));
  json fronts = json::array();
  for (const Front& f : s.fronts) fronts.push_back(to_json(f));
  json where = json::object();
  for (const auto& [directive, w] : s.where)
    where[directive] = {{"file", w.file}, {"line", w.line}};
  return {{"name", s.name},
          {"new_host", s.new_host},
          {"serve", s.serve ? json(name(*s.serve)) : json(nullptr)},
          {"old_database", to_json(s.old_database)},
          {"new_database", to_json(s.new_database)},
          {"max_lag_ms", s.max_lag.count()},
          {"check_interval_ms", s.check_interval.count()},
          {"hold_timeout_ms", s.hold_timeout.count()},
          {"hold_limit", s.hold_limit},
          {"drain_timeout_ms", s.drain_timeout.count()},
          {"quiet_timeout_ms", s.quiet_timeout.count()},
          {"close_stragglers", s.close_stragglers},
          {"self_calls", kSelfCalls[static_cast<std::size_t>(s.self_calls)]},
          {"stragglers_after_ms",
           s.stragglers_after ? json(s.stragglers_after->count()) : json(nullptr)},
          {"streams", s.streams},
          {"fence_timeout_ms", s.fence_timeout.count()},
          {"catch_up_timeout_ms", s.catch_up_timeout.count()},
          {"fence", s.fence},
          {"promote", s.promote},
          {"reverse", s.reverse},
          {"local", s.local},
          {"remote", s.remote},
          {"preview", s.preview},
          {"hooks", hooks},
          {"hook_timeout_ms", s.hook_timeout.count()},
          {"probes", probes},
          {"proofs", proofs},
          {"proof_timeout_ms", s.proof_timeout.count()},
          {"leave_behind", s.leave_behind},
          {"fronts", fronts},
          {"hold_room", s.hold_room},
          {"hold_problems", s.hold_problems},
          {"vhost_doubts", s.vhost_doubts},
          {"idle_reuse_ms", s.idle_reuse ? json(s.idle_reuse->count()) : json(nullptr)},
          {"page_control", s.page_control},
          {"where", where}};
}

SiteSettings site_settings(const json& j) {
  // Of at most a day, by the directives; 32 bits leave sums of them room.
  const auto duration = [&](const char* key) { return Millis{whole<std::int32_t>(j.at(key))}; };
  SiteSettings s;
  s.name = j.at("name");
  s.new_host = j.at("new_host");
  s.serve = side(j.at("serve"));
  s.old_database = option_file(j.at("old_database"));
  s.new_database = option_file(j.at("new_database"));
  s.max_lag = duration("max_lag_ms");
  s.check_interval = duration("check_interval_ms");
  s.hold_timeout = duration("hold_timeout_ms");
  s.hold_limit = whole<std::int64_t>(j.at("hold_limit"));
  s.drain_timeout = duration("drain_timeout_ms");
  s.quiet_timeout = duration("quiet_timeout_ms");
  s.close_stragglers = j.at("close_stragglers");
  s.self_calls = self_calls(j.at("self_calls"));
  if (!j.at("stragglers_after_ms").is_null()) s.stragglers_after = duration("stragglers_after_ms");
  s.streams = j.at("streams").get<std::vector<std::string>>();
  s.fence_timeout = duration("fence_timeout_ms");
  s.catch_up_timeout = duration("catch_up_timeout_ms");
  s.fence = j.at("fence");
  s.promote = j.at("promote");
  s.reverse = j.at("reverse");
  s.local = j.at("local").get<std::vector<std::string>>();
  s.remote = j.at("remote").get<std::vector<std::string>>();
  s.preview = j.at("preview");
  for (const json& h : list(j.at("hooks"))) s.hooks.push_back({h.at("event"), h.at("program")});
  s.hook_timeout = duration("hook_timeout_ms");
  for (const json& p : list(j.at("probes"))) s.probes.push_back(probe(p));
  for (const json& p : list(j.at("proofs"))) s.proofs.push_back(probe(p));
  s.proof_timeout = duration("proof_timeout_ms");
  s.leave_behind = j.at("leave_behind").get<std::vector<std::string>>();
  for (const json& f : list(j.at("fronts"))) s.fronts.push_back(front(f));
  s.hold_room = whole<std::int64_t>(j.at("hold_room"));
  s.hold_problems = j.at("hold_problems").get<std::vector<std::string>>();
  s.vhost_doubts = j.at("vhost_doubts").get<std::vector<std::string>>();
  if (!j.at("idle_reuse_ms").is_null())
    s.idle_reuse = duration("idle_reuse_ms");
  else
    s.idle_reuse.reset();
  s.page_control = j.at("page_control");
  for (const auto& [directive, w] : object(j.at("where")).items())
    s.where[directive] = {w.at("file"), whole<int>(w.at("line"))};
  return s;
}

}  // namespace

std::string to_json(const CoordinatorConfig& config) {
  json sites = json::array();
  for (const SiteSettings& s : config.sites) sites.push_back(to_json(s));
  return json{{"state_dir", config.state_dir},
              {"uid", config.uid},
              {"gid", config.gid},
              {"sites", sites},
              {"number", config.number},
              {"workers", config.workers},
              {"httpd", config.httpd}}
      .dump();
}

// No secret, and nobody gains by a second text with the same digest: a fixed key will do.
std::string settings_digest(const SiteSettings& settings) {
  SiteSettings said = settings;
  said.where.clear();
  for (Probe& probe : said.probes) probe.where = {};
  for (Probe& proof : said.proofs) proof.where = {};
  return std::to_string(sip_hash({}, to_json(said).dump()));
}

CoordinatorConfig coordinator_config(const std::string& text) {
  try {
    const json j = json::parse(text);
    CoordinatorConfig config;
    config.state_dir = j.at("state_dir");
    config.uid = whole<uid_t>(j.at("uid"));
    config.gid = whole<gid_t>(j.at("gid"));
    for (const json& s : list(j.at("sites"))) config.sites.push_back(site_settings(s));
    config.number = whole<std::uint32_t>(j.at("number"));
    config.workers = whole<std::int64_t>(j.at("workers"));
    config.httpd = j.at("httpd");
    return config;
  } catch (const json::exception& e) {
    throw std::runtime_error(std::string("the configuration from httpd cannot be read: ") +
                             e.what());
  }
}

}  // namespace cutover
