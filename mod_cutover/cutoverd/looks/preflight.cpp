// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/preflight.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "mod_cutover/cutoverd/looks/by_settings.h"
#include "mod_cutover/cutoverd/looks/hook_programs.h"
#include "mod_cutover/cutoverd/looks/previewing.h"
#include "mod_cutover/cutoverd/looks/self_calls.h"
#include "mod_cutover/cutoverd/looks/without_link.h"
#include "mod_cutover/cutoverd/new_host/both_hosts.h"
#include "mod_cutover/cutoverd/new_host/clock_check.h"
#include "mod_cutover/cutoverd/new_host/folder_checks.h"
#include "mod_cutover/cutoverd/new_host/keep_alive.h"
#include "mod_cutover/cutoverd/new_host/latency.h"
#include "mod_cutover/cutoverd/new_host/name_checks.h"
#include "shared/words/check_groups.h"
#include "shared/words/harmless.h"
#include "shared/words/phrases.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kProbeLimit = 2s;
constexpr double kComfortable = 0.8;
constexpr const char* kSlept =
    "the first visitors would wait as long where it was asleep: let it not sleep "
    "(PassengerMinInstances, pm = static), or ask for a page there just before the switch";
// What the new host's pages were like is good for so long; and for so long an application there may
// remember that it was asked.
constexpr Nanos kAskedFor = 30min, kForgotten = 1min;

// One that does not answer has one row instead of all, named after it.
Check* silent_database(std::vector<Check>& checks) {
  const auto found = std::find_if(checks.begin(), checks.end(), [](const Check& c) {
    return c.name == "database-old" || c.name == "database-new" || c.name == "databases";
  });
  return found == checks.end() ? nullptr : &*found;
}

}  // namespace

bool Preflight::check_new_host(std::vector<Check>& checks) {
  if (!from_.new_host.can_ask()) {
    checks.push_back({"new-host", CheckVerdict::kWarn, "only http and https URLs can be asked",
                      "see for yourself that the new host serves the site"});
    return false;
  }
  const std::int64_t sent = from_.clock.wall_ms();
  const Reading<PageAnswer> answer = from_.new_host.look(kProbeLimit);
  const std::int64_t received = from_.clock.wall_ms();
  if (!answer) {
    checks.push_back({"new-host", CheckVerdict::kBlock, answer.error,
                      "start httpd there, or mend CutoverNewHost or the firewall"});
    return false;
  }
  if (from_.new_host.leads_here()) {
    checks.push_back({"new-host", CheckVerdict::kBlock,
                      "CutoverNewHost leads back to this httpd: requests would go in circles",
                      "name the new host by an address of its own, not by the site's name"});
    return false;
  }
  std::string seen = "answers with status " + std::to_string(answer->status);
  const bool slept = answer->took > kProbeLimit;
  if (slept) seen += ", after " + one_decimal(to_ms(answer->took) / 1000) + " s";
  // An error is no block: the application may need its database to be writable.
  if (answer->status >= 500)
    checks.push_back({"new-host", CheckVerdict::kWarn, seen,
                      "an application that cannot write yet may answer so; look at its log"});
  else if (slept)
    checks.push_back({"new-host", CheckVerdict::kWarn, seen, kSlept});
  else
    checks.push_back({"new-host", CheckVerdict::kPass, seen, ""});
  if (auto certificate = from_.new_host.certificate(kProbeLimit, received / 1000))
    checks.push_back(*std::move(certificate));
  checks.push_back(clock_of_new_host(answer->date, sent, received));
  if (const auto kept = idle_connections(answer->keeps_s, from_.settings.idle_reuse))
    checks.push_back(*kept);
  return true;
}

