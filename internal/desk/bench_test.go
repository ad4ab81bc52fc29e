package desk_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/notify"
	"watcher/internal/store/bolt"
	"watcher/internal/testutil"
)

var manyAlerts = flag.Int("alerts", 100_000, "how many alerts the benchmark's store has")

// BenchmarkFirstView asks for the first fifty articles of a store with 100,000 alerts of
// 10,000 feeds, with each kind of filter. The rare rule matched once in 20,000 articles.
func BenchmarkFirstView(b *testing.B) {
	d := crowded(b, *manyAlerts)
	for _, c := range []struct {
		what string
		desk.Filter
	}{
		{"all", desk.Filter{}},
		{"a common rule", desk.Filter{Rule: "rule-1"}},
		{"a rare rule", desk.Filter{Rule: "rare"}},
		{"no such rule", desk.Filter{Rule: "none"}},
		{"a feed", desk.Filter{Feed: "feed-77"}},
		{"a tag", desk.Filter{Tag: "baltic"}},
		{"a target", desk.Filter{Target: "duty"}},
		{"high ones", desk.Filter{Severity: "high"}},
		{"dead ones", desk.Filter{State: notify.StateDead}},
		{"held ones", desk.Filter{State: notify.StateHeld}},
		{"words", desk.Filter{Query: "frigate AND narva"}},
		{"words that nothing has", desk.Filter{Query: "quokka"}},
	} {
		b.Run(strings.ReplaceAll(c.what, " ", "_"), func(b *testing.B) {
			begun, n := testutil.CPU(), 0
			for b.Loop() {
				n++
				p, err := d.Alerts(context.Background(), c.Filter, "", 50)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(p.Items)), "rows")
			}
			b.ReportMetric(float64((testutil.CPU()-begun).Microseconds())/1000/float64(n), "cpu-ms/op")
		})
	}
}

// crowded returns a desk over many alerts, two of each article.
func crowded(tb testing.TB, n int) *desk.Desk {
	tb.Helper()
	var file strings.Builder
	file.WriteString("rules: [{name: rule-1, match: narva}]\nnotify: {desk: {type: console}, duty: {type: console}}\nfeeds:\n")
	for i := range 10_000 {
		tag := "world"
		if i%100 == 0 {
			tag = "baltic"
		}
		fmt.Fprintf(&file, "  - {name: feed-%d, url: 'https://example.org/%d', tags: [%s]}\n", i, i, tag)
	}
	cfg := parsed(tb, file.String())
	store, err := bolt.Open(filepath.Join(tb.TempDir(), "alerts.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = store.Close() })
	words := strings.Fields("frigate minister narva sanctions talks border grid cable port drone vote treaty gas rail bank army")
	rnd := rand.New(rand.NewPCG(1, 2))
	for at := 0; at < n; {
		var some []notify.Alert
		var ids [2][]string
		for len(some) < 500 {
			var text []string
			for range 40 {
				text = append(text, words[rnd.IntN(len(words))])
			}
			rule := fmt.Sprintf("rule-%d", at%40/2)
			if at%20_000 == 0 {
				rule = "rare"
			}
			severity := notify.Normal
			if at%50 == 0 {
				severity = notify.High
			}
			for k, target := range []string{"desk", "duty"} {
				key := notify.KeyOf(fmt.Sprint(at))
				some = append(some, notify.Alert{
					ID: notify.AlertID(target, key), Target: target, Keys: []notify.ItemKey{key}, FirstSeen: time.Now().UTC(), Severity: severity,
					Rules:    []notify.RuleHit{{Name: rule, Terms: []string{"narva"}}},
					Item:     notify.AlertItem{ID: fmt.Sprint(at), Title: strings.Join(text[:8], " "), Feed: fmt.Sprintf("feed-%d", at/2%10_000), Summary: strings.Join(text, " ")},
					Excerpts: []notify.Excerpt{{Field: "title", Text: strings.Join(text[:8], " "), Spans: [][2]int{{0, 5}}}},
				})
				ids[k] = append(ids[k], some[len(some)-1].ID)
				at++
			}
		}
		ctx := context.Background()
		if err := store.Report(ctx, some); err != nil {
			tb.Fatal(err)
		}
		for k, target := range []string{"desk", "duty"} {
			c := notify.Composition{Target: target, Skipped: make(map[string]string)}
			for i, id := range ids[k] {
				if at < n || i%2 == 0 {
					c.Skipped[id] = "too low"
				}
			}
			if err := store.Freeze(ctx, c); err != nil {
				tb.Fatal(err)
			}
		}
	}
	return desk.New(desk.Options{Config: func() *config.Config { return cfg }, Store: store})
}

func parsed(tb testing.TB, text string) *config.Config {
	tb.Helper()
	cfg, err := config.Parse("watcher.yaml", []byte(text), config.Environment{})
	if err != nil {
		tb.Fatal(err)
	}
	return cfg
}
