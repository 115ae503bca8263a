// SPDX-License-Identifier: Apache-2.0
// A comparison of the databases for people: how far it has come, and what it has found.
#pragma once

#include "mod_cutover/cutoverctl/terminal.h"
#include "mod_cutover/wire/json.h"

namespace cutover {

// All throw nlohmann::json::exception when a field is missing. On a terminal the line is drawn over
// the one before; elsewhere nothing is printed before the end.
void print_verifying(const Terminal& terminal, const nlohmann::json& verified);
void print_verified(const Terminal& terminal, const nlohmann::json& verified);
// Below a site's status; null: it has no databases.
void print_verify_status(const nlohmann::json& verified);

}  // namespace cutover
