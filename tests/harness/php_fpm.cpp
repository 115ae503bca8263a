// SPDX-License-Identifier: Apache-2.0
// Writes the settings of a php-fpm and starts it; no file of an installed PHP is read.
#include "tests/harness/php_fpm.h"

#include <unistd.h>

#include <stdexcept>

#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"

namespace cutover::harness {
namespace {

namespace fs = std::filesystem;

std::string ini_text(const fs::path& extensions) {
  std::string text = "extension_dir=\"" + extensions.string() + "\"\n";
  for (const char* name : {"mysqlnd", "pdo", "pdo_mysql"}) {
    // Some builds have them compiled in.
    if (fs::exists(extensions / (std::string(name) + ".so"))) {
      text += "extension=" + std::string(name) + "\n";
    }
  }
  if (fs::exists(extensions / "opcache.so")) text += "zend_extension=opcache\n";
  return text + "display_errors=0\nlog_errors=1\nexpose_php=0\nopcache.enable=1\n";
}

}  // namespace

PhpFpm::PhpFpm(const std::map<std::string, std::string>& env, unsigned children) : dir_("php") {
  fs::path php = cache_dir() / "php";
  if (!fs::exists(php / "php-fpm")) {
    throw std::runtime_error("no php-fpm in " + php.string() + "; run packages.sh test as root");
  }
  write_file(dir_ / "php.ini", ini_text(fs::canonical(php / "extensions")));
  std::string conf =
      "[global]\ndaemonize=no\nerror_log=" + (dir_ / "error.log").string() +
      "\npid=" + (dir_ / "pid").string() + "\n[site]\nlisten=" + (dir_ / "socket").string() +
      "\nlisten.mode=0666\nlisten.backlog=511\npm=static\n" +
      "pm.max_children=" + std::to_string(children) + "\ncatch_workers_output=yes\nclear_env=yes\n";
  if (geteuid() == 0) conf += "user=" + web_user() + "\n";
  for (const auto& [name, value] : env) conf += "env[" + name + "]=\"" + value + "\"\n";
  write_file(dir_ / "fpm.conf", conf);

  ProcessOptions options;
  options.argv = {php / "php-fpm", "-F", "-c", dir_ / "php.ini", "-y", dir_ / "fpm.conf"};
  options.output = dir_ / "console.log";
  process_ = std::make_unique<Process>(options);
  bool up = eventually([&] { return fs::exists(dir_ / "socket") || !process_->running(); });
  if (!up || !process_->running()) {
    throw std::runtime_error("php-fpm did not start:\n" + read_file(dir_ / "console.log") +
                             error_log());
  }
}

std::string PhpFpm::handler() const {
  return "proxy:unix:" + (dir_ / "socket").string() + "|fcgi://localhost";
}

}  // namespace cutover::harness
