// SPDX-License-Identifier: Apache-2.0
// Whose an account is: the application's, ours, the server's own, or somebody else's.
#pragma once

#include "mod_cutover/cutoverd/databases/checks/accounts/rights.h"

namespace cutover {

// root, what the vendors and distributions make for themselves, and nobody.
bool is_the_servers(const std::string& user);
// The coordinator's, and what the servers replicate with.
bool is_ours(const Scene& scene, const std::string& user);
// By USER or USER@HOST, as app-user has it.
bool is_named_by(const std::string& name, const AccountName& account);
bool is_the_applications(const Scene& scene, const AccountName& account);
// mysql, sys, ... and ours.
bool is_system_schema(const std::string& schema);

// The application's accounts as the server has them: those that option files name; where none is
// named all that could be the application's.
std::vector<AccountName> application_accounts(const Scene& scene, const Rights& rights);
// What could be named by app-user: users who are connected or have rights on some schema.
std::vector<std::string> likely_users(const Look& look);

// "a, b and 3 more".
std::string first_few(std::vector<std::string> names);

}  // namespace cutover
