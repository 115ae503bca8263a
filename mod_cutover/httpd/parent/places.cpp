// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parent/places.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>

#include "mod_cutover/httpd/edge/mpm.h"
#include "mod_cutover/httpd/parent/memory.h"
#include "mod_cutover/state/journal_file.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/state/shared_memory.h"

namespace cutover {
namespace {

// How long a boot waits for a coordinator that compares the journal with what the databases
// remember: it takes a tenth of a second where nothing is amiss.
constexpr auto kCompared = std::chrono::seconds(5);

// A site that is new in a live httpd was served here until now, and goes on so until its
// coordinator knows more. At httpd's start the same journal may be one that was lost.
Word word_to_begin_with(const SiteSettings& settings, const JournalReading& journal) {
  const bool live = is_live();
  if (live && journal.kind == JournalReading::Kind::kMissing) return serving(Side::kOld, 1);
  return first_word(journal, !live && settings.has_databases());
}

JournalReading journal_of(const Retained& kept, const std::string& name) {
  return read_journal(journal_path(kept.state_dir, name));
}

std::size_t place_for(ControlArea& control, const Retained& kept, const SiteSettings& settings) {
  const Word first = word_to_begin_with(settings, journal_of(kept, settings.name));
  const bool compares = first.mode == Mode::kHold && first.at_deadline != AtDeadline::kRefuse;
  const std::int64_t until = monotonic_ns() + std::chrono::nanoseconds(kCompared).count();
  return adopt_site(control, settings.name, encode(first), compares ? until : 0);
}

// Their coordinators have ended, and so have the children of every configuration that had them. A
// child that is only just beginning sees for itself (child_init).
void give_places_back(ControlArea& control, const Retained& kept, const Global& global) {
  const CounterArea counters = counter_area(kept.counters, kept.counters_size);
  for (const pid_t pid : kept.predecessors)
    if (pid > 0) return;
  for (std::size_t i = 0; i < kMaxSites; ++i) {
    SiteControl& site = control.sites[i];
    if (site.used.load() == 0 || global.sites.count(site.name.data()) != 0) continue;
    if (site.withdrawn.load() != 0) give_back_site(control, counters, i);
  }
}

struct Circumstances {
  const Retained& kept;
  server_rec* main_server;
  const std::string& why;
};

// What becomes of a site that has no place.
std::string put_aside(Global& global, std::map<std::string, std::unique_ptr<Site>>::iterator each,
                      const Circumstances& now) {
  const JournalReading journal = journal_of(now.kept, each->first);
  const bool was_old =
      journal.kind == JournalReading::Kind::kMissing ||
      (journal.kind == JournalReading::Kind::kRecord &&
       journal.record.phase == JournalPhase::kRest && journal.record.side == Side::kOld);
  if (was_old)
    for (server_rec* s : servers_of(*each->second, now.main_server)) config_of(s).site = nullptr;
  const std::string said = "site " + each->first +
                           " finds no place in the shared memory, and its "
                           "vhosts " +
                           (was_old ? "are served here, without a gate: " : "answer 503: ") +
                           now.why;
  global.put_aside.push_back(std::move(each->second));
  global.sites.erase(each);
  return said;
}

}  // namespace

std::vector<std::string> adopt_sites(const Retained& kept, server_rec* main_server) {
  Global& global = *config_of(main_server).global;
  const auto& known = *static_cast<const ControlArea*>(kept.control);
  const auto is_new = [&known](const auto& each) {
    return find_site(known, each.first) == kMaxSites;
  };
  Mapping writable;
  std::string why = "all " + std::to_string(kMaxSites) +
                    " places are taken; those of sites that have gone are free once nobody uses "
                    "them: try `apachectl graceful` again in a minute";
  if (std::any_of(global.sites.begin(), global.sites.end(), is_new)) try {
      writable = map_control(control_for_writing(kept).get(), true);
      if (!writable) why = std::string("the decisions cannot be mapped: ") + std::strerror(errno);
    } catch (const std::exception& e) {
      why = e.what();
    }
  if (writable) give_places_back(control_in(writable), kept, global);
  std::vector<std::string> refused;
  for (auto each = global.sites.begin(); each != global.sites.end();) {
    Site& site = *each->second;
    site.index = find_site(known, each->first);
    if (site.index == kMaxSites && writable)
      site.index = place_for(control_in(writable), kept, site.settings);
    if (site.index != kMaxSites) {
      ++each;
      continue;
    }
    refused.push_back(put_aside(global, each++, {kept, main_server, why}));
  }
  return refused;
}

std::vector<std::string> put_all_aside(const Retained& kept, server_rec* main_server,
                                       const std::string& why) {
  Global& global = *config_of(main_server).global;
  std::vector<std::string> refused;
  while (!global.sites.empty())
    refused.push_back(put_aside(global, global.sites.begin(), {kept, main_server, why}));
  return refused;
}

bool announce_withdrawal(const Retained& kept, const std::string& site) noexcept try {
  if (kept.control == nullptr) return true;
  const std::size_t index = find_site(*static_cast<const ControlArea*>(kept.control), site);
  if (index == kMaxSites) return true;  // no coordinator knows it either
  const Mapping writable = map_control(control_for_writing(kept).get(), true);
  if (!writable) return false;
  // Done before the journal is read.
  control_in(writable).sites[index].withdrawn.exchange(kept.configuration);
  return true;
} catch (const std::exception&) {
  return false;
}

}  // namespace cutover
