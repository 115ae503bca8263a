// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/attack.h"

#include "tests/faults/step_watch.h"
#include "tests/faults/strike.h"
#include "tests/harness/eventually.h"
#include "tests/harness/process.h"

namespace cutover::faults {
namespace {

using harness::eventually;

constexpr milliseconds kStepLimit{5000};
constexpr milliseconds kCommandLimit{30000};
constexpr milliseconds kSlowRequest{700};
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
    if (blow_.step == Step::kAsked) {
      strike_.inflict([] {});
      std::this_thread::sleep_for(milliseconds(30));
      ask();
    } else if (blow_.step == Step::kDraining) {
      scene_.slow_request(kSlowRequest);
      std::this_thread::sleep_for(milliseconds(60));
      ask();
      if (!eventually([&] { return scene_.standing().phase == "draining"; }, kStepLimit,
                      milliseconds(3)))
        return missed();
      strike_.inflict([] {});
    } else if (!meet_statement()) {
      return missed();
    }
    last();
    strike_.mend();
    if (watch_) watch_->release();
    Attacked result;
    result.exit_code = command_->wait(kCommandLimit);
    result.output = command_->output();
    if (abort_) abort_->wait(kCommandLimit);
    return result;
  }

 private:
  void ask() {
    command_ = std::make_unique<Command>(scene_, blow_.rollback ? "rollback" : "switch");
  }

  Attacked missed() {
    if (watch_) watch_->release();
    return {false, command_->wait(kCommandLimit), command_->output()};
  }

  bool meet_statement() {
    const std::string leaving = blow_.rollback ? "new" : "old";
    const std::string arriving = blow_.rollback ? "old" : "new";
    const bool turned_back = blow_.step == Step::kUnfenceSent || blow_.step == Step::kUnfenced;
    watch_ =
        std::make_unique<StepWatch>(scene_.database_relay(leaving), scene_.database_relay(arriving),
                                    turned_back ? Step::kFenced : blow_.step);
    ask();
    if (!watch_->await(kStepLimit)) return false;
    if (turned_back && !turn_back()) return false;
    // An answer that is to be lost stays held until the fault is mended.
    strike_.inflict([this] { watch_->release(); });
    return true;
  }

  // The word to abort is there before the fence's answer is.
  bool turn_back() {
    abort_ = std::make_unique<Command>(scene_, "abort");
    std::this_thread::sleep_for(kAbortHeard);
    watch_->next(blow_.step);
    return watch_->await(kStepLimit);
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
};

}  // namespace

Attacked attack(Scene& scene, const Blow& blow) { return Attack(scene, blow).run(); }

}  // namespace cutover::faults
