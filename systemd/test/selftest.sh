#!/usr/bin/env bash
# Runs inside the container: what an administrator does with the service, and
# what goes wrong.
. /common.sh

# What people type: as root, as ana, who is in the group, and as ben, who is not.
as() {
	local who=$1
	shift
	if [[ $who == root ]]; then (cd / && "$@"); else (cd / && runuser -u "$who" -- "$@"); fi
}
# says PATTERN COMMAND… demands a line of its output, whatever it exits with.
says() {
	local pattern=$1
	shift
	"$@" >/out/said 2>&1
	grep -q -- "$pattern" /out/said || { cat /out/said && return 1; }
}
# asks STATE has root and ana type every command, with the config in that state.
asks() {
	ask-all "$1"
	check "no store was begun beside the service, with a $1 config" bash -c '! compgen -G "/etc/watcher/watcher.db*"'
}

serve
milliseconds() { echo $((${EPOCHREALTIME/./} / 1000)); }
begin=$(milliseconds)
install_service
check "starts and says that it is ready" systemctl restart $unit
within 20 grep -q "GET /feed.xml 304" /out/requests.log # its baseline is on disk
publish one two
check "alerts of what is new, within a minute of the package" within 60 told two
echo "from the package to the first alert: $(($(milliseconds) - begin)) ms"

useradd -G watcher ana
useradd ben
check "says in STATUS what it does" isnt StatusText ""
pid=$(show MainPID)
check "does not run as root" bash -c "[[ \$(stat -c %u /proc/$pid) != 0 ]]"
check "keeps its state where only it can read" bash -c '[[ $(stat -c %a /var/lib/private/watcher) == 700 ]]'
check "has an admin socket" test -S /run/watcher/watcher.sock
check "which is its group's" bash -c '[[ $(stat -c "%G %a" /run/watcher/watcher.sock) == "watcher 660" && $(stat -c "%G %a" /run/watcher) == "watcher 750" ]]'

check "says nothing of what was there before" bash -c "! grep -q '\"title\":\"one\"' $hooks"
check "signs with a secret from a credential" grep -q '"signature":"v1,' $hooks

asks good
check "root cannot run a second one, and is told which one runs" says "a daemon runs on /etc/watcher/watcher.yaml already: pid $(show MainPID), socket /run/watcher/watcher.sock, store /var/lib/watcher/watcher.db; .*sudo systemctl stop watcher" as root watcher run
check "root checks the config with its secrets, no variable set" as root watcher check
check "ana is told nothing of the file" bash -c '[[ -z $(runuser -u ana -- watcher feeds 2>&1 >/dev/null) ]]'
check "who is not in the group is told how to get in" says 'members of the group watcher may ask the daemon at /run/watcher/watcher.sock: run "sudo usermod -aG watcher ben", then log in again' as ben watcher status
usermod -aG watcher ben
check "who has become a member is told to log in again" says 'newgrp watcher' setpriv --reuid ben --regid ben --clear-groups watcher status
cp $config /etc/watcher/other.yaml
check "a config that is named has no service but its own" says 'no daemon runs on this config' as root watcher status -c /etc/watcher/other.yaml

# Ana's own, beside the service.
own=/home/ana
mkdir -p $own && cp $config $own/watcher.yaml && sed -i '/secret_file/s/, secret_file: hook//; s/every: 1s/every: 1h/' $own/watcher.yaml && chown -R ana: $own
ana() { (cd $own && runuser -u ana -- "$@"); }
(cd $own && exec runuser -u ana -- watcher run >/out/own.log 2>&1) &
check "a daemon of one's own runs beside the service" within 10 ana watcher status -c watcher.yaml
check "mute says which of two daemons was asked" says "asked the daemon with pid [0-9]*, on $own/watcher.yaml; another has pid $pid, on $config" ana watcher mute rule nato
check "alerts says which of two daemons was asked" says "asked the daemon with pid [0-9]*, on $own/watcher.yaml; another has pid $pid, on $config" ana watcher alerts
check "the service was not muted by that" says 'nothing is muted' as root watcher mute
kill "$(sed 's/.*"pid":\([0-9]*\).*/\1/' $own/watcher.db.opened)"
check "one's own daemon ends" within 10 bash -c "! test -S $own/watcher.sock"
check "without it the service answers, and says so" says "no daemon runs on watcher.yaml; asked the one with pid $pid, on $config" ana watcher alerts
check "but not for a config that was named" says 'no daemon runs on this config' ana watcher status -c watcher.yaml

