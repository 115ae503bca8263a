// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/completion.h"

#include <algorithm>
#include <utility>

#include "mod_cutover/cutoverd/run/limits.h"
#include "mod_cutover/cutoverd/trail/log.h"
#include "shared/words/phrases.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kFirstPause = 2s;
constexpr Nanos kLongestPause = 60s;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kWholeDay = 24;  // and the hour that is not over

// What may be turned off, and what not yet.
struct Farewell {
  std::vector<std::string> may;
  std::vector<std::string> not_yet;
};

// Nobody may come by this host any more who does not keep an old address: DNS tells that best.
void judge_httpd(const DirectVisitors::Names& names, Farewell& farewell) {
  const std::string httpd = "httpd on this host";
  if (!names.here.empty()) {
    farewell.not_yet.push_back(httpd + ": DNS leads here for " + joined(names.here) +
                               "; let it name the new host, and wait for the TTL");
  } else if (!names.elsewhere.empty()) {
    farewell.not_yet.push_back(
        httpd + ": DNS leads neither to this machine nor to CutoverNewHost's address for " +
        joined(names.elsewhere) + "; it may go if that is the new host, by another address");
  } else if (!names.trouble.empty()) {
    farewell.not_yet.push_back(httpd + ": DNS could not be asked for the site's names: " +
                               names.trouble + "; see that they lead to the new host");
  } else if (names.to_new.empty()) {
    farewell.not_yet.push_back(
        httpd + ": no name of the site's is in DNS; see that visitors find the new host");
  } else {
    farewell.may.push_back(httpd +
                           ", where it has no other site: nobody came by it for 24 h, and " +
                           "DNS leads to the new host for " + joined(names.to_new));
  }
}

void judge_the_rest(const SiteSettings& settings, bool databases, const std::string& left,
                    Farewell& farewell) {
  farewell.may.emplace_back(
      "the site's application on this host, its cron jobs and workers: no visitor gets there");
  if (!settings.local.empty())
    farewell.not_yet.push_back(
        "what serves CutoverLocal here (" + joined(settings.local) +
        "): these paths never move; the new host needs them when httpd goes");
  if (!databases) return;
  if (!left.empty()) {
    farewell.not_yet.push_back("the old database server, and the coordinator's accounts: " + left);
    return;
  }
  farewell.may.emplace_back(
      "the old database server, once nothing else uses it (SHOW PROCESSLIST): no link leads into "
      "it or out of it; until then read_only=1 in its my.cnf keeps it as it is");
  farewell.may.emplace_back(
      "on both servers the coordinator's and the replication's accounts; DROP DATABASE "
      "mod_cutover; here the option files and Cutover...Database lines");
  farewell.may.emplace_back(
      "in the new server's my.cnf what was written for the move: skip_slave_start (MySQL: "
      "skip_replica_start). It must not have read_only: nobody puts that right after a restart "
      "any more");
}

}  // namespace

Outcome Completion::carry_out(const Ticket& ticket) {
  if (!desk_.footing.record.completed()) {
    const std::vector<std::string> reasons = against(ticket);
    std::string why = joined(reasons, "; ");
    if (why.empty()) why = write_down(ticket.by());
    if (!why.empty()) return {1, "not completed: " + why, {{"against", reasons}}};
  }
  return told(clear(ticket.other_is_down()));
}

// All of it, and nothing is changed by it.
std::vector<std::string> Completion::against(const Ticket& ticket) {
  const Footing& footing = desk_.footing;
  if (footing.serving() != Side::kNew) return {"old serves: there is no move that could be over"};
  std::vector<std::string> reasons;
  const auto add = [&reasons](const std::string& reason) {
    if (!reason.empty()) reasons.push_back(reason);
  };
  // A server that is off is not in its role, which is no doubt where it is said to stay so.
  const std::string recorded = footing.record.in_doubt ? footing.record.doubt : "";
  const std::string doubt = ticket.other_is_down() ? recorded : footing.doubt();
  add(doubt.empty() ? "" : "in doubt: " + doubt);
  add(footing.unwritten());
  add(who_still_comes());
  const Counts counts = desk_.ports.store.counts();
  if (const std::int64_t here = counts.in_flight + counts.endless; here > 0)
    add(std::to_string(here) + " requests are under way by this host");
  if (desk_.ports.store.withdrawn()) add("the new configuration of httpd takes the site away");
  if (desk_.settings.has_databases()) look_at_databases(ticket.other_is_down(), reasons);
  return reasons;
}

