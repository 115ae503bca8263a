// SPDX-License-Identifier: Apache-2.0
// The directives inside <CutoverSite>. Each says with its place what is wrong and what is right;
// the relations between them are checked in shared/protocol/settings.cpp, once everything is read.
#include <apr_strings.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "mod_cutover/httpd/config/directives.h"
#include "mod_cutover/httpd/config/proxy_worker.h"
#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/config/values.h"

namespace cutover {
namespace {

// CutoverHoldTimeout, where a proof or a hook is to fit in and nobody has said another.
constexpr Millis kLongHold{20000};

const char* answer(cmd_parms* cmd, const std::string& problem) {
  return apr_pstrcat(cmd->pool, cmd->cmd->name, ": ", problem.c_str(), nullptr);
}

// Notes where the directive stands. Nothing when it stands outside of a site.
Site* site_of(cmd_parms* cmd) {
  Site* site = config_of(cmd->server).global == nullptr ? nullptr
                                                        : config_of(cmd->server).global->being_read;
  if (site != nullptr)
    site->settings.where[cmd->cmd->name] = {cmd->directive->filename, cmd->directive->line_num};
  return site;
}

const char* outside(cmd_parms* cmd) {
  return answer(cmd, "belongs inside <CutoverSite NAME> ... </CutoverSite>");
}

std::string absolute(cmd_parms* cmd, const char* path) {
  const char* full = ap_server_root_relative(cmd->pool, path);
  return full == nullptr ? path : full;
}

void hold_longer(SiteSettings& settings) {
  if (!settings.where.contains("CutoverHoldTimeout")) settings.hold_timeout = kLongHold;
}

}  // namespace

const char* set_new_host(cmd_parms* cmd, void*, const char* args) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  const char* url = ap_getword_conf(cmd->pool, &args);
  if (*url == '\0') return answer(cmd, "takes a URL, as in CutoverNewHost http://10.0.0.2");
  const auto parsed = parse_new_host(url);
  if (!parsed) return answer(cmd, parsed.problem);
  site->settings.new_host = url;
  site->target = parsed.value;
  site->worker_keys = args;
  if (const char* problem = define_worker(cmd, site->target, site->worker_keys))
    return answer(cmd, problem);
  site->proxying = proxying_to_new_host(cmd);
  return nullptr;
}

const char* set_serve(cmd_parms* cmd, void*, const char* side) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  site->settings.serve = side_named(side);
  if (site->settings.serve) return nullptr;
  return answer(cmd, "'" + std::string(side) + "' is no side; write old or new");
}

const char* set_database(cmd_parms* cmd, void*, const char* file, const char* group) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  const auto member = *static_cast<std::optional<OptionFile> SiteSettings::*const*>(cmd->info);
  OptionFile option_file{absolute(cmd, file)};
  if (group != nullptr) option_file.group = group;
  site->settings.*member = option_file;
  return nullptr;
}

const char* set_duration(cmd_parms* cmd, void*, const char* duration) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  const auto parsed = parse_duration(duration);
  if (!parsed) return answer(cmd, parsed.problem);
  site->settings.*(*static_cast<Millis SiteSettings::*const*>(cmd->info)) = parsed.value;
  return nullptr;
}

const char* set_hold_limit(cmd_parms* cmd, void*, const char* count) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  const auto parsed = parse_count(count);
  if (!parsed) return answer(cmd, parsed.problem);
  site->settings.hold_limit = parsed.value;
  return nullptr;
}

const char* set_stragglers(cmd_parms* cmd, void*, const char* verb, const char* after) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  const std::string_view what = verb;
  if (what != "close" && what != "abort")
    return answer(cmd, "'" + std::string(what) +
                           "' is unknown; write abort (the switch is given up "
                           "when requests do not end in time) or close (they are left behind)");
  site->settings.close_stragglers = what == "close";
  if (after == nullptr) return nullptr;
  if (what != "close") return answer(cmd, "abort takes no time; CutoverDrainTimeout is its own");
  const auto parsed = parse_duration(after);
  if (!parsed) return answer(cmd, parsed.problem);
  site->settings.stragglers_after = parsed.value;
  return nullptr;
}

const char* add_stream(cmd_parms* cmd, void*, const char* what) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  const auto parsed = parse_stream(what);
  if (!parsed) return answer(cmd, parsed.problem);
  site->settings.streams.push_back(parsed.value);
  return nullptr;
}