// Once new serves, every request keeps a worker here for as long as new takes to answer it.
Check Preflight::check_capacity() {
  const std::optional<Load> load = traffic_.busiest();
  const Reading<FrontPage> page =
      front_page(*from_.pages, from_.settings.fronts, Side::kNew, kToWakeUp);
  if (!load || !page || from_.workers == 0)
    return {"capacity", CheckVerdict::kWarn,
            "not known: " + (page ? "the site was watched for less than ten seconds"
                                  : "the new host's latency, " + harmless(page.error)),
            "look again in a moment"};
  const Nanos took = latency(*from_.pages, *page, kProbeLimit);
  const std::int64_t needed = workers_needed(*load, took);
  const std::string seen = whole_number(load->per_second) + " requests/s at most in ten minutes, " +
                           whole_number(load->in_flight) +
                           " at once, and the new host answers in " + one_decimal(to_ms(took)) +
                           " ms: " + std::to_string(needed) + " of httpd's " +
                           std::to_string(from_.workers) + " workers would be busy with it";
  if (static_cast<double>(needed) <= kComfortable * static_cast<double>(from_.workers))
    return {"capacity", CheckVerdict::kPass, seen, ""};
  return {"capacity", CheckVerdict::kWarn, seen,
          "raise MaxRequestWorkers, and max= of CutoverNewHost where that is set, to " +
              std::to_string(2 * needed) + " or more; or bring the hosts nearer to each other"};
}

void Preflight::look(const Counts& counts) {
  counts_ = counts;
  traffic_.sample(from_.clock.now(), counts.served[0] + counts.served[1],
                  counts.in_flight + counts.endless);
}

Check Preflight::check_direct_visitors(bool despite) {
  Check check = from_.direct_visitors.check();
  if (despite) check.verdict = std::min(check.verdict, CheckVerdict::kWarn);
  return check;
}

std::vector<Check> Preflight::ask_new_host() {
  std::vector<Check> rows;
  const bool answers = check_new_host(rows) || !from_.new_host.can_ask();
  if (from_.pages != nullptr) {
    const PageLook look{from_.settings, from_.probes, Side::kOld,
                        answers,        *from_.pages, from_.clock};
    if (answers) rows.push_back(check_capacity());
    // It may be asleep, too; what it says is looked at by name.
    if (answers) front_page(*from_.pages, from_.settings.fronts, Side::kOld, kToWakeUp);
    for (const auto& row : {look_at_names(look), look_at_folders(look)})
      if (row) rows.push_back(*row);
    for (Check& page : look_at_pages(look)) rows.push_back(std::move(page));
  }
  if (!from_.settings.preview.empty())
    if (auto row = previewing(from_.settings, from_.direct_visitors.led_elsewhere()))
      rows.push_back(*std::move(row));
  asked_ = rows;
  asked_at_ = from_.clock.now();
  return rows;
}

// Only that it takes a connection is looked at again.
std::vector<Check> Preflight::asked_before() {
  const Nanos ago = asked_at_ ? from_.clock.now() - *asked_at_ : kAskedFor;
  std::vector<Check> rows;
  if (ago < kAskedFor) rows = asked_;
  if (const Answer there = from_.new_host.connects(kProbeLimit); !there.done()) {
    std::erase_if(rows, [](const Check& row) { return row.name == "new-host"; });
    rows.push_back({"new-host", CheckVerdict::kBlock, there.why,
                    "start httpd there, or mend CutoverNewHost or the firewall"});
  }
  const std::string seconds = std::to_string(ago / 1s) + " s ago";
  if (ago >= kAskedFor)
    rows.push_back({"pages-asked", CheckVerdict::kWarn,
                    "no preflight has asked the new host for its pages in the last thirty minutes",
                    "`cutoverctl preflight`, and a minute later the switch, which itself asks for "
                    "none: an application that asks its database now and then whether it is "
                    "read-only would remember it"});
  else if (ago < kForgotten)
    rows.push_back({"pages-asked", CheckVerdict::kWarn,
                    "the new host was asked for its pages " + seconds +
                        ": an application that remembers that its database is read-only may "
                        "refuse the first writes",
                    "wait a minute after a preflight"});
  else
    rows.push_back({"pages-asked", CheckVerdict::kPass, "by a preflight " + seconds, ""});
  return rows;
}