// An hour that nobody has seen is not one in which nobody came.
std::string Completion::who_still_comes() const {
  if (strays_ == nullptr) return "who comes by this host is not counted";
  const std::int64_t hour = desk_.ports.clock.wall_ms() / kHourMs;
  std::int64_t known = 0;
  std::uint64_t requests = 0;
  for (const StrayReport::Hour& h : strays_->report(hour).hours) {
    if (h.hour < hour - kWholeDay) continue;
    ++known;
    requests += h.requests;
  }
  if (requests > 0)
    return std::to_string(requests) +
           " requests came by this host in the last 24 hours: `cutoverctl status` says by which "
           "names and from where; let DNS lead them to the new host, and look again in a day";
  if (known <= kWholeDay)
    return "who came by this host is known of " + std::to_string(known) +
           " of the last 25 hours, this one with them: look again in a day";
  return {};
}

// New is the writer, by its own word, and nobody else is.
void Completion::look_at_databases(bool old_is_down, std::vector<std::string>& against) {
  if (desk_.ports.replication == nullptr)
    return against.push_back("first mend the option file: " + trouble_);
  Replication& databases = *desk_.ports.replication;
  if (const Answer owner = ownership_.take(kCommandLimit); !owner.done())
    against.push_back(owner.why);
  const Reading<bool> by_new = databases.read_only(Side::kNew);
  if (!by_new)
    against.push_back("the new database is not proved the writer: " + by_new.error);
  else if (*by_new)
    against.emplace_back("the new database is read-only: it is not the writer");
  const Reading<bool> by_old = databases.read_only(Side::kOld);
  if (by_old && !*by_old)
    against.emplace_back(
        "the old database is writable: whoever writes there is not on the new one");
  if (!by_old && !old_is_down)
    against.push_back("the old database does not answer: " + by_old.error +
                      " (if its server is off and stays off, say --other-is-down)");
}

// Before the first statement: should this be the end of us, the next one goes on with it.
std::string Completion::write_down(const std::string& by) {
  JournalRecord wanted = desk_.footing.record;
  wanted.completed_ms = desk_.ports.clock.wall_ms();
  wanted.clearing_owed = desk_.ports.replication != nullptr;
  wanted.owed = wanted.links_owed = wanted.fence_owed = false;
  if (!desk_.ports.journal.write(wanted))
    return "the journal cannot be written: " + desk_.ports.journal.error();
  desk_.footing.record = wanted;
  desk_.footing.not_armed.clear();
  diary_.disarm("the move was completed", by);
  log(Message::kCompleted, desk_.settings.name, desk_.footing.completed() + "; by " + by);
  desk_.audit.add({{"site", desk_.settings.name},
                   {"event", "completed"},
                   {"id", code(id_of(Message::kCompleted))},
                   {"by", by}});
  return {};
}

// What is left, and why; nothing where nothing is.
std::string Completion::clear(bool old_is_down) {
  if (!desk_.footing.record.clearing_owed) return {};
  if (desk_.ports.replication == nullptr) return "first mend the option file: " + trouble_;
  if (!ownership_.refused().empty()) return ownership_.refused();
  std::vector<std::string> left;
  std::vector<std::string> notes;
  for (const Side side : {Side::kOld, Side::kNew}) {
    const Answer answer = desk_.ports.replication->clear(side, lives_.pair(), kStatementLimit);
    const bool given_up = side == Side::kOld && old_is_down;
    if (!answer.why.empty()) (answer.done() || given_up ? notes : left).push_back(answer.why);
  }
  const std::string why = joined(left, "; ");
  if (why.empty()) {
    is_cleared(joined(notes, "; "));
  } else if (why != std::exchange(told_, why)) {
    log(Message::kNotCleared, desk_.settings.name, why + "; it is tried again");
  }
  return why;
}

void Completion::is_cleared(const std::string& notes) {
  desk_.footing.record.clearing_owed = false;
  desk_.footing.write();
  desk_.ports.replication->leave_command();
  log(Message::kCleared, desk_.settings.name,
      "neither database is asked any more" + (notes.empty() ? "" : "; " + notes));
  desk_.audit.add({{"site", desk_.settings.name},
                   {"event", "cleared"},
                   {"id", code(id_of(Message::kCleared))},
                   {"reason", notes}});
}

void Completion::look() {
  const Nanos now = desk_.ports.clock.now();
  if (!desk_.footing.record.clearing_owed || now < again_) return;
  clear(false);
  pause_ = std::clamp(pause_ * 2, kFirstPause, kLongestPause);
  again_ = desk_.ports.clock.now() + pause_;
}

Outcome Completion::told(const std::string& left) {
  Farewell farewell;
  judge_the_rest(desk_.settings, desk_.settings.has_databases(), left, farewell);
  judge_httpd(direct_visitors_.ask(), farewell);
  return {0,
          desk_.footing.completed() + (left.empty() ? "" : "; not yet taken away: " + left),
          {{"may_be_turned_off", farewell.may}, {"not_yet", farewell.not_yet}}};
}

}  // namespace cutover
