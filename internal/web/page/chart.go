package page

import (
	"fmt"
	"strings"
	"time"

	"watcher/internal/text"
)

// spark is a small chart of counts, one a day, the last of them today.
type spark struct {
	Width int
	Path  string // one vertical stroke a day
	Label string // what it shows, in words
}

// sparkHeight is what the largest count is drawn as; the chart is 24 high.
const sparkHeight = 22

// sparkOf draws counts; what they count is told as unit, such as "alerts".
func sparkOf(counts []int, unit string) spark {
	s := spark{Width: 4 * max(len(counts), 1)}
	most, sum := 0, 0
	for _, n := range counts {
		most, sum = max(most, n), sum+n
	}
	var path strings.Builder
	for i, n := range counts {
		if n > 0 {
			fmt.Fprintf(&path, "M%d 23v-%d", 4*i+2, max(1, n*sparkHeight/most))
		}
	}
	s.Path = path.String()
	s.Label = fmt.Sprintf("%s %s in %d days, at most %s a day", text.Number(sum), unit, len(counts), text.Number(most))
	return s
}

// chart is how many of something there were each day.
type chart struct {
	Label         string
	Width, Height int
	Bars          []bar
	Most          int
	From, To      string // the first and the last day
	Unit          string
}

type bar struct {
	X, Y, W, H int
	Day        string // 2026-11-29
	Text       string // "29 November 2026: 12 articles"
	Count      int
}

const (
	chartWidth  = 1000
	chartHeight = 150
	// maxBars is how many days are drawn one by one; of more, those of a week or
	// longer are one bar.
	maxBars = 180
)

// chartOf draws the counts of the days from first to last, which are dates.
func chartOf(perDay map[string]int, first, last time.Time, unit string) chart {
	days := int(last.Sub(first).Hours()/24+.5) + 1
	group := 1
	if days > maxBars {
		group = 7
		for days/group > maxBars {
			group += 7
		}
	}
	c := chart{Width: chartWidth, Height: chartHeight, Unit: unit, From: first.Format("2 Jan 2006"), To: last.Format("2 Jan 2006")}
	for from := 0; from < days; from += group {
		b := bar{Day: first.AddDate(0, 0, from).Format(time.DateOnly)}
		for i := from; i < min(from+group, days); i++ {
			b.Count += perDay[first.AddDate(0, 0, i).Format(time.DateOnly)]
		}
		what := first.AddDate(0, 0, from).Format("2 January 2006")
		if group > 1 {
			what = fmt.Sprintf("%d days from %s", group, what)
		}
		b.Text = fmt.Sprintf("%s: %s %s", what, text.Number(b.Count), unit)
		c.Most = max(c.Most, b.Count)
		c.Bars = append(c.Bars, b)
	}
	step := float64(chartWidth) / float64(len(c.Bars))
	for i := range c.Bars {
		b := &c.Bars[i]
		b.X, b.W = int(float64(i)*step), max(1, int(step)-1)
		if c.Most > 0 && b.Count > 0 {
			b.H = max(2, b.Count*chartHeight/c.Most)
		}
		b.Y = chartHeight - b.H
	}
	c.Label = fmt.Sprintf("%s from %s to %s, at most %s a bar", unit, c.From, c.To, text.Number(c.Most))
	return c
}
