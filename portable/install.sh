#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Puts the portable binaries where this host's httpd looks for them. Nothing is enabled or restarted.
#
#   install.sh                       Debian's and RHEL's layouts are found by themselves
#   MODULE_DIR=... install.sh        any other: the folder of httpd's modules
set -e
cd "$(dirname "$0")"
if [ -z "$MODULE_DIR" ]; then
	for folder in /usr/lib/apache2/modules /usr/lib64/httpd/modules /usr/local/apache2/modules; do
		if [ -d "$folder" ]; then MODULE_DIR=$folder && break; fi
	done
fi
[ -d "$MODULE_DIR" ] || { echo 'install.sh: where are httpd'"'"'s modules? Say MODULE_DIR=FOLDER' >&2; exit 1; }
missing=$(ldd cutoverd | sed -n 's/^\s*\([^ ]*\) => not found$/\1/p' | tr '\n' ' ')
if [ -n "$missing" ]; then
	echo "install.sh: missing: $missing" >&2
	echo 'install.sh: libmariadb.so.3 is in libmariadb3 (Debian, Ubuntu) or mariadb-connector-c (RHEL), libcurl.so.4 in libcurl4 or libcurl' >&2
	exit 1
fi
install -m 0644 mod_cutover.so "$MODULE_DIR/mod_cutover.so"
install -m 0755 cutoverd cutoverctl /usr/sbin/
mkdir -p /usr/share/man/man8 /usr/share/bash-completion/completions
install -m 0644 mod_cutover.8 cutoverctl.8 /usr/share/man/man8/
install -m 0644 cutoverctl.bash /usr/share/bash-completion/completions/cutoverctl
echo "installed: $MODULE_DIR/mod_cutover.so, /usr/sbin/cutoverd, /usr/sbin/cutoverctl"
if selinuxenabled 2>/dev/null; then
	echo "SELinux: semanage fcontext -a -t httpd_var_run_t '/var/lib/cutover(/.*)?'; mkdir -p /var/lib/cutover; restorecon -R /var/lib/cutover"
	echo 'SELinux: the preflight says which boolean is lacking; docs/platforms.md has them all.'
fi
echo "Next: LoadModule cutover_module $MODULE_DIR/mod_cutover.so; docs/moving-a-site.md goes on from there."
