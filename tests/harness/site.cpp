// SPDX-License-Identifier: Apache-2.0
// Putting the two hosts together, in the order in which an administrator would.
#include "tests/harness/site.h"

#include <sstream>
#include <stdexcept>

#include "mod_cutover/wire/json.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"

namespace cutover::harness {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> application_settings(const std::string& host,
                                                        const DatabaseServer& database,
                                                        const fs::path& log,
                                                        const SiteOptions& options) {
  std::map<std::string, std::string> settings = {
      {"HOST_NAME", host},
      {"HOST_LOG", log.string()},
      {"DB_HOST", database.address()},
      {"DB_PORT", std::to_string(database.port())},
      {"DB_NAME", kAppSchema},
      {"DB_USER", kAppUser},
      {"DB_PASSWORD", kPassword},
      {"SLOW_PERCENT", std::to_string(options.slow_percent)},
      {"SLOW_MS", std::to_string(options.slow_ms)}};
  if (!options.session_files) return settings;
  const fs::path sessions = log.string() + "-sessions";
  fs::create_directories(sessions);
  give_to_web_user(sessions);
  settings["SESSION_FOLDER"] = sessions.string();
  return settings;
}

}  // namespace

SiteOptions durable_site() {
  SiteOptions options;
  options.old_database.settings = {"sync_binlog=1", "innodb_flush_log_at_trx_commit=1"};
  options.new_database.settings = options.old_database.settings;
  return options;
}

SiteOptions by_file(SiteOptions options) {
  options.replication.ring = false;
  options.replication.by_file = true;
  options.names_replication = true;
  for (DatabaseOptions* database : {&options.old_database, &options.new_database})
    if (database->vendor == Vendor::kMySql) database->settings.emplace_back("gtid_mode=OFF");
  return options;
}

Site::Site(SiteOptions options)
    : options_(std::move(options)),
      dir_("site"),
      port_(free_port()),
      new_port_(free_port()),
      admin_port_(free_port()) {
  fs::create_directories(state_dir());
  fs::create_directories(dir_ / "host-log");
  give_to_web_user(dir_ / "host-log");
  start_databases();
  start_php();
  start_httpds();
}

Site::~Site() = default;

void Site::start_databases() {
  old_database_ = std::make_unique<DatabaseServer>(options_.old_database);
  new_database_ = std::make_unique<DatabaseServer>(options_.new_database);
  old_database_->create_accounts();
  old_database_->connect_as(kAppUser, kAppSchema)
      .execute(read_file(project_root() / "tests/app/schema.sql"));
  if (options_.relays) start_relays();
  set_up_replica(*old_database_, *new_database_, options_.replication);
  auto write_option_file = [this](const DatabaseServer& database, const char* name,
                                  const TcpRelay* relay) {
    database.write_option_file(dir_ / name, "cutover", "127.0.0.1",
                               relay != nullptr ? relay->port() : database.port());
    if (options_.names_replication) name_replication_account(dir_ / name, database);
  };
  write_option_file(*old_database_, "old.cnf", old_database_relay_.get());
  write_option_file(*new_database_, "new.cnf", new_database_relay_.get());
}

void Site::start_relays() {
  auto to = [](std::uint16_t port) { return std::make_unique<TcpRelay>("127.0.0.1", port); };
  http_relay_ = to(new_port_);
  replication_relay_ = to(old_database_->port());
  way_back_relay_ = to(new_database_->port());
  old_database_relay_ = to(old_database_->port());
  new_database_relay_ = to(new_database_->port());
  options_.replication.port_to_source = replication_relay_->port();
  options_.replication.port_to_replica = way_back_relay_->port();
}

void Site::start_php() {
  old_php_ = std::make_unique<PhpFpm>(
      application_settings("old", *old_database_, old_host_log(), options_), options_.php_children);
  new_php_ = std::make_unique<PhpFpm>(
      application_settings("new", *new_database_, new_host_log(), options_), options_.php_children);
}

HttpdConf Site::base_conf() const {
  HttpdConf conf;
  conf.mpm(options_.mpm).workers(options_.processes, options_.threads);
  conf.load({"dir", "mime", "alias", "headers", "proxy", "proxy_http", "proxy_fcgi", "status"});
  conf.add("TypesConfig /dev/null\nAddType text/css .css\nExtendedStatus On");
  conf.log_format(options_.module ? "%h %t \"%r\" %>s %D %{cutover-side}n %{usec}t %{cutover-held}n"
                                  : "%h %t \"%r\" %>s %D");
  return conf;
}

