-- SPDX-License-Identifier: Apache-2.0
-- Tables as a Redmine of today has them, from its migrations of twenty years: join tables without a primary key and
-- one without any unique one, keys of int and bigint, datetime and datetime(6), longtext, an index on an expression.

CREATE TABLE schema_migrations (`version` varchar(255) NOT NULL PRIMARY KEY);
CREATE TABLE ar_internal_metadata (`key` varchar(255) NOT NULL PRIMARY KEY, `value` varchar(255),
  created_at datetime(6) NOT NULL, updated_at datetime(6) NOT NULL);
CREATE TABLE oauth_applications (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, `name` varchar(255) NOT NULL,
  uid varchar(255) NOT NULL, secret varchar(255) NOT NULL, redirect_uri text NOT NULL, scopes text NOT NULL,
  confidential tinyint(1) NOT NULL DEFAULT '1', created_at datetime(6) NOT NULL, updated_at datetime(6) NOT NULL,
  UNIQUE KEY index_oauth_applications_on_uid (uid));
CREATE TABLE users (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, login varchar(255) NOT NULL DEFAULT '',
  hashed_password varchar(40) NOT NULL DEFAULT '', firstname varchar(30) NOT NULL DEFAULT '',
  lastname varchar(255) NOT NULL DEFAULT '', admin tinyint(1) NOT NULL DEFAULT '0', `status` int NOT NULL DEFAULT '1',
  last_login_on datetime, `language` varchar(5) DEFAULT '', auth_source_id int, created_on datetime,
  updated_on datetime, `type` varchar(255), mail_notification varchar(255) NOT NULL DEFAULT '', salt varchar(64),
  must_change_passwd tinyint(1) NOT NULL DEFAULT '0', passwd_changed_on datetime, twofa_scheme varchar(255),
  twofa_totp_key varchar(255), twofa_totp_last_used_at int, twofa_required tinyint(1) DEFAULT '0',
  KEY index_users_on_id_and_type (id,type), KEY index_users_on_auth_source_id (auth_source_id),
  KEY index_users_on_type (type), KEY index_users_on_login (login)
  /*!80013 , KEY index_users_on_lower_login ((lower(login))) */);
CREATE TABLE attachments (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, container_id int, container_type varchar(30),
  filename varchar(255) NOT NULL DEFAULT '', disk_filename varchar(255) NOT NULL DEFAULT '',
  filesize bigint NOT NULL DEFAULT '0', content_type varchar(255) DEFAULT '', digest varchar(64) NOT NULL DEFAULT '',
  downloads int NOT NULL DEFAULT '0', author_id int NOT NULL DEFAULT '0', created_on datetime,
  `description` varchar(255), disk_directory varchar(255), KEY index_attachments_on_author_id (author_id),
  KEY index_attachments_on_created_on (created_on),
  KEY index_attachments_on_container_id_and_container_type (container_id,container_type),
  KEY index_attachments_on_disk_filename (disk_filename));
CREATE TABLE auth_sources (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, `type` varchar(30) NOT NULL DEFAULT '',
  `name` varchar(60) NOT NULL DEFAULT '', `host` varchar(60), port int, account varchar(255),
  account_password varchar(255) DEFAULT '', base_dn varchar(255), attr_login varchar(30), attr_firstname varchar(30),
  attr_lastname varchar(30), attr_mail varchar(30), onthefly_register tinyint(1) NOT NULL DEFAULT '0',
  tls tinyint(1) NOT NULL DEFAULT '0', `filter` text, timeout int, verify_peer tinyint(1) NOT NULL DEFAULT '1',
  KEY index_auth_sources_on_id_and_type (id,type));
CREATE TABLE boards (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, project_id int NOT NULL,
  `name` varchar(255) NOT NULL DEFAULT '', `description` varchar(255), `position` int,
  topics_count int NOT NULL DEFAULT '0', messages_count int NOT NULL DEFAULT '0', last_message_id int, parent_id int,
  KEY boards_project_id (project_id), KEY index_boards_on_last_message_id (last_message_id));
