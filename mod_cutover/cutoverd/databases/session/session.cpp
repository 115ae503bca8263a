// SPDX-License-Identifier: Apache-2.0
// Opening a session, sending statements, and giving it up at the first doubt.
#include "mod_cutover/cutoverd/databases/session/session.h"

#include <sys/socket.h>

#include "mod_cutover/cutoverd/databases/session/client_library.h"
#include "mod_cutover/cutoverd/databases/session/host_lookup.h"

namespace cutover {
namespace {

using client::Driven;

constexpr unsigned kClientErrors = 2000;  // 2000 to 2999 are the library's own: no answer came
constexpr unsigned kClientErrorsEnd = 3000;
constexpr unsigned kServerShutdown = 1053;
constexpr unsigned kConnectionKilled = 1927;

struct CloseMysql {
  void operator()(MYSQL* mysql) const {
    // A peer that has stopped reading must not hold up the farewell.
    if (const int fd = client::descriptor(mysql); fd >= 0) ::shutdown(fd, SHUT_RDWR);
    mysql_close(mysql);
  }
};
using Mysql = std::unique_ptr<MYSQL, CloseMysql>;

void give_up(Mysql mysql, Unanswered* unanswered) {
  const int fd = client::descriptor(mysql.get());
  if (unanswered == nullptr || fd < 0) return;
  unanswered->add(fd);
  mysql_close(mysql.release());
}

struct FreeResult {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};

bool means_lost(unsigned number) {
  return (number >= kClientErrors && number < kClientErrorsEnd) || number == kServerShutdown ||
         number == kConnectionKilled;
}

Rows read_rows(MYSQL_RES* result) {
  std::vector<std::string> columns;
  const unsigned width = mysql_num_fields(result);
  const MYSQL_FIELD* fields = mysql_fetch_fields(result);
  for (unsigned i = 0; i < width; ++i) columns.emplace_back(fields[i].name);
  std::vector<Rows::Row> rows;
  while (char** cells = mysql_fetch_row(result)) {
    const unsigned long* lengths = mysql_fetch_lengths(result);
    Rows::Row& row = rows.emplace_back();
    for (unsigned i = 0; i < width; ++i) {
      if (cells[i] == nullptr) {
        row.emplace_back();
      } else {
        row.emplace_back(std::string(cells[i], lengths[i]));
      }
    }
  }
  return {std::move(columns), std::move(rows)};
}

class Session final : public Connection {
 public:
  Session(Mysql mysql, std::string label, std::vector<std::string> secrets, Unanswered* unanswered)
      : mysql_(std::move(mysql)),
        label_(std::move(label)),
        secrets_(std::move(secrets)),
        unanswered_(unanswered),
        id_(mysql_thread_id(mysql_.get())),
        version_(mysql_get_server_info(mysql_.get())) {}

  bool usable() const override { return mysql_ != nullptr; }
  // A few bytes, into a socket that has just been emptied.
  void end() override {
    if (usable()) mysql_close(mysql_.release());
  }
  std::uint64_t id() const override { return id_; }
  const std::string& server_version() const override { return version_; }

  Result query(const std::string& sql, Deadline deadline) override {
    if (!usable()) return {Result::Kind::kLost, {}, 0, label_ + ": the session is closed"};
    if (deadline.over()) {
      return {Result::Kind::kRefused, {}, 0, label_ + ": no time was left to ask"};
    }
    MYSQL_RES* raw = nullptr;
    Driven driven = client::query(mysql_.get(), sql, deadline);
    if (driven == Driven::kDone) driven = client::store(mysql_.get(), &raw, deadline);
    const std::unique_ptr<MYSQL_RES, FreeResult> result(raw);
    if (driven == Driven::kTimedOut) {
      give_up(std::move(mysql_), unanswered_);
      return {Result::Kind::kTimedOut, {}, 0, label_ + ": no answer in time"};
    }
    if (driven == Driven::kFailed) return failure(sql);
    return {Result::Kind::kOk, result ? read_rows(result.get()) : Rows(), 0, {}};
  }

 private:
  Result failure(const std::string& sql) {
    const unsigned number = mysql_errno(mysql_.get());
    Result out{means_lost(number) ? Result::Kind::kLost : Result::Kind::kRefused, {}, number, {}};
    out.error = label_ + ": " + words(sql, mysql_error(mysql_.get())) + " (error " +
                std::to_string(number) + ")";
    if (out.unknown()) mysql_.reset();
    return out;
  }

