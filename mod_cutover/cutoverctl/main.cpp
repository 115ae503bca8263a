// SPDX-License-Identifier: Apache-2.0
// cutoverctl: the command beside httpd.
#include <exception>
#include <iostream>

#include "mod_cutover/cutoverctl/options.h"
#include "mod_cutover/cutoverctl/verbs.h"

int main(int argc, char** argv) {
  int exit_code = cutover::kExitUsage;
  try {
    const auto options = cutover::parse_options(argc, argv, exit_code);
    return options ? cutover::run_verb(*options) : exit_code;
  } catch (const std::exception& error) {
    std::cerr << "cutoverctl: " << error.what() << "\n";
    return cutover::kExitDoubt;
  }
}
