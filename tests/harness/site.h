// SPDX-License-Identifier: Apache-2.0
// The whole story on one machine: an old and a new host, each with httpd, php-fpm and a database
// that replicates, and the module on the old one.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/harness/database_server.h"
#include "tests/harness/httpd.h"
#include "tests/harness/php_fpm.h"
#include "tests/harness/replication.h"
#include "tests/harness/site_access.h"
#include "tests/harness/tcp_relay.h"

namespace cutover::harness {

struct SiteOptions {
  DatabaseOptions old_database;
  DatabaseOptions new_database;
  ReplicaOptions replication;
  Mpm mpm = Mpm::kEvent;
  unsigned processes = 2;
  unsigned threads = 64;
  unsigned php_children = 24;
  double slow_percent = 5;
  unsigned slow_ms = 400;
  bool module = true;              // false: plain httpd, no mod_cutover
  bool databases = true;           // false: the module is told of no databases
  bool session_files = false;      // each host keeps its sessions to itself
  bool relays = false;             // every link between the hosts goes through a relay
  bool names_replication = false;  // the option files name the account that a link back needs
  std::string new_host_keys = "keepalive=On";
  std::string site_settings;       // more lines inside <CutoverSite shop>
  std::string old_settings;        // more lines in the old host's main server
  std::string vhost_settings;      // more lines in the old host's vhost of the site
  std::string new_vhost_settings;  // and in the new host's
  std::map<std::string, std::string> old_environment;  // of the old host's httpd
};

// With databases that forget nothing in a crash; the tests' own save themselves the time.
SiteOptions durable_site();

// Those databases replicate by file and position, without a ring: the switch builds the way back.
SiteOptions by_file(SiteOptions options);

class Site {
 public:
  explicit Site(SiteOptions options = {});
  ~Site();

  DatabaseServer& old_database() { return *old_database_; }
  DatabaseServer& new_database() { return *new_database_; }
  Httpd& old_httpd() { return *old_httpd_; }
  Httpd& new_httpd() { return *new_httpd_; }
  // Where visitors go, and where the new host serves.
  std::uint16_t port() const { return port_; }
  std::uint16_t new_port() const { return new_port_; }
  std::uint16_t admin_port() const { return admin_port_; }  // /cutover, /server-status
  std::filesystem::path state_dir() const { return dir_ / "state"; }
  std::filesystem::path old_host_log() const { return dir_ / "host-log/old"; }
  std::filesystem::path new_host_log() const { return dir_ / "host-log/new"; }
  std::filesystem::path directory() const { return dir_.path(); }

  // Only with options.relays.
  TcpRelay& http_relay() { return *http_relay_; }                  // old httpd -> new httpd
  TcpRelay& replication_relay() { return *replication_relay_; }    // new database -> old database
  TcpRelay& way_back_relay() { return *way_back_relay_; }          // old database -> new database
  TcpRelay& old_database_relay() { return *old_database_relay_; }  // coordinator -> old database
  TcpRelay& new_database_relay() { return *new_database_relay_; }

  // For those to whom it is all the same who has started the site.
  SiteAccess access() const;

  // Runs cutoverctl against this site: cutoverctl({"switch"}).
  Finished cutoverctl(const std::vector<std::string>& arguments,
                      std::chrono::milliseconds limit = std::chrono::seconds(60)) const;
  std::vector<std::string> cutoverctl_command(const std::vector<std::string>& arguments) const;
  // This site's part of status.json; throws if the page does not answer.
  nlohmann::json status() const;
  // "old" or "new" by status.json.
  std::string side() const;
  DatabaseServer& serving_database() { return side() == "new" ? *new_database_ : *old_database_; }
  // The process id of the old host's; 0 while there is none.
  pid_t coordinator() const;
  // On the old host; until then the coordinator from before may still answer, by its configuration.
  void graceful();
  // Waits until the gate is open, as it is soon after the start; its reasons where it is not.
  std::string await_gate(std::chrono::milliseconds limit = std::chrono::seconds(10)) const;

 private:
  void start_databases();
  void start_relays();
  void start_php();
  void start_httpds();
  std::string php_vhost(const Httpd& httpd, const PhpFpm& php) const;
  HttpdConf base_conf() const;
  std::string module_settings() const;

  SiteOptions options_;
  TempDir dir_;
  std::uint16_t port_;
  std::uint16_t new_port_;
  std::uint16_t admin_port_;
  std::unique_ptr<DatabaseServer> old_database_;
  std::unique_ptr<DatabaseServer> new_database_;
  std::unique_ptr<TcpRelay> http_relay_;
  std::unique_ptr<TcpRelay> replication_relay_;
  std::unique_ptr<TcpRelay> way_back_relay_;
  std::unique_ptr<TcpRelay> old_database_relay_;
  std::unique_ptr<TcpRelay> new_database_relay_;
  std::unique_ptr<PhpFpm> old_php_;
  std::unique_ptr<PhpFpm> new_php_;
  std::unique_ptr<Httpd> new_httpd_;
  std::unique_ptr<Httpd> old_httpd_;
};

}  // namespace cutover::harness
