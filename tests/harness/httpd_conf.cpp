// SPDX-License-Identifier: Apache-2.0
// The text of an httpd.conf; what Debian compiles in and others load is guarded by IfModule.
#include "tests/harness/httpd_conf.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "tests/harness/temp_dir.h"

namespace cutover::harness {
namespace {

namespace fs = std::filesystem;

fs::path first_there(const char* variable, const std::vector<fs::path>& candidates) {
  if (const char* path = std::getenv(variable)) return path;
  for (const fs::path& path : candidates) {
    if (fs::exists(path)) return path;
  }
  throw std::runtime_error("no " + candidates.front().string() + "; run packages.sh build or set " +
                           variable);
}

std::string load_line(const std::string& symbol, const fs::path& file) {
  return "LoadModule " + symbol + " \"" + file.string() + "\"\n";
}

std::string load_unless_built_in(const std::string& module) {
  return "<IfModule !" + module + "_module>\n" +
         load_line(module + "_module", httpd_modules() / ("mod_" + module + ".so")) +
         "</IfModule>\n";
}

const char* mpm_name(Mpm mpm) {
  switch (mpm) {
    case Mpm::kEvent:
      return "mpm_event";
    case Mpm::kWorker:
      return "mpm_worker";
    case Mpm::kPrefork:
      return "mpm_prefork";
  }
  return "";
}

}  // namespace

fs::path httpd_program() {
  return first_there("CUTOVER_HTTPD", {"/usr/sbin/apache2", "/usr/sbin/httpd"});
}

fs::path httpd_modules() {
  return first_there("CUTOVER_HTTPD_MODULES",
                     {"/usr/lib/apache2/modules", "/usr/lib64/httpd/modules"});
}

HttpdConf& HttpdConf::mpm(Mpm mpm) {
  mpm_ = mpm;
  return *this;
}

HttpdConf& HttpdConf::workers(unsigned processes, unsigned threads) {
  processes_ = processes;
  threads_ = threads;
  return *this;
}

HttpdConf& HttpdConf::load(const std::vector<std::string>& modules) {
  for (const std::string& module : modules) {
    if (std::find(modules_.begin(), modules_.end(), module) == modules_.end()) {
      modules_.push_back(module);
    }
  }
  return *this;
}

HttpdConf& HttpdConf::load_file(const std::string& symbol, const fs::path& file) {
  load_lines_ += load_line(symbol, file);
  return *this;
}

HttpdConf& HttpdConf::listen(std::uint16_t port, const std::string& address) {
  std::string line = address + ":" + std::to_string(port);
  if (std::find(listens_.begin(), listens_.end(), line) != listens_.end()) return *this;
  listens_.push_back(line);
  ports_.push_back(port);
  return *this;
}

HttpdConf& HttpdConf::add(const std::string& text) {
  body_ += text + "\n";
  return *this;
}

HttpdConf& HttpdConf::vhost(std::uint16_t port, const std::string& text, const std::string& name,
                            const std::string& address) {
  listen(port, address);
  return add("<VirtualHost " + address + ":" + std::to_string(port) + ">\nServerName " + name +
             "\n" + text + "\n</VirtualHost>");
}

HttpdConf& HttpdConf::log_level(const std::string& level) {
  log_level_ = level;
  return *this;
}

HttpdConf& HttpdConf::log_format(const std::string& format) {
  log_format_ = format;
  return *this;
}

std::string HttpdConf::mpm_text() const {
  const std::string all = std::to_string(processes_ * threads_);
  if (mpm_ == Mpm::kPrefork) {
    return "StartServers " + all + "\nMinSpareServers 1\nMaxSpareServers " + all +
           "\nServerLimit " + all + "\nMaxRequestWorkers " + all + "\n";
  }
  const std::string processes = std::to_string(processes_);
  return "StartServers " + processes + "\nServerLimit " + std::to_string(processes_ * 4) +
         "\nThreadLimit " + std::to_string(threads_) + "\nThreadsPerChild " +
         std::to_string(threads_) + "\nMinSpareThreads 1\nMaxSpareThreads " + all +
         "\nMaxRequestWorkers " + all + "\n";
}

std::string HttpdConf::text(const fs::path& server_root) const {
  const std::string root = server_root.string();
  std::string result = "ServerRoot \"" + root + "\"\nPidFile httpd.pid\nDefaultRuntimeDir \"" +
                       root + "\"\nServerName localhost\nErrorLog error.log\nLogLevel " +
                       log_level_ + "\n";
  std::string format = log_format_;
  for (std::size_t at = 0; (at = format.find('"', at)) != std::string::npos; at += 2) {
    if (at == 0 || format[at - 1] != '\\') format.insert(at, "\\");
  }
  result += load_unless_built_in(mpm_name(mpm_));
  for (const char* module : {"unixd", "log_config"}) result += load_unless_built_in(module);
  for (const std::string& module : modules_) result += load_unless_built_in(module);
  result += load_lines_ + mpm_text();
  if (geteuid() == 0) result += "User " + web_user() + "\nGroup " + web_user() + "\n";
  result += "DocumentRoot \"" + root + "/htdocs\"\n<Directory \"" + root +
            "/htdocs\">\nRequire all granted\n</Directory>\n";
  result += "Timeout 60\nKeepAlive On\nMaxKeepAliveRequests 0\nKeepAliveTimeout 15\n";
  if (!format.empty()) result += "LogFormat \"" + format + "\" test\nCustomLog access.log test\n";
  for (const std::string& line : listens_) result += "Listen " + line + "\n";
  return result + body_;
}

}  // namespace cutover::harness
