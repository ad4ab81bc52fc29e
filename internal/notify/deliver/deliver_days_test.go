//go:build !race

package deliver_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
)

// springDays are the policies of TestNothingIsDropped, each for the target of that name.
// Their zone is Berlin's, whose clocks change at the end of March.
func springDays() map[string]deliver.PolicyOptions {
	night := &deliver.QuietOptions{From: "22:00", To: "06:00", Except: new(notify.High)}
	return map[string]deliver.PolicyOptions{
		"plain":   {},
		"group":   {Group: 2 * time.Hour},
		"digest":  {Digest: "0 7 * * *", Timezone: "Europe/Berlin"},
		"skipped": {Digest: "30 2 * * *", Timezone: "Europe/Berlin"}, // an hour that does not exist on one of the days
		"quiet":   {Quiet: night, Timezone: "Europe/Berlin"},
		"most":    {MaxPerHour: &deliver.LimitOptions{Alerts: 1}},
		"least":   {MinSeverity: new(notify.High)},
		"all":     {Digest: "0 5-23 * * MON-FRI", Quiet: night, Timezone: "Europe/Berlin", MaxPerHour: &deliver.LimitOptions{Alerts: 2}, MinSeverity: new(notify.Normal)},
	}
}

// Over the days around the change of the clocks, with mutes, cooldowns and a restart every
// day, each alert is sent once or skipped for its severity, digests come by the local time,
// and nothing is sent within quiet hours.
func TestNothingIsDropped(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2000, 3, 25, 10, 0, 0, 0, berlin)))
		policies, told := springDays(), map[string]*batches{}
		var targets []deliver.Target
		for name, o := range policies {
			p, err := o.Policy(map[string]time.Duration{"often": 5 * time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			told[name] = new(batches)
			targets = append(targets, deliver.Target{Name: name, Notifier: told[name], Policy: p})
		}
		path := filepath.Join(t.TempDir(), "watcher.db")
		d := &desk{t: t, log: new(strings.Builder)}
		severities := []notify.Severity{notify.Normal, notify.High, notify.Low}
		n := 0
		for range 2 {
			d.open(path, nil, nil)
			d.SetTargets(targets, nil)
			m := notify.Mute{Kind: "rule", Name: "muted", Until: time.Now().Add(7 * time.Hour)}
			if err := d.store.Mute(context.Background(), m); err != nil {
				t.Fatal(err)
			}
			for range 34 {
				var alerts []notify.Alert
				for name := range policies {
					key := notify.KeyOf(fmt.Sprint(n))
					alerts = append(alerts, notify.Alert{
						ID: notify.AlertID(name, key), Target: name, Keys: []notify.ItemKey{key}, Severity: severities[n%3],
						Rules: []notify.RuleHit{{Name: []string{"often", "muted", "rare", "seldom"}[n%4]}}, Item: notify.AlertItem{Title: fmt.Sprint(n)},
					})
				}
				n++
				if err := d.store.Report(context.Background(), alerts); err != nil {
					t.Fatal(err)
				}
				time.Sleep(41 * time.Minute)
			}
			d.stop()
		}
		d.open(path, nil, nil)
		d.SetTargets(targets, nil)
		time.Sleep(48 * time.Hour)
		d.stop()
		for name, b := range told {
			checkToldOnce(t, name, b, n, policies[name])
			for i, when := range b.when {
				wall := when.In(berlin)
				night := wall.Hour() >= 22 || wall.Hour() < 6
				// Alerts that a mute held up are released when it ends.
				digest := wall.Hour() == 7 && wall.Minute() == 0 || allOf(b.told[i], 4, 1)
				if name == "digest" && !digest || (name == "quiet" || name == "all") && night && !allOf(b.told[i], 3, 1) {
					t.Errorf("%s was told %q at %v", name, b.told[i], wall)
				}
			}
		}
	})
}

// allOf reports whether all alerts of a batch came in the given turn of so many turns.
func allOf(batch string, turns, turn int) bool {
	titles, _, _ := strings.Cut(batch, "+")
	for title := range strings.FieldsSeq(titles) {
		if atoi(title)%turns != turn {
			return false
		}
	}
	return true
}

// checkToldOnce checks that each of n alerts was sent once, except those below the least
// severity.
func checkToldOnce(t *testing.T, target string, b *batches, n int, o deliver.PolicyOptions) {
	t.Helper()
	times := make([]int, n)
	for _, batch := range b.told {
		batch, _, _ = strings.Cut(batch, "+")
		for title := range strings.FieldsSeq(batch) {
			times[atoi(title)]++
		}
	}
	for i, got := range times {
		want := 1
		if severity := []notify.Severity{notify.Normal, notify.High, notify.Low}[i%3]; o.MinSeverity != nil && severity < *o.MinSeverity {
			want = 0
		}
		if got != want {
			t.Errorf("%s was told %d times of alert %d, want %d", target, got, i, want)
		}
	}
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}
