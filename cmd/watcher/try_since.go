package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"watcher/internal/cli"
	"watcher/internal/past"
	"watcher/internal/rules"
)

// review is a trial over the history: what it found, by day, and how much of that the
// rules of the config catch already.
type review struct {
	*trial
	since, until time.Time // since the first article, if that is later than asked for
	perDay       map[string]int
	caught       int            // of those found
	byRule       map[string]int // of those caught
}

// history tries the query on the articles of the last span.
func (tr *trial) history(ctx context.Context, w *ground, span time.Duration) error {
	all, err := w.set()
	if err != nil {
		return err
	}
	now := time.Now()
	r := &review{trial: tr, since: now.Add(-span), until: now, perDay: make(map[string]int), byRule: make(map[string]int)}
	progress, done := tr.t.Progress("reading articles")
	defer done()
	q := past.Query{Rule: tr.set.Rule(0), Language: w.rules.Language, Since: r.since, Misses: tr.why}
	q.Rule.Examples = rules.Examples{}
	var looked past.Looked
	for f, err := range w.asked.Search(ctx, q, &looked, progress) {
		if err != nil {
			return fmt.Errorf("search the history: %w", err)
		}
		if err := r.article(w.rules.Rules, all, &f); err != nil {
			return err
		}
	}
	done()
	tr.tried = looked.Articles
	if tr.json {
		return nil
	}
	r.begin(looked.First)
	if tr.found > 0 {
		r.chart()
		r.overlap()
	}
	return nil
}

// set compiles all rules.
func (w *ground) set() (*rules.Set, error) {
	if w.cfg != nil {
		return w.cfg.Set, nil
	}
	return rules.Compile(w.rules.Rules, w.rules.Language)
}

// article counts an article, and whether another rule catches it.
func (r *review) article(known []rules.Rule, all *rules.Set, f *past.Found) error {
	if f.Missed {
		return r.miss(&f.Item)
	}
	r.found++
	r.perDay[f.CameUp.In(r.t.Zone).Format(time.DateOnly)]++
	caught := false
	for _, m := range all.Match(&f.Item) {
		if name := known[m.Rule].Name; name != r.rule {
			r.byRule[name]++
			caught = true
		}
	}
	if caught {
		r.caught++
	}
	return r.match(&f.Item, f.Spans)
}

// begin starts the chart where the history starts, and says so if that is later than
// asked for: days without history are not quiet days.
func (r *review) begin(first time.Time) {
	y, m, d := first.In(r.t.Zone).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, r.t.Zone)
	if first.IsZero() || day.Sub(r.since) < 24*time.Hour {
		return // no history, or it covers the requested span
	}
	r.since = day
	fmt.Fprintf(r.t.Stderr, "The history begins %s.\n", day.Format("2 Jan 2006"))
}

// maxBars is the maximum of days with a line each; a longer time is drawn by weeks.
const maxBars = 31

// chart draws the matches per day, or per week.
func (r *review) chart() {
	type bar struct {
		label string
		n     int
	}
	var bars []bar
	step := 1
	if r.until.Sub(r.since) > maxBars*24*time.Hour {
		step = 7
	}
	most := 0
	for day := r.since.In(r.t.Zone); !day.After(r.until); day = day.AddDate(0, 0, step) {
		b := bar{label: day.Format("Mon 02 Jan")}
		for i := range step {
			b.n += r.perDay[day.AddDate(0, 0, i).Format(time.DateOnly)]
		}
		most = max(most, b.n)
		bars = append(bars, b)
	}
	longest := 40
	if width := r.t.ErrWidth; width > 0 {
		longest = max(1, min(longest, width-len("  Mon 02 Jan  ")-len(fmt.Sprint(most))))
	}
	unit := map[int]string{1: "a day", 7: "a week"}[step]
	fmt.Fprintf(r.t.Stderr, "\n%s, %.1f %s\n", matched(r.found), float64(r.found)/float64(len(bars)), unit)
	for _, b := range bars {
		fmt.Fprintf(r.t.Stderr, "  %s %s %d\n", r.t.PaintErr(cli.Dim, b.label), r.t.PaintErr(cli.Cyan, stroke(b.n, most, longest)), b.n)
	}
}

func matched(n int) string {
	if n == 1 {
		return "1 match"
	}
	return fmt.Sprintf("%d matches", n)
}

// stroke is the bar of n in a chart in which most is width columns long, to an eighth
// of a column.
func stroke(n, most, width int) string {
	if most == 0 {
		return ""
	}
	eighths := (n*width*8 + most - 1) / most
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return s
}

// overlap says how much of what was found other rules catch.
func (r *review) overlap() {
	if r.caught == 0 {
		fmt.Fprintln(r.t.Stderr, "No other rule catches any of them.")
		return
	}
	names := make([]string, 0, len(r.byRule))
	for name := range r.byRule {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(r.byRule[b], r.byRule[a]), cmp.Compare(a, b))
	})
	parts := make([]string, 0, 3)
	for _, name := range names[:min(3, len(names))] {
		parts = append(parts, fmt.Sprintf("%s %d", cli.Line(name), r.byRule[name]))
	}
	if more := len(names) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("%d more rules", more))
	}
	r.t.SayErr("%d of them (%d%%) are caught by other rules already: %s",
		r.caught, 100*r.caught/r.found, strings.Join(parts, ", "))
}
