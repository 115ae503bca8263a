// SPDX-License-Identifier: Apache-2.0
// The table of all directives, and those that stand outside of a site.
#include "mod_cutover/httpd/config/directives.h"

#include <apr_fnmatch.h>
#include <apr_strings.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/config/values.h"
#include "mod_cutover/httpd/edge/wall.h"

namespace cutover {
namespace {

const char* answer(cmd_parms* cmd, const std::string& problem) {
  return apr_pstrdup(cmd->pool, problem.c_str());
}

Where place_of(cmd_parms* cmd) { return {cmd->directive->filename, cmd->directive->line_num}; }

const char* set_state_dir(cmd_parms* cmd, void*, const char* dir) {
  if (const char* wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY)) return wrong;
  const char* full = ap_server_root_relative(cmd->pool, dir);
  if (full == nullptr) return answer(cmd, "CutoverStateDir: '" + std::string(dir) + "' is no path");
  config_of(cmd->server).global->state_dir = full;
  return nullptr;
}

const char* set_site(cmd_parms* cmd, void*, const char* name) {
  if (const char* wrong = ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT)) return wrong;
  ServerConfig& config = config_of(cmd->server);
  config.where = place_of(cmd);
  if (strcasecmp(name, "off") == 0) {
    config.site_name = "";
    return nullptr;
  }
  const auto parsed = parse_site_name(name);
  if (!parsed) return answer(cmd, "Cutover: " + parsed.problem);
  config.site_name = parsed.value;
  return nullptr;
}

bool belongs_in_a_site(const char* directive) {
  if (strcasecmp(directive, "CutoverStateDir") == 0 || strcasecmp(directive, "Cutover") == 0)
    return false;
  return strncasecmp(directive, "Cutover", 7) == 0;
}

const char* read_section(cmd_parms* cmd, Global& global, const std::string& name) {
  for (ap_directive_t* d = cmd->directive->first_child; d != nullptr; d = d->next) {
    if (belongs_in_a_site(d->directive)) continue;
    cmd->err_directive = d;
    return answer(cmd, std::string(d->directive) + " does not belong in <CutoverSite " + name +
                           ">, where only the site's own Cutover* directives stand");
  }
  const auto [at, is_new] = global.sites.emplace(name, std::make_unique<Site>());
  if (!is_new) {
    const Where& first = at->second->settings.where["CutoverSite"];
    return answer(cmd, "<CutoverSite " + name + "> is there already, in " + first.file + " line " +
                           std::to_string(first.line) + "; a site is declared once");
  }
  if (global.sites.size() > kMaxSites)
    return answer(cmd, "there are more than " + std::to_string(kMaxSites) + " sites");
  at->second->settings.name = name;
  at->second->settings.where["CutoverSite"] = place_of(cmd);
  global.being_read = at->second.get();
  const char* problem = ap_walk_config(cmd->directive->first_child, cmd, cmd->context);
  global.being_read = nullptr;
  return problem;
}

const char* open_site(cmd_parms* cmd, void*, const char* args) {
  if (const char* wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY)) return wrong;
  const char* end = std::strrchr(args, '>');
  if (end == nullptr) return "<CutoverSite NAME> lacks its closing '>'";
  const char* words = apr_pstrmemdup(cmd->pool, args, static_cast<std::size_t>(end - args));
  const auto parsed = parse_site_name(ap_getword_conf(cmd->pool, &words));
  if (!parsed) return answer(cmd, "<CutoverSite>: " + parsed.problem);
  if (*words != '\0') return answer(cmd, "<CutoverSite " + parsed.value + ">: one name only");
  // The walk moves cmd->directive along; an error must point at the line it moved to.
  ap_directive_t* section = cmd->directive;
  const char* problem = read_section(cmd, *config_of(cmd->server).global, parsed.value);
  if (problem == nullptr) cmd->directive = section;
  return problem;
}

// What httpd tells of itself: the new host has its own, and a pause is when somebody looks.
constexpr const char* kAboutThisHttpd[] = {"server-status", "server-info", "balancer-manager",
                                           "ldap-status"};

bool is_about_this_httpd(const char* handler) {
  return std::any_of(std::begin(kAboutThisHttpd), std::end(kAboutThisHttpd),
                     [&](const char* one) { return strcasecmp(handler, one) == 0; });
}

