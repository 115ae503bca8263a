// SPDX-License-Identifier: Apache-2.0
// The port Replication on two servers in memory (fake_pair.h).
#pragma once

#include <memory>
#include <utility>

#include "shared/protocol/file_position.h"
#include "shared/protocol/ports.h"
#include "tests/unit/fakes/fake_clock.h"
#include "tests/unit/fakes/fake_pair.h"
#include "tests/unit/fakes/trace.h"

namespace cutover {

class FakeReplication : public Replication {
 public:
  FakeReplication(FakePair& pair, Trace& trace, FakeClock& clock)
      : pair_(pair), trace_(trace), clock_(clock) {}

  Reading<Position> position(Side side) override {
    return look<Position>("position " + text(side), side, [=, this] { return text_of(side); });
  }
  Reading<bool> read_only(Side side) override {
    return look<bool>("read_only " + text(side), side,
                      [=, this] { return pair_.of(side).read_only; });
  }
  Reading<bool> has_applied(Side side, const Position& p) override {
    return look<bool>("applied " + text(side) + " " + p, side,
                      [=, this] { return has(side, counts(p)); });
  }
  Reading<OwnWrites> own_writes(Side side, const Position& p) override {
    const auto own = static_cast<std::size_t>(side);
    const std::string what = "beyond " + text(side) + " " + p;
    if (pair_.of(side).deaf_to_positions) return {std::nullopt, what + " is not answered"};
    if (pair_.by_file && !place_of(p, text(side))) return {std::nullopt, what + " is not known"};
    return look<OwnWrites>(what, side, [=, this]() -> OwnWrites {
      if (pair_.by_file && pair_.of(side).has[own] <= counts(p)[own])
        return {false, "", {}, {}, with_place(p, {text(side), place(pair_.of(side).has[own])})};
      if (pair_.of(side).has[own] <= counts(p)[own]) return {};
      const std::string write = std::to_string(pair_.of(side).has[own]) + " of " + text(side);
      if (!pair_.of(side).without_rows) return {true, "a write, " + write};
      auto settled = counts(p);
      settled[own] = pair_.of(side).has[own];
      return {false, "", {"ANALYZE, " + write}, {"log none"}, text_of(settled)};
    });
  }
  std::unique_ptr<Glance> glance(Side side) override {
    struct EachByItself final : Glance {
      EachByItself(FakeReplication& from, Side side) : from_(from), side_(side) {}
      Reading<Position> position() override { return from_.position(side_); }
      Reading<bool> read_only() override { return from_.read_only(side_); }
      Reading<bool> has_applied(const Position& p) override { return from_.has_applied(side_, p); }
      Reading<OwnWrites> own_writes(const Position& p) override {
        return from_.own_writes(side_, p);
      }
      Reading<Position> lost(const Position& p) override { return from_.lost(side_, p); }
      FakeReplication& from_;
      Side side_;
    };
    return std::make_unique<EachByItself>(*this, side);
  }
  Reading<Position> lost(Side side, const Position& p) override {
    const auto own = static_cast<std::size_t>(side);
    if (!pair_.of(side).answers) return {std::nullopt, text(side) + " does not answer"};
    const int has = pair_.of(side).has[own];
    if (p.empty()) return {std::nullopt, "no position"};
    if (counts(p)[own] <= has) return {"", ""};
    return {std::to_string(counts(p)[own] - has) + " of " + text(side), ""};
  }
  Reading<LinkState> link_into(Side side) override {
    return look<LinkState>("link " + text(side), side, [=, this] {
      const FakeServer& server = pair_.of(side);
      const bool up = server.linked;
      return LinkState{up, up && server.receives, up && server.applies, up, "", 0};
    });
  }
  // Each life has had more connections than the one after it.
  Reading<ServerLife> life(Side side) override {
    if (!pair_.of(side).answers) return {std::nullopt, text(side) + " does not answer"};
    const std::uint64_t lives = pair_.of(side).lives;
    const std::uint64_t session = 1000 - 10 * lives;
    return {ServerLife{text(side) + "'s server", session, lives,
                       session + 1 + pair_.of(side).more_connections},
            ""};
  }
  Reading<std::optional<Served>> remembered(Side side, const ServerPair&) override {
    if (!pair_.of(side).answers) return {std::nullopt, text(side) + " does not answer"};
    return {std::optional(pair_.of(side).remembers), ""};
  }
  Reading<Missing> missing(Side side) override {
    const auto writer = static_cast<std::size_t>(other(side));
    return look<Missing>("missing " + text(side), side, [=, this]() -> Missing {
      const int lost = pair_.of(other(side)).has[writer] - pair_.of(side).has[writer];
      if (lost == 0) return {};
      return {std::to_string(lost) + " of " + text(other(side)), "in its memory"};
    });
  }
  Answer unlocked(Side side, Nanos) override {
    return trace_.step("locks " + text(side), [&] {
      if (!pair_.of(side).answers) return Answer::unknown(text(side) + " does not answer");
      auto& script = pair_.script["locks " + text(side)];
      if (!script.empty()) return std::exchange(script.front().answer, Answer::yes());
      const std::string& lock = pair_.of(side).locked_by;
      return lock.empty() ? Answer::yes() : Answer::no(lock);
    });
  }
  Reading<std::vector<std::string>> busy(Side side, Nanos) override {
    auto& next = pair_.busy;
    if (!pair_.of(side).answers || next.empty()) return {std::vector<std::string>{}, {}};
    const std::vector<std::string> now = next.front();
    if (next.size() > 1) next.pop_front();
    return {now, {}};
  }
  Answer lets_in(Side side, Nanos) override {
    const std::string& why = pair_.of(side).no_new_session;
    return why.empty() ? Answer::yes() : Answer::no(why);
  }
  std::vector<Check> preflight(Direction direction, const Position&) override {
    std::vector<Check> checks = more_checks;
    if (pair_.of(arriving(direction)).linked)
      checks.push_back({"fake", CheckVerdict::kPass, "two servers in memory", ""});
    else
      checks.push_back({"replicates-from-other", CheckVerdict::kBlock, "no link", "build one"});
    return checks;
  }
  std::vector<Check> more_checks;

