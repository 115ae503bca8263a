// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/cutover/hosts.h"

#include "tests/harness/build_paths.h"
#include "tests/harness/ports.h"

namespace cutover::bench {
namespace {

namespace fs = std::filesystem;
using harness::HttpdConf;

constexpr unsigned kSlowMs = 400;
// More than there are visitors: nobody waits for a PHP.
constexpr unsigned kPhpChildren = 40;

// The same for both hosts and for all ways of moving.
HttpdConf base() {
  HttpdConf conf;
  conf.load({"dir", "proxy", "proxy_http", "proxy_fcgi"}).workers(2, 64).log_format("");
  return conf;
}

}  // namespace

Hosts::Hosts() : dir_("hosts"), old_port_(harness::free_port()), new_port_(harness::free_port()) {
  for (const char* name : {"app", "log", "state"}) fs::create_directories(dir_ / name);
  harness::give_to_web_user(dir_ / "log");
  const fs::path tests = harness::project_root() / "tests";
  for (const char* page : {"index.php", "slow.php"})
    fs::copy(tests / "bench/cutover/app/index.php", dir_ / "app" / page);
  fs::copy(tests / "app/src/host_log.php", dir_ / "app");
  old_php_ = php_of("old");
  new_php_ = php_of("new");
  HttpdConf at_new = base();
  at_new.vhost(new_port_, php_vhost(*new_php_));
  new_httpd_ = std::make_unique<harness::Httpd>(at_new);
  new_httpd_->start();
  old_httpd_ = std::make_unique<harness::Httpd>(serving());
}

std::unique_ptr<harness::PhpFpm> Hosts::php_of(const std::string& host) const {
  return std::make_unique<harness::PhpFpm>(
      std::map<std::string, std::string>{{"HOST_NAME", host},
                                         {"HOST_LOG", log_of(host).string()},
                                         {"SLOW_MS", std::to_string(kSlowMs)}},
      kPhpChildren);
}

std::string Hosts::php_vhost(const harness::PhpFpm& php) const {
  const std::string root = (dir_ / "app").string();
  return "DocumentRoot \"" + root + "\"\n<Directory \"" + root +
         "\">\nRequire all granted\nDirectoryIndex index.php\n</Directory>\n"
         "<FilesMatch \"\\.php$\">\nSetHandler \"" +
         php.handler() + "\"\n</FilesMatch>\n";
}

HttpdConf Hosts::serving(const std::string& in_vhost) const {
  HttpdConf conf = base();
  conf.vhost(old_port_, in_vhost + php_vhost(*old_php_));
  return conf;
}

HttpdConf Hosts::passing_on() const {
  HttpdConf conf = base();
  conf.vhost(old_port_, "ProxyPass / http://127.0.0.1:" + std::to_string(new_port_) + "/\n");
  return conf;
}

}  // namespace cutover::bench
