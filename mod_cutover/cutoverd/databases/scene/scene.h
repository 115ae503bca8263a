// SPDX-License-Identifier: Apache-2.0
// What the preflight's checks share: the two servers as they are seen, and how a check answers.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/scene/older.h"
#include "mod_cutover/cutoverd/databases/server/server.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"
#include "shared/words/phrases.h"

namespace cutover {

struct Finding {
  std::optional<CheckVerdict> verdict;  // nothing: it could not be looked at
  std::string seen;
  std::string remedy;

  static Finding pass(std::string seen) { return {CheckVerdict::kPass, std::move(seen), {}}; }
  static Finding warn(std::string seen, std::string remedy) {
    return {CheckVerdict::kWarn, std::move(seen), std::move(remedy)};
  }
  static Finding block(std::string seen, std::string remedy) {
    return {CheckVerdict::kBlock, std::move(seen), std::move(remedy)};
  }
  static Finding unseen(const std::string& why, std::string remedy) {
    return {std::nullopt, "could not be looked at: " + why, std::move(remedy)};
  }
};

using Variables = std::map<std::string, std::string>;

class Scene {
 public:
  Scene(const SiteSettings& site, Replication& replication, Server& leaving, Server& arriving,
        Direction direction, const Position& baseline, Deadline deadline)
      : site(site),
        replication(replication),
        leaving(leaving),
        arriving(arriving),
        direction(direction),
        baseline(baseline),
        deadline(deadline) {}

  const SiteSettings& site;
  Replication& replication;
  Server& leaving;
  Server& arriving;
  const Direction direction;
  const Position& baseline;  // what the arriving side wrote up to it is settled; or empty
  const Deadline deadline;   // of all checks together

  // On the monitoring session; opens it again where an earlier check lost it.
  Result ask(Server& server, const std::string& sql);
  Result ask_any(Server& server, std::initializer_list<std::string_view> spellings);
  // Each its own question at the same time: the two servers do not wait for each other.
  struct Both {
    Result leaving;
    Result arriving;
  };
  Both ask_both(const std::string& leaving_sql, const std::string& arriving_sql);
  // SHOW REPLICA STATUS, asked once.
  const Result& status(Server& server);
  std::vector<Channel> channels(Server& server) { return channels_of(status(server).rows); }

  // Empty where the server has no such variable. The first of several names that it has.
  std::string variable(Server& server, std::initializer_list<const char*> names) const;
  // Nothing where it has none, which is not the same as an empty one.
  std::optional<std::string> known_variable(const Server& server, const char* name) const;
  bool is_on(Server& server, std::initializer_list<const char*> names) const;
  // To the account that asks, on this or on all; of a schema also where only some of its tables
  // are. A privilege of the newest releases stands for what an older one has instead.
  bool granted(const Server& server, const std::string& privilege, std::string on = "*.*") const;
  Release release(const Server& server) const;
  bool mariadb() const { return leaving.dialect().is_mariadb(); }
  std::string version(Server& server) const { return variable(server, {"version"}); }

  // Reads variables and grants of both; why that did not go, or nothing.
  std::string prepare();

 private:
  struct Facts {
    Variables variables;
    std::map<std::string, std::set<std::string>> grants;  // by what they are on: mysql.*
    std::optional<Result> status;
  };
  std::string prepare(Server& server);
  Facts& facts(const Server& server) { return server.side() == Side::kOld ? old_ : new_; }
  const Facts& facts(const Server& server) const {
    return server.side() == Side::kOld ? old_ : new_;
  }

  Facts old_;
  Facts new_;
};

struct CheckRow {
  const char* name;
  CheckVerdict worst;  // and what a check that could not be made counts as
  std::function<Finding(Scene&)> look;
};

// "MAJOR.MINOR" of a version, as a number to compare.
unsigned release_of(const std::string& version);
// What a grant has to be given for a check to be made.
std::string grant_remedy(const Server& server, const std::string& what);
// The application's accounts, USER or USER@HOST, as an option file names them.
std::vector<std::string> app_users(const Scene& scene);
std::string user_part(const std::string& account);

}  // namespace cutover