  Answer take_command(Nanos) override {
    return act("take command", [] {});
  }
  Answer take_command(Side side, Nanos) override {
    return act("take command " + text(side), [] {});
  }
  void leave_command() override {
    act("leave command", [] {});
  }
  Answer fence(Side side, Nanos) override {
    return act("fence " + text(side), [=, this] { pair_.of(side).read_only = true; });
  }
  Answer unfence(Side side, Nanos) override {
    return act("un-fence " + text(side), [=, this] { pair_.of(side).read_only = false; });
  }
  Answer wait_applied(Side side, const Position& p, Nanos slice) override {
    const Answer answer = act("wait " + text(side) + " " + p, [this] { pair_.replicate(); });
    if (answer.done() && has(side, counts(p))) return answer;
    clock_.sleep(slice);
    return answer.done() ? Answer::no("not there yet") : answer;
  }
  Answer promote(Side side, Nanos) override {
    return act("promote " + text(side), [=, this] {
      pair_.of(side).linked = pair_.of(other(side)).linked;
      pair_.of(side).read_only = false;
    });
  }
  Answer sever(Side side, Nanos) override {
    return act("sever " + text(side), [=, this] { pair_.of(side).linked = false; });
  }
  Answer arm_way_back(Side side, const Position& p, Nanos) override {
    return act("arm way back " + text(side) + " " + p, [=, this] {
      pair_.of(side).linked = pair_.of(side).receives = pair_.of(side).applies = true;
    });
  }
  Answer stop_applying(Side side, Nanos) override {
    return act("stop applying " + text(side), [=, this] { pair_.of(side).applies = false; });
  }
  Answer renew_link(Side side, const Position& p, Nanos) override {
    return act("renew " + text(side) + " " + p, [=, this] { pair_.of(side).receives = true; });
  }
  Answer resume_link(Side side, Nanos) override {
    return act("resume " + text(side),
               [=, this] { pair_.of(side).receives = pair_.of(side).applies = true; });
  }
  Answer persist_roles(Side writer, Nanos) override {
    return act("persist " + text(writer), [] {});
  }
  Answer remember(Side side, const ServerPair&, const Served& served, Nanos) override {
    return act("remember on " + text(side), [=, this] { pair_.of(side).remembers = served; });
  }
  Answer clear(Side side, const ServerPair&, Nanos) override {
    return act("clear " + text(side), [=, this] {
      pair_.of(side).linked = false;
      pair_.of(side).remembers.reset();
    });
  }
  Reading<std::vector<Sending>> would_send(const std::vector<Act>& acts) override {
    std::vector<Sending> all;
    for (const Act& act : acts) all.push_back({{{act.server, "statement"}}, ""});
    return {all, ""};
  }

 private:
  static std::string text(Side side) { return std::string(name(side)); }
  static LogPlace place(int count) { return {"log.000001", static_cast<std::uint64_t>(count)}; }
  Position text_of(Side side) const {
    const auto& has = pair_.of(side).has;
    if (!pair_.by_file) return text_of(has);
    const auto at = [&](Side of) {
      return ServerPlace{text(of), place(has[static_cast<std::size_t>(of)])};
    };
    Places places = {at(side)};
    if (pair_.of(side).linked) places.push_back(at(other(side)));
    return cutover::by_file(places);
  }
  static std::array<int, 2> counts(const Position& p) {
    if (is_by_file(p))
      return {static_cast<int>(place_of(p, "old").value_or(LogPlace{}).offset),
              static_cast<int>(place_of(p, "new").value_or(LogPlace{}).offset)};
    const auto dot = p.find('.');
    return {std::stoi(p.substr(0, dot)), std::stoi(p.substr(dot + 1))};
  }
  static std::string text_of(const std::array<int, 2>& has) {
    return std::to_string(has[0]) + "." + std::to_string(has[1]);
  }
  bool has(Side side, std::array<int, 2> wanted) const {
    const auto& has = pair_.of(side).has;
    return has[0] >= wanted[0] && has[1] >= wanted[1];
  }

  template <typename T, typename Get>
  Reading<T> look(const std::string& what, Side side, Get get) {
    return trace_.step(what, [&]() -> Reading<T> {
      if (what == pair_.during.first) pair_.during.second();
      if (!pair_.of(side).answers) return {std::nullopt, text(side) + " does not answer"};
      return {get(), ""};
    });
  }

  template <typename Do>
  Answer act(const std::string& what, Do carry_out) {
    return trace_.step(what, [&] {
      auto& script = pair_.script[what];
      Scripted next{Answer::yes(), true};
      if (what == pair_.during.first) pair_.during.second();
      if (what == pair_.never) {
        next = {Answer::unknown("no reply"), false};
      } else if (!script.empty()) {
        next = script.front();
        script.pop_front();
      } else if (trace_.now_is(pair_.lose_reply_of)) {
        next.answer = Answer::unknown("the reply was lost");
      }
      if (next.carried_out) carry_out();
      return next.answer;
    });
  }

  FakePair& pair_;
  Trace& trace_;
  FakeClock& clock_;
};

}  // namespace cutover