std::string Site::php_vhost(const Httpd& httpd, const PhpFpm& php) const {
  const std::string root = (httpd.htdocs() / "public").string();
  return "DocumentRoot \"" + root + "\"\n<Directory \"" + root +
         "\">\nRequire all granted\nDirectoryIndex index.php\nFallbackResource /index.php\n"
         "</Directory>\n<FilesMatch \"\\.php$\">\nSetHandler \"" +
         php.handler() + "\"\n</FilesMatch>\n";
}

std::string Site::module_settings() const {
  const std::uint16_t target = http_relay_ ? http_relay_->port() : new_port_;
  std::string text =
      "CutoverStateDir \"" + state_dir().string() +
      "\"\n<CutoverSite shop>\nCutoverNewHost http://127.0.0.1:" + std::to_string(target) + " " +
      options_.new_host_keys + "\n";
  if (options_.databases) {
    text += "CutoverOldDatabase \"" + (dir_ / "old.cnf").string() + "\"\nCutoverNewDatabase \"" +
            (dir_ / "new.cnf").string() + "\"\n";
  }
  // Visitors come from this very host; where it is said, the last word counts.
  return text + "CutoverSelfCalls Off\n" + options_.site_settings + "\n</CutoverSite>\n";
}

void Site::start_httpds() {
  HttpdConf at_new = base_conf();
  at_new.log_format("%h %t \"%r\" %>s %D").load({"remoteip"});
  new_httpd_ = std::make_unique<Httpd>(at_new);
  new_httpd_->conf().vhost(new_port_,
                           "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\n" +
                               options_.new_vhost_settings + php_vhost(*new_httpd_, *new_php_));

  HttpdConf at_old = base_conf();
  if (options_.module) {
    at_old.load_file("cutover_module", product("mod_cutover.so")).add(module_settings());
  }
  at_old.add(options_.old_settings);
  old_httpd_ = std::make_unique<Httpd>(at_old, options_.old_environment);
  old_httpd_->conf().vhost(
      port_, std::string(options_.module ? "Cutover shop\n" : "ProxyPreserveHost On\n") +
                 options_.vhost_settings + "\n" + php_vhost(*old_httpd_, *old_php_));
  old_httpd_->conf().vhost(admin_port_,
                           std::string("<Location \"/server-status\">\nSetHandler server-status\n"
                                       "</Location>\n") +
                               (options_.module ? "<Location \"/cutover\">\nSetHandler cutover\n"
                                                  "Require local\n</Location>\n"
                                                : ""),
                           "admin.example.com");
  for (Httpd* httpd : {new_httpd_.get(), old_httpd_.get()}) {
    fs::copy(project_root() / "tests/app", httpd->htdocs(), fs::copy_options::recursive);
    httpd->write_conf();
    httpd->start();
  }
}

std::vector<std::string> Site::cutoverctl_command(const std::vector<std::string>& arguments) const {
  std::vector<std::string> command = {product("cutoverctl"), "--state-dir", state_dir()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

Finished Site::cutoverctl(const std::vector<std::string>& arguments,
                          std::chrono::milliseconds limit) const {
  return run(cutoverctl_command(arguments), {}, limit);
}

SiteAccess Site::access() const {
  SiteAccess access;
  access.visitors.port = port_;
  access.new_host.port = new_port_;
  access.admin.port = admin_port_;
  access.cutoverctl = cutoverctl_command({});
  access.vendor = old_database_->vendor();
  access.old_database = old_database_->login_of(kAppUser, kAppSchema);
  access.new_database = new_database_->login_of(kAppUser, kAppSchema);
  access.old_host_log = old_host_log();
  access.new_host_log = new_host_log();
  access.access_log = old_httpd_->directory() / "access.log";
  return access;
}

nlohmann::json Site::status() const {
  try {
    return access().status();
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(error.what() + ("\n" + old_httpd_->error_log()));
  }
}

std::string Site::side() const { return options_.module ? status().value("side", "") : "old"; }

// Just started, it is still a copy of httpd for a moment, and then perhaps a wrapper.
pid_t Site::coordinator() const {
  const std::string pid = std::to_string(old_httpd_->pid());
  std::istringstream pids(read_file("/proc/" + pid + "/task/" + pid + "/children"));
  for (pid_t each = 0; pids >> each;)
    if (command_line(each).find("cutoverd --state-dir") != std::string::npos) return each;
  return 0;
}

void Site::graceful() {
  const pid_t before = coordinator();
  old_httpd_->graceful();
  const auto succeeded = [&] {
    const pid_t now = coordinator();
    return now != 0 && now != before;
  };
  if (!eventually(succeeded, std::chrono::seconds(20)))
    throw std::runtime_error("no other coordinator came after a graceful");
}

std::string Site::await_gate(std::chrono::milliseconds limit) const {
  return access().await_gate(limit);
}

}  // namespace cutover::harness