// httpd asks every module that knows a directive. This one only takes note of where the page is,
// so that the page can be reached on the site's own vhost in every phase.
const char* note_handler(cmd_parms* cmd, void*, const char* handler) {
  const ap_directive_t* section = cmd->directive->parent;
  PageLocation page{"", strcasecmp(handler, "cutover") == 0};
  if (section == nullptr || cmd->path == nullptr) return nullptr;
  if (!page.is_cutover && !is_about_this_httpd(handler)) return nullptr;
  page.path = cmd->path;
  if (strcasecmp(section->directive, "<LocationMatch") == 0 ||
      (strcasecmp(section->directive, "<Location") == 0 && *section->args == '~')) {
    page.pattern = ap_pregcomp(cmd->pool, cmd->path, AP_REG_EXTENDED);
    if (page.pattern == nullptr) return "the pattern cannot be compiled";
  } else if (strcasecmp(section->directive, "<Location") == 0) {
    page.wildcard = apr_fnmatch_test(cmd->path) != 0;
  } else {
    return nullptr;  // a folder or a file: part of the site
  }
  config_of(cmd->server).pages.push_back(page);
  return nullptr;
}

// What a directive sets, for the setters that several share.
std::optional<OptionFile> SiteSettings::*const kOldDatabase = &SiteSettings::old_database;
std::optional<OptionFile> SiteSettings::*const kNewDatabase = &SiteSettings::new_database;
Millis SiteSettings::*const kMaxLag = &SiteSettings::max_lag;
Millis SiteSettings::*const kCheckInterval = &SiteSettings::check_interval;
Millis SiteSettings::*const kHoldTimeout = &SiteSettings::hold_timeout;
Millis SiteSettings::*const kDrainTimeout = &SiteSettings::drain_timeout;
Millis SiteSettings::*const kQuietTimeout = &SiteSettings::quiet_timeout;
Millis SiteSettings::*const kProofTimeout = &SiteSettings::proof_timeout;
Millis SiteSettings::*const kHookTimeout = &SiteSettings::hook_timeout;
Millis SiteSettings::*const kFenceTimeout = &SiteSettings::fence_timeout;
Millis SiteSettings::*const kCatchUpTimeout = &SiteSettings::catch_up_timeout;
bool SiteSettings::*const kFence = &SiteSettings::fence;
std::vector<Probe> SiteSettings::*const kProbe = &SiteSettings::probes;
std::vector<Probe> SiteSettings::*const kProof = &SiteSettings::proofs;
std::vector<std::string> SiteSettings::*const kLocal = &SiteSettings::local;
std::vector<std::string> SiteSettings::*const kRemote = &SiteSettings::remote;
bool SiteSettings::*const kPromote = &SiteSettings::promote;
bool SiteSettings::*const kReverse = &SiteSettings::reverse;
bool SiteSettings::*const kPageControl = &SiteSettings::page_control;

template <class T>
void* info(const T& member) {
  return const_cast<void*>(static_cast<const void*>(&member));
}

}  // namespace

