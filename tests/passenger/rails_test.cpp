// SPDX-License-Identifier: Apache-2.0
// A Rails application under Passenger on both hosts, each with its database, configured as
// docs/rails-on-passenger.md says: it moves there and back while visitors place orders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <set>
#include <sstream>
#include <thread>

#include "tests/harness/database_server.h"
#include "tests/harness/eventually.h"
#include "tests/harness/http_client.h"
#include "tests/harness/httpd.h"
#include "tests/harness/ports.h"
#include "tests/harness/replication.h"
#include "tests/passenger/passenger.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using harness::DatabaseServer;
using harness::Httpd;
using harness::HttpdConf;
using harness::read_file;
using harness::write_file;

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  if (at == std::string::npos) throw std::runtime_error("the chapter has no " + what);
  return text.replace(at, what.size(), with);
}

// The n-th piece of httpd's configuration in the chapter.
std::string configuration(int n) {
  const std::string text = read_file(harness::project_root() / "docs/rails-on-passenger.md");
  std::size_t at = 0;
  for (; n >= 0; --n) at = text.find("```apache\n", at) + 10;
  return text.substr(at, text.find("```", at) - at);
}

struct Visitor {
  explicit Visitor(std::uint16_t port, std::string given) : client("127.0.0.1", port), name(given) {
    client.time_limit(60s);
    look();
    if (send("/login", {{"name", name}}) != 201) failed.push_back("not logged in");
    look();
  }
  int send(const std::string& path, std::map<std::string, std::string> form) {
    form["authenticity_token"] = token;
    return client.post(path, form, {{"Origin", "http://shop.example.com"}}).status;
  }
  // Host, name, token and address are the lines of the page.
  void look() {
    const harness::HttpResponse page = client.get("/");
    std::istringstream lines(page.body);
    std::string host, seen, address;
    std::getline(lines, host);
    std::getline(lines, seen);
    std::getline(lines, token);
    std::getline(lines, address);
    if (page.status != 200) failed.push_back("page " + std::to_string(page.status) + page.error);
    if (logged_in && seen != name) failed.push_back("logged out on " + host);
    if (address != "127.0.0.1") failed.push_back("comes from " + address);
    logged_in = seen == name;
  }
  void order() {
    look();
    const int status = send("/orders", {{"number", std::to_string(number)}});
    if (status != 201) return failed.push_back("order " + std::to_string(status));
    placed.insert(name + " " + std::to_string(number++));
  }

  harness::HttpClient client;
  std::string name, token;
  bool logged_in = false;
  int number = 0;
  std::set<std::string> placed;
  std::vector<std::string> failed;
};

class Hosts {
 public:
  Hosts() {
    old_database_.create_accounts();
    old_database_.connect_as(harness::kAppUser, harness::kAppSchema)
        .execute(
            "CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, customer VARCHAR(20), "
            "number INT)");
    harness::set_up_replica(old_database_, new_database_);
    old_database_.write_option_file(dir_ / "old.cnf", "cutover", "127.0.0.1", old_database_.port());
    new_database_.write_option_file(dir_ / "new.cnf", "cutover", "127.0.0.1", new_database_.port());
    fs::permissions(dir_.path(), fs::perms::others_exec, fs::perm_options::add);
    install("new", new_database_);
    install("old", old_database_);
    new_ = std::make_unique<Httpd>(new_conf());
    old_ = std::make_unique<Httpd>(old_conf());
    new_->start();
    old_->start();
  }
  std::uint16_t port() const { return port_; }
  DatabaseServer& new_database() { return new_database_; }
  harness::Finished cutoverctl(const std::string& verb) const {
    return harness::run({harness::product("cutoverctl"), "--state-dir", at("state"), verb, "shop"},
                        {}, 60s);
  }
  std::string error_logs() const { return old_->error_log() + new_->error_log(); }

 private:
  std::string at(const std::string& name) const { return (dir_.path() / name).string(); }

