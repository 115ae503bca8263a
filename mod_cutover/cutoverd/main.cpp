// SPDX-License-Identifier: Apache-2.0
// cutoverd: started by httpd's parent with the configuration on standard input. In this order:
// everything that needs root, the rights dropped, the threads, the wait for a signal.
#include <getopt.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <iterator>
#include <list>
#include <thread>

#include "mod_cutover/cutoverd/control/control_server.h"
#include "mod_cutover/cutoverd/control/privileges.h"
#include "mod_cutover/cutoverd/databases/options/option_file.h"
#include "mod_cutover/cutoverd/databases/replication/connect.h"
#include "mod_cutover/cutoverd/new_host/both_hosts.h"
#include "mod_cutover/cutoverd/new_host/resolver.h"
#include "mod_cutover/cutoverd/run/real_clock.h"
#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/state/owner_file.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/wire/settings_json.h"

namespace cutover {
namespace {

struct Arguments {
  std::string state_dir;
  int control_fd = -1;
  int counters_fd = -1;
};

int fail(const std::string& why) {
  log(Message::kCoordinatorCannotStart, {}, "cutoverd cannot start: " + why);
  return 1;
}

// SIGHUP: finish what is under way, then leave to the successor. SIGTERM, SIGINT: leave now.
sigset_t leaving_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGHUP, SIGTERM, SIGINT}) ::sigaddset(&set, signal);
  return set;
}

bool signal_waits(const sigset_t& set) {
  sigset_t waiting;
  ::sigpending(&waiting);
  for (const int signal : {SIGHUP, SIGTERM, SIGINT})
    if (::sigismember(&set, signal) == 1 && ::sigismember(&waiting, signal) == 1) return true;
  return false;
}

// The credentials are read here, while the files can be.
std::optional<ConnectOptions> credentials(const OptionFile& file, std::string& trouble) {
  auto loaded = load_option_file(file.path, file.group);
  if (auto* options = std::get_if<ConnectOptions>(&loaded)) return std::move(*options);
  trouble += (trouble.empty() ? "" : "; ") + std::get<OptionError>(loaded).text;
  return std::nullopt;
}

// Each site's own life, and all that it knows of others'.
std::vector<Claim> claims_of(const CoordinatorConfig& config, std::string& error) {
  std::vector<Claim> claims;
  for (const SiteSettings& settings : config.sites) {
    const OwnerFile owners(owners_path(config.state_dir, settings.name));
    if (owners.token().empty()) error = owners.error();
    Claim& claim = claims.emplace_back();
    claim.token = owners.token();
    for (const OwnerFile::Earlier& life : owners.earlier())
      claim.known.push_back(
          {life.token, life.same_boot ? KnownLife::Kind::kDead : KnownLife::Kind::kEarlier, ""});
  }
  const std::size_t sites = claims.size();
  for (std::size_t one = 0; one < sites; ++one)
    for (std::size_t another = 0; another < sites; ++another)
      if (one != another)
        claims[one].known.push_back(
            {claims[another].token, KnownLife::Kind::kSibling, config.sites[another].name});
  return claims;
}

bool has_history(const CoordinatorConfig& config, const SiteSettings& settings) {
  return read_journal(journal_path(config.state_dir, settings.name)).kind ==
         JournalReading::Kind::kRecord;
}

std::unique_ptr<Replication> databases_of(const SiteSettings& settings, const Claim& claim,
                                          std::string& trouble) {
  if (!settings.old_database || !settings.new_database) return nullptr;
  const auto old_options = credentials(*settings.old_database, trouble);
  const auto new_options = credentials(*settings.new_database, trouble);
  if (!old_options || !new_options) return nullptr;
  return connect(settings, *old_options, *new_options, claim);
}

std::string open_sites(const CoordinatorConfig& config, const Mapping& control,
                       const Mapping& counters, Clock& clock, Audit& audit,
                       std::vector<std::unique_ptr<Site>>& sites) {
  std::string error;
  const std::vector<Claim> claims = claims_of(config, error);
  if (!error.empty()) return error;
  const bool one_has_history =
      std::any_of(config.sites.begin(), config.sites.end(),
                  [&](const SiteSettings& settings) { return has_history(config, settings); });
  auto claim = claims.begin();
  for (const SiteSettings& settings : config.sites) {
    const std::size_t index = find_site(control_in(control), settings.name);
    if (index == kMaxSites) return "site " + settings.name + " is not in the shared memory";
    SiteParts parts;
    parts.settings = settings;
    parts.workers = config.workers;
    parts.yields = one_has_history && !has_history(config, settings);
    parts.journal = std::make_unique<JournalFile>(journal_path(config.state_dir, settings.name));
    if (!parts.journal->ok()) return parts.journal->error();
    parts.store = std::make_unique<WordStore>(control_in(control), counters_in(counters), index,
                                              config.number);
    parts.strays =
        std::make_unique<StrayBook>(strays_path(config.state_dir, settings.name), settings.name);
    parts.replication = databases_of(settings, *claim++, parts.trouble);
    parts.probes = probes_of(settings, clock.wall_ms() / 1000);
    parts.names = std::make_unique<Resolver>();
    parts.pages = std::make_unique<SitePages>(settings.new_host);
    if (!parts.trouble.empty()) log(Message::kSiteNotUsable, settings.name, parts.trouble);
    sites.push_back(std::make_unique<Site>(std::move(parts), clock, audit));
  }
  std::sort(sites.begin(), sites.end(),
            [](const auto& a, const auto& b) { return a->settings().name < b->settings().name; });
  return {};
}

