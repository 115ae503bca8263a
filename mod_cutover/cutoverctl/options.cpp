// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <iostream>

#include "shared/memory/layout.h"

#ifndef CUTOVER_STATE_DIR
#error "the Makefile gives -DCUTOVER_STATE_DIR=\"...\", the default of CutoverStateDir"
#endif

namespace cutover {
namespace {

struct Verb {
  const char* name;
  const char* help;
};

constexpr std::array<Verb, 11> kVerbs{{
    {"status", "What every site does now"},
    {"watch", "The same, live, until Ctrl-C"},
    {"preflight", "Every check with its verdict and remedy; changes nothing"},
    {"rehearse", "The real hold, drain and catch-up, with no fence and no flip"},
    {"switch", "Move the site to the new host"},
    {"rollback", "Move the site back to the old host"},
    {"abort", "Stop a running switch or rollback, where that is still possible"},
    {"resolve", "Out of a doubt: a person has looked, and says which side serves"},
    {"events", "The audit trail: who, what, when, how it ended"},
    {"explain", "What a line of the error log means and what to do, by its id; asks nobody"},
    {"tables", "What a switch and a recovery do, row by row (Markdown); asks nobody"},
}};

constexpr const char* kFooter =
    "Exit codes:\n"
    "  0  done\n"
    "  1  refused or aborted; everything is as before, and the reason was printed\n"
    "  2  the command line is wrong\n"
    "  3  no coordinator answers\n"
    "  4  in doubt: a person must look, and the message says at what\n"
    "See cutoverctl(8).";

std::string site_problem(const std::string& site) {
  const bool good = !site.empty() && site.size() <= kMaxSiteName &&
                    std::all_of(site.begin(), site.end(), [](unsigned char c) {
                      return std::isalnum(c) != 0 || c == '-' || c == '_';
                    });
  return good ? "" : "only letters, digits, '-' and '_', and at most 63 of them";
}

// Nothing is left out here: who decides names the site and the side.
void add_resolve(CLI::App& verb, CLI::Option& site, Options& options) {
  site.required()->description("The site; named here even where there is one");
  verb.add_option("SIDE", options.serve, "The side that is to serve: old or new")
      ->type_name("")
      ->required()
      ->check(CLI::IsMember({"old", "new"}));
  verb.add_flag("--other-is-down", options.other_is_down,
                "The other side's database cannot be reached: decide without it");
}

void add_rollback(CLI::App& verb, Options& options) {
  verb.add_flag("--accept-data-loss", options.accept_data_loss,
                "Go back although the old database lacks writes of the new one; the site's name "
                "must be typed");
  verb.add_flag("--despite-direct-visitors", options.despite_direct_visitors,
                "Go back although visitors come straight to the new host; they meet errors there");
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code) {
  Options options;
  options.state_dir = CUTOVER_STATE_DIR;
  CLI::App app{"Moves a live site to its new host, and says how it stands.", "cutoverctl"};
  app.footer(kFooter);
  app.get_formatter()->label("SUBCOMMAND", "VERB [SITE]");
  app.get_formatter()->label("Subcommands", "Verbs");
  app.require_subcommand(0, 1);
  app.fallthrough();
  app.add_option("--state-dir", options.state_dir, "CutoverStateDir of the httpd")
      ->type_name("DIR")
      ->capture_default_str();
  app.add_flag("--json", options.json, "One JSON object a line instead of text");
#ifdef CUTOVER_VERSION
  app.set_version_flag("--version", std::string("cutoverctl ") + CUTOVER_VERSION);
#endif
  for (const Verb& verb : kVerbs) {
    CLI::App* sub = app.add_subcommand(verb.name, verb.help);
    CLI::Option* site =
        sub->add_option("SITE", options.site, "The site; may be left out where there is one")
            ->type_name("")
            ->check(site_problem);
    if (verb.name == std::string("explain"))
      site->description("The id, such as CUT0112; left out: all of them, as Markdown");
    if (verb.name == std::string("resolve")) add_resolve(*sub, *site, options);
    if (verb.name == std::string("rollback")) add_rollback(*sub, options);
  }
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) throw CLI::RequiredError("a VERB");
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? kExitDone : kExitUsage;
    return std::nullopt;
  }
  options.verb = app.get_subcommands().front()->get_name();
  if (options.accept_data_loss && options.site.empty()) {
    std::cerr << "rollback --accept-data-loss: name the SITE\n";
    exit_code = kExitUsage;
    return std::nullopt;
  }
  return options;
}

}  // namespace cutover
