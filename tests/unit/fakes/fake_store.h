// SPDX-License-Identifier: Apache-2.0
// The word and the journal with a trace. Both pass on to a real one where there is one, so that
// another coordinator can take over from what they left.
#pragma once

#include <deque>

#include "mod_cutover/cutoverd/run/word_store.h"
#include "mod_cutover/state/journal_file.h"
#include "tests/unit/fakes/trace.h"

namespace cutover {

class FakeStore : public StateStore {
 public:
  FakeStore(Trace& trace, WordStore& real) : trace_(trace), real_(real) {}

  bool withdrawn_now = false;
  std::vector<InFlight> requests;           // who is in flight, by name
  std::vector<std::uint64_t> slow_kinds;    // as told last
  std::deque<std::int64_t> in_flight_next;  // what the next sums are; 0 after them
  std::int64_t noted = 0;                   // how many of them can be left behind
  std::int64_t endless_open = 0;            // of either side
  std::int64_t endless_closing = 0;         // how many of them end when they are told to

  void set(Mode mode, AtDeadline at, Nanos deadline) override {
    static constexpr const char* kAt[] = {"/old", "/new", "/503"};
    const std::string what =
        std::string(name(mode)) + (mode == Mode::kHold ? kAt[static_cast<std::size_t>(at)] : "");
    trace_.step("word " + what, [&] {
      real_.set(mode, at, deadline);
      return true;
    });
  }
  void hold_slow(Side serving, const std::vector<std::uint64_t>& kinds, Nanos deadline) override {
    slow_kinds = kinds;
    const std::string what = real_.word().quieting ? "slow kinds" : "word quieting/";
    trace_.step(what + (real_.word().quieting ? "" : std::string(name(serving))), [&] {
      real_.hold_slow(serving, kinds, deadline);
      return true;
    });
  }
  Word word() const override { return real_.word(); }
  std::int64_t in_flight() const override {
    return trace_.step("sum", [&] {
      if (in_flight_left_.empty()) in_flight_left_ = in_flight_next;
      if (in_flight_left_.empty()) return std::int64_t{0};
      const std::int64_t next = in_flight_left_.front();
      if (in_flight_left_.size() > 1) in_flight_left_.pop_front();
      return next;
    });
  }
  // Of those of `in_flight_next`, as many as have notes.
  std::int64_t leave_behind() override {
    return trace_.step("leave behind", [&] {
      for (std::int64_t& sum : in_flight_left_) sum = std::max<std::int64_t>(sum - noted, 0);
      return noted;
    });
  }
  void await_again(Side) override {}
  std::int64_t endless(Side) const override {
    if (!told_to_close_) return endless_open;
    return std::max<std::int64_t>(endless_open - endless_closing, 0);
  }
  void close_endless(Side leaving) override {
    trace_.step("close endless " + std::string(name(leaving)), [&] {
      told_to_close_ = true;
      return true;
    });
  }
  void beat() override { real_.beat(); }
  Counts counts() const override { return real_.counts(); }
  std::vector<InFlight> requests_in_flight() const override { return requests; }
  bool withdrawn() const override {
    return trace_.step("withdrawn?", [&] { return withdrawn_now || real_.withdrawn(); });
  }

 private:
  Trace& trace_;
  WordStore& real_;
  mutable std::deque<std::int64_t> in_flight_left_;
  bool told_to_close_ = false;
};

class FakeJournal : public Journal {
 public:
  FakeJournal(Trace& trace, JournalFile& real) : trace_(trace), real_(real) {}

  std::string fails_at;  // "fence": the record of this phase cannot be written; or "fence old"

  bool write(const JournalRecord& r) override {
    const std::string phase(name(r.phase));
    const std::string what = phase + " " + std::string(name(r.side));
    return trace_.step("journal " + what,
                       [&] { return fails_at != phase && fails_at != what && real_.write(r); });
  }
  std::string error() const override { return "disk full"; }

 private:
  Trace& trace_;
  JournalFile& real_;
};

}  // namespace cutover
