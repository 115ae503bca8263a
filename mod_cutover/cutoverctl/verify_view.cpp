// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/verify_view.h"

#include <iostream>

#include "mod_cutover/wire/verify_json.h"

namespace cutover {
namespace {

using nlohmann::json;

void print_list(const char* what, const std::vector<std::string>& lines, std::uint64_t all) {
  if (lines.empty()) return;
  std::cout << what << "\n";
  for (const std::string& line : lines) std::cout << "  " << line << "\n";
  if (all > lines.size()) std::cout << "  and " << all - lines.size() << " more\n";
}

}  // namespace

void print_verifying(const Terminal& terminal, const json& verified) {
  const Verified seen = verified_from(verified);
  if (!terminal.interactive || !seen.now) return;
  std::cout << "\r\x1b[K" << described_now(*seen.now) << std::flush;
}

void print_verified(const Terminal& terminal, const json& verified) {
  if (terminal.interactive) std::cout << "\r\x1b[K";
  const Verified seen = verified_from(verified);
  if (!seen.last) return;
  const VerifyReport& last = *seen.last;
  print_list("Different:", last.findings, last.different);
  print_list("Undecided, since rows of it never stood still:", last.open, last.open.size());
  print_list("Not compared:", last.uncompared, last.uncompared_count);
  print_list("No difference, and worth knowing:", last.notes, last.notes.size());
}

void print_verify_status(const json& verified) {
  if (verified.is_null()) return;
  const Verified seen = verified_from(verified);
  std::cout << "  verified  " << verified.at("words").get<std::string>() << "\n";
  if (seen.now) std::cout << "            now " << described_now(*seen.now) << "\n";
}

}  // namespace cutover
