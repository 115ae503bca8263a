// SPDX-License-Identifier: Apache-2.0
#include "tests/httpd/rig.h"

#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/shared_area.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::open_area;
using harness::write_file;

constexpr const char* kEnvScript = R"(#!/bin/sh
printf 'Content-Type: text/plain\r\n'
[ -z "$SET_COOKIE" ] || printf 'Set-Cookie: %s\r\n' "$SET_COOKIE"
printf '\r\n'
env
[ -z "$CONTENT_LENGTH" ] || { printf 'body='; head -c "$CONTENT_LENGTH"; }
)";

constexpr const char* kSlowScript = R"(#!/bin/sh
touch "$QUERY_STRING.begun" 2>/dev/null
printf 'Content-Type: text/plain\r\n\r\n'
while [ ! -e "$QUERY_STRING" ]; do sleep 0.02; done
echo done
)";

std::string scripts_of(const std::string& root) {
  return "ScriptAlias /cgi/ " + root + "/cgi/\n<Directory " + root +
         "/cgi>\nRequire all granted\n</Directory>\nScriptSock " + root + "/cgid.sock\n";
}

HttpdConf base_conf(const RigOptions& options) {
  HttpdConf conf;
  conf.mpm(options.mpm).workers(options.processes, options.threads);
  conf.load(
      {"alias", "cgid", "dir", "headers", "setenvif", "env", "status", "proxy", "proxy_http"});
  conf.load(options.load);
  if (!options.access_log) conf.log_format("");
  return conf;
}

}  // namespace

void furnish(Httpd& host, const std::string& name) {
  write_file(host.htdocs() / "who.txt", name);
  fs::create_directories(host.directory() / "cgi");
  write_file(host.directory() / "cgi/env", kEnvScript, 0755);
  write_file(host.directory() / "cgi/slow", kSlowScript, 0755);
}

Rig::Rig(RigOptions options)
    : options_(std::move(options)),
      dir_("rig"),
      port_(harness::free_port()),
      new_port_(harness::free_port()),
      admin_port_(harness::free_port()) {
  HttpdConf new_conf = base_conf(options_);
  // A new host that runs out of threads closes kept-alive connections, and mod_proxy, which may be
  // sending on one just then, answers 502: as with any ProxyPass, and not what is tested here.
  new_conf.mpm(Mpm::kEvent).workers(2, 64).listen(new_port_).add(options_.new_server);
  new_ = std::make_unique<Httpd>(new_conf);
  new_->conf().add(scripts_of(new_->directory()));
  new_->write_conf();
  furnish(*new_, "new");

  write_file(dir_ / "idle", "#!/bin/sh\nexec sleep 3600\n", 0755);
  std::map<std::string, std::string> env = options_.env;
  if (!options_.coordinator) env["CUTOVER_CUTOVERD"] = dir_ / "idle";
  old_ = std::make_unique<Httpd>(old_conf(options_), env);
  old_->conf().add(scripts_of(old_->directory()));
  old_->write_conf();
  furnish(*old_, "old");
}

Rig::~Rig() = default;

HttpdConf Rig::old_conf(const RigOptions& options) const {
  HttpdConf conf = base_conf(options);
  conf.load_file("cutover_module", harness::product("mod_cutover.so"));
  if (options.access_log)
    conf.log_format(
        "%m %U%q %s side=%{cutover-side}n held=%{cutover-held}n digest=%{cutover-digest}n");
  conf.add(options.server + "\nCutoverStateDir " + state_dir() +
           "\n<CutoverSite shop>\nCutoverNewHost http://127.0.0.1:" + std::to_string(new_port_) +
           " " + options.keys + "\n" + options.site + "\n</CutoverSite>");
  conf.vhost(port_, "Cutover shop\n" + options.vhost);
  conf.vhost(admin_port_, "<Location /cutover>\nSetHandler cutover\n</Location>",
             "admin.example.com");
  return conf;
}

void Rig::reconfigure(const RigOptions& options) {
  old_->conf() = old_conf(options);
  old_->conf().add(scripts_of(old_->directory()));
  old_->write_conf();
}

void Rig::start() {
  new_->start();
  old_->start();
  if (options_.coordinator) return;
  map();
  serve(Side::kOld);
}

void Rig::map() {
  control_ = map_control(open_area(old_->pid(), "cutover-control").get(), true);
  counters_ = map_counters(open_area(old_->pid(), "cutover-counters").get());
  if (!control_ || !counters_) throw std::runtime_error("the shared memory cannot be mapped");
}

