// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/appointment/diary.h"

#include <utility>

#include "mod_cutover/cutoverd/trail/log.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

// A preflight asks both servers and the new host for a good deal.
constexpr Nanos kAgain = std::chrono::minutes(1);

constexpr const char* kArmedEvent = "armed";
constexpr const char* kDisarmedEvent = "disarmed";

std::string said_in(const nlohmann::json& event, const char* key) {
  const auto found = event.find(key);
  return found != event.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

Diary::Diary(std::string site, std::unique_ptr<ArmedFile> file, Audit& audit, Clock& clock)
    : site_(std::move(site)), audit_(audit), clock_(clock), file_(std::move(file)) {
  const Lock lock(mutex_);
  remember();
  take_up();
}

// What a predecessor said of the last one. A line that somebody edited is passed over.
void Diary::remember() {
  const std::vector<nlohmann::json> events = audit_.newest(100, site_);
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    const std::string what = said_in(*event, "event");
    if (event->contains("last") || what == kArmedEvent) return;
    if (what != kDisarmedEvent) continue;
    const bool back = said_in(*event, "verb") == name(Direction::kRollback);
    kept_.disarmed = {back ? Direction::kRollback : Direction::kSwitch, said_in(*event, "at"),
                      said_in(*event, "reason")};
    return;
  }
}

// The file's lines are its own from now on: should this coordinator die, nothing is handed on.
void Diary::take_up() {
  if (!file_ || !file_->found().appointment) return;
  const ArmedFile::Found& found = file_->found();
  kept_.appointment = found.appointment;
  if (!found.lost.empty()) return forget(found.lost, "");
  if (!file_->arm_again(*kept_.appointment)) return forget(file_->error(), "");
  kept_.disarmed.reset();
  log(Message::kArmedHandedOn, site_,
      "still armed: " + described(shown(*kept_.appointment, "", clock_.wall_ms())));
}

std::optional<Armed> Diary::armed() const {
  const Lock lock(mutex_);
  if (!kept_.appointment) return std::nullopt;
  return shown(*kept_.appointment, kept_.waits_for.empty() ? "the next look" : kept_.waits_for,
               clock_.wall_ms());
}

std::optional<Disarmed> Diary::disarmed() const {
  const Lock lock(mutex_);
  return kept_.disarmed;
}

bool Diary::disarm(const std::string& why, const std::string& by) {
  const Lock lock(mutex_);
  kept_.went = false;
  if (!kept_.appointment) return false;
  forget(why, by);
  return true;
}

void Diary::forget(const std::string& why, const std::string& by) {
  const Direction direction = kept_.appointment->direction;
  kept_ = {};
  kept_.disarmed = {direction, utc(clock_.wall_ms()), by.empty() ? why : why + ", by " + by};
  if (file_) file_->disarm();
  log(Message::kDisarmed, site_,
      "disarmed: the " + std::string(name(direction)) +
          " does not go by itself: " + kept_.disarmed->why);
  audit_.add({{"site", site_},
              {"event", kDisarmedEvent},
              {"verb", name(direction)},
              {"by", by},
              {"reason", why}});
}

std::string Diary::arm(const Appointment& appointment) {
  const Lock lock(mutex_);
  if (kept_.appointment)
    return "a " + described(shown(*kept_.appointment, "", 0)) +
           " is armed already; `cutoverctl abort " + site_ + "` disarms it";
  if (file_ && !file_->arm(appointment)) return file_->error();
  kept_ = {};
  kept_.appointment = appointment;
  const Armed told = shown(appointment, "", clock_.wall_ms());
  log(Message::kArmed, site_, "armed: " + described(told));
  audit_.add({{"site", site_},
              {"event", kArmedEvent},
              {"verb", name(appointment.direction)},
              {"by", appointment.by},
              {"from", told.from},
              {"until", told.until},
              {"quiet", told.quiet}});
  return {};
}

std::optional<Appointment> Diary::due(const Circumstances& now) {
  const Lock lock(mutex_);
  if (!kept_.appointment) return std::nullopt;
  Circumstances seen = now;
  if (now.now < kept_.again) seen.turned_back = kept_.turned_back;
  const Decision decision = decide(*kept_.appointment, seen);
  if (decision.kind == Decision::Kind::kOver) {
    const std::string tried = kept_.turned_back.empty() ? "" : "; " + kept_.turned_back;
    forget(decision.why + tried, "");
    return std::nullopt;
  }
  const bool waits = decision.kind == Decision::Kind::kWait;
  kept_.waits_for = waits ? decision.why : "the preflight that is being made";
  if (waits) return std::nullopt;
  return kept_.appointment;
}

// From here on neither a crash nor a successor begins it once more.
bool Diary::begins() {
  const Lock lock(mutex_);
  if (!kept_.appointment) return false;
  kept_ = {};
  kept_.went = true;
  if (file_) file_->disarm();
  return true;
}

void Diary::turned_back(const Appointment& appointment, const std::string& why) {
  const Lock lock(mutex_);
  if (!kept_.appointment && !kept_.went) return;  // disarmed meanwhile
  if (!kept_.appointment && file_) file_->arm_again(appointment);
  kept_.went = false;
  kept_.appointment = appointment;
  kept_.again = clock_.now() + kAgain;
  const std::string reason = "what turned it back: " + why;
  if (reason != kept_.turned_back)
    log(Message::kArmedWaits, site_, "armed, and turned back for now: " + why);
  kept_.turned_back = kept_.waits_for = reason;
}

void Diary::run_ended() {
  const Lock lock(mutex_);
  kept_.disarmed.reset();
}

void Diary::leave(bool to_a_successor) {
  const Lock lock(mutex_);
  if (!kept_.appointment) return;
  if (to_a_successor && file_)
    file_->hand_on(*kept_.appointment);
  else
    forget("httpd was stopped", "");
}

}  // namespace cutover
