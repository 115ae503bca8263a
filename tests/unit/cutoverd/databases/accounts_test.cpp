// SPDX-License-Identifier: Apache-2.0
// Patterns, objects and hosts, as servers take them.
#include <gtest/gtest.h>

#include "mod_cutover/cutoverd/databases/checks/accounts/client_place.h"
#include "mod_cutover/cutoverd/databases/checks/accounts/privileges.h"
#include "mod_cutover/cutoverd/databases/checks/accounts/reach.h"

namespace cutover {
namespace {

TEST(Accounts, ASchemaIsMatchedByAPatternAsInGrant) {
  for (const auto& [pattern, schema] : {std::pair{"shop", "shop"},
                                        {"%", "shop"},
                                        {"sh%", "shop"},
                                        {"%o%", "shop"},
                                        {"my_shop", "my_shop"},
                                        {"my_shop", "myXshop"},
                                        {"my\\_shop", "my_shop"},
                                        {"my\\_%", "my_shop"},
                                        {"%\\_%\\_x", "a_b_c_x"}})
    EXPECT_TRUE(schema_matches(pattern, schema)) << pattern << " " << schema;
  for (const auto& [pattern, schema] : {std::pair{"shop", "shops"},
                                        {"my\\_shop", "myXshop"},
                                        {"my\\_%", "my"},
                                        {"_", ""},
                                        {"sh%p", "shops"}})
    EXPECT_FALSE(schema_matches(pattern, schema)) << pattern << " " << schema;
  EXPECT_EQ(literal("my\\_shop"), "my_shop");
}

TEST(Accounts, ARightOnMoreIsOneOnLess) {
  const Object all{};
  const Object schema{"my\\_shop", "", "", ""};
  const Object table{"my_shop", "TABLE", "orders", ""};
  const Object column{"my_shop", "TABLE", "orders", "total"};
  const Object routine{"my_shop", "PROCEDURE", "orders", ""};
  for (const auto& [wide, narrow] : {std::pair{all, schema},
                                     {all, column},
                                     {schema, table},
                                     {schema, routine},
                                     {table, column},
                                     {Object{"my_shop", "", "", ""}, schema},
                                     {schema, Object{"my_shop", "", "", ""}}}) {
    EXPECT_TRUE(covers(wide, narrow)) << wide.as_sql() << " " << narrow.as_sql();
  }
  for (const auto& [wide, narrow] : {std::pair{schema, all},
                                     {table, schema},
                                     {column, table},
                                     {table, routine},
                                     {Object{"shop", "", "", ""}, table}})
    EXPECT_FALSE(covers(wide, narrow)) << wide.as_sql() << " " << narrow.as_sql();
  EXPECT_EQ(schema.as_sql(), "`my\\_shop`.*");
  EXPECT_EQ(routine.as_sql(), "PROCEDURE `my_shop`.`orders`");
}

TEST(Accounts, WhatAReleaseHasNoWordForNobodyLacksThere) {
  Privileges all;
  all.fixed = kAllKnown;
  all.named = {"SET_USER_ID", "BACKUP_ADMIN"};
  const auto has = [](const Privileges& some, unsigned bit) { return some.any_of(1ULL << bit); };
  constexpr bool kMariaDb = true;
  EXPECT_TRUE(has(known_to(kMariaDb, 11003, all), 39));  // SHOW CREATE ROUTINE
  EXPECT_FALSE(has(known_to(kMariaDb, 10011, all), 39));
  EXPECT_TRUE(has(known_to(kMariaDb, 10005, all), 38));  // SLAVE MONITOR
  EXPECT_FALSE(has(known_to(kMariaDb, 10004, all), 30));
  EXPECT_TRUE(has(known_to(kMariaDb, 10004, all), 29));
  EXPECT_TRUE(has(known_to(!kMariaDb, 8000, all), 41));
  EXPECT_FALSE(has(known_to(!kMariaDb, 5007, all), 41));
  EXPECT_TRUE(known_to(!kMariaDb, 5007, all).named.empty());
  EXPECT_EQ(known_to(!kMariaDb, 8000, all).named, all.named);
  EXPECT_EQ(known_to(!kMariaDb, 8004, all).named, std::set<std::string>{"BACKUP_ADMIN"});
  // What each of them knows is lacked as ever.
  for (const bool mariadb : {true, false})
    EXPECT_EQ(known_to(mariadb, 5007, all).fixed & ((1ULL << 29) - 1), (1ULL << 29) - 1);
}

TEST(Accounts, WhatIsWrittenIsFoundByPatternsAndByRoles) {
  Rights rights;
  Privileges reads;
  reads.fixed = 1;  // SELECT
  Privileges writes;
  writes.fixed = kWrites;
  Account& user = rights.accounts[{"u", "%"}];
  user.on[{"shop", "", "", ""}] = reads;
  user.on[{"my\\_%", "", "", ""}] = writes;
  user.on[{"one_", "", "", ""}] = writes;
  user.roles.insert({"role", ""});
  Account& role = rights.accounts[{"role", ""}];
  role.roles.insert({"role", ""});  // and no end
  role.on[{"log", "TABLE", "entries", ""}] = writes;
  const std::set<std::string> schemas{"log", "my", "my_a", "my_b", "myX", "one1", "shop"};
  const auto reach = rights.reach({"u", "%"});
  EXPECT_EQ(writes_of(rights, reach, schemas).schemas,
            (std::set<std::string>{"log", "my_a", "my_b", "one1"}));
  EXPECT_FALSE(writes_of(rights, reach, schemas).everything);
  role.on[{}] = writes;
  EXPECT_TRUE(writes_of(rights, reach, schemas).everything);
}

TEST(Accounts, AHostPartLetsInWhoComesFromThere) {
  const ClientPlace there{.address = "10.0.0.2"};
  const ClientPlace same{.local = true, .address = "10.0.0.2"};
  const ClientPlace unknown{.local = true, .address = "new.example.com"};
  for (const auto& [host, from_there, from_same, from_unknown] :
       {std::tuple{"%", LetsIn::kYes, LetsIn::kYes, LetsIn::kYes},
        {"localhost", LetsIn::kNo, LetsIn::kYes, LetsIn::kYes},
        {"127.0.0.1", LetsIn::kNo, LetsIn::kYes, LetsIn::kYes},
        {"10.0.0.2", LetsIn::kYes, LetsIn::kYes, LetsIn::kMaybe},
        {"10.0.0.1", LetsIn::kNo, LetsIn::kNo, LetsIn::kMaybe},
        {"10.0.0.%", LetsIn::kYes, LetsIn::kYes, LetsIn::kMaybe},
        {"10.0.1.%", LetsIn::kNo, LetsIn::kNo, LetsIn::kMaybe},
        {"10.0.0.0/255.255.255.0", LetsIn::kYes, LetsIn::kYes, LetsIn::kMaybe},
        {"10.0.0.0/30", LetsIn::kYes, LetsIn::kYes, LetsIn::kMaybe},
        {"10.0.0.4/30", LetsIn::kNo, LetsIn::kNo, LetsIn::kMaybe},
        {"fe80::1", LetsIn::kNo, LetsIn::kNo, LetsIn::kMaybe},
        {"%.example.com", LetsIn::kMaybe, LetsIn::kMaybe, LetsIn::kMaybe}}) {
    EXPECT_EQ(lets_in(host, there), from_there) << host;
    EXPECT_EQ(lets_in(host, same), from_same) << host;
    EXPECT_EQ(lets_in(host, unknown), from_unknown) << host;
  }
}

TEST(Accounts, AServerThatResolvesNoNamesLetsNobodyInByName) {
  const ClientPlace place{.local = true, .address = "10.0.0.2", .without_names = true};
  for (const char* host : {"localhost", "new.example.com"})
    EXPECT_EQ(lets_in(host, place), LetsIn::kNo) << host;
  for (const char* host : {"127.0.0.1", "10.0.0.2", "%"})
    EXPECT_EQ(lets_in(host, place), LetsIn::kYes) << host;
}

TEST(Accounts, TheNewHostIsTheOneOfItsUrl) {
  EXPECT_EQ(host_of_url("http://10.0.0.2:8080/x"), "10.0.0.2");
  EXPECT_EQ(host_of_url("https://new.example.com"), "new.example.com");
  EXPECT_EQ(host_of_url("https://[fe80::1]:8443"), "fe80::1");
  EXPECT_EQ(host_of_url("balancer://new"), "");
}

}  // namespace
}  // namespace cutover
