#!/usr/bin/env bash
# Runs inside the container: what keeps the service over the years, as the
# documentation has it.
. /common.sh

serve
install_service
check "starts with a secret" systemctl restart $unit
check "says in STATUS what it watches" is StatusText "watching 1 feed with 1 rule"
within 20 grep -q "GET /feed.xml 304" /out/requests.log
publish two one
check "alerts" within 20 told two

# Backups.
check "the timer is enabled as the page says" follow backups
check "the timer has a next time" bash -c '[[ -n $(systemctl show -P NextElapseUSecRealtime watcher-backup.timer) ]]'
check "a backup is made while the service runs" systemctl start watcher-backup
today=$(LC_ALL=C date +%a)
check "the backup is for root alone" bash -c "[[ \$(stat -c %a%U /var/backups/watcher/$today.db) == 600root ]]"
check "a second one takes the place of the first" systemctl start watcher-backup
publish three two one
check "alerts after a backup" within 20 told three
check "goes back to a backup as the page says" follow restoring-a-backup "s/Sun/$today/"
check "alerts again what it was told after the backup" within 20 times three 2
publish four three two one
check "alerts of what is new after a backup" within 20 told four
check "alerts nothing again from before the backup" times two 1
check "takes nothing from before it for new" times one 0
systemctl stop $unit
check "makes a backup while the service is stopped" systemctl start watcher-backup
systemctl start $unit

# Another machine, whose user has another number.
check "is packed as the page says" follow on-the-old-one
check "the archive is for root alone" bash -c '[[ $(stat -c %a%U /root/watcher.tar.gz) == 600root ]]'
rm -rf /var/lib/private/watcher /etc/watcher/*
userdel watcher
useradd --system --uid 777 --user-group watcher
check "is unpacked as the page says" follow on-the-new-one
check "no archive is left" bash -c '! test -e /root/watcher.tar.gz'
check "the store is the new user's" bash -c '[[ $(stat -c %u /var/lib/private/watcher/watcher.db) == 777 ]]'
publish moved four three two one
check "alerts on the new machine" within 20 told moved
check "alerts nothing again there" times four 1

# Secrets. The receiver has a new one already.
printf whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD >/out/secret
publish waits moved four three two one
check "with an old secret the message waits" within 20 bash -c 'watcher status | grep -q "hook .*who are you"'
check "a secret is changed as the page says" follow new-secrets
check "what waited is signed with the new one" within 20 told waits
check "a secret is encrypted as the page says" follow encrypted-on-disk
check "no secret is left on disk" bash -c '! test -e /etc/watcher/secrets/hook'
publish five waits moved four three two one
check "signs with an encrypted secret" within 20 told five
rm /out/secret

# A second instance.
sed 's/name: nato/name: desk/; /secret_file/s/, secret_file: hook//' $config >/etc/watcher/desk.yaml
check "a second instance is started, asked and backed up as the page says" follow a-second-instance
check "it is asked by its config" bash -c 'watcher status -c /etc/watcher/desk.yaml | grep -q "config  */etc/watcher/desk.yaml"'
check "the first answers where none is named" bash -c 'watcher status 2>/dev/null | grep -q "config  */etc/watcher/watcher.yaml"'
check "it has a store of its own" test -s /var/lib/private/watcher-desk/watcher.db
check "it says nothing of a store that both had" bash -c "! journalctl -q -u watcher@desk -o cat | grep 'one store'"
check "it stops" systemctl stop watcher@desk

# A certificate authority of one's own.
if command -v openssl >/dev/null && command -v update-ca-certificates >/dev/null; then
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=desk \
		-addext subjectAltName=IP:127.0.0.1 -keyout /root/ca.key -out /root/ca.crt 2>/dev/null
	(cd /out && exec openssl s_server -accept 127.0.0.1:8443 -cert /root/ca.crt -key /root/ca.key -WWW -quiet) &
	within 10 bash -c 'exec 3<>/dev/tcp/127.0.0.1/8443' 2>/dev/null
	check "an authority that nobody knows is not trusted" bash -c 'watcher inspect https://127.0.0.1:8443/feed.xml 2>&1 | grep -q "unknown authority"'
	check "one is made known as the page says" follow your-own-certificate-authority
	check "its feeds are read" watcher inspect https://127.0.0.1:8443/feed.xml
fi

# What the journal keeps.
cp $config $config.good
echo 'nonsense: true' >>$config
systemctl reload $unit
check "the refusal of a config is an error or a warning in the journal" within 10 bash -c "journalctl -q -u $unit -p warning -o cat | grep -q nonsense"
# ERR News is in the package's config.
check "nothing else is" bash -c "! journalctl -q -u $unit -p warning -o cat | grep -v 'nonsense\|who are you\|ERR News'"
cp $config.good $config

journalctl -q -u $unit -u watcher-backup -u watcher@desk -o cat >/out/journal.log
echo "done"
