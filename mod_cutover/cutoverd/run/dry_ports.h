// SPDX-License-Identifier: Apache-2.0
// Ports that write down what a run asks of them and do nothing. What it looks at is as it would be
// where all goes well; or, from one phase on, where that fails.
#pragma once

#include <array>
#include <functional>
#include <utility>

#include "mod_cutover/cutoverd/run/plan.h"

namespace cutover {

// Adds an act to the plan, in the phase that it has come to.
using Note = std::function<void(PlannedAct)>;

// Nobody waits. A run that comes to no end, as one does that waits for a server, is told to leave.
class DryClock final : public Clock {
 public:
  DryClock(Clock& real, RunFlags& flags)
      : at_(real.now()), give_up_(at_ + kLongest), wall_ms_(real.wall_ms()), flags_(flags) {}
  Nanos now() override { return at_; }
  std::int64_t wall_ms() override { return wall_ms_; }
  void sleep(Nanos duration) override {
    at_ += duration;
    if (at_ >= give_up_) flags_.stop = true;
  }

 private:
  static constexpr Nanos kLongest = std::chrono::minutes(30);
  Nanos at_;
  const Nanos give_up_;
  const std::int64_t wall_ms_;
  RunFlags& flags_;
};

class DryJournal final : public Journal {
 public:
  DryJournal(const Note& note, std::string path) : note_(note), path_(std::move(path)) {}
  bool write(const JournalRecord& record) override {
    if (std::exchange(fails_once, false)) return false;
    std::string what = std::string(name(record.phase)) + " " + std::string(name(record.side));
    if (record.prepared && record.phase == JournalPhase::kRest) what += ", a last hook owed";
    note_({{}, "record", what, "", {}, Nanos{0}, path_});
    return true;
  }
  std::string error() const override { return {}; }
  std::string path() const override { return path_; }

  bool fails_once = false;

 private:
  const Note& note_;
  const std::string path_;
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
  std::int64_t endless(Side) const override { return closed_ ? 0 : 1; }  // there may be some
  void close_endless(Side leaving) override;
  Counts counts() const override { return {}; }
  std::vector<InFlight> requests_in_flight() const override { return {}; }
  bool withdrawn() const override { return false; }
  void beat() override {}

 private:
  const Note& note_;
  Word word_;
  bool closed_ = false;
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
      : note_(note), real_(real), leaving_(leaving(direction)), fences_(settings.fence) {
    closed(leaving_) = !settings.fence;
    closed(other(leaving_)) = settings.promote;
  }

  Reading<Position> position(Side server) override;
  Reading<bool> read_only(Side server) override;
  Reading<bool> has_applied(Side, const Position&) override { return {true, {}}; }
  Reading<OwnWrites> own_writes(Side server, const Position&) override;
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
  Reading<std::vector<std::string>> busy(Side server, Nanos limit) override;
  Answer lets_in(Side, Nanos) override { return Answer::yes(); }
  std::vector<Check> preflight(Direction, const Position&) override { return {}; }
  Reading<std::vector<Sending>> would_send(const std::vector<Act>& acts) override {
    return real_.would_send(acts);
  }

  Answer take_command(Nanos limit) override;
  Answer take_command(Side server, Nanos limit) override;
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

  // The acts so far, with their statements. Why they cannot be told, or nothing.
  std::string tell(std::vector<PlannedAct>& acts) const;

  // With CutoverFence Off it is theirs, too, to take it back.
  void others_undo();

 private:
  Answer act(const Act& act, const std::string& what);
  void ask(Side server, const std::string& what, Nanos limit = Nanos{0});

  const Note& note_;
  Replication& real_;
  bool& closed(Side server) { return closed_[server == Side::kOld ? 0 : 1]; }

  const Side leaving_;
  std::array<bool, 2> closed_{};  // read-only, where it is asked
  const bool fences_;
  std::vector<Act> acts_;
};

}  // namespace cutover