CREATE TABLE changes (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, changeset_id int NOT NULL,
  `action` varchar(1) NOT NULL DEFAULT '', path text NOT NULL, from_path text, from_revision varchar(255),
  `revision` varchar(255), branch varchar(255), KEY changesets_changeset_id (changeset_id));
CREATE TABLE changeset_parents (changeset_id int NOT NULL, parent_id int NOT NULL,
  KEY changeset_parents_changeset_ids (changeset_id), KEY changeset_parents_parent_ids (parent_id));
CREATE TABLE changesets (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, repository_id int NOT NULL,
  `revision` varchar(255) NOT NULL, committer varchar(255), committed_on datetime NOT NULL, `comments` longtext,
  commit_date date, scmid varchar(255), user_id int, UNIQUE KEY changesets_repos_rev (repository_id,revision),
  KEY index_changesets_on_user_id (user_id), KEY index_changesets_on_repository_id (repository_id),
  KEY index_changesets_on_committed_on (committed_on), KEY changesets_repos_scmid (repository_id,scmid));
CREATE TABLE changesets_issues (changeset_id int NOT NULL, issue_id int NOT NULL,
  UNIQUE KEY changesets_issues_ids (changeset_id,issue_id), KEY index_changesets_issues_on_issue_id (issue_id));
CREATE TABLE comments (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, commented_type varchar(30) NOT NULL DEFAULT '',
  commented_id int NOT NULL DEFAULT '0', author_id int NOT NULL DEFAULT '0', content text,
  created_on datetime NOT NULL, updated_on datetime NOT NULL,
  KEY index_comments_on_commented_id_and_commented_type (commented_id,commented_type),
  KEY index_comments_on_author_id (author_id));
CREATE TABLE custom_field_enumerations (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, custom_field_id int NOT NULL,
  `name` varchar(255) NOT NULL, `active` tinyint(1) NOT NULL DEFAULT '1', `position` int NOT NULL DEFAULT '1');
CREATE TABLE custom_fields (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, `type` varchar(30) NOT NULL DEFAULT '',
  `name` varchar(30) NOT NULL DEFAULT '', field_format varchar(30) NOT NULL DEFAULT '', possible_values text,
  `regexp` varchar(255) DEFAULT '', min_length int, max_length int, is_required tinyint(1) NOT NULL DEFAULT '0',
  is_for_all tinyint(1) NOT NULL DEFAULT '0', is_filter tinyint(1) NOT NULL DEFAULT '0', `position` int,
  searchable tinyint(1) DEFAULT '0', default_value text, editable tinyint(1) DEFAULT '1',
  visible tinyint(1) NOT NULL DEFAULT '1', multiple tinyint(1) DEFAULT '0', format_store text, `description` text,
  KEY index_custom_fields_on_id_and_type (id,type));
CREATE TABLE custom_fields_projects (custom_field_id int NOT NULL DEFAULT '0', project_id int NOT NULL DEFAULT '0',
  UNIQUE KEY index_custom_fields_projects_on_custom_field_id_and_project_id (custom_field_id,project_id));
CREATE TABLE custom_fields_roles (custom_field_id int NOT NULL, role_id int NOT NULL,
  UNIQUE KEY custom_fields_roles_ids (custom_field_id,role_id));
CREATE TABLE custom_fields_trackers (custom_field_id int NOT NULL DEFAULT '0', tracker_id int NOT NULL DEFAULT '0',
  UNIQUE KEY index_custom_fields_trackers_on_custom_field_id_and_tracker_id (custom_field_id,tracker_id));
CREATE TABLE custom_values (id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customized_type varchar(30) NOT NULL DEFAULT '', customized_id int NOT NULL DEFAULT '0',
  custom_field_id int NOT NULL DEFAULT '0', `value` longtext,
  KEY custom_values_customized (customized_type,customized_id),
  KEY index_custom_values_on_custom_field_id (custom_field_id));
