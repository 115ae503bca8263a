// SPDX-License-Identifier: Apache-2.0
// The site's thread and what other threads see of it.
#include "mod_cutover/cutoverd/site/site.h"

#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/wire/snapshot_json.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr const char* kLeaving = "httpd is taking up a new configuration or stopping";
constexpr const char* kStillLooking = "the coordinator is still finding out where the site stands";

// A line of another version, or one that somebody edited, is passed over.
std::optional<LastRun> newest(const std::vector<nlohmann::json>& events, const char* key) {
  for (auto event = events.rbegin(); event != events.rend(); ++event) try {
      if (event->contains(key)) return last_run_from(event->at(key));
    } catch (const nlohmann::json::exception&) {
    }
  return std::nullopt;
}

}  // namespace

Site::Site(SiteParts parts, Clock& clock, Audit& audit)
    : parts_(std::move(parts)),
      clock_(clock),
      audit_(audit),
      new_host_(parts_.settings),
      watch_(parts_.settings),
      slow_paths_(parts_.settings.drain_timeout) {
  gate_ = {false, {"the coordinator has just started and is still looking"}};
  const std::vector<nlohmann::json> events = audit_.newest(100, parts_.settings.name);
  last_ = newest(events, "last");
  rehearsal_ = newest(events, "rehearsal");
}

void Site::run() {
  recover_until_decided();
  if (!leaving()) answer_serve();
  while (true) {
    tick();
    const std::shared_ptr<Ticket> ticket = wait_for_ticket();
    if (ticket) {
      carry_out(*ticket);
      // A run that was stuck and was given up for a `resolve`: nothing is decided any more.
      if (record_.phase != JournalPhase::kRest && !leaving()) recover_until_decided();
    } else if (leaving()) {
      break;
    }
  }
  turn_away();
}

// A command that came between the last look and the leaving.
void Site::turn_away() {
  const std::lock_guard lock(mutex_);
  if (pending_) pending_->finish({1, kLeaving, nullptr, true});
  pending_.reset();
  busy_ = false;
  changed_.notify_all();
}

std::shared_ptr<Ticket> Site::wait_for_ticket() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, parts_.settings.check_interval,
                    [this] { return pending_ != nullptr || leaving_; });
  return take_pending();
}

std::shared_ptr<Ticket> Site::next_ticket() {
  const std::lock_guard lock(mutex_);
  return take_pending();
}

// Under `mutex_`.
std::shared_ptr<Ticket> Site::take_pending() {
  if (pending_) busy_ = true;
  flags_.give_up.store(false, std::memory_order_relaxed);
  return std::exchange(pending_, nullptr);
}

// One that was handed in meanwhile keeps the site busy.
void Site::command_ended() {
  const std::lock_guard lock(mutex_);
  busy_ = pending_ != nullptr;
  ++commands_ended_;
  changed_.notify_all();
}

bool Site::leaving() const {
  const std::lock_guard lock(mutex_);
  return leaving_;
}

void Site::tick() {
  parts_.store->beat();
  const Counts counts = parts_.store->counts();
  traffic_.sample(clock_.now(), counts.served[0] + counts.served[1], counts.in_flight);
  slow_paths_.sample(clock_.now(), parts_.store->requests_in_flight());
  look_at_strays();
  if (rest_unwritten_) rest_unwritten_ = !parts_.journal->write(record_);
  if (parts_.trouble.empty()) {
    watch_.tick(parts_.replication.get(), record_.side, record_.position, clock_.now());
    claim();
    keep();
  }
  GateState gate = parts_.trouble.empty() ? watch_.gate() : GateState{false, {parts_.trouble}};
  const auto close = [&gate](const std::string& reason) {
    gate.open = false;
    gate.reasons.push_back(reason);
  };
  if (const std::string doubt = doubt_at_rest(); !doubt.empty()) close("in doubt: " + doubt);
  if (rest_unwritten_) close("the journal cannot be written: " + parts_.journal->error());
  const std::lock_guard lock(mutex_);
  gate_ = gate;
  lag_ms_ = watch_.lag_ms();
  slow_ = slow_paths_.slowest(clock_.now(), kSlowTold);
  forecast_ = forecast();
  way_back_.reset();
  if (record_.side != Side::kNew || record_.phase != JournalPhase::kRest) return;
  way_back_ = {gate.open, gate.reasons};
  if (!gate.open && !not_armed_.empty())
    way_back_->reasons.insert(way_back_->reasons.begin(), not_armed_);
}

void Site::look_at_strays() {
  const SiteStrays* strays = parts_.store->strays();
  if (!parts_.strays || strays == nullptr || clock_.now() < strays_at_) return;
  strays_at_ = clock_.now() + 5s;
  const std::int64_t hour = clock_.wall_ms() / 3'600'000;
  const bool new_serves = record_.side == Side::kNew;
  parts_.strays->learn(*strays, new_serves, hour);
  std::optional<StrayReport> report;
  if (new_serves) report = parts_.strays->report(hour);
  const std::lock_guard lock(mutex_);
  strays_ = std::move(report);
}