  // Servers quote the statement in their errors, and may cut a password in two while doing so.
  std::string words(const std::string& sql, std::string text) const {
    for (const std::string& secret : secrets_) {
      if (secret.empty()) continue;
      if (sql.find(sql_literal(secret)) != std::string::npos) {
        return "the statement, which holds a password and is not shown, was refused";
      }
    }
    return text;
  }

  Mysql mysql_;  // null once the session is finished
  std::string label_;
  std::vector<std::string> secrets_;
  Unanswered* unanswered_;
  std::uint64_t id_;
  std::string version_;
};

client::Target target_of(const ConnectOptions& o) {
  if (!o.host.empty() && o.host != "localhost") return {o.host.c_str(), nullptr};
  if (!o.socket.empty()) return {nullptr, o.socket.c_str()};
  // The libraries take `localhost` for a socket of their own, whatever port is asked for.
  return {o.host.empty() || o.port_given ? "127.0.0.1" : o.host.c_str(), nullptr};
}

void set_text(MYSQL* mysql, enum mysql_option option, const std::string& value) {
  if (!value.empty()) mysql_options(mysql, option, value.c_str());
}

void set_options(MYSQL* mysql, const ConnectOptions& o) {
  mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  unsigned infile = 0;
  mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &infile);
  mysql_options4(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "cutoverd");
  set_text(mysql, MYSQL_PLUGIN_DIR, o.plugin_dir);
  set_text(mysql, MYSQL_OPT_SSL_CA, o.ssl_ca);
  set_text(mysql, MYSQL_OPT_SSL_CAPATH, o.ssl_capath);
  set_text(mysql, MYSQL_OPT_SSL_CERT, o.ssl_cert);
  set_text(mysql, MYSQL_OPT_SSL_KEY, o.ssl_key);
  set_text(mysql, MYSQL_OPT_SSL_CIPHER, o.ssl_cipher);
  client::set_tls(mysql, o);
}

// Our statements mean the same whatever the server's defaults: literals have backslash escapes, no
// transaction stays open, and a lock that is not to be had is given up.
constexpr const char* kSettle =
    "SET SESSION sql_mode='', autocommit=1, lock_wait_timeout=1, wait_timeout=28800";

}  // namespace

std::string address(const ConnectOptions& o) {
  const client::Target target = target_of(o);
  if (target.socket != nullptr) return target.socket;
  const char* host = target.host != nullptr ? target.host : "";
  return host + (":" + std::to_string(o.port));
}

OpenedSession open_session(const ConnectOptions& options, const std::string& label,
                           std::vector<std::string> secrets, Deadline deadline,
                           Unanswered* unanswered) {
  // The library's own start is not safe from several threads at once.
  static const bool library = mysql_library_init(0, nullptr, nullptr) == 0;
  const std::string who = label + " at " + address(options);
  Mysql mysql(library ? mysql_init(nullptr) : nullptr);
  if (!mysql) return {nullptr, who + ": the client library does not start"};
  const Deadline limit = options.connect_timeout_s == 0
                             ? deadline
                             : deadline.within(std::chrono::seconds(options.connect_timeout_s));

  const client::Target target = target_of(options);
  if (target.host != nullptr) {
    const std::string why = cannot_resolve(target.host, limit);
    if (!why.empty()) return {nullptr, who + ": the name cannot be looked up: " + why};
  }
  set_options(mysql.get(), options);
  const Driven driven = client::connect(mysql.get(), options, target, limit);
  if (driven == Driven::kTimedOut) {
    give_up(std::move(mysql), unanswered);
    return {nullptr, who + ": no answer in time while connecting"};
  }
  const std::string no_tls = who + ": offers no TLS, which " + options.origin +
                             " asks for; enable it on the server (ssl_cert, ssl_key)";
  if (driven == Driven::kNoTls) return {nullptr, no_tls};
  if (driven == Driven::kFailed) {
    return {nullptr, who + ": cannot connect: " + mysql_error(mysql.get()) + " (error " +
                         std::to_string(mysql_errno(mysql.get())) + ")"};
  }
  // libmariadb goes on in clear when the server offers no TLS, whatever was asked for.
  if (options.tls != TlsMode::kOff && mysql_get_ssl_cipher(mysql.get()) == nullptr) {
    return {nullptr, no_tls};
  }
  auto session = std::make_unique<Session>(std::move(mysql), label, std::move(secrets), unanswered);
  const Result settled = session->query(kSettle, limit);
  if (!settled.ok()) return {nullptr, settled.error};
  return {std::move(session), {}};
}

}  // namespace cutover
