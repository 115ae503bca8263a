// SPDX-License-Identifier: Apache-2.0
// Builds an httpd.conf from the few things that tests vary; everything else has a sane default.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cutover::harness {

enum class Mpm { kEvent, kWorker, kPrefork };

class HttpdConf {
 public:
  HttpdConf& mpm(Mpm mpm);
  // Processes and threads of each; prefork has processes x threads processes.
  HttpdConf& workers(unsigned processes, unsigned threads);
  // Modules of httpd by their short names ("proxy", "proxy_http"); once each, in this order.
  HttpdConf& load(const std::vector<std::string>& modules);
  // A module from elsewhere, such as ours: load_file("cutover_module", product("mod_cutover.so")).
  HttpdConf& load_file(const std::string& symbol, const std::filesystem::path& file);
  HttpdConf& listen(std::uint16_t port, const std::string& address = "127.0.0.1");
  // Free text in the main server; goes after the modules.
  HttpdConf& add(const std::string& text);
  // Listens as well, if nothing listens there yet.
  HttpdConf& vhost(std::uint16_t port, const std::string& text,
                   const std::string& name = "shop.example.com",
                   const std::string& address = "127.0.0.1");
  HttpdConf& log_level(const std::string& level);
  // Of the access log; empty: there is none.
  HttpdConf& log_format(const std::string& format);

  // The whole file for a server whose ServerRoot is this directory.
  std::string text(const std::filesystem::path& server_root) const;
  const std::vector<std::uint16_t>& ports() const { return ports_; }

 private:
  std::string mpm_text() const;

  Mpm mpm_ = Mpm::kEvent;
  unsigned processes_ = 2;
  unsigned threads_ = 25;
  std::vector<std::string> modules_ = {"authz_core", "authz_host"};
  std::string load_lines_;
  std::vector<std::string> listens_;
  std::vector<std::uint16_t> ports_;
  std::string body_;
  std::string log_level_ = "info";
  std::string log_format_ = "%h %l %u %t \"%r\" %>s %b %D";
};

// Where this machine's httpd and its modules are; CUTOVER_HTTPD and CUTOVER_HTTPD_MODULES override.
std::filesystem::path httpd_program();
std::filesystem::path httpd_modules();

}  // namespace cutover::harness
