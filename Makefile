# SPDX-License-Identifier: Apache-2.0
# mod_cutover. `make help` lists the targets.
.DEFAULT_GOAL := all
MAKEFLAGS += --no-print-directory
JOBS     ?= $(shell nproc)
BUILD    ?= build
CXX      ?= g++
SANITIZE ?=
comma    := ,

## all: build the module, the coordinator and the command (as root, what is missing is installed first)
all: | packages-build
	@$(MAKE) -j$(JOBS) binaries

## install: install them where apxs says (DESTDIR is honoured)
## uninstall: take them away again; the state directory stays
## test: every test that needs no other vendor than MariaDB (ALSO=check: and that target)
test: | packages-test
	@$(MAKE) -j$(JOBS) binaries test-binaries
	@tests/run.sh $(BUILD)

## test-site: the whole product on real servers, every refusal, abort and kill
test-site: | packages-test
	@$(MAKE) -j$(JOBS) binaries $(BUILD)/site_tests
	@tests/run.sh $(BUILD) site_tests

## test-browser: the page in headless Chromium, with and without scripts; pictures in build/browser
test-browser: | packages-browser
	@$(MAKE) -j$(JOBS) binaries $(BUILD)/browser_stand $(BUILD)/page_said
	@tests/browser/run.sh $(BUILD)

## test-passenger: beside Phusion Passenger, as Rails runs on old hosts (MOVES=20: so many by graceful)
test-passenger: | packages-test packages-passenger
	@$(MAKE) -j$(JOBS) binaries $(BUILD)/passenger_tests
	@CUTOVER_MOVES=$(MOVES) tests/run.sh $(BUILD) passenger_tests

## test-mysql: the database, end-to-end and whole-product tests once more, against MySQL
test-mysql: | packages-test packages-mysql
	@$(MAKE) -j$(JOBS) binaries test-binaries
	@CUTOVER_DB=mysql tests/run.sh $(BUILD) database_tests e2e_tests site_tests

## demo: move a live site under load, on loopback, and count what went wrong (ROUNDS=10: there and back so often; BY_FILE=1)
demo: | packages-test
	@$(MAKE) -j$(JOBS) binaries $(BUILD)/demo
	@$(BUILD)/demo $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(BY_FILE),--by-file)

## demo-up: the same, left running to play with
demo-up: | packages-test
	@$(MAKE) -j$(JOBS) binaries $(BUILD)/demo
	@$(BUILD)/demo --up

## demo-down: end it
demo-down:
	@$(BUILD)/demo --down

## docker-demo: the same in containers, there and back: two hosts, their databases, visitors
docker-demo:
	@docker/demo.sh demo

## docker-up: the same hosts, left running to play with
docker-up:
	@docker/demo.sh up

## docker-down: end them, and remove all that was made, the images too
docker-down:
	@docker/demo.sh down

## gracefuls: COUNT=500 gracefuls under load, while sites come and go, move, and lose their coordinator (SEED=1)
gracefuls: | packages-test
	@$(MAKE) -j$(JOBS) binaries $(BUILD)/gracefuls
	@$(BUILD)/gracefuls --count $(or $(COUNT),500) --seed $(or $(SEED),1)

## soak: a move each minute for MINUTES=60 (PERIOD=60: seconds) under load, and what grows meanwhile
soak: | packages-test
	@$(MAKE) -j$(JOBS) binaries $(BUILD)/soak
	@$(BUILD)/soak --minutes $(or $(MINUTES),60) --period $(or $(PERIOD),60) $(if $(LEAK),--leak)

