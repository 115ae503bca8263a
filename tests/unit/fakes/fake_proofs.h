// SPDX-License-Identifier: Apache-2.0
// Pages of a new host whose answers a test writes down.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "shared/protocol/ports.h"
#include "tests/unit/fakes/fake_clock.h"
#include "tests/unit/fakes/trace.h"

namespace cutover {

class FakeProofs : public Proofs {
 public:
  // `answers`: one for each page.
  FakeProofs(Trace& trace, FakeClock& clock, std::deque<Answer> answers, Nanos each)
      : trace_(trace), clock_(clock), answers_(std::move(answers)), each_(each) {}

  std::size_t pages() const override { return answers_.size(); }
  Answer ask(std::size_t page, Nanos limit) override {
    return trace_.step("ask new " + std::to_string(page), [&] {
      clock_.sleep(std::min(each_, limit));
      return each_ > limit ? Answer::no("no answer in time") : answers_[page];
    });
  }

 private:
  Trace& trace_;
  FakeClock& clock_;
  std::deque<Answer> answers_;
  Nanos each_;  // how long it takes to answer
};

}  // namespace cutover
