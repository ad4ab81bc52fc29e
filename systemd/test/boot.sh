#!/usr/bin/env bash
# Boots this machine's own system under a throw-away overlay with a real systemd
# as PID 1, and runs a test in it. Nothing is written outside of DIR; the
# container has a loopback device and no other.
#
# usage: boot.sh DIR    (needs root and systemd-nspawn)
#   DIR/bin/*            mounted into /usr/local/bin one by one
#   DIR/packages         mounted as /packages
#   DIR/follow           mounted as /follow: commands of a page, see common.sh
#   DIR/selftest.sh      what to run; it finds DIR/out, its output's place, as /out,
#                        and common.sh of this folder as /common.sh
set -euo pipefail
dir=$(realpath "$1")
name=watcher-test-$$
root=$(mktemp -d)
mkdir -p "$dir/out"
: >"$dir/out/selftest.log"

cat >"$dir/selftest.service" <<'UNIT'
[Unit]
After=basic.target
[Service]
Type=oneshot
StandardOutput=file:/out/selftest.log
StandardError=inherit
ExecStart=/bin/bash /selftest.sh
ExecStopPost=/bin/systemctl poweroff --no-block
TimeoutStartSec=300
UNIT
cat >"$dir/selftest.target" <<'UNIT'
[Unit]
Requires=basic.target
Wants=selftest.service
After=basic.target
UNIT

units=/etc/systemd/system
binds=(--bind="$dir/out:/out" --bind-ro="$dir/selftest.sh:/selftest.sh"
	--bind-ro="$(realpath "$(dirname "$0")")/common.sh:/common.sh"
	--bind-ro="$dir/selftest.service:$units/selftest.service"
	--bind-ro="$dir/selftest.target:$units/selftest.target")
for folder in packages follow; do
	[[ ! -e $dir/$folder ]] || binds+=(--bind-ro="$dir/$folder:/$folder")
done
for program in "$dir"/bin/*; do
	[[ ! -e $program ]] || binds+=(--bind-ro="$program:/usr/local/bin/${program##*/}")
done

# shellcheck disable=SC2317 # called by the trap
tidy() {
	rmdir "$root" "/run/systemd/nspawn/propagate/$name" 2>/dev/null || true
	for hierarchy in unified systemd; do
		for group in payload supervisor; do
			find "/sys/fs/cgroup/$hierarchy/$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
		done
	done
}
trap tidy EXIT

# nspawn refuses to boot "/" itself, but not a bind mount of it.
# shellcheck disable=SC2016 # expanded by the inner shell
timeout -k 10 330 unshare -m --propagation private bash -c '
	mount --bind / "$1"; root=$1 name=$2; shift 2
	exec systemd-nspawn -q -M "$name" -D "$root" --volatile=overlay --boot --register=no --keep-unit \
		--link-journal=no --private-network --console=pipe "$@" -- --unit=selftest.target' \
	_ "$root" "$name" "${binds[@]}" </dev/null
