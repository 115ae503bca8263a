// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/open_sites.h"

#include <algorithm>

#include "mod_cutover/cutoverd/databases/options/option_file.h"
#include "mod_cutover/cutoverd/databases/replication/connect.h"
#include "mod_cutover/cutoverd/databases/verify/verifier.h"
#include "mod_cutover/cutoverd/new_host/both_hosts.h"
#include "mod_cutover/cutoverd/new_host/resolver.h"
#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/state/owner_file.h"
#include "mod_cutover/state/paths.h"

namespace cutover {
namespace {

// Should two sites want a server, the one that has a history gets it, else the one that stands
// first in the configuration.
constexpr Nanos kAfterTheOthers = std::chrono::seconds(2);
constexpr Nanos kOneByOne = std::chrono::milliseconds(300);

// The credentials are read here, while the files can be.
std::optional<ConnectOptions> credentials(const OptionFile& file, std::string& trouble) {
  auto loaded = load_option_file(file.path, file.group);
  if (auto* options = std::get_if<ConnectOptions>(&loaded)) return std::move(*options);
  trouble += (trouble.empty() ? "" : "; ") + std::get<OptionError>(loaded).text;
  return std::nullopt;
}

// Each site's own life, and all that it knows of others'. One that has none of its own is left out,
// and `troubles` has why.
std::vector<Claim> claims_of(const CoordinatorConfig& config, std::vector<std::string>& troubles) {
  std::vector<Claim> claims;
  for (const SiteSettings& settings : config.sites) {
    const OwnerFile owners(owners_path(config.state_dir, settings.name));
    troubles.push_back(owners.token().empty() ? owners.error() : "");
    Claim& claim = claims.emplace_back();
    claim.token = owners.token();
    for (const OwnerFile::Earlier& life : owners.earlier())
      claim.known.push_back(
          {life.token, life.same_boot ? KnownLife::Kind::kDead : KnownLife::Kind::kEarlier, ""});
  }
  const std::size_t sites = claims.size();
  for (std::size_t one = 0; one < sites; ++one)
    for (std::size_t another = 0; another < sites; ++another)
      if (one != another && !claims[another].token.empty())
        claims[one].known.push_back(
            {claims[another].token, KnownLife::Kind::kSibling, config.sites[another].name});
  return claims;
}

bool has_history(const CoordinatorConfig& config, const SiteSettings& settings) {
  return read_journal(journal_path(config.state_dir, settings.name)).kind ==
         JournalReading::Kind::kRecord;
}

bool stands_before(const SiteSettings& one, const SiteSettings& another) {
  const auto place = [](const SiteSettings& settings) {
    const Where& where = settings.where.at("CutoverSite");
    return std::pair(where.file, where.line);
  };
  return place(one) < place(another);
}

Nanos turn_of(const CoordinatorConfig& config, const SiteSettings& settings) {
  if (has_history(config, settings)) return Nanos{0};
  Nanos after{0};
  Nanos turn{0};
  for (const SiteSettings& site : config.sites) {
    if (has_history(config, site))
      after = kAfterTheOthers;
    else if (stands_before(site, settings))
      turn += kOneByOne;
  }
  return after + turn;
}

bool is_over(const JournalReading& journal) {
  return journal.kind == JournalReading::Kind::kRecord && journal.record.completed() &&
         !journal.record.clearing_owed;
}

bool is_over_network(const ConnectOptions& options) {
  if (!options.host.empty() && options.host != "localhost") return true;
  return options.socket.empty() && (options.host.empty() || options.port_given);
}

// Of a file that the coordinator's account was read from: what is wrong in its other group closes
// no gate, and no comparison is made then.
std::unique_ptr<Verification> verification_of(const SiteSettings& settings,
                                              const ConnectOptions& old_options,
                                              const ConnectOptions& new_options,
                                              const std::string& state_dir) {
  const auto old_reader = load_reading_account(settings.old_database->path, old_options);
  const auto new_reader = load_reading_account(settings.new_database->path, new_options);
  for (const auto* reader : {&old_reader, &new_reader})
    if (const auto* error = std::get_if<OptionError>(reader)) {
      log(Message::kVerifyNotKept, settings.name,
          "the databases cannot be compared: " + error->text);
      return nullptr;
    }
  return std::make_unique<Verifier>(
      settings,
      VerifyAccounts{old_options, new_options, std::get<ConnectOptions>(old_reader),
                     std::get<ConnectOptions>(new_reader)},
      std::make_unique<VerifyFile>(verify_path(state_dir, settings.name)));
}

std::unique_ptr<Replication> databases_of(const SiteSettings& settings, const Claim& claim,
                                          const std::string& state_dir, SiteParts& parts) {
  std::string& trouble = parts.trouble;
  if (!settings.old_database || !settings.new_database) return nullptr;
  const auto old_options = credentials(*settings.old_database, trouble);
  const auto new_options = credentials(*settings.new_database, trouble);
  if (!old_options || !new_options) return nullptr;
  if (is_over_network(*old_options))
    parts.database_doors.push_back({"the old database", static_cast<int>(old_options->port)});
  if (is_over_network(*new_options))
    parts.database_doors.push_back({"the new database", static_cast<int>(new_options->port)});
  parts.verification = verification_of(settings, *old_options, *new_options, state_dir);
  return connect(settings, *old_options, *new_options, claim);
}

}  // namespace

std::string open_sites(const Grounds& grounds, std::vector<std::unique_ptr<Site>>& sites) {
  const auto& [config, control, counters, takeover, others, clock, audit] = grounds;
  std::vector<std::string> troubles;
  const std::vector<Claim> claims = claims_of(config, troubles);
  for (std::size_t i = 0; i < config.sites.size(); ++i) {
    const SiteSettings& settings = config.sites[i];
    const std::size_t index = find_site(control_in(control), settings.name);
    if (index == kMaxSites) return "site " + settings.name + " is not in the shared memory";
    SiteParts parts;
    parts.settings = settings;
    parts.workers = config.workers;
    parts.httpd = config.httpd;
    parts.claims_after = turn_of(config, settings);
    parts.journal = std::make_unique<JournalFile>(journal_path(config.state_dir, settings.name));
    if (troubles[i].empty() && !parts.journal->ok()) troubles[i] = parts.journal->error();
    if (!troubles[i].empty()) {
      log(Message::kSiteNotUsable, settings.name, troubles[i] + "; it is left out for now");
      continue;
    }
    parts.store = std::make_unique<WordStore>(control_in(control), counters_in(counters), index,
                                              config.number, takeover_in(takeover));
    parts.armed = std::make_unique<ArmedFile>(armed_path(config.state_dir, settings.name),
                                              settings_digest(settings));
    parts.hooks = hooks_of(settings, audit);
    parts.others = &others;
    parts.strays =
        std::make_unique<StrayBook>(strays_path(config.state_dir, settings.name), settings.name);
    if (is_over(parts.journal->found())) {  // its databases are nobody's of ours any more
      parts.settings.old_database.reset();
      parts.settings.new_database.reset();
    }
    parts.replication = databases_of(parts.settings, claims[i], config.state_dir, parts);
    parts.probes = probes_of(settings.probes, clock.wall_ms() / 1000);
    parts.proofs = probes_of(settings.proofs, clock.wall_ms() / 1000);
    parts.names = std::make_unique<Resolver>();
    const QuestionSecret secret = new_secret();
    tell_secret(control_in(control).sites[index], secret);
    parts.pages = std::make_unique<SitePages>(secret);
    if (!parts.trouble.empty()) log(Message::kSiteNotUsable, settings.name, parts.trouble);
    sites.push_back(std::make_unique<Site>(std::move(parts), clock, audit));
  }
  std::erase(troubles, "");
  if (sites.empty() && !troubles.empty()) return troubles.front();
  std::sort(sites.begin(), sites.end(),
            [](const auto& a, const auto& b) { return a->settings().name < b->settings().name; });
  return {};
}

}  // namespace cutover