CREATE TABLE documents (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, project_id int NOT NULL DEFAULT '0',
  category_id int NOT NULL DEFAULT '0', title varchar(255) NOT NULL DEFAULT '', `description` text,
  created_on datetime, KEY documents_project_id (project_id), KEY index_documents_on_category_id (category_id),
  KEY index_documents_on_created_on (created_on));
CREATE TABLE email_addresses (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id int NOT NULL,
  address varchar(255) NOT NULL, is_default tinyint(1) NOT NULL DEFAULT '0', notify tinyint(1) NOT NULL DEFAULT '1',
  created_on datetime NOT NULL, updated_on datetime NOT NULL, KEY index_email_addresses_on_user_id (user_id));
CREATE TABLE enabled_modules (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, project_id int,
  `name` varchar(255) NOT NULL, KEY enabled_modules_project_id (project_id));
CREATE TABLE enumerations (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, `name` varchar(30) NOT NULL DEFAULT '',
  `position` int, is_default tinyint(1) NOT NULL DEFAULT '0', `type` varchar(255),
  `active` tinyint(1) NOT NULL DEFAULT '1', project_id int, parent_id int, position_name varchar(30),
  KEY index_enumerations_on_project_id (project_id), KEY index_enumerations_on_id_and_type (id,type));
CREATE TABLE groups_users (group_id int NOT NULL, user_id int NOT NULL,
  UNIQUE KEY groups_users_ids (group_id,user_id));
CREATE TABLE import_items (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, import_id int NOT NULL,
  `position` int NOT NULL, obj_id int, `message` text, unique_id varchar(255),
  KEY index_import_items_on_import_id_and_unique_id (import_id,unique_id));
CREATE TABLE imports (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, `type` varchar(255), user_id int NOT NULL,
  filename varchar(255), `settings` text, total_items int, finished tinyint(1) NOT NULL DEFAULT '0',
  created_at datetime NOT NULL, updated_at datetime NOT NULL);
CREATE TABLE issue_categories (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, project_id int NOT NULL DEFAULT '0',
  `name` varchar(60) NOT NULL DEFAULT '', assigned_to_id int, KEY issue_categories_project_id (project_id),
  KEY index_issue_categories_on_assigned_to_id (assigned_to_id));
CREATE TABLE issue_relations (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, issue_from_id int NOT NULL,
  issue_to_id int NOT NULL, relation_type varchar(255) NOT NULL DEFAULT '', delay int,
  UNIQUE KEY index_issue_relations_on_issue_from_id_and_issue_to_id (issue_from_id,issue_to_id),
  KEY index_issue_relations_on_issue_from_id (issue_from_id), KEY index_issue_relations_on_issue_to_id (issue_to_id));
CREATE TABLE issue_statuses (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, `name` varchar(30) NOT NULL DEFAULT '',
  is_closed tinyint(1) NOT NULL DEFAULT '0', `position` int, default_done_ratio int, `description` varchar(255),
  KEY index_issue_statuses_on_position (position), KEY index_issue_statuses_on_is_closed (is_closed));
CREATE TABLE issues (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, tracker_id int NOT NULL, project_id int NOT NULL,
  subject varchar(255) NOT NULL DEFAULT '', `description` longtext, due_date date, category_id int,
  status_id int NOT NULL, assigned_to_id int, priority_id int NOT NULL, fixed_version_id int, author_id int NOT NULL,
  lock_version int NOT NULL DEFAULT '0', created_on datetime, updated_on datetime, start_date date,
  done_ratio int NOT NULL DEFAULT '0', estimated_hours float, parent_id int, root_id int, lft int, rgt int,
  is_private tinyint(1) NOT NULL DEFAULT '0', closed_on datetime, KEY issues_project_id (project_id),
  KEY index_issues_on_status_id (status_id), KEY index_issues_on_category_id (category_id),
  KEY index_issues_on_assigned_to_id (assigned_to_id), KEY index_issues_on_fixed_version_id (fixed_version_id),
  KEY index_issues_on_tracker_id (tracker_id), KEY index_issues_on_priority_id (priority_id),
  KEY index_issues_on_author_id (author_id), KEY index_issues_on_created_on (created_on),
  KEY index_issues_on_root_id_and_lft_and_rgt (root_id,lft,rgt), KEY index_issues_on_parent_id (parent_id));
