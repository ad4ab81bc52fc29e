#!/usr/bin/env bash
# Runs inside the container: what keeps the service over the years, as the
# documentation has it.
. /common.sh

serve
systemd-sysusers

check "starts" systemctl start $unit
check "says in STATUS what it watches" is StatusText "watching 1 feed with 1 rule"
within 20 grep -q "GET /feed.xml 304" /out/requests.log
publish two one
check "alerts" within 20 told two

# Backups.
check "the timer can be enabled" systemctl enable --now watcher-backup.timer
check "the timer has a next time" bash -c '[[ -n $(systemctl show -P NextElapseUSecRealtime watcher-backup.timer) ]]'
check "a backup is made while the service runs" systemctl start watcher-backup
backup=/var/backups/watcher/$(LC_ALL=C date +%a).db
check "the backup is for root alone" bash -c "[[ \$(stat -c %a%U $backup) == 600root ]]"
check "a second one takes the place of the first" systemctl start watcher-backup
publish three two one
check "alerts after a backup" within 20 told three

# What docs/install.md says of going back.
systemctl stop $unit
mv $store $store.before
cp "$backup" $store
chown --reference=/var/lib/private/watcher $store
check "starts with a backup" systemctl start $unit
check "alerts again what it was told after the backup" within 20 times three 2
publish four three two one
check "alerts of what is new after a backup" within 20 told four
check "alerts nothing again from before the backup" times two 1
check "takes nothing from before it for new" times one 0
systemctl stop $unit
check "makes a backup while the service is stopped" systemctl start watcher-backup
systemctl start $unit

# A secret that is encrypted on disk.
check "a secret can be encrypted" bash -c "mkdir -p /etc/credstore.encrypted && systemd-creds encrypt --with-key=host --name=hook /etc/watcher/secrets/hook /etc/credstore.encrypted/hook && rm /etc/watcher/secrets/hook"
mkdir -p /run/systemd/system/$unit.service.d
printf '[Service]\nLoadCredentialEncrypted=hook:/etc/credstore.encrypted/hook\n' >/run/systemd/system/$unit.service.d/secret.conf
systemctl daemon-reload
check "starts with an encrypted secret" systemctl restart $unit
publish five four three two one
check "alerts with an encrypted secret" within 20 told five
check "signs with it" bash -c "grep '\"title\":\"five\"' $hooks | grep -q '\"signature\":\"v1,'"

# A second instance.
sed 's/name: nato/name: desk/; /secret_file/s/, secret_file: hook//' $config >/etc/watcher/desk.yaml
check "a second instance starts" systemctl start watcher@desk
check "it is asked by its config" bash -c 'watcher status -c /etc/watcher/desk.yaml | grep -q "config  */etc/watcher/desk.yaml"'
check "the first answers where none is named" bash -c 'watcher status 2>/dev/null | grep -q "config  */etc/watcher/watcher.yaml"'
check "it has a store of its own" test -s /var/lib/private/watcher-desk/watcher.db
check "it says nothing of a store that both had" bash -c "! journalctl -q -u watcher@desk -o cat | grep 'one store'"
check "it stops" systemctl stop watcher@desk

# What the journal keeps.
cp $config $config.good
echo 'nonsense: true' >>$config
systemctl reload $unit
check "the refusal of a config is an error or a warning in the journal" within 10 bash -c "journalctl -q -u $unit -p warning -o cat | grep -q nonsense"
check "nothing else is" bash -c "! journalctl -q -u $unit -p warning -o cat | grep -v nonsense"
cp $config.good $config

journalctl -q -u $unit -u watcher-backup -u watcher@desk -o cat >/out/journal.log
echo "done"
