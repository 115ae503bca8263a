// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/checks/needs.h"

namespace cutover {
namespace {

// As `using enum` would, which g++ 10 lacks.
constexpr NeededTo kRun = NeededTo::kRun, kSetReadOnly = NeededTo::kSetReadOnly,
                   kChangeLinks = NeededTo::kChangeLinks, kLook = NeededTo::kLook,
                   kGetIn = NeededTo::kGetIn, kRemember = NeededTo::kRemember;

constexpr const char* kAll = "*.*";
constexpr const char* kOurs = "mod_cutover.*";

constexpr Need kMariaDb[] = {
    {"SLAVE MONITOR", kAll, kRun, "the state of replication"},
    {"BINLOG MONITOR", kAll, kRun, "the state of the binary log, and its own transactions in it"},
    {"PROCESS", kAll, kRun, "who is in the way"},
    {"READ_ONLY ADMIN", kAll, kSetReadOnly, "the fence and the promotion"},
    {"CONNECTION ADMIN", kAll, kGetIn, "a session where max_connections are taken"},
    {"REPLICATION SLAVE ADMIN", kAll, kChangeLinks, "ending and building links"},
    {"RELOAD", kAll, kChangeLinks, "ending links"},
    {"REFERENCES", kAll, kLook, "what tables are made of"},
    {"TRIGGER", kAll, kLook, "what triggers do"},
    {"SELECT", "mysql.*", kLook, "accounts, routines and events"},
    {"BINLOG ADMIN", kAll, kRemember, "that row, in no binary log"},
    {"CREATE", kOurs, kRemember, "a row that says who serves"},
    {"SELECT", kOurs, kRemember, "a row that says who serves"},
    {"INSERT", kOurs, kRemember, "a row that says who serves"},
    {"DELETE", kOurs, kRemember, "a row that says who serves"},
};

constexpr Need kMySql[] = {
    {"REPLICATION CLIENT", kAll, kRun, "the state of replication"},
    {"REPLICATION SLAVE", kAll, kRun, "its own transactions in the binary log"},
    {"PROCESS", kAll, kRun, "who is in the way"},
    {"SYSTEM_VARIABLES_ADMIN", kAll, kSetReadOnly, "the fence and the promotion"},
    {"CONNECTION_ADMIN", kAll, kGetIn, "a session where max_connections are taken"},
    {"REPLICATION_SLAVE_ADMIN", kAll, kChangeLinks, "ending and building links"},
    {"RELOAD", kAll, kChangeLinks, "ending links"},
    {"XA_RECOVER_ADMIN", kAll, kLook, "prepared transactions"},
    {"REFERENCES", kAll, kLook, "what tables are made of"},
    {"TRIGGER", kAll, kLook, "what triggers do"},
    {"EVENT", kAll, kLook, "what events there are"},
    {"SHOW_ROUTINE", kAll, kLook, "what routines do"},
    {"SELECT", "mysql.*", kLook, "accounts and their rights"},
    {"SELECT", "performance_schema.*", kLook, "sessions, and who holds locks"},
    {"CREATE", kOurs, kRemember, "a row that says who serves"},
    {"SELECT", kOurs, kRemember, "a row that says who serves"},
    {"INSERT", kOurs, kRemember, "a row that says who serves"},
    {"DELETE", kOurs, kRemember, "a row that says who serves"},
};

}  // namespace

std::span<const Need> needs_of(bool mariadb) {
  if (mariadb) return kMariaDb;
  return kMySql;
}

}  // namespace cutover