CREATE TABLE journal_details (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, journal_id int NOT NULL DEFAULT '0',
  `property` varchar(30) NOT NULL DEFAULT '', prop_key varchar(30) NOT NULL DEFAULT '', old_value longtext,
  `value` longtext, KEY journal_details_journal_id (journal_id));
CREATE TABLE journals (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, journalized_id int NOT NULL DEFAULT '0',
  journalized_type varchar(30) NOT NULL DEFAULT '', user_id int NOT NULL DEFAULT '0', notes longtext,
  created_on datetime NOT NULL, private_notes tinyint(1) NOT NULL DEFAULT '0', updated_on datetime, updated_by_id int,
  KEY journals_journalized_id (journalized_id,journalized_type), KEY index_journals_on_user_id (user_id),
  KEY index_journals_on_journalized_id (journalized_id), KEY index_journals_on_created_on (created_on));
CREATE TABLE member_roles (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, member_id int NOT NULL, role_id int NOT NULL,
  inherited_from int, KEY index_member_roles_on_member_id (member_id), KEY index_member_roles_on_role_id (role_id),
  KEY index_member_roles_on_inherited_from (inherited_from));
CREATE TABLE members (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id int NOT NULL DEFAULT '0',
  project_id int NOT NULL DEFAULT '0', created_on datetime, mail_notification tinyint(1) NOT NULL DEFAULT '0',
  UNIQUE KEY index_members_on_user_id_and_project_id (user_id,project_id), KEY index_members_on_user_id (user_id),
  KEY index_members_on_project_id (project_id));
CREATE TABLE messages (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, board_id int NOT NULL, parent_id int,
  subject varchar(255) NOT NULL DEFAULT '', content text, author_id int, replies_count int NOT NULL DEFAULT '0',
  last_reply_id int, created_on datetime NOT NULL, updated_on datetime NOT NULL, `locked` tinyint(1) DEFAULT '0',
  sticky int DEFAULT '0', KEY messages_board_id (board_id), KEY messages_parent_id (parent_id),
  KEY index_messages_on_last_reply_id (last_reply_id), KEY index_messages_on_author_id (author_id),
  KEY index_messages_on_created_on (created_on));
CREATE TABLE news (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, project_id int, title varchar(60) NOT NULL DEFAULT '',
  summary varchar(255) DEFAULT '', `description` text, author_id int NOT NULL DEFAULT '0', created_on datetime,
  comments_count int NOT NULL DEFAULT '0', KEY news_project_id (project_id), KEY index_news_on_author_id (author_id),
  KEY index_news_on_created_on (created_on));
CREATE TABLE oauth_access_grants (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, resource_owner_id int NOT NULL,
  application_id bigint NOT NULL, token varchar(255) NOT NULL, expires_in int NOT NULL, redirect_uri text NOT NULL,
  created_at datetime(6) NOT NULL, revoked_at datetime(6), scopes text, code_challenge varchar(255),
  code_challenge_method varchar(255), UNIQUE KEY index_oauth_access_grants_on_token (token),
  KEY index_oauth_access_grants_on_application_id (application_id),
  KEY index_oauth_access_grants_on_resource_owner_id (resource_owner_id),
  CONSTRAINT fk_rails_oauth_access_grants_0 FOREIGN KEY (resource_owner_id) REFERENCES users (id),
  CONSTRAINT fk_rails_oauth_access_grants_1 FOREIGN KEY (application_id) REFERENCES oauth_applications (id));