const command_rec kDirectives[] = {
    AP_INIT_TAKE1("CutoverStateDir", setter<set_state_dir>, nullptr, RSRC_CONF,
                  "the folder of journal, events and control socket; it survives a reboot"),
    AP_INIT_RAW_ARGS("<CutoverSite", setter<open_site>, nullptr, RSRC_CONF,
                     "declares a site: <CutoverSite NAME>"),
    AP_INIT_TAKE1("Cutover", setter<set_site>, nullptr, RSRC_CONF,
                  "the site that this server or vhost belongs to, or Off"),
    AP_INIT_RAW_ARGS("CutoverNewHost", setter<set_new_host>, nullptr, RSRC_CONF,
                     "URL of the new host, and keys of ProxyPass"),
    AP_INIT_TAKE1("CutoverServe", setter<set_serve>, nullptr, RSRC_CONF,
                  "old or new: a changed value switches at the next graceful"),
    AP_INIT_TAKE12("CutoverOldDatabase", setter<set_database>, info(kOldDatabase), RSRC_CONF,
                   "MySQL option file of the old database, and its group"),
    AP_INIT_TAKE12("CutoverNewDatabase", setter<set_database>, info(kNewDatabase), RSRC_CONF,
                   "MySQL option file of the new database, and its group"),
    AP_INIT_TAKE1("CutoverMaxLag", setter<set_duration>, info(kMaxLag), RSRC_CONF,
                  "the replication lag above which nothing is switched"),
    AP_INIT_TAKE1("CutoverCheckInterval", setter<set_duration>, info(kCheckInterval), RSRC_CONF,
                  "how often replication is looked at"),
    AP_INIT_TAKE1("CutoverHoldTimeout", setter<set_duration>, info(kHoldTimeout), RSRC_CONF,
                  "the longest time that a request is held; shorter than Timeout"),
    AP_INIT_TAKE1("CutoverHoldLimit", setter<set_hold_limit>, nullptr, RSRC_CONF,
                  "how many requests are held at most; above it they get 503"),
    AP_INIT_TAKE1("CutoverDrainTimeout", setter<set_duration>, info(kDrainTimeout), RSRC_CONF,
                  "how long requests in flight may take to end"),
    AP_INIT_TAKE1("CutoverQuietTimeout", setter<set_duration>, info(kQuietTimeout), RSRC_CONF,
                  "how long requests that take long are waited for before all are held; 0: not"),
    AP_INIT_TAKE12("CutoverStragglers", setter<set_stragglers>, nullptr, RSRC_CONF,
                   "abort or close: what becomes of a switch whose drain takes too long; and after "
                   "which time what is left is closed"),
    AP_INIT_ITERATE("CutoverStreams", setter<add_stream>, nullptr, RSRC_CONF,
                    "paths and types of answers that never end: no drain waits for them"),
    AP_INIT_TAKE1(
        "CutoverSelfCalls", setter<set_self_calls>, nullptr, RSRC_CONF,
        "auto, On or Off: a request that the site makes of itself is let through while it "
        "is drained"),
    AP_INIT_TAKE1("CutoverFenceTimeout", setter<set_duration>, info(kFenceTimeout), RSRC_CONF,
                  "how long the leaving database may take to become read-only"),
    AP_INIT_TAKE1("CutoverCatchUpTimeout", setter<set_duration>, info(kCatchUpTimeout), RSRC_CONF,
                  "how long the arriving database may take to catch up"),
    AP_INIT_FLAG("CutoverFence", setter<set_flag>, info(kFence), RSRC_CONF,
                 "Off: somebody else makes the leaving database read-only"),
    AP_INIT_FLAG("CutoverPromote", setter<set_flag>, info(kPromote), RSRC_CONF,
                 "Off: somebody else makes the arriving database writable"),
    AP_INIT_FLAG("CutoverReverse", setter<set_flag>, info(kReverse), RSRC_CONF,
                 "Off: somebody else makes the left database replicate back"),
    AP_INIT_ITERATE("CutoverLocal", setter<add_path>, info(kLocal), RSRC_CONF,
                    "paths that are always served here and never held"),
    AP_INIT_ITERATE("CutoverRemote", setter<add_path>, info(kRemote), RSRC_CONF,
                    "paths that are always passed to the new host and never held"),
    AP_INIT_TAKE1("CutoverPreview", setter<set_preview>, nullptr, RSRC_CONF,
                  "COOKIE=VALUE: who sends it is served by the new host while the old one serves"),
    AP_INIT_ITERATE("CutoverLeaveBehind", setter<add_left_behind>, nullptr, RSRC_CONF,
                    "schemas and accounts of other sites that stay read-only where this one left"),
    AP_INIT_ITERATE("CutoverKnown", setter<add_known>, nullptr, RSRC_CONF,
                    "directives of the vhosts of which configtest is not to warn any more"),
    AP_INIT_TAKE2("CutoverHook", setter<add_hook>, nullptr, RSRC_CONF,
                  "an event and the program that is run at it"),
    AP_INIT_TAKE1("CutoverHookTimeout", setter<set_duration>, info(kHookTimeout), RSRC_CONF,
                  "how long each program of CutoverHook in the pause may take"),
    AP_INIT_TAKE12("CutoverProbe", setter<add_probe>, info(kProbe), RSRC_CONF,
                   "a page that the preflight asks both hosts for, and a session's cookie file"),
    AP_INIT_TAKE12("CutoverProof", setter<add_probe>, info(kProof), RSRC_CONF,
                   "a page that the new host must show before anybody is let in, and a session's "
                   "cookie file"),
    AP_INIT_TAKE1("CutoverProofTimeout", setter<set_duration>, info(kProofTimeout), RSRC_CONF,
                  "how long the new host may take for each page of CutoverProof"),
    AP_INIT_FLAG("CutoverPageControl", setter<set_flag>, info(kPageControl), RSRC_CONF,
                 "On: the status page may act, not only show"),
    AP_INIT_TAKE1("SetHandler", setter<note_handler>, nullptr, OR_FILEINFO,
                  "a handler name (read by the core as well)"),
    {nullptr, {nullptr}, nullptr, 0, RAW_ARGS, nullptr},
};

}  // namespace cutover
