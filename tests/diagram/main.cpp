// SPDX-License-Identifier: Apache-2.0
// Prints the transition table and the recovery table as README and the manual show them, so that
// no drawing can say anything else than the code.
#include <iostream>
#include <set>
#include <string>

#include "shared/recovery.h"
#include "shared/transitions.h"

namespace cutover {
namespace {

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
    case Says::kEither:
      return "any";
  }
  return "any";
}

void print_recovery(std::ostream& out) {
  out << "\n| journal | mine read-only | theirs read-only | mine moved | theirs moved | link alive "
         "| do | why |\n|---|---|---|---|---|---|---|---|\n";
  for (const RecoveryRow& row : recovery_table())
    out << "| " << name(row.phase) << " | " << text(row.mine_read_only) << " | "
        << text(row.theirs_read_only) << " | " << text(row.mine_moved) << " | "
        << text(row.theirs_moved) << " | " << text(row.link_alive) << " | " << name(row.resume)
        << " | " << row.why << " |\n";
}

}  // namespace
}  // namespace cutover

int main() {
  cutover::print_diagram(std::cout);
  cutover::print_transitions(std::cout);
  cutover::print_recovery(std::cout);
  return std::cout.good() ? 0 : 1;
}