cat $config >/out/kept.yaml && rm $config /etc/watcher/other.yaml
check "is found without its config" says 'is not the config in force: it is not there any more' as root watcher feeds
cp /out/kept.yaml $config
chmod 600 $config
asks unreadable
check "says that the daemon cannot read it" says 'not the config in force: the daemon cannot read it any more: permission denied' as ana watcher feeds
chmod 644 $config

sed -i 's/every: 1s/every: 2s/' $config
check "says of a changed config that it is not in force" says 'is not the config in force: it was changed [0-9]*s ago and not reloaded since$' as ana watcher feeds
check "reloads a good config" systemctl reload $unit
check "is the same process after a reload" is MainPID "$pid"
check "is active after a reload" is ActiveState active

cp $config $config.good
echo 'nonsense: true' >>$config
systemctl reload $unit
check "keeps running when a reload finds a bad config" is MainPID "$pid"
check "says where the bad config is wrong" within 10 journal "watcher.yaml:[0-9]*:[0-9]*: .*nonsense"
asks broken
check "says why the file is not in force" says 'is not the config in force: its reload was refused [0-9]*s ago: .*watcher.yaml:[0-9]*:[0-9]*: nonsense' as ana watcher feeds
publish one two three
check "still alerts with the old config" within 20 told three

check "stops" systemctl stop $unit
check "stops cleanly" is Result success
cp $config $config.bad && cp $config.good $config
check "root reads what was alerted while it is stopped" says 'sent .*two' as root watcher alerts
check "root sees the feeds while it is stopped" says '^Wire  ok$' as root watcher feeds
check "root changes nothing while it is stopped" says 'watcher.db is that of the service: start it with' as root watcher mute rule nato
check "root runs none on its store" says 'watcher.db is that of the service: start it with' as root watcher run
check "nor begins one elsewhere" bash -c '! compgen -G "/etc/watcher/watcher.db*"'
check "says how to start it" says 'sudo systemctl start watcher' as root watcher status
cp $config.bad $config

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
	check "alerted once of $n" times $n 1
done

# Rules are edited on the page, in the folder of the service's state.
token=0123456789abcdef0123456789abcdef
printf '%s\n' 'http: {listen: "127.0.0.1:8410", token_file: page, edit: true}' 'include: [/var/lib/watcher/rules.d/*.yaml]' 'reload: auto' >>$config
install -m 600 <(echo $token) /etc/watcher/secrets/page
save() {
	curl -sS -o /out/saved -w '%{http_code}' -b /out/jar -d "base=&do=save&confirm=yes" \
		--data-urlencode "file=/var/lib/watcher/rules.d/$1" --data-urlencode "text=$2" http://127.0.0.1:8410/files/edit | grep -x "$3"
}
check "starts with a page" systemctl restart $unit
check "lets one sign in" within 10 curl -fsS -o /dev/null -c /out/jar --data-urlencode "password=$token" http://127.0.0.1:8410/login
check "saves a rule through the page" save desk.yaml 'rules: [{name: harbour, match: title:harbour, notify: [hook]}]' 303
check "keeps it among its state, for itself and its group" bash -c '[[ $(stat -c "%U %a" /var/lib/private/watcher/rules.d/desk.yaml) == "watcher 640" ]]'
check "saves none with a mistake" save other.yaml 'rules: [{name: x, match: (}]' 422
check "saves none of another folder" save ../../../../etc/watcher/watcher.yaml 'rules: []' 403
publish one two three four five six harbour
check "alerts by the rule that was saved" within 20 grep -q '"title":"harbour","rules":\["nato","harbour"\]' $hooks
echo 'rules: [{name: pier, match: title:pier, notify: [hook]}]' >/var/lib/private/watcher/rules.d/admin.yaml && chown watcher: /var/lib/private/watcher/rules.d/admin.yaml
publish one two three four five six harbour pier
check "takes a file that was put there, without being asked" within 20 journal 'rules_changed=+pier'
check "looks for changed files without a warning" bash -c "! journalctl -q -u $unit -o cat | grep -q 'changed files are seen only'"

begin=$SECONDS
check "stops at the end" systemctl stop $unit
check "stopped within ten seconds" test $((SECONDS - begin)) -le 10

journalctl -q -u $unit -o cat >/out/journal.log
echo "done"
