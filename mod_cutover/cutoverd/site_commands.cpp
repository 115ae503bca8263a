// SPDX-License-Identifier: Apache-2.0
// The operator's words: CutoverServe, switch, rollback, preflight.
#include "mod_cutover/cutoverd/hooks.h"
#include "mod_cutover/cutoverd/log.h"
#include "mod_cutover/cutoverd/site.h"
#include "mod_cutover/cutoverd/times.h"
#include "mod_cutover/wire/snapshot_json.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kCommandLimit = 3s;
constexpr Nanos kProbeLimit = 2s;
constexpr auto kHookLimit = 30s;
constexpr const char* kAbortedEarly = "before anything was changed";

std::string reasons(const std::vector<Check>& checks) {
  std::string text;
  for (const Check& c : checks) {
    if (c.verdict != CheckVerdict::kBlock) continue;
    if (!text.empty()) text += "; ";
    text += c.name + ": " + c.seen;
    if (!c.remedy.empty()) text += " (" + c.remedy + ")";
  }
  return text.empty() ? "no check could be made" : text;
}

}  // namespace

// CutoverServe is a word spoken once: written down as heard before it is acted on, so that neither
// a restart nor a later `graceful` repeats it against what the command has done since.
void Site::answer_serve() {
  const auto& serve = parts_.settings.serve;
  const std::string word = serve ? std::string(name(*serve)) : "";
  if (word == record_.served_word) return;
  record_.served_word = word;
  if (!parts_.journal->write(record_)) {
    rest_unwritten_ = true;
    log(Level::kError, parts_.settings.name,
        "CutoverServe " + word + " is not acted on: " + parts_.journal->error());
    return;
  }
  if (!serve || *serve == record_.side) return;
  {
    const std::lock_guard lock(mutex_);
    busy_ = true;
  }
  const Outcome outcome = change_side(towards(*serve), "CutoverServe " + word, nullptr);
  if (outcome.exit != 0)
    log(Level::kError, parts_.settings.name,
        "CutoverServe " + word + " was not carried out, " + std::string(name(record_.side)) +
            " serves as before: " + outcome.message);
  command_ended();
}

bool Site::carry_out(Ticket& ticket) {
  Outcome outcome{2, "no such verb: " + ticket.verb(), nullptr};
  if (ticket.verb() == "preflight") {
    outcome = preflight(towards(other(record_.side)));
  } else if (ticket.verb() == "switch") {
    outcome = change_side(Direction::kSwitch, ticket.by(), &ticket);
  } else if (ticket.verb() == "rollback") {
    outcome = change_side(Direction::kRollback, ticket.by(), &ticket);
  } else if (ticket.verb() == "resolve") {
    outcome = resolve(ticket);
    if (outcome.exit == 0) set_doubt("");
  }
  command_ended();  // first: the asker may ask for more at once
  const bool done = outcome.exit == 0;
  ticket.finish(std::move(outcome));
  return done;
}

Check Site::look_at_new_host() {
  if (!new_host_.can_ask())
    return {"new-host", CheckVerdict::kWarn, "only http and https URLs can be asked",
            "see for yourself that the new host serves the site"};
  const Reading<int> status = new_host_.status(kProbeLimit);
  if (!status)
    return {"new-host", CheckVerdict::kBlock, status.error,
            "start httpd there, or mend CutoverNewHost or the firewall"};
  const std::string seen = "answers with status " + std::to_string(*status);
  // An error is no block: the application may need its database to be writable.
  if (*status >= 500)
    return {"new-host", CheckVerdict::kWarn, seen,
            "an application that cannot write yet may answer so; look at its log"};
  return {"new-host", CheckVerdict::kPass, seen, ""};
}

std::vector<Check> Site::checks(Direction direction) {
  std::vector<Check> all;
  if (arriving(direction) == Side::kNew) all.push_back(look_at_new_host());
  if (!parts_.trouble.empty())
    all.push_back({"option-files", CheckVerdict::kBlock, parts_.trouble,
                   "mend the option file, then `apachectl graceful`"});
  if (!parts_.settings.has_databases())
    all.push_back({"databases", CheckVerdict::kPass, "none: nothing to wait for", ""});
  if (parts_.replication) {
    const std::vector<Check> databases = parts_.replication->preflight(direction);
    all.insert(all.end(), databases.begin(), databases.end());
    if (databases.empty())
      all.push_back({"databases", CheckVerdict::kBlock, "could not be looked at", ""});
  }
  return all;
}

Outcome Site::preflight(Direction direction) {
  const std::vector<Check> all = checks(direction);
  const bool blocked = blocks(all) || record_.in_doubt;
  return {blocked ? 1 : 0,
          blocked ? "a " + std::string(name(direction)) + " would be refused"
                  : "a " + std::string(name(direction)) + " would be accepted",
          {{"direction", name(direction)}, {"checks", to_json(all)}}};
}

std::string Site::refusal(Direction direction) {
  if (record_.side == arriving(direction))
    return std::string(name(record_.side)) + " serves already";
  if (record_.in_doubt) return "in doubt: " + record_.doubt;
  if (rest_unwritten_) return "the journal cannot be written: " + parts_.journal->error();
  return {};
}