CREATE TABLE oauth_access_tokens (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, resource_owner_id int,
  application_id bigint, token varchar(255) NOT NULL, refresh_token varchar(255), expires_in int,
  revoked_at datetime(6), created_at datetime(6) NOT NULL, scopes text,
  previous_refresh_token varchar(255) NOT NULL DEFAULT '', UNIQUE KEY index_oauth_access_tokens_on_token (token),
  UNIQUE KEY index_oauth_access_tokens_on_refresh_token (refresh_token),
  KEY index_oauth_access_tokens_on_application_id (application_id),
  KEY index_oauth_access_tokens_on_resource_owner_id (resource_owner_id),
  CONSTRAINT fk_rails_oauth_access_tokens_0 FOREIGN KEY (resource_owner_id) REFERENCES users (id),
  CONSTRAINT fk_rails_oauth_access_tokens_1 FOREIGN KEY (application_id) REFERENCES oauth_applications (id));
CREATE TABLE open_id_authentication_associations (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, issued int,
  lifetime int, handle varchar(255), assoc_type varchar(255), server_url longblob, secret longblob);
CREATE TABLE open_id_authentication_nonces (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, `timestamp` int NOT NULL,
  server_url varchar(255), salt varchar(255) NOT NULL);
CREATE TABLE projects (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, `name` varchar(255) NOT NULL DEFAULT '',
  `description` text, homepage varchar(255) DEFAULT '', is_public tinyint(1) NOT NULL DEFAULT '1', parent_id int,
  created_on datetime, updated_on datetime, identifier varchar(255), `status` int NOT NULL DEFAULT '1', lft int,
  rgt int, inherit_members tinyint(1) NOT NULL DEFAULT '0', default_version_id int, default_assigned_to_id int,
  default_issue_query_id int, KEY index_projects_on_lft (lft), KEY index_projects_on_rgt (rgt),
  UNIQUE KEY index_projects_on_identifier (identifier));
CREATE TABLE projects_trackers (project_id int NOT NULL DEFAULT '0', tracker_id int NOT NULL DEFAULT '0',
  UNIQUE KEY projects_trackers_unique (project_id,tracker_id), KEY projects_trackers_project_id (project_id));
CREATE TABLE queries (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, project_id int,
  `name` varchar(255) NOT NULL DEFAULT '', filters text, user_id int NOT NULL DEFAULT '0', column_names text,
  sort_criteria text, group_by varchar(255), `type` varchar(255), visibility int DEFAULT '0', `options` text,
  `description` varchar(255), KEY index_queries_on_project_id (project_id), KEY index_queries_on_user_id (user_id));
CREATE TABLE queries_roles (query_id int NOT NULL, role_id int NOT NULL,
  UNIQUE KEY queries_roles_ids (query_id,role_id));
CREATE TABLE reactions (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, reactable_type varchar(255) NOT NULL,
  reactable_id bigint NOT NULL, user_id bigint NOT NULL, created_at datetime(6) NOT NULL,
  updated_at datetime(6) NOT NULL,
  KEY index_reactions_on_reactable_type_and_reactable_id (reactable_type,reactable_id),
  UNIQUE KEY reactions_once (reactable_type,reactable_id,user_id), KEY index_reactions_on_user_id (user_id));
CREATE TABLE repositories (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, project_id int NOT NULL DEFAULT '0',
  url varchar(255) NOT NULL DEFAULT '', login varchar(60) DEFAULT '', `password` varchar(255) DEFAULT '',
  root_url varchar(255) DEFAULT '', `type` varchar(255), path_encoding varchar(64), log_encoding varchar(64),
  extra_info longtext, identifier varchar(255), is_default tinyint(1) DEFAULT '0',
  created_on timestamp NULL DEFAULT NULL, KEY index_repositories_on_project_id (project_id));
