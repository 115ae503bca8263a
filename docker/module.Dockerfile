# SPDX-License-Identifier: Apache-2.0
# Apache httpd with mod_cutover, built from this source tree:
#
#   docker build --target module --tag mod_cutover -f docker/module.Dockerfile .
#
# The demo's other two images that are made of the same parts stand here as well.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
LABEL org.mod_cutover.stage=build
ARG JOBS
WORKDIR /src
COPY packages.sh ./
RUN ./packages.sh build && rm -rf /var/lib/apt/lists/*
COPY Makefile build.mk ./
COPY tests/bench/bench.mk tests/bench/
COPY tests/fuzz/fuzz.mk tests/fuzz/
COPY tests/model/model.mk tests/model/
COPY apache-conf apache-conf
COPY shared shared
COPY mod_cutover mod_cutover
RUN make ${JOBS:+JOBS=$JOBS} install DESTDIR=/installed
RUN strip --strip-unneeded /installed/usr/sbin/cutover* /installed/usr/lib/apache2/modules/mod_cutover.so

# Plain httpd: the new host, and what the module is put into. Its logs go to the container's; it may
# be run as www-data.
FROM ${BASE} AS httpd
LABEL org.mod_cutover.stage=httpd
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends apache2 >/dev/null \
 && rm -rf /var/lib/apt/lists/* \
 && a2enmod -q headers proxy_fcgi remoteip \
 && chmod 755 /var/log/apache2 \
 && ln -sf /dev/stderr /var/log/apache2/error.log \
 && ln -sf /dev/stdout /var/log/apache2/access.log \
 && ln -sf /dev/stdout /var/log/apache2/other_vhosts_access.log \
 && install -d -g www-data -m 0775 /run/apache2 /run/lock/apache2
EXPOSE 80
STOPSIGNAL SIGWINCH
CMD ["/bin/sh", "-c", ". /etc/apache2/envvars && exec apache2 -DFOREGROUND"]

# Starts as root, as httpd does anywhere: the databases' passwords are root's, and so are the
# commands. The workers and the coordinator are www-data.
FROM httpd AS module
LABEL org.mod_cutover.stage=module
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends \
      libmariadb3 libcurl4 >/dev/null \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /installed /
RUN a2enmod -q proxy_http cutover
VOLUME /var/lib/cutover

# The demo's visitors, who also are its operator and its judge.
FROM build AS visitors-build
LABEL org.mod_cutover.stage=visitors-build
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends libcpp-httplib-dev >/dev/null \
 && rm -rf /var/lib/apt/lists/*
COPY tests/harness tests/harness
COPY tests/demo tests/demo
RUN make -j${JOBS:-$(nproc)} build/demo

FROM module AS visitors
LABEL org.mod_cutover.stage=visitors
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends libcpp-httplib0.11 >/dev/null \
 && rm -rf /var/lib/apt/lists/*
COPY --from=visitors-build /src/build/demo /usr/local/bin/demo
ENTRYPOINT ["demo"]
