#!/usr/bin/env bash
# Guess: a cron spec and a zone say when a digest goes out, whichever library reads them,
# and a daily one goes out once a day. In Tallinn 03:30 does not exist on 29 March: for
# Go's robfig/cron and gronx that day has no digest, for croner and cronosjs it is at
# 04:00, for cron-parser at 04:30; on 25 October robfig/cron has two. "0 7 */2 * MON" is
# each Monday and each second day for four of them, and for gronx only a Monday that is
# such a day: 2 digests in March where the others have 19. Sunday as 7 is an error to
# robfig/cron alone. Who moves a desk's config from one program to another gets other
# digests, and finds out when one is missing.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
export GOPATH=$dir/go GOFLAGS=-modcacherw
npm init -y >npm.log 2>&1
npm install --no-audit --no-fund croner@11.0.1 cron-parser@5.10.6 cronosjs@1.7.1 >>npm.log 2>&1 || { cat npm.log; exit 1; }
cat >go.mod <<'MOD'
module finding

go 1.24

require (
	github.com/adhocore/gronx v1.20.4
	github.com/robfig/cron/v3 v3.0.1
)
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/adhocore/gronx"
	"github.com/robfig/cron/v3"
)

var zone, _ = time.LoadLocation("Europe/Tallinn")

// robfig and gron are when a spec is next due after a time.
func robfig(spec string, t time.Time) (time.Time, error) {
	s, err := cron.ParseStandard(spec)
	if err != nil {
		return t, err
	}
	return s.Next(t), nil
}

func gron(spec string, t time.Time) (time.Time, error) { return gronx.NextTickAfter(spec, t, false) }

// during returns when a spec is due on some days.
func during(next func(string, time.Time) (time.Time, error), spec string, month time.Month, day, days int) (due []string) {
	from := time.Date(2026, month, day, 0, 0, 0, 0, zone)
	for t := from.Add(-time.Second); ; {
		var err error
		if t, err = next(spec, t); err != nil {
			return []string{"error"}
		}
		if !t.Before(from.AddDate(0, 0, days)) {
			return due
		}
		due = append(due, t.Format("15:04"))
	}
}

func main() {
	for _, l := range []struct {
		name string
		next func(string, time.Time) (time.Time, error)
	}{{"robfig/cron v3.0.1", robfig}, {"gronx v1.20.4", gron}} {
		sunday := "known"
		if _, err := l.next("0 7 * * 7", time.Now()); err != nil {
			sunday = "error"
		}
		fmt.Printf("%s: 29 March [%s], 25 October [%s], %d in March, 7 %s\n", l.name,
			strings.Join(during(l.next, "30 3 * * *", 3, 29, 1), " "), strings.Join(during(l.next, "30 3 * * *", 10, 25, 1), " "),
			len(during(l.next, "0 7 */2 * MON", 3, 1, 31)), sunday)
	}
}
GO
cat >finding.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { Cron } from 'croner'
import { CronExpressionParser } from 'cron-parser'
import { CronosExpression } from 'cronosjs'
const timezone = 'Europe/Tallinn'
const libraries = {
  croner: (spec, from) => new Cron(spec, { timezone }).nextRuns(40, from),
  'cron-parser': (spec, currentDate) => {
    const due = CronExpressionParser.parse(spec, { currentDate, tz: timezone })
    return Array.from({ length: 40 }, () => due.next().toDate())
  },
  cronosjs: (spec, from) => CronosExpression.parse(spec, { timezone }).nextNDates(from, 40),
}
const clock = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit' })
for (const [name, next] of Object.entries(libraries)) {
  const during = (spec, from, to) => {
    try {
      return next(spec, new Date(Date.parse(from) - 1000)).filter(d => d < new Date(to))
    } catch { return ['error'] }
  }
  const at = (...of) => during('30 3 * * *', ...of).map(d => clock.format(d)).join(' ')
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`))
  console.log(`${name} ${version}: 29 March [${at('2026-03-29T00:00+02:00', '2026-03-30T00:00+03:00')}], ` +
    `25 October [${at('2026-10-25T00:00+03:00', '2026-10-26T00:00+02:00')}], ` +
    `${during('0 7 */2 * MON', '2026-03-01T00:00+02:00', '2026-04-01T00:00+03:00').length} in March, ` +
    `7 ${during('0 7 * * 7', '2026-03-01', '2026-03-02')[0] === 'error' ? 'error' : 'known'}`)
}
JS
cat >expected <<'TXT'
robfig/cron v3.0.1: 29 March [], 25 October [03:30 03:30], 19 in March, 7 error
gronx v1.20.4: 29 March [], 25 October [03:30], 2 in March, 7 known
croner 11.0.1: 29 March [04:00], 25 October [03:30], 19 in March, 7 known
cron-parser 5.10.6: 29 March [04:30], 25 October [03:30], 19 in March, 7 known
cronosjs 1.7.1: 29 March [04:00], 25 October [03:30], 19 in March, 7 known
TXT
echo 'digests at "30 3 * * *" on two days, and how many at "0 7 */2 * MON"; whether 7 is Sunday:'
GOFLAGS="$GOFLAGS -mod=mod" go run . 2>go.log | tee got || { cat go.log; exit 1; }
node finding.mjs | tee -a got
cmp -s expected got || { echo 'this has changed'; exit 1; }