const char* set_self_calls(cmd_parms* cmd, void*, const char* word) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  constexpr std::array<const char*, 3> kWords{"auto", "On", "Off"};
  const auto* at =
      std::ranges::find_if(kWords, [&](const char* one) { return strcasecmp(one, word) == 0; });
  if (at == kWords.end())
    return answer(cmd, "'" + std::string(word) +
                           "' is unknown; write auto, On (a request that the site makes of itself "
                           "is let through while it is drained) or Off (it is held as any other)");
  site->settings.self_calls = static_cast<SelfCalls>(at - kWords.begin());
  return nullptr;
}

const char* set_flag(cmd_parms* cmd, void*, int on) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  site->settings.*(*static_cast<bool SiteSettings::*const*>(cmd->info)) = on != 0;
  return nullptr;
}

const char* add_path(cmd_parms* cmd, void*, const char* path) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  if (*path != '/')
    return answer(cmd, "'" + std::string(path) + "' is no path; it begins with a slash: /health");
  if (std::string_view(path) == "/")
    return answer(cmd, "/ is the whole site, which would then never move; name folders below it");
  using Paths = std::vector<std::string> SiteSettings::*;
  (site->settings.*(*static_cast<const Paths*>(cmd->info))).emplace_back(path);
  return nullptr;
}

const char* set_preview(cmd_parms* cmd, void*, const char* cookie) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  if (site->preview) return answer(cmd, "is there already; a site has one cookie");
  const auto parsed = parse_preview(cookie);
  if (!parsed) return answer(cmd, parsed.problem);
  site->preview = parsed.value;
  site->settings.preview = parsed.value.name;
  // mod_info shows every line of the configuration.
  cmd->directive->args = apr_pstrcat(cmd->pool, parsed.value.name.c_str(), "=...", nullptr);
  return nullptr;
}

const char* add_probe(cmd_parms* cmd, void*, const char* path, const char* cookie_file) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  const std::string_view text = path;
  if (!text.starts_with('/'))
    return answer(cmd, "'" + std::string(path) + "' is no path; it begins with a slash: /account");
  const auto plain = [](char c) { return c > ' ' && c < '\x7f' && c != '#'; };
  if (!std::all_of(text.begin(), text.end(), plain))
    return answer(cmd, "'" + std::string(path) +
                           "' is no path as a request has it: no blank, no '#', and other "
                           "characters as %41");
  SiteSettings& settings = site->settings;
  auto& pages = settings.*(*static_cast<std::vector<Probe> SiteSettings::*const*>(cmd->info));
  pages.push_back({path,
                   cookie_file == nullptr ? "" : absolute(cmd, cookie_file),
                   {cmd->directive->filename, cmd->directive->line_num}});
  if (&pages == &settings.proofs) hold_longer(settings);
  return nullptr;
}

const char* add_left_behind(cmd_parms* cmd, void*, const char* name) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  const std::string_view text = name;
  const std::size_t at = text.find('@');
  if (text.find_first_of("'`\"*, ") != text.npos || text.find('@', at + 1) != text.npos ||
      at == 0 || at + 1 == text.size() || text.empty() || text == "%")
    return answer(cmd, "'" + std::string(text) +
                           "' is neither a schema nor an account; write them without quotes, one "
                           "by one: blog, or wiki@10.0.0.%");
  site->settings.leave_behind.emplace_back(text);
  return nullptr;
}

const char* add_known(cmd_parms* cmd, void*, const char* directive) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  std::string name = directive;
  if (name.starts_with('<')) name.erase(0, 1);
  if (name.ends_with('>')) name.pop_back();
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  if (name.empty() || !std::all_of(name.begin(), name.end(), plain))
    return answer(cmd, "'" + std::string(directive) +
                           "' is no directive's name; write the one of which configtest warns, "
                           "without its arguments: CutoverKnown php_value");
  site->known.push_back(name);
  return nullptr;
}

const char* add_hook(cmd_parms* cmd, void*, const char* event, const char* program) {
  Site* site = site_of(cmd);
  if (site == nullptr) return outside(cmd);
  site->settings.hooks.push_back({event, absolute(cmd, program)});
  if (is_in_pause(site->settings.hooks.back())) hold_longer(site->settings);
  return nullptr;
}

}  // namespace cutover
