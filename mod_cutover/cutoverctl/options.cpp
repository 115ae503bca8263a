// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <iostream>

#include "shared/memory/layout.h"
#include "shared/words/moment.h"

#ifndef CUTOVER_STATE_DIR
#error "the Makefile gives -DCUTOVER_STATE_DIR=\"...\", the default of CutoverStateDir"
#endif

namespace cutover {
namespace {

struct Verb {
  const char* name;
  const char* help;
};

constexpr std::array<Verb, 14> kVerbs{{
    {"status", "What every site does now"},
    {"watch", "The same, live, until Ctrl-C"},
    {"preflight", "Every check with its verdict and remedy; changes nothing"},
    {"plan", "Every act of the next run, in order, with its statements; changes nothing"},
    {"rehearse", "The real hold, drain and catch-up, with no fence and no flip"},
    {"switch", "Move the site to the new host"},
    {"rollback", "Move the site back to the old host"},
    {"abort", "Stop a running switch or rollback, where that is still possible; disarm one"},
    {"resolve", "Out of a doubt: a person has looked, and says which side serves"},
    {"complete", "For good: no way back any more; says what may be turned off, and what not yet"},
    {"verify", "Compare all rows of both databases while the site runs"},
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

void add_complete(CLI::App& verb, CLI::Option& site, Options& options) {
  site.required()->description("The site; named here even where there is one, and typed once more");
  verb.add_flag("--other-is-down", options.other_is_down,
                "The old database's server is off and stays off");
}

// As they were typed.
struct Moments {
  std::string at;
  std::string until;
};

void add_wait(CLI::App& verb, Options& options, Moments& moments) {
  CLI::Option* wait = verb.add_flag("--wait", options.wait,
                                    "Not now, but by itself: when it is time, the gate is open "
                                    "and the preflight passes. Answers at once");
  verb.add_option("--at", moments.at,
                  "With --wait: not before TIME: 03:00 (the next such), 2026-12-01T03:00 (local, "
                  "or with Z or +01:00), +90m")
      ->type_name("TIME")
      ->needs(wait);
  verb.add_flag("--quiet", options.quiet,
                "With --wait: when the pause that is foretold is among the shortest of the last "
                "hour")
      ->needs(wait);
  verb.add_option("--until", moments.until,
                  "With --wait: not after TIME; left out: a day after it may begin")
      ->type_name("TIME")
      ->needs(wait);
}

std::int64_t wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// What is wrong with them, or nothing. The end is the next such after the beginning.
std::string read_moments(const Moments& moments, Options& options) {
  const std::int64_t now = wall_ms();
  const auto read = [now](const char* option, const std::string& text, std::int64_t after,
                          std::optional<std::int64_t>& value) -> std::string {
    if (text.empty()) return {};
    const auto found = moment(text, now, after);
    const std::string before = std::string(option) + " ";
    if (const auto* wrong = std::get_if<std::string>(&found)) return before + *wrong;
    value = std::get<std::int64_t>(found);
    return *value > now ? "" : before + text + ": that is over; it is " + local_time(now);
  };
  std::string wrong = read("--at", moments.at, now, options.from_ms);
  const std::int64_t begin = options.from_ms.value_or(now);
  if (wrong.empty()) wrong = read("--until", moments.until, begin, options.until_ms);
  if (wrong.empty() && options.until_ms && *options.until_ms <= begin)
    wrong = "--until " + local_time(*options.until_ms) + " is not after --at " + local_time(begin);
  return wrong;
}

void add_rollback(CLI::App& verb, Options& options) {
  verb.add_flag("--accept-data-loss", options.accept_data_loss,
                "Go back although the old database lacks writes of the new one; the site's name "
                "must be typed");
  verb.add_flag("--despite-direct-visitors", options.despite_direct_visitors,
                "Go back although visitors come straight to the new host; they meet errors there");
  for (const char* flag : {"--accept-data-loss", "--despite-direct-visitors"})
    verb.get_option("--wait")->excludes(verb.get_option(flag));
}

void add_verify(CLI::App& verb, Options& options) {
  CLI::Option* stop = verb.add_flag("--stop", options.stop,
                                    "Stop the one under way; the next `verify` goes on from there");
  verb.add_flag("--detach", options.detach, "Answer at once; `status` says how far it has come")
      ->excludes(stop);
  verb.add_option("--rows-per-second", options.rows_per_second,
                  "At most so many rows of each database in a second; left out: 200000")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->excludes(stop);
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_code) {
  Options options;
  options.state_dir = CUTOVER_STATE_DIR;
  Moments moments;
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
    if (verb.name == std::string("complete")) add_complete(*sub, *site, options);
    if (verb.name == std::string("switch") || verb.name == std::string("rollback"))
      add_wait(*sub, options, moments);
    if (verb.name == std::string("verify")) add_verify(*sub, options);
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
  if (const std::string wrong = read_moments(moments, options); !wrong.empty()) {
    std::cerr << options.verb << ": " << wrong << "\n";
    exit_code = kExitUsage;
    return std::nullopt;
  }
  return options;
}

}  // namespace cutover
