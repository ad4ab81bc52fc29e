#!/usr/bin/env bash
# Runs inside the container: what an administrator does with a package.
. /common.sh

export DEBIAN_FRONTEND=noninteractive
rm -f /usr/sbin/policy-rc.d # images for containers forbid with it that packages start services

version() { watcher --version | grep -qF "watcher $1 "; }
no() { ! "$@"; }

check "the Debian package installs" dpkg -i /packages/old.deb
check "its service runs" is ActiveState active
check "its service is enabled" is UnitFileState enabled
check "there is a group whose members may ask" getent group watcher
check "its config is right" watcher check $config
check "its secrets are for root alone" bash -c '[[ $(stat -c %a%U /etc/watcher/secrets) == 700root ]]'
check "it has manual pages" man -w watcher watcher-try watcher-rules

echo "# ours" >>$config
echo secret >/etc/watcher/secrets/desk
pid=$(show MainPID)
inode=$(stat -c %i $store)
check "an older one is upgraded" dpkg -i /packages/new.deb
check "the new one runs" version 1.0.1
check "the service runs after an upgrade" is ActiveState active
check "the service was restarted by an upgrade" isnt MainPID "$pid"
check "an upgrade keeps the config" grep -q "# ours" $config
check "an upgrade keeps the secrets" test -s /etc/watcher/secrets/desk
check "an upgrade keeps the store" bash -c "[[ \$(stat -c %i $store) == $inode ]]"

echo "nonsense: true" >>$config
check "a config that is wrong does not make an upgrade fail" dpkg -i /packages/new.deb
check "with a config that is wrong the service is failed" is ActiveState failed
sed -i '/nonsense/d' $config

systemctl disable -q --now $unit
check "a service that was disabled is upgraded" dpkg -i /packages/new.deb
check "a service that was disabled stays so" is UnitFileState disabled
check "a service that was stopped stays so" isnt ActiveState active
systemctl enable -q --now $unit

check "it is removed" dpkg -r watcher
check "no service runs after that" isnt ActiveState active
check "no program is left" no test -e /usr/bin/watcher
check "the config, the secrets and the store are left" test -s $config -a -s /etc/watcher/secrets/desk -a -s $store

check "it is purged" dpkg -P watcher
check "no secret is left" no test -e /etc/watcher/secrets
check "no config is left" no test -e $config
check "no store is left" no test -e /var/lib/private/watcher

if command -v rpm >/dev/null && [[ -e /packages/old.rpm ]]; then
	# Its own system's packages are no Debian package's, hence --nodeps.
	rpm=(rpm --force-debian --nodeps --quiet)
	check "the RPM installs" "${rpm[@]}" -i /packages/old.rpm
	check "its service waits to be started, as Fedora has it" is ActiveState inactive
	check "its service starts" systemctl enable --now $unit
	echo "# ours" >>$config
	pid=$(show MainPID)
	check "an older RPM is upgraded" "${rpm[@]}" -U /packages/new.rpm
	check "the new RPM's program runs" version 1.0.1
	check "the service was restarted by the new RPM" isnt MainPID "$pid"
	check "the service runs after the RPM's upgrade" is ActiveState active
	check "the RPM's upgrade keeps the config" grep -q "# ours" $config
	check "the RPM is removed" "${rpm[@]}" -e watcher
	check "no service runs after the RPM" isnt ActiveState active
	check "the RPM leaves the config that was changed" test -s $config.rpmsave
fi

journalctl -q -u $unit -o cat >/out/journal.log
echo "done"
