# What the tests inside the container have in common. Sourced by them.
# shellcheck shell=bash
set -u

unit=watcher
config=/etc/watcher/watcher.yaml
store=/var/lib/private/watcher/watcher.db
hooks=/out/hooks.jsonl # what the receiver got, one alert a line
feed=/out/feed.xml

show() { systemctl show -P "$1" $unit; }

# check NAME COMMAND… prints "ok NAME" if the command succeeded, or else
# "not ok NAME: why".
check() {
	local name=$1
	shift
	if "$@" >/out/check 2>&1; then
		echo "ok $name"
	else
		echo "not ok $name: $* $(tr '\n' ' ' </out/check) [$(show ActiveState)/$(show SubState) $(show Result) $(show StatusText)]"
	fi
}

# within SECONDS COMMAND… waits until the command succeeds.
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.05
	done
}

is() { [[ $(show "$1") == "$2" ]]; }
isnt() { [[ $(show "$1") != "$2" ]]; }
told() { grep -q "\"title\":\"$1\"" $hooks; }
times() { [[ $(grep -c "\"title\":\"$1\"" $hooks) == "$2" ]]; }
journal() { journalctl -q -u $unit -o cat | grep -q -- "$1"; }

# follow SECTION [SED] does what a section of the page in /follow says, changed by a
# script for sed. It fails with the first command that does.
follow() { (cd /root && bash -ec "sudo() { command \"\$@\"; }; $(sed "${2:-}" "/follow/$1")"); }

# publish TITLE… makes these the feed's items.
publish() {
	local items="" n
	for n in "$@"; do
		items+="<item><title>$n</title><link>https://wire.example/$n</link><guid>https://wire.example/$n</guid><description>NATO, report $n</description></item>"
	done
	printf '<rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link>%s</channel></rss>' "$items" >$feed.new
	mv $feed.new $feed
}

# install_service installs the package as an administrator does, with our config. The
# shipped times are for a real machine; here a minute would be long.
install_service() {
	rm -f /usr/sbin/policy-rc.d # images for containers forbid with it that packages start services
	mkdir -p /run/systemd/system/$unit.service.d
	printf '[Service]\nWatchdogSec=2s\nRestartSec=100ms\n' >/run/systemd/system/$unit.service.d/test.conf
	check "the package installs" dpkg -i /packages/watcher.deb
	check "the service runs once it is installed" is ActiveState active
	install -m 644 /packages/watcher.yaml $config
	install -m 600 /packages/hook /etc/watcher/secrets/hook
	check "the config is right" watcher check
}

# serve serves the feed with one item, and takes what is told of it.
serve() {
	touch $hooks
	publish one
	serve-feed 127.0.0.1:8099 /out &
	within 10 bash -c 'exec 3<>/dev/tcp/127.0.0.1/8099' 2>/dev/null
}