CREATE TABLE roles (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, `name` varchar(255) NOT NULL DEFAULT '',
  `position` int, assignable tinyint(1) DEFAULT '1', builtin int NOT NULL DEFAULT '0', `permissions` text,
  issues_visibility varchar(30) NOT NULL DEFAULT 'default',
  users_visibility varchar(30) NOT NULL DEFAULT 'members_of_visible_projects',
  time_entries_visibility varchar(30) NOT NULL DEFAULT 'all', all_roles_managed tinyint(1) NOT NULL DEFAULT '1',
  `settings` text, default_time_entry_activity_id int);
CREATE TABLE roles_managed_roles (role_id int NOT NULL, managed_role_id int NOT NULL,
  UNIQUE KEY index_roles_managed_roles_on_role_id_and_managed_role_id (role_id,managed_role_id));
CREATE TABLE settings (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, `name` varchar(255) NOT NULL DEFAULT '',
  `value` text, updated_on timestamp NULL DEFAULT NULL, KEY index_settings_on_name (name));
CREATE TABLE time_entries (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, project_id int NOT NULL, author_id int,
  user_id int NOT NULL, issue_id int, hours float NOT NULL, `comments` varchar(1024), activity_id int NOT NULL,
  spent_on date NOT NULL, tyear int NOT NULL, tmonth int NOT NULL, tweek int NOT NULL, created_on datetime NOT NULL,
  updated_on datetime NOT NULL, KEY time_entries_project_id (project_id), KEY time_entries_issue_id (issue_id),
  KEY index_time_entries_on_activity_id (activity_id), KEY index_time_entries_on_user_id (user_id),
  KEY index_time_entries_on_created_on (created_on));
CREATE TABLE tokens (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id int NOT NULL DEFAULT '0',
  `action` varchar(30) NOT NULL DEFAULT '', `value` varchar(40) NOT NULL DEFAULT '', created_on datetime NOT NULL,
  updated_on timestamp NULL DEFAULT NULL, UNIQUE KEY tokens_value (value), KEY index_tokens_on_user_id (user_id));
CREATE TABLE trackers (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, `name` varchar(30) NOT NULL DEFAULT '',
  `description` varchar(255), `position` int, is_in_roadmap tinyint(1) NOT NULL DEFAULT '1',
  fields_bits int DEFAULT '0', default_status_id int, private_by_default tinyint(1) NOT NULL DEFAULT '0');
CREATE TABLE user_preferences (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id int NOT NULL DEFAULT '0',
  others text, hide_mail tinyint(1) DEFAULT '1', time_zone varchar(255),
  KEY index_user_preferences_on_user_id (user_id));
CREATE TABLE versions (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, project_id int NOT NULL DEFAULT '0',
  `name` varchar(255) NOT NULL DEFAULT '', `description` varchar(255) DEFAULT '', effective_date date,
  created_on datetime, updated_on datetime, wiki_page_title varchar(255), `status` varchar(255) DEFAULT 'open',
  sharing varchar(255) NOT NULL DEFAULT 'none', KEY versions_project_id (project_id),
  KEY index_versions_on_sharing (sharing));
CREATE TABLE watchers (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, watchable_type varchar(255) NOT NULL DEFAULT '',
  watchable_id int NOT NULL DEFAULT '0', user_id int, KEY watchers_user_id_type (user_id,watchable_type),
  KEY index_watchers_on_user_id (user_id),
  KEY index_watchers_on_watchable_id_and_watchable_type (watchable_id,watchable_type));
CREATE TABLE webhooks (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, url varchar(2000) NOT NULL, secret varchar(255),
  user_id int NOT NULL, `active` tinyint(1) NOT NULL DEFAULT '0', `events` text, created_at datetime(6) NOT NULL,
  updated_at datetime(6) NOT NULL, KEY index_webhooks_on_user_id (user_id), KEY index_webhooks_on_active (active));