  void install(const std::string& host, const DatabaseServer& database) {
    const fs::path app = dir_ / host;
    for (const char* folder : {"public", "config", "log", "tmp"})
      fs::create_directories(app / folder);
    fs::create_directories(at(host + "-registry"));
    fs::copy_file(harness::project_root() / "tests/passenger/rails/config.ru", app / "config.ru");
    write_file(app / "config/host", host);
    write_file(app / "config/secret_key_base", std::string(64, 'a'));
    write_file(app / "config/database.yml",
               "production:\n  adapter: mysql2\n  host: " + database.address() +
                   "\n  port: " + std::to_string(database.port()) +
                   "\n  username: " + harness::kAppUser + "\n  password: " + harness::kPassword +
                   "\n  database: " + harness::kAppSchema + "\n");
    for (const char* folder : {"log", "tmp"}) harness::give_to_web_user(app / folder);
  }
  std::string vhost(const std::string& host, std::uint16_t port) const {
    std::string text = replaced(configuration(0), "*:80", "127.0.0.1:" + std::to_string(port));
    for (int i = 0; i < 2; ++i) text = replaced(text, "/srv/shop/current", at(host));
    return text;
  }
  HttpdConf base_conf(const std::string& host) const {
    HttpdConf conf;
    conf.load({"dir", "headers"});
    load_passenger(conf);
    return conf.add(passenger_settings(at(host + "-registry")));
  }
  HttpdConf new_conf() const {
    HttpdConf conf = base_conf("new");
    conf.load({"remoteip"}).listen(new_port_);
    return conf.add(
        "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\nKeepAliveTimeout 5\n" +
        vhost("new", new_port_));
  }
  HttpdConf old_conf() const {
    HttpdConf conf = base_conf("old");
    conf.load({"proxy", "proxy_http"}).listen(port_);
    conf.load_file("cutover_module", harness::product("mod_cutover.so"));
    std::string site =
        replaced(configuration(1), "10.0.0.2", "127.0.0.1:" + std::to_string(new_port_));
    for (const char* file : {"old.cnf", "new.cnf"})
      site = replaced(site, std::string("/etc/cutover/") + file, at(file));
    return conf.add("CutoverStateDir " + at("state") + "\n" + site +
                    replaced(vhost("old", port_), "ServerName", "Cutover shop\nServerName"));
  }

  harness::TempDir dir_{"rails"};
  const std::uint16_t port_ = harness::free_port(), new_port_ = harness::free_port();
  DatabaseServer old_database_, new_database_;
  std::unique_ptr<Httpd> new_, old_;
};

TEST(Rails, MovesThereAndBackAsItsChapterSaysAndNobodyIsLoggedOut) {
  Hosts hosts;
  std::atomic<bool> ended{false};
  std::vector<Visitor> visitors;
  for (const char* name : {"ann", "bob", "cid", "dan"}) visitors.emplace_back(hosts.port(), name);
  std::vector<std::thread> threads;
  for (Visitor& visitor : visitors)
    threads.emplace_back([&] {
      for (; !ended; std::this_thread::sleep_for(10ms)) visitor.order();
    });
  const auto preflight = hosts.cutoverctl("preflight");
  EXPECT_EQ(preflight.exit_code, 0) << preflight.output;
  for (const char* verb : {"switch", "rollback", "switch"}) {
    std::this_thread::sleep_for(2s);
    const harness::Finished moved = hosts.cutoverctl(verb);
    EXPECT_EQ(moved.exit_code, 0) << moved.output;
  }
  std::this_thread::sleep_for(1s);
  ended = true;
  for (std::thread& thread : threads) thread.join();

  std::set<std::string> there;
  for (const harness::Row& row : hosts.new_database()
                                     .connect_as(harness::kAppUser, harness::kAppSchema)
                                     .execute("SELECT CONCAT(customer, ' ', number) FROM orders"))
    there.insert(row.at(0).value_or(""));
  std::size_t placed = 0;
  for (const Visitor& visitor : visitors) {
    EXPECT_THAT(visitor.failed, testing::IsEmpty()) << visitor.name << hosts.error_logs();
    for (const std::string& order : visitor.placed) EXPECT_EQ(there.count(order), 1U) << order;
    placed += visitor.placed.size();
  }
  EXPECT_EQ(there.size(), placed);
  std::printf("moves=3 orders=%zu\n", placed);
}

}  // namespace
}  // namespace cutover::test
