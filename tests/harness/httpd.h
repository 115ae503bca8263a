// SPDX-License-Identifier: Apache-2.0
// A real httpd, every file of it in one temporary directory. At its end it must stop with 0, leave
// no process behind, and have logged neither crash nor failed assertion: else the test fails.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/harness/httpd_conf.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace cutover::harness {

class Httpd {
 public:
  // Does not start it. The environment of the server names this build's cutoverd.
  explicit Httpd(HttpdConf conf, std::map<std::string, std::string> env = {});
  ~Httpd();

  // `httpd -t` on the present configuration.
  Finished configtest() const;
  // Returns when it serves; throws with the error log when it does not.
  void start();
  // Starts it and expects it to end by itself; what it printed and logged.
  Finished start_expecting_failure();
  // The new configuration is read by graceful() and restart(), which return when it serves again.
  HttpdConf& conf() { return conf_; }
  void write_conf() const;
  // Puts text in place of the builder's, as an editor would.
  void write_conf(const std::string& text) const;
  std::string conf_text() const { return conf_.text(dir_.path()); }
  void graceful();
  void restart();
  // Its exit code; 0 is expected.
  int stop();
  bool running() const { return process_ && process_->running(); }

  pid_t pid() const { return process_->pid(); }
  // The processes that serve requests: children of the parent that are httpd themselves.
  std::vector<pid_t> children() const;
  // kill -9; what it leaves behind is ended by the destructor and is no problem then.
  void kill_parent();
  // The test will kill children or crash it: signals in the error log are then no problem.
  void expect_crashes() { crashes_expected_ = true; }

  std::filesystem::path directory() const { return dir_.path(); }
  std::filesystem::path htdocs() const { return dir_ / "htdocs"; }
  std::string error_log() const { return read_file(dir_ / "error.log"); }
  std::string access_log() const { return read_file(dir_ / "access.log"); }
  // Waits until the error log has this text.
  bool logs(const std::string& text,
            std::chrono::milliseconds limit = std::chrono::seconds(5)) const;

 private:
  std::vector<std::string> command() const;
  void await_generation(std::size_t number);
  std::size_t generations() const;
  void check_error_log() const;
  void check_nothing_left();

  HttpdConf conf_;
  std::map<std::string, std::string> env_;
  TempDir dir_;
  std::unique_ptr<Process> process_;
  bool crashes_expected_ = false;
  std::vector<std::pair<std::size_t, std::size_t>> ends_;  // of the log: stops and restarts
  bool killed_ = false;
};

}  // namespace cutover::harness
