// SPDX-License-Identifier: Apache-2.0
// Starting, reloading, stopping and checking one httpd.
#include "tests/harness/httpd.h"

#include <cstdlib>
#include <stdexcept>

#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/problems.h"

namespace cutover::harness {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
    ++count;
  return count;
}

}  // namespace

Httpd::Httpd(HttpdConf conf, std::map<std::string, std::string> env)
    : conf_(std::move(conf)), env_(std::move(env)), dir_("httpd") {
  env_.try_emplace("CUTOVER_CUTOVERD", (build_dir() / "cutoverd").string());
  // The run-time of a sanitizer must be there before the module that was built with it.
  if (const char* runtime = std::getenv("CUTOVER_HTTPD_PRELOAD")) {
    const std::string own = env_["LD_PRELOAD"];
    env_["LD_PRELOAD"] = own.empty() ? runtime : std::string(runtime) + " " + own;
    env_.try_emplace("ASAN_OPTIONS",
                     "detect_leaks=0");  // its children leave their pools to the end
  }
  fs::create_directories(htdocs());
  write_conf();
}

Httpd::~Httpd() {
  if (!process_) return;
  if (!killed_) stop();
  check_error_log();
}

std::vector<std::string> Httpd::command() const {
  return {httpd_program(), "-d", dir_.path(), "-f", dir_ / "httpd.conf"};
}

void Httpd::write_conf() const { write_conf(conf_text()); }

void Httpd::write_conf(const std::string& text) const { write_file(dir_ / "httpd.conf", text); }

Finished Httpd::configtest() const {
  auto argv = command();
  argv.emplace_back("-t");
  return run(argv, env_);
}

void Httpd::start() {
  ProcessOptions options;
  options.argv = command();
  options.argv.emplace_back("-DFOREGROUND");
  options.env = env_;
  options.output = dir_ / "console.log";
  std::size_t before = generations();
  killed_ = false;
  process_ = std::make_unique<Process>(options);
  await_generation(before + 1);
}

Finished Httpd::start_expecting_failure() {
  auto argv = command();
  argv.emplace_back("-DFOREGROUND");
  Finished finished = run(argv, env_, seconds(20));
  finished.output += error_log();
  return finished;
}

std::size_t Httpd::generations() const {
  return count_of(error_log(), "resuming normal operations");
}

void Httpd::await_generation(std::size_t number) {
  bool up = eventually(
      [&] {
        if (!process_->running()) return true;
        if (generations() < number) return false;
        for (std::uint16_t port : conf_.ports()) {
          if (!accepts_connections("127.0.0.1", port)) return false;
        }
        return true;
      },
      seconds(20));
  if (!up || !process_->running()) {
    process_.reset();
    throw std::runtime_error("httpd does not serve:\n" + read_file(dir_ / "console.log") +
                             error_log());
  }
}

void Httpd::graceful() {
  std::size_t before = generations();
  process_->signal(SIGUSR1);
  await_generation(before + 1);
}

void Httpd::restart() {
  std::size_t before = generations();
  const std::size_t from = error_log().size();
  process_->signal(SIGHUP);
  await_generation(before + 1);
  ends_.emplace_back(from, error_log().size());
}

int Httpd::stop() {
  const std::size_t from = error_log().size();
  int code = process_->stop(seconds(20));
  if (code != 0) report_problem("httpd ended with " + std::to_string(code));
  check_nothing_left();
  ends_.emplace_back(from, error_log().size());
  process_.reset();
  return code;
}

void Httpd::check_nothing_left() {
  // The coordinator ends by itself, a moment after httpd.
  eventually([this] { return process_->descendants().empty(); }, seconds(5));
  for (pid_t pid : process_->descendants()) {
    report_problem("httpd left process " + std::to_string(pid) + " behind: " + command_line(pid));
  }
}

std::vector<pid_t> Httpd::children() const {
  std::vector<pid_t> found;
  fs::path program = fs::canonical(httpd_program());
  for (pid_t pid : process_->descendants()) {
    std::error_code error;
    if (fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", error) == program) {
      found.push_back(pid);
    }
  }
  return found;
}

void Httpd::kill_parent() {
  killed_ = true;
  crashes_expected_ = true;
  process_->kill();
}

bool Httpd::logs(const std::string& text, std::chrono::milliseconds limit) const {
  return eventually([&] { return error_log().find(text) != std::string::npos; }, limit);
}

void Httpd::check_error_log() const {
  if (crashes_expected_) return;
  const std::string log = error_log();
  const auto refuse = [&log](const std::string& part, std::initializer_list<const char*> words) {
    for (const char* bad : words) {
      if (part.find(bad) == std::string::npos) continue;
      report_problem("the error log has \"" + std::string(bad) + "\":\n" + log);
      return;
    }
  };
  // A child that is told to stop at once, at a stop or a restart, may crash by itself: event's main
  // thread closes the sockets of its workers while they free them (seen in a core: its main thread
  // was in apr_os_sock_get). A sanitizer's report counts whenever it comes.
  std::string calm = log;
  for (auto end = ends_.rbegin(); end != ends_.rend(); ++end)
    calm.erase(end->first, end->second - end->first);
  refuse(calm, {"exit signal", "Segmentation fault"});
  // CUT0016: a coordinator that was taken for frozen.
  refuse(log, {"ap_assert", "Assertion", "AddressSanitizer", "ThreadSanitizer", "LeakSanitizer",
               "runtime error:", "CUT0016"});
}

}  // namespace cutover::harness
