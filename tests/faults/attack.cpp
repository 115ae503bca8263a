// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/attack.h"

#include "tests/faults/person.h"
#include "tests/faults/step_watch.h"
#include "tests/faults/strike.h"
#include "tests/harness/eventually.h"
#include "tests/harness/process.h"

namespace cutover::faults {
namespace {

using harness::eventually;

constexpr milliseconds kStepLimit{15000};  // a loaded machine looks at everything for seconds
constexpr milliseconds kSlice{50};
constexpr milliseconds kCommandLimit{30000};
constexpr milliseconds kAbortHeard{150};

class Command {
 public:
  Command(Scene& scene, const std::string& verb) {
    harness::ProcessOptions options;
    options.argv = scene.site().cutoverctl_command({verb});
    options.output = dir_ / "output";
    process_ = std::make_unique<harness::Process>(options);
  }
  bool running() { return process_->running(); }
  int wait(milliseconds limit) { return process_->wait(limit).value_or(-1); }
  std::string output() const { return harness::read_file(dir_ / "output"); }

 private:
  harness::TempDir dir_{"command"};
  std::unique_ptr<harness::Process> process_;
};

class Attack {
 public:
  Attack(Scene& scene, const Blow& blow) : scene_(scene), blow_(blow), strike_(scene, blow) {}

  Attacked run() {
    scene_.start_job(leaving(), wants_a_stubborn_job(blow_));
    if (looks_at() && blow_.step <= Step::kDraining) watch_for(*looks_at());
    if (blow_.step == Step::kAsked) {
      strike_.inflict([] {});
      std::this_thread::sleep_for(milliseconds(30));
      ask();
    } else if (blow_.step <= Step::kDraining) {
      scene_.slow_request();
      std::this_thread::sleep_for(milliseconds(60));
      ask();
      const auto in_step = [&] {
        return scene_.recorded() == "drain" &&
               (blow_.step == Step::kQuieting ||
                scene_.site().status().value("phase", "") == "draining");
      };
      const bool met = eventually(in_step, kStepLimit, milliseconds(2));
      std::this_thread::sleep_for(milliseconds(20));
      if (met) inflict([] {});
      scene_.end_slow_request();
      if (!met) return missed();
    } else if (!meet_statement()) {
      return missed();
    }
    if (looks_at() && await_step()) look_for_missing(*looks_at());
    if (looks_at()) watch_->release();
    last();
    Attacked found;
    if (is_given_up(blow_))
      found.unheard = Person(scene_).resolve_without_the_other(
          blow_.victim == Victim::kOldDatabase ? "new" : "old");
    strike_.mend();
    if (watch_) watch_->release();
    if (ends_httpd(blow_)) found.serving_after = scene_.await_service(is_a_persons(blow_));
    if (blow_.fault == Fault::kBackAtAStart) scene_.disk().mend();  // by NTP, some time later
    if (scene_.other_host() != nullptr) {
      eventually([&] { return (found.acts = scene_.other_host()->acts()).empty(); }, kStepLimit);
      scene_.end_other_host();
    }
    found.exit_code = command_->wait(kCommandLimit);
    if (abort_) abort_->wait(kCommandLimit);
    scene_.end_job();
    found.output = command_->output();
    found.missing = missing_;
    return found;
  }

 private:
  void ask() {
    command_ = std::make_unique<Command>(scene_, blow_.rollback ? "rollback" : "switch");
  }

  Attacked missed() {
    if (watch_) watch_->release();
    Attacked found;
    found.met = false;
    found.exit_code = command_->wait(kCommandLimit);
    scene_.end_job();
    found.output = command_->output();
    return found;
  }

  std::string leaving() const { return blow_.rollback ? "new" : "old"; }
  std::string arriving() const { return blow_.rollback ? "old" : "new"; }

  void watch_for(Step step) {
    const bool has_proof = blow_.proof != Proof::kNone;
    watch_ = std::make_unique<StepWatch>(scene_.database_relay(leaving()),
                                         scene_.database_relay(arriving()),
                                         has_proof ? &scene_.site().http_relay() : nullptr, step);
  }

  // Over a slow link the last writes arrive late: whether they were waited for shows here alone.
  std::optional<Step> looks_at() const {
    if (blow_.victim != Victim::kReplication || blow_.fault != Fault::kSlow) return std::nullopt;
    if (blow_.step < Step::kRecorded) return Step::kPromoteSent;
    const bool later = blow_.step >= Step::kArming && blow_.step < Step::kReturning;
    return later && blow_.proof == Proof::kFails ? std::optional(Step::kReopenSent) : std::nullopt;
  }

  // What is to be at the side that is promoted in that step.
  void look_for_missing(Step step) {
    const std::set<std::string> there =
        scene_.written_at(leads_back(step) ? leaving() : arriving());
    std::set<std::string> expected = scene_.written_by_jobs();
    if (leads_back(step)) expected.merge(scene_.written_by_proofs());
    for (const std::string& id : expected)
      if (!there.contains(id) && missing_.empty()) missing_ = id;
  }

  bool meet_statement() {
    const bool turned_back = blow_.step == Step::kUnfenceSent || blow_.step == Step::kUnfenced;
    watch_for(turned_back ? Step::kFenced : blow_.step);
    ask();
    if (!await_step()) return false;
    if (turned_back && !turn_back()) return false;
    const bool there = blow_.step >= Step::kRecorded && blow_.step <= Step::kPromoted;
    const bool back = blow_.step >= Step::kReturning && blow_.step <= Step::kReopened;
    if (there || back) look_for_missing(blow_.step);
    // An answer that is to be lost stays held until the fault is mended.
    inflict([this] {
      if (looks_at()) return watch_->next(*looks_at());
      watch_->release();
    });
    return true;
  }

  // A run that is over comes to no step any more.
  bool await_step() {
    const auto began = std::chrono::steady_clock::now();
    while (!watch_->await(kSlice))
      if (!command_->running() || std::chrono::steady_clock::now() - began > kStepLimit)
        return false;
    return true;
  }

  void inflict(const std::function<void()>& let_go) {
    if (blow_.fault == Fault::kAborts) abort();
    strike_.inflict(let_go);
  }

  // It is heard before whatever is held goes on.
  void abort() {
    abort_ = std::make_unique<Command>(scene_, "abort");
    std::this_thread::sleep_for(kAbortHeard);
  }

  bool turn_back() {
    abort();
    watch_->next(blow_.step);
    return await_step();
  }

  void last() {
    const auto began = std::chrono::steady_clock::now();
    const auto passed = [&] {
      return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
    };
    std::this_thread::sleep_for(strike_.at_least());
    while (passed() < strike_.at_most() && command_->running())
      std::this_thread::sleep_for(milliseconds(10));
  }

  Scene& scene_;
  const Blow blow_;
  Strike strike_;
  std::unique_ptr<StepWatch> watch_;
  std::unique_ptr<Command> command_;
  std::unique_ptr<Command> abort_;
  std::string missing_;
};

}  // namespace

Attacked attack(Scene& scene, const Blow& blow) { return Attack(scene, blow).run(); }

}  // namespace cutover::faults
