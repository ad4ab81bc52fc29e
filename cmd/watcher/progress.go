package main

import (
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// bar returns what to call as work goes on, and when it is over. Where nobody
// looks it draws nothing.
func (t *terminal) bar(what string) (progress func(done, total int), finish func()) {
	if !t.progress {
		return func(int, int) {}, func() {}
	}
	var mu sync.Mutex
	var bar *progressbar.ProgressBar
	progress = func(done, total int) {
		mu.Lock()
		defer mu.Unlock()
		if bar == nil {
			bar = progressbar.NewOptions(total,
				progressbar.OptionSetWriter(t.stderr),
				progressbar.OptionSetDescription(what),
				progressbar.OptionSetWidth(30),
				progressbar.OptionShowCount(),
				progressbar.OptionThrottle(50*time.Millisecond),
				progressbar.OptionClearOnFinish(),
				progressbar.OptionSetTheme(progressbar.Theme{Saucer: "━", SaucerHead: "━", SaucerPadding: "─", BarStart: "", BarEnd: ""}),
			)
		}
		_ = bar.Set(done) // fails only where the terminal does
	}
	finish = func() {
		mu.Lock()
		defer mu.Unlock()
		if bar != nil {
			_ = bar.Finish()
			_ = bar.Clear()
		}
	}
	return progress, finish
}
