// SPDX-License-Identifier: Apache-2.0
// Who comes straight to the new host while it serves. A rollback neither holds nor drains him, and
// what he writes after it is refused by a read-only database.
//
// He is known by what DNS says of the site's names; where that does not tell, by how few still come
// by this host; and by what the new database gets while this host passes nothing on: whoever writes
// then came past it. The site's own thread's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/looks/stray_book.h"
#include "shared/protocol/check.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

class DirectVisitors {
 public:
  // What it asks. Each lives as long as this.
  struct Sources {
    const SiteSettings& settings;
    Replication* replication;  // none: a site without databases, and nothing refuses a write
    NameServer* names;         // none: DNS is not asked
    const StateStore& store;
    Clock& clock;
    const StrayBook* strays = nullptr;  // none: nothing is compared with what came before
  };
  explicit DirectVisitors(const Sources& sources) : from_(sources) {}

  // One tick at rest. `position` is what the serving database had, `before` the counts from before
  // that was read.
  void look(Side serving, const Counts& before, const Position& position);
  // How he is known; empty where nobody is.
  std::string seen() const;
  // For the preflight of a rollback; DNS is asked now.
  Check check();
  // The names for which DNS leads to neither host; asked now, whoever serves.
  Reading<std::vector<std::string>> led_elsewhere();
  // The site's names by what DNS says of them.
  struct Names {
    std::vector<std::string> to_new;
    std::vector<std::string> here;
    std::vector<std::string> elsewhere;
    std::string trouble;  // why it is not known of all
  };
  const Names& ask();  // now

 private:
  // When new was written to past this host: the last two times, some while apart.
  struct Writes {
    std::optional<Nanos> last;
    std::optional<Nanos> before;
  };

  void ask_for_names();
  void sort_in(const std::string& name, const NameEntry& entry, const NameEntry& new_host);
  void look_for_writes(const Counts& before, const Position& position);
  bool written_past_this_host() const;
  std::string fallen() const;

  const Sources from_;
  Names names_;
  Nanos ask_at_{0};  // DNS, again
  Writes writes_;
  Position position_;   // of the last look; empty: there was none
  Nanos looked_at_{0};  // when that was
  // Requests that this host has passed on, as last seen, and when it was last seen to do that or to
  // have one in flight. Nothing: not known; not since old served.
  std::optional<std::uint64_t> passed_;
  std::optional<Nanos> busy_at_;
};

}  // namespace cutover