// From here on an abort is heard.
Outcome Site::change_side(Direction direction, const std::string& by, Ticket* ticket) {
  audit_.add(
      {{"site", parts_.settings.name}, {"event", "asked"}, {"verb", name(direction)}, {"by", by}});
  {
    const std::lock_guard lock(mutex_);
    direction_ = direction;
    abortable_ = true;
    if (!leaving_) flags_.abort.store(false, std::memory_order_relaxed);
  }
  std::string why = not_yet(direction, ticket);
  Outcome outcome;
  if (!why.empty() || !run_hook("before-" + std::string(name(direction)), "", why)) {
    outcome = refused(direction, why, by);
  } else if (why = not_now(); !why.empty()) {
    outcome = refused(direction, why, by);
    if (const std::string reason = why; !run_hook("aborted", reason, why))
      log(Level::kWarning, parts_.settings.name, why);
  } else {
    outcome = run_it(direction, by, ticket);
  }
  const std::lock_guard lock(mutex_);
  direction_.reset();
  abortable_ = false;
  return outcome;
}

// Why it is refused, without having changed anything.
std::string Site::not_yet(Direction direction, Ticket* ticket) {
  const std::string why = refusal(direction);
  if (!why.empty()) return why;
  if (ticket != nullptr) ticket->tell({{"phase", "preflight"}, {"why", "looking at everything"}});
  const std::vector<Check> all = checks(direction);
  return blocks(all) ? reasons(all) : "";
}

// The last look before the first hold, with the command of the databases. Empty: go.
std::string Site::not_now() {
  if (flags_.abort.load(std::memory_order_relaxed)) return kAbortedEarly;
  if (!parts_.replication) return {};
  const Answer command = parts_.replication->take_command(kCommandLimit);
  if (!command.done()) return command.why;
  watch_.tick(parts_.replication.get(), record_.side, record_.position, clock_.now());
  std::string why = watch_.gate().open ? "" : watch_.gate().reasons.front();
  if (flags_.abort.load(std::memory_order_relaxed)) why = kAbortedEarly;
  if (!why.empty()) parts_.replication->leave_command();
  return why;
}

nlohmann::json Site::news(Phase phase, std::string_view why, Nanos since_start) const {
  const Counts counts = parts_.store->counts();
  return {{"phase", name(phase)},
          {"why", why},
          {"ms", to_ms(since_start)},
          {"held", counts.held_now},
          {"in_flight", counts.in_flight}};
}

Outcome Site::run_it(Direction direction, const std::string& by, Ticket* ticket) {
  Run run(parts_.settings, direction, ports(), record_, flags_,
          [&, began = clock_.now()](Phase phase, std::string_view why) {
            note_phase(phase, why);
            if (ticket != nullptr) ticket->tell(news(phase, why, clock_.now() - began));
          });
  const LastRun last = run.go();
  rest_unwritten_ = run.rest_unwritten();
  if (parts_.replication) parts_.replication->leave_command();
  watch_.restart();
  if (!run.way_back().empty()) {
    log(Level::kWarning, parts_.settings.name, run.way_back());
    audit_.add({{"site", parts_.settings.name}, {"event", "way back"}, {"reason", run.way_back()}});
  }
  Outcome outcome = ended(last, by);
  std::string why;
  const bool done = last.outcome == "done";
  if (!run_hook(done ? "after-" + std::string(name(direction)) : "aborted", last.reason, why))
    log(Level::kWarning, parts_.settings.name, why);
  return outcome;
}

Outcome Site::refused(Direction direction, const std::string& why, const std::string& by) {
  LastRun last;
  last.direction = direction;
  last.outcome = why == kAbortedEarly ? "aborted" : "refused";
  last.reason = why;
  last.started = utc(clock_.wall_ms());
  return ended(last, by);
}

Outcome Site::ended(const LastRun& last, const std::string& by) {
  const bool done = last.outcome == "done";
  const std::string what = std::string(name(last.direction)) + " " + last.outcome;
  log(done ? Level::kNotice : Level::kError, parts_.settings.name,
      what + (last.reason.empty() ? "" : ": " + last.reason));
  audit_.add(
      {{"site", parts_.settings.name}, {"event", what}, {"by", by}, {"last", to_json(last)}});
  {
    const std::lock_guard lock(mutex_);
    last_ = last;
  }
  if (done) return {0, std::string(name(record_.side)) + " serves", {{"last", to_json(last)}}};
  const int exit = last.outcome == "in-doubt" ? 4 : 1;
  return {exit, last.outcome + ": " + last.reason, {{"last", to_json(last)}}};
}

bool Site::run_hook(const std::string& event, const std::string& reason, std::string& why) {
  for (const Hook& hook : parts_.settings.hooks) {
    if (hook.event != event) continue;
    const HookResult result = run_program(hook.program,
                                          {{"CUTOVER_SITE", parts_.settings.name},
                                           {"CUTOVER_EVENT", event},
                                           {"CUTOVER_SIDE", std::string(name(record_.side))},
                                           {"CUTOVER_REASON", reason}},
                                          kHookLimit);
    audit_.add({{"site", parts_.settings.name},
                {"event", "hook " + event},
                {"program", hook.program},
                {"ok", result.ok},
                {"output", result.output}});
    if (result.ok) continue;
    why = "hook " + event + " " + hook.program + " " + result.why;
    return false;
  }
  return true;
}

}  // namespace cutover
