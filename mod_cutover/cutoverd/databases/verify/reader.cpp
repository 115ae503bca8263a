// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/verify/reader.h"

#include <utility>

namespace cutover {
namespace {

constexpr auto kConnect = std::chrono::seconds(3);
// For the server to say that it took too long.
constexpr auto kToSay = std::chrono::seconds(3);
constexpr unsigned kTooSlowMySql = 3024;
constexpr unsigned kTooSlowMariaDb = 1969;
constexpr unsigned kTableDenied = 1142;
constexpr unsigned kColumnDenied = 1143;
constexpr unsigned kSchemaDenied = 1044;

}  // namespace

Reader::Reader(ConnectOptions options, std::string label, std::vector<std::string> secrets)
    : options_(std::move(options)), label_(std::move(label)), secrets_(std::move(secrets)) {}

std::string Reader::open(Deadline deadline) {
  if (const std::string why = unanswered_.wait(); !why.empty()) return label_ + ": " + why;
  OpenedSession opened = open_session(options_, label_, secrets_, deadline, &unanswered_);
  if (!opened.session) return opened.error;
  // Moments have the same text on both; a statement sees what is there when it begins, and lets go
  // of that when it ends.
  for (const char* sql :
       {"SET SESSION time_zone='+00:00'", "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"})
    if (const Result settled = opened.session->query(sql, deadline); !settled.ok())
      return settled.error;
  mariadb_ = opened.session->server_version().find("MariaDB") != std::string::npos;
  session_ = std::move(opened.session);
  return {};
}

Result Reader::ask(const std::string& sql, Nanos limit) {
  if (!session_ || !session_->usable())
    if (const std::string why = open(Deadline::in(kConnect)); !why.empty())
      return {Result::Kind::kLost, {}, 0, why};
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
  constexpr std::string_view kSelect = "SELECT ";
  const std::string bounded =
      mariadb_
          ? "SET STATEMENT max_statement_time=" + std::to_string((ms + 999) / 1000) + " FOR " + sql
          : "SELECT /*+ MAX_EXECUTION_TIME(" + std::to_string(ms) + ") */ " +
                sql.substr(kSelect.size());
  return session_->query(bounded, Deadline::in(limit + kToSay));
}

bool Reader::too_slow(const Result& result) {
  return result.number == kTooSlowMySql || result.number == kTooSlowMariaDb;
}

bool Reader::denied(const Result& result) {
  return result.number == kTableDenied || result.number == kColumnDenied ||
         result.number == kSchemaDenied;
}

void Reader::close() {
  if (session_ && session_->usable()) session_->end();
  session_.reset();
}

}  // namespace cutover
