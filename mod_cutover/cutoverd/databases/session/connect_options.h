// SPDX-License-Identifier: Apache-2.0
// How one database server is reached, as an option file says. Holds passwords: never print it.
#pragma once

#include <string>
#include <vector>

namespace cutover {

enum class TlsMode {
  kOff,       // in clear
  kRequired,  // encrypted or not at all; whoever answers is believed
  kVerified,  // encrypted, and the certificate is the server's
};

struct ConnectOptions {
  std::string host;  // empty: the socket, or 127.0.0.1 where there is none
  unsigned port = 3306;
  bool port_given = false;  // `localhost` is then that port, and not whatever socket there is
  std::string socket;
  std::string user;
  std::string password;

  TlsMode tls = TlsMode::kOff;
  std::string ssl_ca;
  std::string ssl_capath;
  std::string ssl_cert;
  std::string ssl_key;
  std::string ssl_cipher;
  std::string plugin_dir;
  unsigned connect_timeout_s = 0;  // 0: whatever the limit of the call leaves

  // For a link that replicates FROM this server: what the other one logs in with, and the address
  // under which it reaches this one (host and port above where these are not set).
  std::string replication_user;
  std::string replication_password;
  std::string replication_host;
  unsigned replication_port = 0;
  TlsMode replication_tls = TlsMode::kOff;
  std::string replication_ssl_ca;  // a path on the replica's machine

  std::vector<std::string> app_users;  // the site's accounts, `user` or `user@host`

  std::string origin;  // "/etc/cutover/old.cnf [cutover]", for messages
};

}  // namespace cutover
