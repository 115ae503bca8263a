// SPDX-License-Identifier: Apache-2.0
// What the browser tests look at: a whole site under a little load. Its first line says where it
// is; then each line of standard input is done and answered with a line, until there is no more
// input.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <csignal>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "mod_cutover/state/fd.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/wire/json.h"
#include "mod_cutover/wire/strays_json.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/live_app.h"
#include "tests/harness/problems.h"
#include "tests/harness/signals.h"
#include "tests/harness/site.h"
#include "tests/harness/temp_dir.h"
#include "tests/harness/visitors.h"

namespace cutover::browser {
namespace {

using harness::write_file;
using nlohmann::json;

// A request that is in flight for as long as its body has not come.
class SlowRequest {
 public:
  explicit SlowRequest(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string head =
        "POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nname";
    if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::send(fd_.get(), head.data(), head.size(), MSG_NOSIGNAL) < 0)
      throw std::runtime_error("the site takes no request");
  }
  ~SlowRequest() { ::send(fd_.get(), "=x", 2, MSG_NOSIGNAL); }
  SlowRequest(const SlowRequest&) = delete;
  SlowRequest& operator=(const SlowRequest&) = delete;

 private:
  Fd fd_;
};

// The same from both hosts, unless the new one is made to tell something else.
void tell_terms(harness::Httpd& host, const std::string& words) {
  write_file(host.htdocs() / "public/terms.html",
             "<h1>Terms</h1>\n<p>What is ordered is delivered within " + words + ".</p>\n");
}

// The front page writes nothing, so that the new host has it, too, before its database is writable.
void let_the_front_page_only_read(harness::Httpd& host) {
  const auto file = host.htdocs() / "public/index.php";
  std::string text = harness::read_file(file);
  const std::string_view before = "HostLog::begin();";
  text.insert(
      text.find(before),
      "if ($_SERVER['REQUEST_URI'] === '/') { readfile(__DIR__ . '/terms.html'); return; }\n");
  write_file(file, text);
}

// Two days in which ever fewer came by the old host, as its coordinator writes them down.
std::string two_days(std::int64_t this_hour) {
  std::string lines;
  for (int ago = 47; ago > 0; --ago) {
    StrayHour hour;
    hour.hour = this_hour - ago;
    for (int i = 0; i < ago; ++i) {
      const auto net = static_cast<unsigned char>(i);
      const std::array<unsigned char, 4> address{198, 51, net, 7};
      hour.networks[network_of_v4(address.data())] = static_cast<std::uint64_t>(ago);
      hour.registers[static_cast<std::size_t>(i) * 11 % kRegisters] = 1;
    }
    hour.requests = static_cast<std::uint64_t>(ago * ago);
    hour.hosts = {{"shop.example.com", hour.requests}};
    lines += to_json(hour).dump() + "\n";
  }
  return lines;
}

// Its words come from a file, so that a test can make them hostile.
harness::SiteOptions options(const harness::TempDir& files, const harness::LiveApp& old_app,
                             const harness::LiveApp& new_app) {
  write_file(files / "words", "the TTL of 3 records was lowered\n");
  write_file(files / "hook", "#!/bin/sh\ncat '" + (files / "words").string() + "'\n", 0755);
  harness::SiteOptions options;
  options.slow_percent = 0;
  options.site_settings =
      "CutoverPageControl On\nCutoverHoldTimeout 70s\nCutoverDrainTimeout 60s\nCutoverMaxLag 10s\n"
      "CutoverProbe /terms.html\nCutoverPreview shop-preview=0a1b2c3d4e5f60718293a4b5c6d7e8f9\n"
      "CutoverHook after-rollback " +
      (files / "hook").string() + "\nCutoverStreams text/event-stream";
  options.new_host_keys += " timeout=3600 connectiontimeout=5";  // as the guide says for streams
  options.vhost_settings =
      old_app.vhost() + "\n<Location /cutover>\nSetHandler cutover\n</Location>\n";
  options.new_vhost_settings = new_app.vhost();
  // Longer than a hold, and room for as many as may be held.
  options.old_settings = "Timeout 90\nAsyncRequestWorkerFactor 5000";
  return options;
}

class Stand {
 public:
  Stand() : site_(options(files_, old_app_, new_app_)), visitors_(visits()) {
    for (harness::Httpd* host : {&site_.old_httpd(), &site_.new_httpd()}) {
      tell_terms(*host, kAWeek);
      write_file(host->htdocs() / "public/whose.html",
                 host == &site_.old_httpd() ? "<p>old</p>\n" : "<p>new</p>\n");
      let_the_front_page_only_read(*host);
      std::filesystem::copy_file(harness::project_root() / "tests/browser/live.html",
                                 host->htdocs() / "public/live.html");
    }
    site_.old_database().execute("USE fantasy; " + std::string(harness::kMessagesTable));
    const auto login = [](const harness::DatabaseServer& database) {
      return database.login_of(harness::kAppUser, harness::kAppSchema);
    };
    old_app_.write_to(login(site_.old_database()));
    new_app_.write_to(login(site_.new_database()));
    visitors_.start();
  }

