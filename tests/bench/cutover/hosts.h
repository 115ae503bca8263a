// SPDX-License-Identifier: Apache-2.0
// An old and a new host of one application, without databases: httpd and php-fpm each. Both write
// down when they begin and end each request.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/harness/host_times.h"
#include "tests/harness/httpd.h"
#include "tests/harness/php_fpm.h"

namespace cutover::bench {

class Hosts {
 public:
  // The new host serves; the old one is started by whoever has configured it.
  Hosts();

  harness::Httpd& old_httpd() { return *old_httpd_; }
  std::uint16_t old_port() const { return old_port_; }
  std::uint16_t new_port() const { return new_port_; }
  std::filesystem::path state_dir() const { return dir_ / "state"; }

  // Configurations of the old host: it serves the site, with more lines in the site's vhost and in
  // the main server; or it passes everything on to the new host.
  harness::HttpdConf serving(const std::string& in_vhost = "") const;
  harness::HttpdConf passing_on() const;

  std::vector<harness::Handled> by_old() const { return harness::read_host_log(log_of("old")); }
  std::vector<harness::Handled> by_new() const { return harness::read_host_log(log_of("new")); }

 private:
  std::filesystem::path log_of(const std::string& host) const { return dir_ / "log" / host; }
  std::unique_ptr<harness::PhpFpm> php_of(const std::string& host) const;
  std::string php_vhost(const harness::PhpFpm& php) const;

  harness::TempDir dir_;
  std::uint16_t old_port_;
  std::uint16_t new_port_;
  std::unique_ptr<harness::PhpFpm> old_php_;
  std::unique_ptr<harness::PhpFpm> new_php_;
  std::unique_ptr<harness::Httpd> new_httpd_;
  std::unique_ptr<harness::Httpd> old_httpd_;
};

}  // namespace cutover::bench
