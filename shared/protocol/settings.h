// SPDX-License-Identifier: Apache-2.0
// A site's settings as configured, their defaults, and the relations between them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/protocol/front.h"
#include "shared/protocol/side.h"

namespace cutover {

using Millis = std::chrono::milliseconds;

// Where a directive stands, for messages.
struct Where {
  std::string file;
  int line = 0;
};

struct OptionFile {
  std::string path;
  std::string group = "cutover";
};

struct Hook {
  // before-switch, after-switch, before-rollback, after-rollback, aborted; and in the pause fence,
  // fenced, unfence, promote
  std::string event;
  std::string program;
};

// Whether it runs while everybody is held.
bool is_in_pause(const Hook& hook);

// A page that the preflight asks both hosts for.
struct Probe {
  std::string path;
  std::string cookie_file;  // of a session; empty: as a stranger
  Where where;
};

// Whether a request that the site makes of itself is let through while the site is drained: where
// it comes from, and on auto only where such requests are the lesser part of all.
enum class SelfCalls : std::uint8_t { kAuto, kOn, kOff };

struct SiteSettings {
  std::string name;
  std::string new_host;  // the URL
  std::optional<Side> serve;
  std::optional<OptionFile> old_database;
  std::optional<OptionFile> new_database;
  Millis max_lag{1000};
  Millis check_interval{100};
  Millis hold_timeout{10000};
  std::int64_t hold_limit = 10000;
  Millis drain_timeout{3000};
  Millis quiet_timeout{2000};
  bool close_stragglers = false;           // CutoverStragglers close
  std::optional<Millis> stragglers_after;  // nothing: at the end of drain_timeout
  // Paths, which begin with a slash, and types of answers that never end.
  std::vector<std::string> streams;
  SelfCalls self_calls = SelfCalls::kAuto;
  Millis fence_timeout{1000};
  Millis catch_up_timeout{3000};
  bool fence = true;
  bool promote = true;
  bool reverse = true;
  std::vector<std::string> local;   // paths that are always served here
  std::vector<std::string> remote;  // paths that always go to the new host; none is in both
  std::string preview;  // the name of CutoverPreview's cookie, whose value stays in httpd
  std::vector<Hook> hooks;
  Millis hook_timeout{5000};  // of each program in the pause
  std::vector<Probe> probes;
  // Asked of the new host when its database is the writer, before anybody is let in.
  std::vector<Probe> proofs;
  Millis proof_timeout{2000};  // of each
  // Schemas and accounts of other sites, known to stay read-only where this one has left.
  std::vector<std::string> leave_behind;
  bool page_control = false;
  std::map<std::string, Where> where;  // directive name -> its place; "CutoverSite" is always there
  std::vector<Front> fronts;           // its vhosts, those without TLS first; httpd fills them in
  // How many requests httpd can hold at once, hold_limit at most; as above.
  std::int64_t hold_room = hold_limit;
  // What of httpd is too little for hold_limit, each with the value that would do; as above.
  std::vector<std::string> hold_problems;
  std::vector<std::string> vhost_doubts;  // what is likely forgotten in its vhosts; as above
  // For how long mod_proxy uses an idle connection to the new host again; nothing: for ever. As
  // above.
  std::optional<Millis> idle_reuse = Millis{4000};

  bool has_databases() const { return old_database.has_value(); }
  bool has_hook(std::string_view event) const;
  // How long the programs of that event may take together.
  Millis hook_time(std::string_view event) const;
  // All of a switch that goes through.
  Millis hooks_time() const {
    return hook_time("fence") + hook_time("fenced") + hook_time("promote");
  }
  // The longest that drain, fence and catch-up may take together; the hooks between them; and the
  // proofs and their way back.
  Millis phases_time() const;
  // What a way back needs of the hold.
  Millis return_time() const;
  // What quieting may take: no more of the hold than these leave.
  Millis quiet_time() const;
};

struct Problem {
  Where where;
  std::string text;   // what is wrong and what would be right
  bool fatal = true;  // false: a warning
};

// What the settings are checked against. `timeout` is the shortest `Timeout` of the vhosts that
// belong to the site.
struct ServerFacts {
  Millis timeout{60000};
};

// The relations of one site's settings: hold < Timeout, hold > drain + fence + catch-up, database
// files in pairs, no hook of an unknown event, and so on.
std::vector<Problem> check(const SiteSettings& site, const ServerFacts& server);

}  // namespace cutover