void leave(int signal, std::vector<std::unique_ptr<Site>>& sites) {
  log(Message::kLeaves, {}, signal == SIGHUP ? "leaving to a successor" : "leaving: httpd stops");
  for (const auto& site : sites) site->leave(signal != SIGHUP);
}

// A stop may come while a run is still being finished for a successor: it is heard too.
void wait_and_leave(const sigset_t& set, std::vector<std::unique_ptr<Site>>& sites,
                    const std::atomic<std::size_t>& running) {
  int signal = 0;
  ::sigwait(&set, &signal);
  leave(signal, sites);
  const timespec slice{0, 2'000'000};
  while (running.load() > 0)
    if (const int another = ::sigtimedwait(&set, nullptr, &slice); another > 0)
      leave(another, sites);
}

int run(const Arguments& arguments) {
  const sigset_t set = leaving_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);  // before any thread: all inherit it
  ::signal(SIGPIPE, SIG_IGN);
  const pid_t parent = ::getppid();

  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  const CoordinatorConfig config = coordinator_config(text);
  Fd control_fd(arguments.control_fd);
  Fd counters_fd(arguments.counters_fd);
  const Mapping control = map_control(control_fd.get(), true);
  const Mapping counters = map_counters(counters_fd.get());
  control_fd.reset();  // inherited without close-on-exec: no hook's business
  counters_fd.reset();
  if (!control || !counters) return fail("the shared memory is not this version's");

  std::string error;
  const Fd lock = take_lock(
      lock_path(config.state_dir), [&] { return signal_waits(set); }, error);
  if (!lock) return error.empty() ? 0 : fail(error);

  Audit audit(events_path(config.state_dir));
  if (!audit.ok()) return fail(audit.error());
  RealClock clock;
  std::vector<std::unique_ptr<Site>> sites;
  error = open_sites(config, control, counters, clock, audit, sites);
  if (!error.empty()) return fail(error);
  Fd listener = listen_at(socket_path(config.state_dir), error);
  if (!listener) return fail(error);
  error = drop_privileges(config.uid, config.gid, parent);
  if (!error.empty()) return fail(error);

  log(Message::kCoordinates, {},
      "cutoverd " CUTOVER_VERSION " coordinates " + std::to_string(sites.size()) + " site(s)");
  const Recorder recorder(sites, clock);
  const ControlServer server(std::move(listener), sites, audit, recorder, config.uid);
  std::atomic<std::size_t> running{sites.size()};
  std::list<std::thread> threads;
  for (const auto& site : sites)
    threads.emplace_back([&site, &running] {
      site->run();
      --running;
    });
  wait_and_leave(set, sites, running);
  for (std::thread& thread : threads) thread.join();
  return 0;
}

// -1 where it is no number of a descriptor.
int descriptor(const char* text) {
  int number = -1;
  const char* const end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, number);
  return error == std::errc{} && rest == end ? number : -1;
}

// httpd's parent gives all three. Nothing: it was run by hand, and `status` says how it ends.
std::optional<Arguments> arguments_of(int argc, char** argv, int& status) {
  const std::array<option, 5> known{{{"state-dir", required_argument, nullptr, 's'},
                                     {"control-fd", required_argument, nullptr, 'w'},
                                     {"counters-fd", required_argument, nullptr, 'c'},
                                     {"version", no_argument, nullptr, 'v'},
                                     {}}};
  Arguments arguments;
  for (int each = 0; (each = ::getopt_long(argc, argv, "", known.data(), nullptr)) != -1;) {
    if (each == 's') arguments.state_dir = ::optarg;
    if (each == 'w') arguments.control_fd = descriptor(::optarg);
    if (each == 'c') arguments.counters_fd = descriptor(::optarg);
    if (each == 'v') {
      std::puts(CUTOVER_VERSION);
      status = 0;
      return std::nullopt;
    }
  }
  if (!arguments.state_dir.empty() && arguments.control_fd >= 0 && arguments.counters_fd >= 0)
    return arguments;
  std::fputs(
      "cutoverd is the coordinator of mod_cutover. httpd starts it; it is not run by hand.\n",
      stderr);
  status = 2;
  return std::nullopt;
}

}  // namespace
}  // namespace cutover

int main(int argc, char** argv) try {
  int status = 0;
  const auto arguments = cutover::arguments_of(argc, argv, status);
  return arguments ? cutover::run(*arguments) : status;
} catch (const std::exception& e) {
  return cutover::fail(e.what());
}