Snapshot Site::snapshot() const {
  const Word word = parts_.store->word();
  const std::lock_guard lock(mutex_);
  Snapshot s;
  s.site = parts_.settings.name;
  s.side = word.mode == Mode::kHold ? "none" : std::string(name(word.mode));
  s.phase = doubt_.empty() || phase_ != Phase::kServing ? std::string(name(phase_)) : "in-doubt";
  s.direction = direction_;
  if (direction_) s.progress = progress();
  s.epoch = word.epoch;
  s.lag_ms = lag_ms_;
  s.gate = gate_;
  s.last = last_;
  s.rehearsal = rehearsal_;
  if (!direction_) s.forecast = forecast_;
  s.slow = slow_;
  s.strays = strays_;
  s.counts = parts_.store->counts();
  s.doubt = doubt_;
  s.databases = parts_.settings.has_databases();
  s.way_back = way_back_;
  return s;
}

void Site::run_begins(Direction direction, bool rehearsal) {
  direction_ = direction;
  rehearsing_ = rehearsal;
  run_began_ = clock_.now();
  run_started_ = utc(clock_.wall_ms());
  been_.clear();
}

void Site::run_ends() {
  direction_.reset();
  abortable_ = false;
}

Progress Site::progress() const {
  const Nanos now = clock_.now();
  Progress p{run_started_, to_ms(now - run_began_), abortable_, rehearsing_, {}};
  for (std::size_t i = 0; i < been_.size(); ++i) {
    const Nanos end = i + 1 < been_.size() ? been_[i + 1].at : now;
    p.phases.push_back({std::string(name(been_[i].phase)), to_ms(end - been_[i].at), std::nullopt});
  }
  return p;
}

void Site::submit(const std::shared_ptr<Ticket>& ticket) {
  std::unique_lock lock(mutex_);
  const bool resolves = ticket->verb() == "resolve" && !leaving_ && !pending_ && !doubt_.empty();
  if (resolves) {
    flags_.give_up.store(true, std::memory_order_relaxed);  // a run that is stuck makes room
  } else if (auto refusal = not_taken()) {
    lock.unlock();
    ticket->finish(*std::move(refusal));
    return;
  }
  busy_ = true;
  pending_ = ticket;
  changed_.notify_all();
}

std::optional<Outcome> Site::not_taken() const {
  if (leaving_) return Outcome{1, kLeaving, nullptr, true};
  if (!decided_ && doubt_.empty()) return Outcome{1, kStillLooking, nullptr, true};
  if (!decided_) return Outcome{4, "in doubt: a person must look first, see `cutoverctl status`"};
  if (busy_ || pending_)
    return Outcome{1, "another command is being carried out; see `cutoverctl status`"};
  return std::nullopt;
}

Outcome Site::abort(const std::string& by) {
  std::unique_lock lock(mutex_);
  if (!busy_ || !direction_) return {1, "nothing is under way that could be aborted", nullptr};
  if (!abortable_) return {1, "too late: the point of no return is behind", nullptr};
  audit_.add({{"site", parts_.settings.name}, {"event", "abort asked"}, {"by", by}});
  flags_.abort.store(true, std::memory_order_relaxed);
  const std::uint64_t before = commands_ended_;
  changed_.wait(lock, [&] { return commands_ended_ != before; });
  if (commands_ended_ != before + 1)
    return {4, "it has ended, and another after it; see `cutoverctl events` for how", nullptr};
  if (outcome_ == "done") return {1, "too late: it is done", nullptr};
  if (outcome_ == "in-doubt")
    return {4, "not aborted: httpd stops in the middle of it; the next coordinator goes on",
            nullptr};
  return {0, "aborted: everything is as before", nullptr};
}

void Site::leave(bool now) {
  const std::lock_guard lock(mutex_);
  leaving_ = true;
  flags_.stop.store(true, std::memory_order_relaxed);
  if (now) flags_.abort.store(true, std::memory_order_relaxed);
  changed_.notify_all();
}

// A doubt and an open gate are never told of together: the next tick is too late to close it.
void Site::set_doubt(const std::string& doubt) {
  const std::lock_guard lock(mutex_);
  if (!doubt.empty() && doubt != doubt_)
    log(Message::kInDoubt, parts_.settings.name, "IN DOUBT: " + doubt);
  doubt_ = doubt;
  if (doubt.empty() || !gate_.open) return;
  gate_ = {false, {"in doubt: " + doubt}};
  if (way_back_) way_back_ = {false, gate_.reasons};
}

// Called by the run at each phase, and again with the reason when one cannot be left.
void Site::note_phase(Phase phase, std::uint16_t id, std::string_view why) {
  parts_.store->beat();
  log(id, parts_.settings.name, std::string(name(phase)) + ": " + std::string(why));
  const std::lock_guard lock(mutex_);
  const bool stuck = phase == phase_ && (phase == Phase::kPromoting || phase == Phase::kUndoing);
  doubt_ = stuck ? std::string(why) : record_.doubt;
  phase_ = phase;
  if (phase != Phase::kServing && (been_.empty() || been_.back().phase != phase))
    been_.push_back({phase, clock_.now()});
  abortable_ = phase == Phase::kDraining || phase == Phase::kFencing ||
               phase == Phase::kCatchingUp || phase == Phase::kRehearsing;
}

Ports Site::ports() {
  return {parts_.replication.get(), &new_host_, clock_, *parts_.journal, *parts_.store};
}

}  // namespace cutover