std::string Rig::ask(const std::string& path) const {
  const HttpResponse response = client().get(path);
  if (response.status == 0) return "no answer: " + response.error;
  return response.status == 200 ? response.body : std::to_string(response.status);
}

void Rig::serve(Side side, const std::string& site) { store(site, serving(side, 0), 0); }

void Rig::quiet(Side side) { store("shop", quieting_at(side, 0), 0); }

void Rig::hold(AtDeadline at_deadline, int deadline_ms) {
  store("shop", {Mode::kHold, at_deadline, 0}, deadline_ms);
}

void Rig::seal(Side leaving) {
  hold(leaving == Side::kOld ? AtDeadline::kOld : AtDeadline::kNew, 20000);
  hold(AtDeadline::kRefuse, 20000);
}

void Rig::store(const std::string& name, Word word, int deadline_ms) {
  if (!control_) map();
  SiteControl& site = control_in(control_).sites[find_site(control_in(control_), name)];
  const Word before = decode(site.word.load());
  if (!word.quieting) word = next_word(before, word.mode, word.at_deadline);
  word.epoch = before.epoch + 1;
  site.deadline_ns.store(deadline_ms == 0 ? 0
                                          : monotonic_ns() + std::int64_t{deadline_ms} * 1'000'000);
  site.word.store(encode(word));
  wake_all(site.word);
}

QuestionSecret Rig::tell_a_secret(const std::string& site) {
  if (!control_) map();
  const QuestionSecret secret = new_secret();
  tell_secret(control_in(control_).sites[find_site(control_in(control_), site)], secret);
  return secret;
}

void Rig::leave_behind() {
  if (!control_) map();
  cutover::leave_behind(counters_in(counters_), find_site(control_in(control_), "shop"));
}

void Rig::close_endless(Side leaving) {
  if (!control_) map();
  SiteControl& site = control_in(control_).sites[find_site(control_in(control_), "shop")];
  order_close(site, leaving);
  wake_all(site.word);
}

std::int64_t Rig::endless(Side side) {
  if (!control_) map();
  return sum_endless(counters_in(counters_), find_site(control_in(control_), "shop"), side);
}

Word Rig::word(const std::string& site) {
  if (!control_) map();
  const ControlArea& control = control_in(control_);
  return decode(control.sites[find_site(control, site)].word.load());
}

Counts Rig::counts(const std::string& site) {
  if (!control_) map();
  return sum(counters_in(counters_), find_site(control_in(control_), site));
}

std::vector<InFlight> Rig::notes() {
  if (!control_) map();
  return in_flight(counters_in(counters_), find_site(control_in(control_), "shop"), monotonic_ns());
}

bool Rig::eventually_held(std::int64_t requests) {
  return harness::eventually([&] { return counts().held_now == requests; });
}

pid_t Rig::owner_of_most_work() {
  if (!control_) map();
  const std::size_t index = find_site(control_in(control_), "shop");
  const CounterArea area = counters_in(counters_);
  pid_t owner = 0;
  std::int64_t most = 0;
  for (std::size_t i = 0; i + 1 < area.count; ++i) {
    const SiteCounters& c = area.slots[i].sites[index];
    const std::int64_t work = c.in_flight.load() + c.held_now.load();
    if (work <= most) continue;
    most = work;
    owner = area.slots[i].pid.load();
  }
  return owner;
}

std::size_t Rig::slots_in_use() {
  if (!control_) map();
  const CounterArea area = counters_in(counters_);
  std::size_t used = 0;
  for (std::size_t i = 0; i + 1 < area.count; ++i) used += area.slots[i].pid.load() != 0 ? 1 : 0;
  return used;
}

pid_t Rig::coordinator() const {
  const std::string children =
      "/proc/" + std::to_string(old_->pid()) + "/task/" + std::to_string(old_->pid()) + "/children";
  pid_t found = 0;
  // Just started, it is still a copy of httpd for a moment.
  harness::eventually([&] {
    std::istringstream pids(harness::read_file(children));
    for (pid_t pid = 0; found == 0 && pids >> pid;) {
      const std::string line = harness::command_line(pid);
      for (const char* program : {"sleep 3600", "cutoverd"})
        if (line.find(program) != std::string::npos) found = pid;
    }
    return found != 0;
  });
  if (found == 0) throw std::runtime_error("httpd has no coordinator");
  return found;
}

}  // namespace cutover::test
