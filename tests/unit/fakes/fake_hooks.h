// SPDX-License-Identifier: Apache-2.0
// Programs of CutoverHook that a test scripts: what each does to the two servers in memory, and how
// it ends. Without a script it does what its name says, and ends with 0.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <string>

#include "shared/protocol/ports.h"
#include "tests/unit/fakes/fake_clock.h"
#include "tests/unit/fakes/fake_replication.h"
#include "tests/unit/fakes/trace.h"

namespace cutover {

struct ScriptedHook {
  Answer answer = Answer::yes();
  bool carried_out = true;
  Nanos takes{0};
};

// They outlive the coordinator that runs them.
struct HookScript {
  std::map<std::string, std::deque<ScriptedHook>> next;  // by event
  std::function<void(const HookCall&)> during;           // before it ends
  std::deque<HookCall> calls;                            // as they came
};

class FakeHooks : public Hooks {
 public:
  FakeHooks(FakePair& pair, HookScript& script, Trace& trace, FakeClock& clock)
      : pair_(pair), script_(script), trace_(trace), clock_(clock) {}

  Answer run(const HookCall& call) override {
    const std::string side(call.database ? name(*call.database) : name(call.serving));
    return trace_.step("hook " + call.event + " " + side, [&] { return carry_out(call); });
  }

 private:
  Answer carry_out(const HookCall& call) {
    script_.calls.push_back(call);
    ScriptedHook what;
    if (auto& next = script_.next[call.event]; !next.empty()) {
      what = next.front();
      next.pop_front();
    }
    if (script_.during) script_.during(call);
    const Nanos end = clock_.now() + std::min(what.takes, call.limit);
    while (clock_.now() < end) {
      if (call.stop && call.stop())
        return Answer::no("hook " + call.event + " was ended by an abort");
      clock_.sleep(std::chrono::milliseconds(5));
    }
    if (what.takes > call.limit) return Answer::no("hook " + call.event + " took longer");
    if (what.carried_out && call.database) {
      FakeServer& server = pair_.of(*call.database);
      if (call.event == "fence") server.read_only = true;
      if (call.event == "unfence" || call.event == "promote") server.read_only = false;
    }
    if (trace_.now_is(pair_.lose_reply_of)) return Answer::no("hook was killed by signal 9");
    return what.answer;
  }

  FakePair& pair_;
  HookScript& script_;
  Trace& trace_;
  FakeClock& clock_;
};

}  // namespace cutover
