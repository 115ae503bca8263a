// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/orders.h"

#include <vector>

#include "mod_cutover/cutoverd/run/after_flip.h"
#include "mod_cutover/cutoverd/run/limits.h"
#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/wire/snapshot_json.h"
#include "shared/protocol/file_position.h"

namespace cutover {
namespace {

// What the preflight knows will be a person's to do once the site has moved.
std::string afterwards(const std::vector<Check>& checks) {
  std::string text;
  for (const Check& c : checks)
    if (c.verdict != CheckVerdict::kPass && c.name.ends_with("-afterwards"))
      text += (text.empty() ? "" : "; ") + c.remedy;
  return text;
}

}  // namespace

std::string Orders::word_of_serve() const {
  return desk_.settings.serve ? std::string(name(*desk_.settings.serve)) : "";
}

bool Orders::hear_serve() {
  serve_awaits_.clear();
  desk_.footing.record.served_word = word_of_serve();
  desk_.footing.write();
  if (desk_.footing.unwritten().empty()) return true;
  log(Message::kServeNotHeard, desk_.settings.name,
      "CutoverServe " + word_of_serve() + " is not acted on: " + desk_.ports.journal.error());
  return false;
}

void Orders::answer_serve() {
  const JournalRecord& record = desk_.footing.record;
  if (word_of_serve() == record.served_word) return;
  const auto& serve = desk_.settings.serve;
  if (serve && *serve != record.side && awaits_quiet()) return;
  if (!hear_serve() || !serve || *serve == record.side) return;
  mailbox_.own_command_begins();
  const std::string by = "CutoverServe " + word_of_serve();
  const Outcome outcome = change_side({towards(*serve), by});
  if (outcome.exit != 0)
    log(Message::kServeNotDone, desk_.settings.name,
        by + " was not carried out, " + std::string(name(record.side)) +
            " serves as before: " + outcome.message);
  mailbox_.command_ended();
}

bool Orders::awaits_quiet() {
  const Side serving = desk_.footing.serving();
  const std::optional<std::string> awaited = quiet_.awaits(serving);
  if (awaited && serve_awaits_.empty())
    log(Message::kServeAwaits, desk_.settings.name,
        "CutoverServe " + word_of_serve() + " begins when " + std::string(name(serving)) +
            " has come to rest: " + *awaited);
  serve_awaits_ = awaited.value_or("");
  return awaited.has_value();
}

Outcome Orders::carry_out(Ticket& ticket) {
  const Direction away = towards(other(desk_.footing.serving()));
  if (ticket.verb() == "preflight") return preflight(away);
  if (ticket.verb() == "plan") return runs_.plan(away, refusal(away) + ownership_.refused());
  if (ticket.verb() == "rehearse")
    return change_side({away, ticket.by(), &ticket, Purpose::kRehearse});
  if (ticket.wait()) return arm(ticket);
  // A person's word, after that of the configuration, and instead of what was armed.
  if (!serve_awaits_.empty()) hear_serve();
  diary_.disarm("a " + ticket.verb() + " was asked for", ticket.by());
  if (ticket.verb() == "switch") return change_side({Direction::kSwitch, ticket.by(), &ticket});
  if (ticket.verb() == "rollback")
    return change_side({Direction::kRollback, ticket.by(), &ticket,
                        ticket.accept_loss() ? Purpose::kMoveWithLoss : Purpose::kMove,
                        ticket.despite_direct()});
  return {2, "no such verb: " + ticket.verb(), nullptr};
}

// Who may not touch the servers need not look at them.
std::vector<Check> Orders::checks(Direction direction, Purpose purpose, bool ask,
                                  bool despite_direct) {
  if (desk_.footing.record.completed())
    return {
        {"completed", CheckVerdict::kBlock, desk_.footing.completed(),
         "another move wants another name, or a journal of its own: see \"The end\" in the guide"}};
  if (!ownership_.refused().empty())
    return {{"owner", CheckVerdict::kBlock, ownership_.refused(),
             "one coordinator moves a site: stop the other, then `apachectl graceful` here"}};
  return preflight_.checks(direction, purpose, ask, despite_direct);
}

Outcome Orders::preflight(Direction direction) {
  const std::vector<Check> all = checks(direction, Purpose::kMove, true);
  const bool blocked = blocks(all) || desk_.footing.record.in_doubt;
  return {blocked ? 1 : 0,
          blocked ? "a " + std::string(name(direction)) + " would be refused"
                  : "a " + std::string(name(direction)) + " would be accepted",
          {{"direction", name(direction)}, {"checks", to_json(all)}}};
}

// It answers at once, and says what would be in its way now.
Outcome Orders::arm(const Ticket& ticket) {
  const Direction direction = ticket.verb() == "switch" ? Direction::kSwitch : Direction::kRollback;
  const std::int64_t wall_ms = desk_.ports.clock.wall_ms();
  std::string why = refusal(direction);
  if (why.empty()) why = contradiction(*ticket.wait(), wall_ms);
  const Appointment wanted =
      appointment(*ticket.wait(), direction, ticket.by(), wall_ms, desk_.ports.clock.now());
  if (why.empty()) why = diary_.arm(wanted);
  if (!why.empty()) return {1, "not armed: " + why};
  const std::vector<Check> all = checks(direction, Purpose::kMove, true);
  const Armed armed = shown(wanted, "", wall_ms);
  return {0,
          "armed: " + described(armed) + "; `cutoverctl abort " + desk_.settings.name +
              "` disarms it" + (blocks(all) ? "; now it would be refused: " + reasons(all) : ""),
          {{"armed", {{"from", armed.from}, {"until", armed.until}, {"quiet", armed.quiet}}}}};
}

void Orders::keep(const Appointment& due, const std::function<std::string()>& quiet) {
  mailbox_.own_command_begins();
  Order order{.direction = due.direction, .by = "armed by " + due.by, .by_itself = true};
  std::string missed;
  if (due.quiet) order.last_look = [&] { return missed = quiet(); };
  const Outcome outcome = change_side(order);
  if (missed.empty() && desk_.view.outcome() == "refused") diary_.turned_back(due, outcome.message);
  mailbox_.command_ended();
}

void Orders::write_down(const Order& order) {
  desk_.audit.add({{"site", desk_.settings.name},
                   {"event", "asked"},
                   {"verb", order.rehearses() ? "rehearse" : name(order.direction)},
                   {"by", order.by},
                   {"accept_data_loss", order.accepts_loss()},
                   {"despite_direct_visitors", order.despite_direct}});
}

// From here on an abort is heard.
Outcome Orders::change_side(const Order& order) {
  const Direction direction = order.direction;
  if (!order.by_itself) write_down(order);
  mailbox_.run_begins();
  desk_.view.run_begins(direction, order.rehearses(), true);
  std::string why = not_yet(order);
  if (why.empty() && order.last_look) why = order.last_look();
  Outcome outcome;
  if (order.by_itself && (!why.empty() || !diary_.begins())) {
    desk_.view.put_off();
    desk_.view.run_ends();
    return {1, why};
  }
  if (order.by_itself) write_down(order);
  if (!why.empty()) {
    outcome = runs_.refused(order, why);
  } else if (order.rehearses()) {  // and no hook hears of it
    why = not_now(order);
    outcome = why.empty() ? runs_.carry_out(order) : runs_.refused(order, why);
  } else if (!runs_.prepare(direction, why) || !(why = not_now(order)).empty()) {
    outcome = runs_.refused(order, why);
    runs_.run_last_hook(why);
  } else {
    outcome = runs_.carry_out(order);
    if (outcome.exit == 0) tell_what_is_left(outcome);
  }
  desk_.view.run_ends();
  if (!order.rehearses()) diary_.run_ended();
  return outcome;
}

std::string Orders::refusal(Direction direction) const {
  const JournalRecord& record = desk_.footing.record;
  if (record.completed()) return desk_.footing.completed();
  if (record.side == arriving(direction)) return std::string(name(record.side)) + " serves already";
  if (record.in_doubt) return "in doubt: " + record.doubt;
  return desk_.footing.unwritten();
}

// Why it is refused, without having changed anything.
std::string Orders::not_yet(const Order& order) {
  const std::string why = refusal(order.direction);
  if (!why.empty()) return why;
  if (order.ticket != nullptr)
    order.ticket->tell({{"phase", "preflight"}, {"why", "looking at everything"}});
  // Proved for this run. What does not go the checks say.
  if (desk_.ports.replication != nullptr && !order.rehearses() && ownership_.refused().empty())
    renew_before_run(*desk_.ports.replication, desk_.settings, desk_.footing.record);
  const std::vector<Check> all =
      checks(order.direction, order.purpose, false, order.despite_direct);
  left_to_do_ = afterwards(all);
  if (blocks(all)) return reasons(all);
  // Where CutoverServe asks, nobody reads the preflight.
  for (const Check& c : all)
    if (c.verdict != CheckVerdict::kPass &&
        (c.name == "encryption" || c.name == "traffic-in-clear"))
      log(Message::kInClear, desk_.settings.name, c.seen);
  return {};
}

void Orders::tell_what_is_left(Outcome& outcome) {
  if (left_to_do_.empty()) return;
  log(Message::kLeftToDo, desk_.settings.name, left_to_do_);
  desk_.audit.add(
      {{"site", desk_.settings.name}, {"event", "left to do"}, {"reason", left_to_do_}});
  outcome.message += "; left to do: " + left_to_do_;
}

// The last look before the first hold, with the command of the databases. Empty: go.
std::string Orders::not_now(const Order& order) {
  const std::atomic<bool>& abort = mailbox_.flags.abort;
  if (abort.load(std::memory_order_relaxed)) return Runs::kAbortedEarly;
  Replication* databases = desk_.ports.replication;
  if (databases == nullptr) return {};
  if (!ownership_.refused().empty()) return ownership_.refused();
  const Answer command = databases->take_command(kCommandLimit);
  if (!command.done()) return command.why;
  watch_.forget_the_link();
  watch_.tick(databases, desk_.footing.serving(), desk_.footing.record.position,
              desk_.ports.clock.now());
  const GateState& gate = watch_.gate();
  std::string why = gate.open || order.accepts_loss() ? "" : gate.reasons.front();
  // What has been applied the link alone tells, and it would be given up first.
  if (order.accepts_loss() && is_by_file(watch_.position()))
    why =
        "by file and position it cannot be counted what would be lost: mend the link, or turn "
        "the new database off and say `cutoverctl resolve " +
        desk_.settings.name + " old --other-is-down`";
  if (abort.load(std::memory_order_relaxed)) why = Runs::kAbortedEarly;
  return why;
}

}  // namespace cutover