std::vector<Check> Preflight::checks(Direction direction, Purpose purpose, bool ask,
                                     bool despite_direct) {
  // Before any page is asked: whoever is at work on the arriving database is not there because of
  // it.
  std::vector<Check> databases;
  if (from_.replication != nullptr)
    databases = from_.replication->preflight(direction, from_.baseline);
  std::vector<Check> all{vhosts(from_.settings), from_.rehearsal.check_long_requests(),
                         hold_capacity(from_.settings, from_.httpd, traffic_.busiest())};
  std::vector<Door> doors = from_.databases;
  if (const int port = port_in(from_.settings.new_host); port != 0)
    doors.insert(doors.begin(), {"the new host", port});
  const bool to_new = arriving(direction) == Side::kNew;
  for (const auto& row :
       {self_calls(from_.settings, counts_), selinux(doors, from_.kernel),
        hook_programs(from_.settings), to_new ? traffic_in_clear(from_.settings) : std::nullopt})
    if (row) all.push_back(*row);
  if (const std::string others = from_.others == nullptr ? "" : from_.others->said();
      !others.empty())
    all.push_back({"other-version", CheckVerdict::kBlock, others,
                   "wait until they have ended: `ps -o pid,etime,args -C apache2`, or httpd; or "
                   "stop and start httpd"});
  if (purpose != Purpose::kRehearse) all.push_back(from_.rehearsal.check_forecast(direction));
  if (to_new) {
    const std::vector<Check> rows = ask ? ask_new_host() : asked_before();
    all.insert(all.end(), rows.begin(), rows.end());
    if (auto row = from_.proofs == nullptr ? std::nullopt : from_.proofs->look())
      all.push_back(*std::move(row));
  } else if (from_.pages != nullptr && ask) {
    const std::vector<Check> rows =
        look_at_pages({from_.settings, from_.probes, Side::kNew, false, *from_.pages, from_.clock});
    all.insert(all.end(), rows.begin(), rows.end());
  }
  if (direction == Direction::kRollback && purpose != Purpose::kRehearse &&
      from_.settings.has_databases())
    all.push_back(check_direct_visitors(despite_direct));
  check_databases(all, std::move(databases), direction, purpose == Purpose::kMoveWithLoss);
  if (from_.verification != nullptr && purpose != Purpose::kRehearse)
    all.push_back(verified_check(from_.verification->seen(), from_.clock.wall_ms()));
  proof_needs_way_back(all);
  std::ranges::stable_sort(all, {}, [](const Check& check) { return place_of_group(check.name); });
  return all;
}

void Preflight::check_databases(std::vector<Check>& all, std::vector<Check> databases,
                                Direction direction, bool accept_loss) {
  if (!from_.trouble.empty())
    all.push_back({"option-files", CheckVerdict::kBlock, from_.trouble,
                   "mend the option file, then `apachectl graceful`"});
  if (!from_.settings.has_databases())
    all.push_back({"databases", CheckVerdict::kPass, "none: nothing to wait for", ""});
  if (from_.replication == nullptr) return;
  all.insert(all.end(), databases.begin(), databases.end());
  if (databases.empty())
    all.push_back({"databases", CheckVerdict::kBlock, "could not be looked at", ""});
  if (direction != Direction::kRollback) return;
  if (Check* silent = silent_database(all)) {
    if (accept_loss && silent->name == "database-new")
      silent->remedy += "; if it is gone for good: `cutoverctl resolve " + from_.settings.name +
                        " old --other-is-down`";
  } else {
    all = without_link(std::move(all), from_.replication->missing(Side::kOld), accept_loss);
  }
}

}  // namespace cutover
