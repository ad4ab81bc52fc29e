package rules_test

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

var plotFile = flag.String("plot", "", "draw the figures of BenchmarkMatch into this SVG file")

// curves are the times of an article over the number of rules.
type curves struct{ all []curve }

type curve struct {
	name  string
	rules []int
	took  []time.Duration
}

// add adds a point to a curve; the last one counts if a number of rules is repeated.
func (c *curves) add(name string, rules int, took time.Duration) {
	i := slices.IndexFunc(c.all, func(x curve) bool { return x.name == name })
	if i < 0 {
		i = len(c.all)
		c.all = append(c.all, curve{name: name})
	}
	x := &c.all[i]
	if k := slices.Index(x.rules, rules); k >= 0 {
		x.took[k] = took
		return
	}
	x.rules, x.took = append(x.rules, rules), append(x.took, took)
}

// svg draws the curves, with both axes logarithmic: from 10 rules to a million, from ten
// microseconds to a second.
func (c *curves) svg() string {
	const (
		width, height            = 680, 400
		left, right, top, bottom = 70, 40, 50, 50
		decadesX, decadesY       = 5, 5
	)
	x := func(rules float64) float64 {
		return left + (math.Log10(rules)-1)/decadesX*(width-left-right)
	}
	y := func(micros float64) float64 {
		return height - bottom - (math.Log10(micros)-1)/decadesY*(height-top-bottom)
	}
	var b strings.Builder
	line := func(x1, y1, x2, y2 float64) {
		fmt.Fprintf(&b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#e4e4e4"/>`+"\n", x1, y1, x2, y2)
	}
	text := func(x, y float64, anchor, color, s string) {
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s">%s</text>`+"\n", x, y, anchor, color, s)
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	text(left, 24, "start", "#222", "Processor time for an article of 400 words, over the number of rules")
	for i := range decadesX + 1 {
		n := math.Pow10(i + 1)
		line(x(n), top, x(n), height-bottom)
		text(x(n), height-bottom+18, "middle", "#222", thousands(int(n)))
	}
	for i, label := range []string{"10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s"} {
		at := y(math.Pow10(i + 1))
		line(left, at, width-right, at)
		text(left-8, at+4, "end", "#222", label)
	}
	for i, one := range c.all {
		color := []string{"#1f5fa8", "#b3541e", "#4b7d2c"}[i%3]
		var points []string
		for k, n := range one.rules {
			px, py := x(float64(n)), y(max(10, float64(one.took[k].Nanoseconds())/1000))
			points = append(points, fmt.Sprintf("%.1f,%.1f", px, py))
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", px, py, color)
			if k == len(one.rules)-1 {
				anchor := "start"
				if n == 1_000_000 {
					anchor = "end"
				}
				text(px, py-10, anchor, color, one.name+", "+short(one.took[k]))
			}
		}
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), color)
	}
	text((left+width-right)/2, height-12, "middle", "#222", "rules")
	return b.String() + "</svg>\n"
}

// short returns a duration with two or three digits.
func short(d time.Duration) string {
	switch {
	case d >= 10*time.Millisecond:
		return d.Round(time.Millisecond).String()
	case d >= time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	}
	return d.Round(time.Microsecond).String()
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
