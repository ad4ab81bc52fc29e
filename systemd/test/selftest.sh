#!/usr/bin/env bash
# Runs inside the container: what an administrator does with the service, and
# what goes wrong. Prints "ok NAME" or "not ok NAME: why" for each point.
set -u

unit=watcher
config=/etc/watcher/watcher.yaml
hooks=/out/hooks.jsonl # what the receiver got, one alert a line
feed=/out/feed.xml

show() { systemctl show -P "$1" $unit; }

# check NAME COMMAND… prints whether the command succeeded.
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
once() { [[ $(grep -c "\"title\":\"$1\"" $hooks) == 1 ]]; }
journal() { journalctl -q -u $unit -o cat | grep -q -- "$1"; }

publish() {
	local items="" n
	for n in "$@"; do
		items+="<item><title>$n</title><link>https://wire.example/$n</link><guid>https://wire.example/$n</guid><description>NATO, report $n</description></item>"
	done
	printf '<rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link>%s</channel></rss>' "$items" >$feed.new
	mv $feed.new $feed
}

touch $hooks
publish one
serve-feed 127.0.0.1:8099 /out &
within 10 bash -c 'exec 3<>/dev/tcp/127.0.0.1/8099' 2>/dev/null

# The shipped times are for a real machine; here a minute would be long.
mkdir -p /run/systemd/system/$unit.service.d
printf '[Service]\nWatchdogSec=2s\nRestartSec=100ms\n' >/run/systemd/system/$unit.service.d/test.conf
systemctl daemon-reload

check "starts and says that it is ready" systemctl start $unit
check "says in STATUS what it does" isnt StatusText ""
pid=$(show MainPID)
check "does not run as root" bash -c "[[ \$(stat -c %u /proc/$pid) != 0 ]]"
check "keeps its state where only it can read" bash -c '[[ $(stat -c %a /var/lib/private/watcher) == 700 ]]'
check "has an admin socket" test -S /run/watcher/watcher.sock

within 20 grep -q "GET /feed.xml 304" /out/requests.log # its baseline is on disk
publish one two
check "alerts of what is new" within 20 told two
check "says nothing of what was there before" bash -c "! grep -q '\"title\":\"one\"' $hooks"
check "signs with a secret from a credential" grep -q '"signature":"v1,' $hooks

sed -i 's/every: 1s/every: 2s/' $config
check "reloads a good config" systemctl reload $unit
check "is the same process after a reload" is MainPID "$pid"
check "is active after a reload" is ActiveState active

cp $config $config.good
echo 'nonsense: true' >>$config
systemctl reload $unit
check "keeps running when a reload finds a bad config" is MainPID "$pid"
check "says where the bad config is wrong" within 10 journal "watcher.yaml:[0-9]*:[0-9]*: .*nonsense"
publish one two three
check "still alerts with the old config" within 20 told three

check "stops" systemctl stop $unit
check "stops cleanly" is Result success

systemctl start $unit
check "ends with 78 on a bad config" within 10 is ExecMainStatus 78
check "is failed, not restarting, on a bad config" within 10 is SubState failed
check "was not restarted on a bad config" is NRestarts 0

cp $config.good $config
systemctl reset-failed $unit
check "starts again once the config is good" systemctl start $unit

pid=$(show MainPID)
kill -9 "$pid"
check "is restarted after a kill" within 10 bash -c "p=\$(systemctl show -P MainPID $unit); [[ \$p != $pid && \$p != 0 && \$(systemctl show -P SubState $unit) == running ]]"
publish one two three four
check "alerts after a kill" within 20 told four

pid=$(show MainPID)
kill -STOP "$pid"
check "is killed and restarted by the watchdog when it hangs" within 30 bash -c "p=\$(systemctl show -P MainPID $unit); [[ \$p != $pid && \$p != 0 && \$(systemctl show -P SubState $unit) == running ]]"
check "was killed by the watchdog" journal "atchdog timeout"
publish one two three four five
check "alerts after the watchdog's kill" within 20 told five

restarted() {
	pid=$(show MainPID)
	kill -9 "$pid"
	within 10 bash -c "p=\$(systemctl show -P MainPID $unit); [[ \$p != $pid && \$p != 0 && \$(systemctl show -P SubState $unit) == running ]]"
}
deaths() {
	for _ in {1..8}; do restarted || return 1; done
}
check "is restarted however often it dies" deaths
check "blames no feed for deaths that come from outside" bash -c "! journalctl -q -u $unit -o cat | grep -q 'set aside'"
publish one two three four five six
check "alerts after many deaths" within 20 told six

for n in two three four five six; do
	check "alerted once of $n" once $n
done

begin=$SECONDS
check "stops at the end" systemctl stop $unit
check "stopped within ten seconds" test $((SECONDS - begin)) -le 10

journalctl -q -u $unit -o cat >/out/journal.log
echo "done"
