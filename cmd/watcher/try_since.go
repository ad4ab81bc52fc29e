package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"watcher/internal/cli"
	"watcher/internal/poll"
	"watcher/internal/rules"
)

// past is a trial over the history: what it found, by day, and how much of that
// the rules of the config already catch.
type past struct {
	*trial
	since, until time.Time // since the first article, where that is later than what was asked for
	first        string    // the day of that
	perDay       map[string]int
	caught       int            // of those found
	byRule       map[string]int // of those caught
}

// history tries the query on the articles that were seen in the last span.
func (tr *trial) history(ctx context.Context, w *ground, span time.Duration) error {
	all, err := w.set()
	if err != nil {
		return err
	}
	now := time.Now()
	p := &past{trial: tr, since: now.Add(-span), until: now, perDay: make(map[string]int), byRule: make(map[string]int)}
	progress, done := tr.t.Progress("trying")
	defer done()
	days := int(span.Hours()/24) + 1
	for a, err := range w.asked.Articles(ctx, p.since) {
		if err != nil {
			return fmt.Errorf("read the history: %w", err)
		}
		progress(min(days, int(a.Seen.Sub(p.since).Hours()/24)+1), days)
		if err := p.article(w.rules.Rules, all, &a); err != nil {
			return err
		}
	}
	done()
	if tr.json {
		return nil
	}
	p.begin()
	if tr.found > 0 {
		p.chart()
		p.overlap()
	}
	return nil
}

// set is all rules, compiled.
func (w *ground) set() (*rules.Set, error) {
	if w.cfg != nil {
		return w.cfg.Set, nil
	}
	return rules.Compile(w.rules.Rules, w.rules.Language)
}

// article tries one article, and whether another rule has it already.
func (p *past) article(known []rules.Rule, all *rules.Set, a *poll.HistoryItem) error {
	if day := p.day(a); p.first == "" || day < p.first {
		p.first = day
	}
	before := p.found
	if err := p.item(&a.Item); err != nil || p.found == before {
		return err
	}
	p.perDay[p.day(a)]++
	caught := false
	for _, m := range all.Match(&a.Item) {
		if name := known[m.Rule].Name; name != p.rule {
			p.byRule[name]++
			caught = true
		}
	}
	if caught {
		p.caught++
	}
	return nil
}

// day is when an article came up. What a feed had when it was polled for the
// first time came up when it was published, if the history reaches that far.
func (p *past) day(a *poll.HistoryItem) string {
	at := a.Seen
	if pub := a.Item.Published; pub.After(p.since) && pub.Before(at) {
		at = pub
	}
	return at.In(p.t.Zone).Format(time.DateOnly)
}

// begin has the chart start where the history does, and says so where that is
// later than what was asked for: days of which nothing is known are no quiet ones.
func (p *past) begin() {
	first, err := time.ParseInLocation(time.DateOnly, p.first, p.t.Zone)
	if err != nil || first.Sub(p.since) < 24*time.Hour {
		return // there is none, or it reaches as far
	}
	p.since = first
	fmt.Fprintf(p.t.Stderr, "The history begins %s.\n", first.Format("2 Jan 2006"))
}

// mostBars is how many days are drawn a line each; of a longer time, weeks are.
const mostBars = 31

// chart draws the matches per day, or per week.
func (p *past) chart() {
	type bar struct {
		label string
		n     int
	}
	var bars []bar
	step := 1
	if p.until.Sub(p.since) > mostBars*24*time.Hour {
		step = 7
	}
	most := 0
	for day := p.since.In(p.t.Zone); !day.After(p.until); day = day.AddDate(0, 0, step) {
		b := bar{label: day.Format("Mon 02 Jan")}
		for i := range step {
			b.n += p.perDay[day.AddDate(0, 0, i).Format(time.DateOnly)]
		}
		most = max(most, b.n)
		bars = append(bars, b)
	}
	longest := 40
	if width := p.t.ErrWidth; width > 0 {
		longest = max(1, min(longest, width-len("  Mon 02 Jan  ")-len(fmt.Sprint(most))))
	}
	unit := map[int]string{1: "a day", 7: "a week"}[step]
	fmt.Fprintf(p.t.Stderr, "\n%s, %.1f %s\n", matched(p.found), float64(p.found)/float64(len(bars)), unit)
	for _, b := range bars {
		fmt.Fprintf(p.t.Stderr, "  %s %s %d\n", p.t.PaintErr(cli.Dim, b.label), p.t.PaintErr(cli.Cyan, stroke(b.n, most, longest)), b.n)
	}
}

func matched(n int) string {
	if n == 1 {
		return "1 match"
	}
	return fmt.Sprintf("%d matches", n)
}

// stroke is a bar of n in a chart whose longest, of most, is width long, to an
// eighth of a column.
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

// overlap says how much of what was found the rules of the config already catch.
func (p *past) overlap() {
	if p.caught == 0 {
		fmt.Fprintln(p.t.Stderr, "No other rule catches any of them.")
		return
	}
	names := make([]string, 0, len(p.byRule))
	for name := range p.byRule {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(p.byRule[b], p.byRule[a]), cmp.Compare(a, b))
	})
	parts := make([]string, 0, 3)
	for _, name := range names[:min(3, len(names))] {
		parts = append(parts, fmt.Sprintf("%s %d", cli.Line(name), p.byRule[name]))
	}
	if more := len(names) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("%d more rules", more))
	}
	p.t.SayErr("%d of them (%d%%) are caught by other rules already: %s",
		p.caught, 100*p.caught/p.found, strings.Join(parts, ", "))
}
