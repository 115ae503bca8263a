# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Two hosts, old (10.0.0.1) and new (10.0.0.2), as a guide's reader has them: each a Debian with the site on it, in a
# network and a file tree of its own, joined by a cable. To be sourced.

set -euo pipefail

work=${work:?an empty folder on a disk}
[ -v 'template[new]' ] || { echo 'hosts.sh: template[old] and template[new]: the roots of which they are made'; exit 2; }
declare -A address=([old]=10.0.0.1 [new]=10.0.0.2)
client=mariadb             # the database's own client
shop_from=localhost        # whence its account may log in
database_at=localhost      # where the application finds it
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

tree() { echo "$work/$1/root"; }
space() { echo "cutover-$$-$1"; }
declare -A first=()  # the process that a host lives and dies with

# on HOST COMMAND ...: as root there, in root's home.
on() {
  local host=$1
  shift
  nsenter --target "${first[$host]}" --net --pid chroot "$(tree "$host")" \
    env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    sh -c 'cd && exec "$@"' sh "$@"
}

# There is no init and no sshd in there: two stand-ins do what the guide's commands ask of them.
stand_ins() {
  local host=$1 other=$2
  cat >"$(tree "$host")/usr/local/bin/systemctl" <<'SH'
#!/bin/sh
verb=$1
shift
for unit; do service "$unit" "$verb" || exit; done
SH
  # Over the wire of the file system: each host sees the other's tree.
  cat >"$(tree "$host")/usr/local/bin/scp" <<SH
#!/bin/sh
for to; do :; done
to=\${to#${address[$other]}:}
case \$to in /*) ;; *) to=root/\$to ;; esac
while [ \$# -gt 1 ]; do cp "\$1" "/mnt/$other/\$to" && shift || exit; done
SH
  chmod 755 "$(tree "$host")/usr/local/bin/"{systemctl,scp}
}

make_host() {
  local host=$1 root
  root=$(tree "$host")
  mkdir -p "$root" "$work/$host/upper" "$work/$host/work"
  mount -t overlay overlay -o "lowerdir=${template[$host]},upperdir=$work/$host/upper,workdir=$work/$host/work" "$root"
  mount --bind /dev "$root/dev"
  echo '127.0.0.1 localhost' >"$root/etc/hosts"
  ip netns add "$(space "$host")"
  ip -n "$(space "$host")" link set lo up
  nsenter --net="/run/netns/$(space "$host")" unshare --pid --fork sh -c "
    mount -t proc proc '$root/proc' && echo up >'$work/$host/up'
    while :; do sleep 0.2; done # and buries the dead" 2>/dev/null &
  until [ -e "$work/$host/up" ]; do sleep 0.05; done
  first[$host]=$(pgrep -P $!)
}

join_hosts() {
  ip -n "$(space old)" link add cable type veth peer name cable netns "$(space new)"
  local host other=new
  for host in old new; do
    ip -n "$(space "$host")" address add "${address[$host]}/24" dev cable
    ip -n "$(space "$host")" link set cable up
    mkdir -p "$(tree "$host")/mnt/$other"
    mount --bind "$(tree "$other")" "$(tree "$host")/mnt/$other"
    stand_ins "$host" "$other"
    other=old
  done
}

start_database() { on "$1" service mariadb start; }

# The site as it always was: httpd, php-fpm, the application, and its database.
put_site_on() {
  local host=$1 root
  root=$(tree "$host")
  cp -r "$project/tests/app/public" "$root/srv/shop"
  cp -r "$project/tests/app/src" "$root/srv/src"
  cp "$project/tests/app/schema.sql" "$root/root/schema.sql"
  cat >"$root/etc/apache2/sites-available/shop.conf" <<'CONF'
<VirtualHost *:80>
    ServerName shop.example.com
    DocumentRoot /srv/shop
    <Directory /srv/shop>
        Require all granted
    </Directory>
    <FilesMatch "\.php$">
        SetHandler "proxy:unix:/run/php/php-fpm.sock|fcgi://localhost"
    </FilesMatch>
    DirectoryIndex index.php
    FallbackResource /index.php
</VirtualHost>
CONF
  local version
  version=$(ls "$root/etc/php")
  cat >>"$root/etc/php/$version/fpm/pool.d/www.conf" <<CONF
listen = /run/php/php-fpm.sock
env[HOST_NAME] = $host
env[HOST_LOG] = /tmp/host.log
env[DB_HOST] = $database_at
env[DB_PORT] = 3306
env[DB_NAME] = shop
env[DB_USER] = shop
env[DB_PASSWORD] = SECRET
env[SLOW_PERCENT] = ${slow_percent:-0}
env[SLOW_MS] = 400
CONF
  echo 'ServerName localhost' >"$root/etc/apache2/conf-available/name.conf"
  on "$host" a2enmod -q proxy_fcgi
  on "$host" a2enconf -q name
  on "$host" a2dissite -q 000-default
  on "$host" a2ensite -q shop
  start_database "$host"
  on "$host" "$client" -e "CREATE DATABASE shop; CREATE USER shop@'$shop_from' IDENTIFIED BY 'SECRET'; GRANT ALL ON shop.* TO shop@'$shop_from'"
  on "$host" sh -c "$client shop <schema.sql"
  on "$host" service "php$version-fpm" start
  on "$host" apachectl start
}

remove_hosts() {
  local host
  for host in "${!first[@]}"; do kill -9 "${first[$host]}"; done
  sleep 0.5
  for host in old new; do
    ip netns delete "$(space "$host")" 2>/dev/null
    umount -R -l "$(tree "$host")" 2>/dev/null
  done
}
