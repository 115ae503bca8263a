// SPDX-License-Identifier: Apache-2.0
// Ports that write down what a run asks of them and do nothing. What it looks at is as it would be
// where all goes well.
#pragma once

#include <functional>

#include "mod_cutover/cutoverd/run/plan.h"

namespace cutover {

// Adds an act to the plan, in the phase that it has come to.
using Note = std::function<void(PlannedAct)>;

class DryClock final : public Clock {
 public:
  explicit DryClock(Clock& real) : at_(real.now()), wall_ms_(real.wall_ms()) {}
  Nanos now() override { return at_; }
  std::int64_t wall_ms() override { return wall_ms_; }
  void sleep(Nanos duration) override { at_ += duration; }

 private:
  Nanos at_;
  std::int64_t wall_ms_;
};

class DryJournal final : public Journal {
 public:
  explicit DryJournal(const Note& note) : note_(note) {}
  bool write(const JournalRecord& record) override {
    note_({{}, "record", std::string(name(record.phase)) + " " + std::string(name(record.side))});
    return true;
  }
  std::string error() const override { return {}; }

 private:
  const Note& note_;
};

class DryStore final : public StateStore {
 public:
  DryStore(const Note& note, Word now) : note_(note), word_(now) {}
  void set(Mode mode, AtDeadline at_deadline, Nanos deadline) override;
  void hold_slow(Side serving, const std::vector<std::uint64_t>& kinds, Nanos deadline) override;
  Word word() const override { return word_; }
  std::int64_t in_flight() const override { return 0; }
  std::int64_t leave_behind() override { return 0; }
  void await_again(Side) override {}
  std::int64_t endless(Side) const override { return 0; }
  void close_endless(Side leaving) override;
  Counts counts() const override { return {}; }
  std::vector<InFlight> requests_in_flight() const override { return {}; }
  bool withdrawn() const override { return false; }
  void beat() override {}

 private:
  const Note& note_;
  Word word_;
};

class DryNewHost final : public HostProbe {
 public:
  explicit DryNewHost(const Note& note) : note_(note) {}
  Reading<int> status(Nanos) override { return {200, {}}; }
  Answer connects(Nanos limit) override {
    note_({{}, "ask", "whether the new host takes a connection", "", {}, limit});
    return Answer::yes();
  }

 private:
  const Note& note_;
};

class DryProofs final : public Proofs {
 public:
  DryProofs(const Note& note, const SiteSettings& settings) : note_(note), settings_(settings) {}
  std::size_t pages() const override { return settings_.proofs.size(); }
  Answer ask(std::size_t page, Nanos limit) override {
    note_(
        {{}, "page", "GET " + settings_.proofs.at(page).path + " of the new host", "", {}, limit});
    return Answer::yes();
  }

 private:
  const Note& note_;
  const SiteSettings& settings_;
};

// The programs of CutoverHook: named, and run by nobody.
class DryHooks final : public Hooks {
 public:
  DryHooks(const Note& note, const SiteSettings& settings) : note_(note), settings_(settings) {}
  Answer run(const HookCall& call) override {
    for (const Hook& hook : settings_.hooks)
      if (hook.event == call.event)
        note_({{},
               "hook",
               hook.event + " " + hook.program,
               call.database ? std::string(name(*call.database)) : "",
               {},
               call.limit});
    return Answer::yes();
  }

 private:
  const Note& note_;
  const SiteSettings& settings_;
};

// What it looks at it reads of the real one where that does not hang on what has been done.
class DryDatabases final : public Replication {
 public:
  DryDatabases(const Note& note, Replication& real, const SiteSettings& settings,
               Direction direction)
      : note_(note), real_(real), settings_(settings), leaving_(leaving(direction)) {}

  Reading<Position> position(Side server) override { return real_.position(server); }
  Reading<bool> read_only(Side server) override;
  Reading<bool> has_applied(Side, const Position&) override { return {true, {}}; }
  Reading<OwnWrites> own_writes(Side, const Position&) override { return {OwnWrites{}, {}}; }
  Reading<Position> lost(Side, const Position&) override { return {Position{}, {}}; }
  std::unique_ptr<Glance> glance(Side server) override { return real_.glance(server); }
  Reading<LinkState> link_into(Side) override {
    return {LinkState{true, true, true, true, "", 0}, {}};
  }
  Reading<ServerLife> life(Side server) override { return real_.life(server); }
  Reading<std::optional<Served>> remembered(Side server, const ServerPair& pair) override {
    return real_.remembered(server, pair);
  }
  Reading<Missing> missing(Side) override { return {Missing{}, {}}; }
  Answer unlocked(Side server, Nanos limit) override;
  Reading<std::vector<std::string>> busy(Side, Nanos) override {
    return {std::vector<std::string>{}, {}};
  }
  Answer lets_in(Side, Nanos) override { return Answer::yes(); }
  std::vector<Check> preflight(Direction, const Position&) override { return {}; }
  Reading<std::vector<Statement>> would_send(const Act& act) override {
    return real_.would_send(act);
  }

  Answer take_command(Nanos) override { return Answer::yes(); }
  Answer take_command(Side, Nanos) override { return Answer::yes(); }
  void leave_command() override {}
  Answer fence(Side server, Nanos limit) override;
  Answer unfence(Side server, Nanos limit) override;
  Answer wait_applied(Side server, const Position& position, Nanos slice) override;
  Answer promote(Side server, Nanos limit) override;
  Answer sever(Side replica, Nanos limit) override;
  Answer arm_way_back(Side replica, const Position& position, Nanos limit) override;
  Answer stop_applying(Side writer, Nanos limit) override;
  Answer renew_link(Side writer, const Position& settled, Nanos limit) override;
  Answer resume_link(Side replica, Nanos limit) override;
  Answer persist_roles(Side writer, Nanos limit) override;
  Answer remember(Side server, const ServerPair& pair, const Served& served, Nanos limit) override;
  Answer clear(Side, const ServerPair&, Nanos) override { return Answer::yes(); }

  // Why some act could not be foretold; nothing where all could.
  const std::string& trouble() const { return trouble_; }

 private:
  Answer act(const Act& act, const std::string& what);

  const Note& note_;
  Replication& real_;
  const SiteSettings& settings_;
  const Side leaving_;
  bool fenced_ = false;
  bool promoted_ = false;
  std::string trouble_;
};

}  // namespace cutover
