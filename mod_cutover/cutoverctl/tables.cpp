// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/tables.h"

#include <set>
#include <string>

#include "shared/protocol/recovery.h"
#include "shared/protocol/transitions.h"

namespace cutover {
namespace {

using nlohmann::json;

std::string identifier(Phase phase) {
  std::string text(name(phase));
  for (char& c : text)
    if (c == '-') c = '_';
  return text;
}

void print_diagram(std::ostream& out) {
  out << "```mermaid\nstateDiagram-v2\n";
  std::set<Phase> phases;
  for (const Row& row : transition_table()) phases.insert({row.phase, row.next});
  for (const Phase phase : phases)
    out << "    state \"" << name(phase) << "\" as " << identifier(phase) << "\n";
  out << "    [*] --> " << identifier(Phase::kServing) << "\n";
  for (const Row& row : transition_table())
    out << "    " << identifier(row.phase) << " --> " << identifier(row.next) << " : "
        << name(row.event) << "\n";
  out << "```\n";
}

void print_transitions(std::ostream& out) {
  out << "\n| phase | event | next | effects, in order | why |\n|---|---|---|---|---|\n";
  for (const Row& row : transition_table()) {
    std::string effects;
    for (const Effect effect : row.effects)
      effects += (effects.empty() ? "" : ", ") + std::string(name(effect));
    out << "| " << name(row.phase) << " | " << name(row.event) << " | " << name(row.next) << " | "
        << effects << " | " << row.why << " |\n";
  }
}

const char* text(Says says) {
  switch (says) {
    case Says::kNo:
      return "no";
    case Says::kYes:
      return "yes";
    case Says::kSilent:
      return "silent";
    case Says::kAnything:
      return "any, or silent";
    case Says::kEither:
      return "any";
  }
  return "any";
}

void print_recovery(std::ostream& out) {
  out << "\n| journal | mine read-only | theirs read-only | mine moved | theirs moved | link alive "
         "| mine restarted | theirs restarted | unexplained | cold | do | why |\n"
         "|---|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const RecoveryRow& row : recovery_table())
    out << "| " << name(row.phase) << " | " << text(row.mine_read_only) << " | "
        << text(row.theirs_read_only) << " | " << text(row.mine_moved) << " | "
        << text(row.theirs_moved) << " | " << text(row.link_alive) << " | "
        << text(row.mine_restarted) << " | " << text(row.theirs_restarted) << " | "
        << text(row.unexplained) << " | " << text(row.cold) << " | " << name(row.resume) << " | "
        << row.why << " |\n";
}

json effects_of(const Row& row) {
  json effects = json::array();
  for (const Effect effect : row.effects) effects.push_back(name(effect));
  return effects;
}

}  // namespace

void print_tables(std::ostream& out) {
  print_diagram(out);
  print_transitions(out);
  print_recovery(out);
}

json tables() {
  json transitions = json::array();
  for (const Row& row : transition_table())
    transitions.push_back({{"phase", name(row.phase)},
                           {"event", name(row.event)},
                           {"next", name(row.next)},
                           {"effects", effects_of(row)},
                           {"why", row.why}});
  json recovery = json::array();
  for (const RecoveryRow& row : recovery_table())
    recovery.push_back({{"journal", name(row.phase)},
                        {"mine_read_only", text(row.mine_read_only)},
                        {"theirs_read_only", text(row.theirs_read_only)},
                        {"mine_moved", text(row.mine_moved)},
                        {"theirs_moved", text(row.theirs_moved)},
                        {"link_alive", text(row.link_alive)},
                        {"mine_restarted", text(row.mine_restarted)},
                        {"theirs_restarted", text(row.theirs_restarted)},
                        {"unexplained", text(row.unexplained)},
                        {"cold", text(row.cold)},
                        {"do", name(row.resume)},
                        {"why", row.why}});
  return {{"transitions", transitions}, {"recovery", recovery}};
}

}  // namespace cutover