## deb: the Debian package, in build/deb
deb: | packages-deb
	@rm -rf --one-file-system build/deb && mkdir -p build/deb/source
	@tar --exclude=./build --exclude=./.git -cf - . | tar -xf - -C build/deb/source
	@cd build/deb/source && MYSQL_CLIENT_ROOT="$(CURDIR)/build/mysql-client" DEB_BUILD_OPTIONS=parallel=$(JOBS) dpkg-buildpackage --no-sign --build=binary >../build.log 2>&1 \
	  || { tail -30 ../build.log; exit 1; }
	@rm -rf --one-file-system build/deb/source && ls build/deb/*.deb

## portable: for older hosts, from glibc 2.28 and httpd 2.4.37 on: an archive, a .deb and an .rpm in build/portable
portable: | packages-portable
	@JOBS=$(JOBS) portable/build.sh "$(abspath $(BUILD))" $(VERSION)

## test-portable: its .deb in a root of Debian 11, its .rpm in one that is laid out as RHEL's is: used, upgraded, removed
test-portable: portable | packages-rpm
	@suite=bullseye tests/package/deb.sh build/portable
	@tests/package/rpm.sh build/portable

## test-hosts: those binaries on Debian 11, 12 and 13, by the guide (ONLY="bullseye prefork"; HTTPD=PREFIX MPM=event: with that httpd)
test-hosts: | packages-test portable $(if $(HTTPD),,packages-mysql)
	@$(MAKE) -j$(JOBS) binaries $(BUILD)/demo
	@$(if $(HTTPD),MPM=$(MPM) tests/package/other_httpd.sh "$(abspath $(BUILD))" "$(HTTPD)",tests/hosts/all.sh "$(abspath $(BUILD))" "$(ONLY)")

## test-old-host: one of them, Debian 11 with the prefork MPM and MariaDB 10.5
test-old-host: | packages-test packages-portable
	@if ! tests/hosts/possible.sh; then echo '0 passed, 0 failed, 1 skipped'; exit 0; fi && \
	  $(MAKE) portable && $(MAKE) -j$(JOBS) $(BUILD)/demo && \
	  tests/hosts/move.sh "$(abspath $(BUILD))" bullseye bullseye prefork

## test-deb: the package built, linted, installed in a root of its own, used, upgraded and purged
test-deb: deb
	@tests/package/deb.sh build/deb

## test-deb-mysql: the package built on a clean Debian sid, and installed beside a MySQL server, which notices nothing
test-deb-mysql: | packages-deb
	@tests/package/beside_mysql.sh

## test-guide: every command of docs/moving-a-site.md as it stands there, on two fresh hosts (PAIR=10.5-11.8: their databases)
test-guide: $(if $(filter 10.5-%,$(PAIR)),portable,deb)
	@tests/guide/guide.sh build/$(if $(filter 10.5-%,$(PAIR)),portable,deb) $(PAIR)

## bench: the module beside what would be used instead of it, 7 rounds (ROUNDS=3 ONLY=steady,cutover: less)
bench: | packages-bench
	@$(MAKE) -j$(JOBS) binaries $(BUILD)/benchmark
	@test ! -f $(BUILD)/bench || rm $(BUILD)/bench # what it was called before; now a folder of results
	@$(BUILD)/benchmark $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ONLY),--only "$(ONLY)")

## faults: every fault in every step of a switch and of a rollback (RUNS=20 SEED=7: so many random ones; BY_FILE=1)
faults: | packages-test
	@$(MAKE) -j$(JOBS) binaries $(BUILD)/faults
	@$(BUILD)/faults $(if $(RUNS),--runs $(RUNS)) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)") $(if $(BY_FILE),--by-file)

## check: format, clang-tidy, other compilers, layering, directive reference, documents and their links, shell scripts
check: | packages-check
	@$(MAKE) -j$(JOBS) binaries
	@tests/check/all.sh $(BUILD)

## asan: the tests under AddressSanitizer and UndefinedBehaviorSanitizer
asan: | packages-test
	@$(MAKE) -j$(JOBS) BUILD=build/asan SANITIZE=address,undefined binaries test-binaries
	@CUTOVER_HTTPD_PRELOAD="$$($(CXX) -print-file-name=libasan.so) $$($(CXX) -print-file-name=libstdc++.so)" \
	  tests/run.sh build/asan

## tsan: the tests of the core, the command and the coordinator under ThreadSanitizer
tsan: | packages-test
	@$(MAKE) -j$(JOBS) $(addprefix $(BUILD)/,mod_cutover.so attacker.so taker.so stand_ins.so no_process.so)
	@$(MAKE) -j$(JOBS) BUILD=build/tsan SANITIZE=thread \
	  $(addprefix build/tsan/,cutoverd cutoverctl unit_tests cutoverctl_tests e2e_tests)
	@cp $(addprefix $(BUILD)/,mod_cutover.so attacker.so taker.so stand_ins.so no_process.so) build/tsan/ # httpd's own locks are unknown to the tool
	@tests/run.sh build/tsan unit_tests cutoverctl_tests e2e_tests

## fuzz: hostile input from libFuzzer, RUNS=200000 times for each fuzzer (ONLY="NAME ..."; FAST=1: no sanitizers)
fuzz: | packages-fuzz
	@$(MAKE) -j$(JOBS) BUILD=$(FUZZ_BUILD) CXX=clang++ CXXFLAGS="$(FUZZ_CXXFLAGS)" SANITIZE=$(FUZZ_SANITIZE) fuzzers
	@$(if $(FAST),FUZZ_OPTIONS=-entropic=0) tests/fuzz/run.sh $(FUZZ_BUILD) $(or $(RUNS),200000) $(ONLY)

# The sanitizers see more, and let ten times fewer inputs through: millions are for the promises alone.
FUZZ_BUILD    := $(if $(FAST),build/fuzzfast,build/fuzz)
FUZZ_CXXFLAGS := $(if $(FAST),-O2 -g1 -D_GLIBCXX_ASSERTIONS -fno-sanitize-coverage=trace-cmp,-O1 -g1)
FUZZ_SANITIZE := fuzzer-no-link$(if $(FAST),,$(comma)address$(comma)undefined)

## model: every interleaving of the protocol, and every known mistake found (LONG=1: hours more)
model: | packages-build packages-model
	@$(MAKE) -j$(JOBS) $(BUILD)/model_tables
	@tests/model/verify.sh $(BUILD)

## clean: remove what was built
clean:
	rm -rf --one-file-system $(BUILD)

## help: this list
help:
	@sed -n 's/^## \([a-z-]*\): /  \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

packages-%:
	@./packages.sh $*

.PHONY: deb portable test-portable test-hosts test-old-host test-deb test-deb-mysql test-guide all install uninstall test test-site test-browser test-mysql demo demo-up demo-down docker-demo \
        docker-up docker-down soak gracefuls bench faults model check asan tsan fuzz fuzzers clean help binaries test-binaries

# ---- how things are built (only reached once the packages are there) -----------------------------
include build.mk
