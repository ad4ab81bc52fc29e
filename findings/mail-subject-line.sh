#!/usr/bin/env bash
# Guess: a mail library folds a long Subject as it breaks the lines of the text. Go's
# jordan-wright/email and mailyak write the encoded words of a headline one behind the
# other into one line, in which a Cyrillic letter takes six characters: a headline of
# 150 letters goes beyond the 998 of RFC 5322, 2.1.1. aiosmtpd, as other servers that
# keep the limit, refuses it for good: of two alerts the English one arrives, and
# the Ukrainian one never does, however often it is tried. gomail.v2 folds.
set -euo pipefail
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
apt-get download python3-aiosmtpd=1.4.3-1.1+deb12u1 python3-public=2.3-4 python3-attr=22.2.0-1 >apt.log 2>&1 || { cat apt.log; exit 1; }
for deb in *.deb; do dpkg-deb -x "$deb" .; done
cat >server.py <<'PY'
import asyncio

import aiosmtpd
from aiosmtpd.smtp import SMTP


class Desk:
    async def handle_DATA(self, server, session, envelope):
        return '250 taken'


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Desk(), loop=loop), '127.0.0.1', 0)
    print('aiosmtpd', aiosmtpd.__version__, flush=True)
    with open('port', 'w') as f:
        f.write('%d\n' % server.sockets[0].getsockname()[1])
    await server.serve_forever()

asyncio.run(main())
PY
PYTHONPATH=usr/lib/python3/dist-packages python3 -W ignore server.py &
server=$!
for _ in {1..100}; do [ ! -s port ] || break; sleep 0.1; done

export GOPATH=$dir/go GOFLAGS=-modcacherw
mkdir finding
cd finding
cat >go.mod <<'MOD'
module finding

go 1.24

require (
	github.com/domodwyer/mailyak/v3 v3.6.2
	github.com/jordan-wright/email v4.0.1-0.20210109023952-943e75fe5223+incompatible
	gopkg.in/gomail.v2 v2.0.0-20160411212932-81ebce5c23df
)
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/domodwyer/mailyak/v3"
	"github.com/jordan-wright/email"
	"gopkg.in/gomail.v2"
)

const (
	english   = "Foreign ministers of the Baltic and Nordic states agree in Tallinn to guard cables together and to add ships of the shadow fleet to the list of sanctions"
	ukrainian = "Міністри закордонних справ країн Балтії та Північної Європи домовилися в Таллінні разом охороняти підводні кабелі та додати судна тіньового флоту до списку санкцій"
)

func main() {
	port, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	addr := "127.0.0.1:" + os.Args[1]
	changed := false
	for _, lib := range []struct {
		name string
		ok   bool // the Ukrainian headline arrives
		send func(subject string) error
	}{
		{"jordan-wright/email", false, func(subject string) error {
			m := email.Email{From: "wire@wire.example", To: []string{"desk@desk.example"}, Subject: subject, Text: []byte("See the link.")}
			return m.Send(addr, nil)
		}},
		{"mailyak", false, func(subject string) error {
			m := mailyak.New(addr, nil)
			m.From("wire@wire.example")
			m.To("desk@desk.example")
			m.Subject(subject)
			m.Plain().Set("See the link.")
			return m.Send()
		}},
		{"gomail.v2", true, func(subject string) error {
			m := gomail.NewMessage()
			m.SetHeader("From", "wire@wire.example")
			m.SetHeader("To", "desk@desk.example")
			m.SetHeader("Subject", subject)
			m.SetBody("text/plain", "See the link.")
			return (&gomail.Dialer{Host: "127.0.0.1", Port: port}).DialAndSend(m)
		}},
	} {
		en, uk := lib.send(english), lib.send(ukrainian)
		fmt.Printf("%-19s English: %v, Ukrainian: %v\n", lib.name, en, uk)
		changed = changed || en != nil || (uk == nil) != lib.ok
	}
	if changed {
		fmt.Println("this has changed")
		os.Exit(1)
	}
}
GO
go mod tidy 2>/dev/null
go list -m github.com/jordan-wright/email github.com/domodwyer/mailyak/v3 gopkg.in/gomail.v2
go run . "$(cat ../port)"
