# SPDX-License-Identifier: Apache-2.0
# What else two hosts have, from Debian's packages alone: php-fpm, MariaDB, and Prometheus beside them.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS php
LABEL org.mod_cutover.stage=php
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends php-fpm php-mysql >/dev/null \
 && rm -rf /var/lib/apt/lists/* \
 && ln -s /usr/sbin/php-fpm* /usr/local/sbin/php-fpm \
 && install -d -o www-data -g www-data /var/log/hosts
USER www-data
CMD ["/bin/sh", "-c", "DB_PASSWORD=$(cat /run/shop/password) exec php-fpm --fpm-config /etc/php-fpm.conf"]

FROM ${BASE} AS database
LABEL org.mod_cutover.stage=database
RUN useradd --system --home-dir /var/lib/mysql --shell /usr/sbin/nologin mysql \
 && apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends \
      mariadb-server-core mariadb-client-core mariadb-client >/dev/null \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o mysql -g mysql /var/lib/mysql /run/mysqld
USER mysql
CMD ["/bin/bash", "/etc/database.sh"]

FROM ${BASE} AS prometheus
LABEL org.mod_cutover.stage=prometheus
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends prometheus >/dev/null \
 && rm -rf /var/lib/apt/lists/*
USER prometheus
CMD ["prometheus", "--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/var/lib/prometheus/metrics2"]
