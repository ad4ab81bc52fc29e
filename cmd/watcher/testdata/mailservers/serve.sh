#!/usr/bin/env bash
# serve.sh postfix|exim|opensmtpd ROOT OUT PORT
#
# Runs a mail server that was unpacked into ROOT and is not installed. It sees
# its files where it expects them, laid over those of the machine in the mount
# and PID namespaces of its own in which this is started, so that nothing outside
# ROOT and OUT changes. It takes mail for example.org at 127.0.0.1:PORT, delivers
# to the Maildir OUT/box, and logs to OUT/log, Exim to OUT/mainlog. Ends with 77
# if the machine does not let it have that.
set -euo pipefail
server=$1 root=$2 out=$3 port=$4

mkdir -p "$root"/etc/{exim4,postfix} "$out"
{
	cat /etc/passwd
	for user in postfix:9001 Debian-exim:9002 opensmtpd:9003 opensmtpq:9004 reader:9006; do
		echo "${user%:*}:x:${user#*:}:${user#*:}::/:/bin/false"
	done
} >"$root/etc/passwd"
{
	cat /etc/group
	for group in postfix:9001 Debian-exim:9002 opensmtpd:9003 opensmtpq:9004 postdrop:9005 reader:9006; do
		echo "${group%:*}:x:${group#*:}:"
	done
} >"$root/etc/group"

case $server in
postfix)
	cat >"$root/etc/postfix/main.cf" <<-END
		compatibility_level = 3.6
		queue_directory = /var/spool/postfix
		command_directory = /usr/sbin
		daemon_directory = /usr/lib/postfix/sbin
		data_directory = /var/lib/postfix
		mail_owner = postfix
		setgid_group = postdrop
		myhostname = mx.example.org
		mydestination =
		alias_maps =
		inet_interfaces = 127.0.0.1
		inet_protocols = ipv4
		virtual_mailbox_domains = example.org
		virtual_mailbox_base = /var/mail
		virtual_mailbox_maps = static:box/
		virtual_uid_maps = static:9006
		virtual_gid_maps = static:9006
		smtpd_helo_required = yes
		smtpd_helo_restrictions = reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname
		enable_long_queue_ids = yes
		maillog_file = /var/mail/log
	END
	cat >"$root/etc/postfix/master.cf" <<-END
		127.0.0.1:$port inet n - n - - smtpd
		pickup unix n - n 60 1 pickup
		cleanup unix n - n - 0 cleanup
		qmgr unix n - n 300 1 qmgr
		rewrite unix - - n - - trivial-rewrite
		bounce unix - - n - 0 bounce
		defer unix - - n - 0 bounce
		trace unix - - n - 0 bounce
		proxymap unix - - n - - proxymap
		error unix - - n - - error
		retry unix - - n - - error
		virtual unix - n n - - virtual
		anvil unix - - n - 1 anvil
		postlog unix-dgram n - n - 1 postlogd
	END
	;;
exim)
	# All limits are Debian's own: more than ten mails of one connection would
	# wait for the next queue run, which does not come.
	cat >"$root/etc/exim4/exim4.conf" <<-END
		primary_hostname = mx.example.org
		daemon_smtp_ports = $port
		local_interfaces = 127.0.0.1
		log_file_path = /var/mail/%slog
		tls_advertise_hosts =
		host_lookup =
		keep_environment =
		rfc1413_query_timeout = 0s
		acl_smtp_rcpt = rcpt
		begin acl
		rcpt:
		  accept domains = example.org
		  deny message = relay not permitted
		begin routers
		all:
		  driver = accept
		  transport = box
		begin transports
		box:
		  driver = appendfile
		  directory = /var/mail/box
		  maildir_format
		  user = reader
		  group = reader
	END
	;;
opensmtpd)
	cat >"$root/etc/smtpd.conf" <<-END
		table everybody { "@" = "reader" }
		listen on 127.0.0.1 port $port hostname mx.example.org
		action box maildir "/var/mail/box" virtual <everybody>
		match from any for domain "example.org" action box
	END
	;;
esac

{
	mount --make-rprivate /
	mount -t proc proc /proc
	mount -t overlay overlay -o "lowerdir=$root/usr:/usr" /usr
	mount -t overlay overlay -o "lowerdir=$root/etc:/etc" /etc
	for folder in /var/spool /var/lib /run; do
		mount -t tmpfs tmpfs "$folder"
	done
	mount --bind "$out" /var/mail
} || exit 77
chmod 1777 /var/mail

case $server in
postfix)
	install -d /var/spool/postfix
	install -d -o postfix /var/lib/postfix
	exec postfix start-fg
	;;
exim)
	install -d -o Debian-exim -g Debian-exim /var/spool/exim4
	exec exim4 -bdf
	;;
opensmtpd)
	install -d -m 711 /var/spool/smtpd /var/lib/opensmtpd /var/lib/opensmtpd/empty
	exec smtpd -d >/var/mail/log 2>&1
	;;
esac