  std::string where() {
    const std::string host = "http://127.0.0.1:";
    return json{{"page", host + std::to_string(site_.admin_port()) + "/cutover/"},
                {"site", host + std::to_string(site_.port()) + "/"},
                {"state", site_.state_dir().string()},
                {"other_name", "http://localhost:" + std::to_string(site_.admin_port())}}
        .dump();
  }

  std::string carry_out(const std::string& what) {
    if (what == "slow") {
      slow_ = std::make_unique<SlowRequest>(site_.port());
    } else if (what == "quick") {
      slow_.reset();
    } else if (what == "await gate") {
      return site_.await_gate();
    } else if (what == "break replication") {
      site_.new_database().execute("STOP REPLICA SQL_THREAD");
    } else if (what == "mend replication") {
      site_.new_database().execute("START REPLICA SQL_THREAD");
    } else if (what == "freeze coordinator") {
      frozen_ = site_.coordinator();
      harness::signal_to(frozen_, SIGSTOP);
    } else if (what == "thaw coordinator") {
      harness::signal_to(frozen_, SIGCONT);
    } else if (what == "other terms") {
      tell_terms(site_.new_httpd(), "<img src=x onerror=alert(1)> <b>14 days</b>");
    } else if (what == "same terms") {
      tell_terms(site_.new_httpd(), kAWeek);
    } else if (what == "three that matter") {
      three_that_matter();
    } else if (what == "nothing that matters") {
      nothing_that_matters();
    } else if (what == "two days of strays") {
      write_file(strays_path(site_.state_dir(), "shop"), two_days(this_hour()));
      return another_coordinator();
    } else if (what.starts_with("written ")) {
      return not_written(what.substr(what.find(' ')));
    } else if (what == "hostile hook") {
      write_file(files_ / "words",
                 "</span><script>document.title='owned'</script><img src=x onerror=alert(1)>"
                 "\x1b[2J\xe2\x80\xae turned\n");
    } else {
      return "no such thing: " + what;
    }
    return "";
  }

  // Whose requests were not answered as they should be, in words.
  std::vector<std::string> failures() { return visitors_.stop().failures; }

 private:
  static constexpr const char* kAWeek = "a week";

  static std::int64_t this_hour() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::hours>(now).count();
  }
  // Another site on the server, sessions that would end sooner, and what a power cut would take;
  // and nothing else that matters.
  void three_that_matter() {
    for (harness::DatabaseServer* server : {&site_.old_database(), &site_.new_database()})
      server->execute("SET GLOBAL sync_binlog=1, innodb_flush_log_at_trx_commit=1");
    site_.old_database().execute("SET GLOBAL sync_binlog=0");
    site_.new_database().execute("SET GLOBAL wait_timeout=60");
    for (const char* sql : {"CREATE DATABASE wiki", "CREATE TABLE wiki.pages (id INT PRIMARY KEY)",
                            "CREATE USER wiki@localhost", "GRANT ALL ON wiki.* TO wiki@localhost"})
      site_.old_database().execute(sql);
  }
  void nothing_that_matters() {
    site_.new_database().execute("SET GLOBAL wait_timeout=28800");
    for (const char* sql : {"DROP DATABASE wiki", "DROP USER wiki@localhost"})
      site_.old_database().execute(sql);
  }
  // Which of these messages are not in both databases; those of the last moment come there yet.
  std::string not_written(const std::string& messages) {
    std::istringstream names(messages);
    std::string missing;
    for (std::string name; names >> name;)
      for (harness::DatabaseServer* server : {&site_.old_database(), &site_.new_database()})
        if (!harness::eventually([&] {
              return server->number("SELECT COUNT(*) FROM fantasy.messages WHERE id = '" + name +
                                    "'") == 1;
            }))
          missing += " " + name;
    return missing;
  }
  // Not by httpd's graceful, which may cut a visitor's idle connection.
  std::string another_coordinator() {
    const pid_t before = site_.coordinator();
    harness::signal_to(before, SIGTERM);
    const auto is_there = [&] { return site_.coordinator() != 0 && site_.coordinator() != before; };
    return harness::eventually(is_there) ? site_.await_gate() : "no other coordinator came";
  }
  harness::VisitorsOptions visits() const {
    harness::VisitorsOptions visits;
    visits.count = 6;
    visits.think = std::chrono::milliseconds(120);
    visits.port = site_.port();
    return visits;
  }

  harness::TempDir files_{"hook"};
  harness::LiveApp old_app_{"old"}, new_app_{"new"};
  harness::Site site_;
  harness::Visitors visitors_;
  std::unique_ptr<SlowRequest> slow_;
  pid_t frozen_ = 0;
};

int serve() {
  int problems = 0;
  harness::on_problem([&problems](const std::string& problem) {
    ++problems;
    std::cerr << "stand: " << problem << std::endl;
  });
  {
    Stand stand;
    std::cout << stand.where() << std::endl;
    for (std::string line; std::getline(std::cin, line);)
      std::cout << json{{"error", stand.carry_out(line)}}.dump() << std::endl;
    for (const std::string& failure : stand.failures()) {
      ++problems;
      std::cerr << "stand: " << failure << std::endl;
    }
  }
  return problems == 0 ? 0 : 1;
}

}  // namespace
}  // namespace cutover::browser

int main() try { return cutover::browser::serve(); } catch (const std::exception& error) {
  std::cerr << "stand: " << error.what() << std::endl;
  return 1;
}