CREATE TABLE projects_webhooks (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, project_id int NOT NULL,
  webhook_id bigint NOT NULL, KEY index_projects_webhooks_on_project_id (project_id),
  KEY index_projects_webhooks_on_webhook_id (webhook_id));
CREATE TABLE wiki_content_versions (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, wiki_content_id int NOT NULL,
  page_id int NOT NULL, author_id int, `data` longblob, compression varchar(6) DEFAULT '',
  `comments` varchar(1024) DEFAULT '', updated_on datetime NOT NULL, `version` int NOT NULL,
  KEY wiki_content_versions_wcid (wiki_content_id), KEY index_wiki_content_versions_on_updated_on (updated_on));
CREATE TABLE wiki_contents (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, page_id int NOT NULL, author_id int,
  `text` longtext, `comments` varchar(1024) DEFAULT '', updated_on datetime NOT NULL, `version` int NOT NULL,
  KEY wiki_contents_page_id (page_id), KEY index_wiki_contents_on_author_id (author_id));
CREATE TABLE wiki_pages (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, wiki_id int NOT NULL,
  title varchar(255) NOT NULL, created_on datetime NOT NULL, `protected` tinyint(1) NOT NULL DEFAULT '0',
  parent_id int, KEY wiki_pages_wiki_id_title (wiki_id,title), KEY index_wiki_pages_on_wiki_id (wiki_id),
  KEY index_wiki_pages_on_parent_id (parent_id));
CREATE TABLE wiki_redirects (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, wiki_id int NOT NULL, title varchar(255),
  redirects_to varchar(255), created_on datetime NOT NULL, redirects_to_wiki_id int NOT NULL,
  KEY wiki_redirects_wiki_id_title (wiki_id,title), KEY index_wiki_redirects_on_wiki_id (wiki_id));
CREATE TABLE wikis (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, project_id int NOT NULL,
  start_page varchar(255) NOT NULL, `status` int NOT NULL DEFAULT '1', KEY wikis_project_id (project_id));
CREATE TABLE workflows (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, tracker_id int NOT NULL DEFAULT '0',
  old_status_id int NOT NULL DEFAULT '0', new_status_id int NOT NULL DEFAULT '0', role_id int NOT NULL DEFAULT '0',
  assignee tinyint(1) NOT NULL DEFAULT '0', author tinyint(1) NOT NULL DEFAULT '0', `type` varchar(30),
  field_name varchar(30), `rule` varchar(30), KEY wkfs_role_tracker_old_status (role_id,tracker_id,old_status_id),
  KEY index_workflows_on_old_status_id (old_status_id), KEY index_workflows_on_role_id (role_id),
  KEY index_workflows_on_new_status_id (new_status_id), KEY index_workflows_on_tracker_id (tracker_id));

INSERT INTO schema_migrations VALUES ('1'), ('108'), ('20260101120000');
INSERT INTO ar_internal_metadata VALUES
  ('environment', 'production', '2026-01-01 08:00:00.123456', '2026-01-01 08:00:00');
INSERT INTO users (login, lastname, `type`, updated_on) VALUES
  ('admin', 'Admin', 'User', NULL), ('gerd', 'Größer 😀', 'User', '2026-02-01');
INSERT INTO projects (`name`, identifier) VALUES ('Shop', 'shop');
INSERT INTO issues (tracker_id, project_id, `subject`, `description`, status_id, priority_id, author_id,
  estimated_hours)
  VALUES (1, 1, 'The basket', 'is lost', 1, 2, 2, 0.1), (1, 1, 'Done', NULL, 5, 2, 1, 1e-7);
INSERT INTO wiki_content_versions (wiki_content_id, page_id, `data`, updated_on, `version`)
  VALUES (1, 1, x'00ff0d0a27', now(), 1);
INSERT INTO changeset_parents VALUES (2, 1), (3, 2), (3, 2);
INSERT INTO custom_fields_projects VALUES (1, 1), (2, 1);
