package cli

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/sync/errgroup"
)

// progress is the progress bar of a terminal. Other output clears it, and it is drawn
// again below.
type progress struct {
	mu    sync.Mutex
	shown *progressbar.ProgressBar // nil: no bar
}

// behind returns a writer to the same screen that clears the bar first.
func (p *progress) behind(w io.Writer) io.Writer {
	return writer(func(b []byte) (int, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.shown != nil {
			_ = p.shown.Clear() // fails only if the terminal does
		}
		return w.Write(b)
	})
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

// Progress returns functions to report progress and the end. Without a terminal they
// draw nothing.
func (t *Terminal) Progress(what string) (advance func(done, total int), finish func()) {
	if t.progress == nil {
		return func(int, int) {}, func() {}
	}
	p := t.progress
	var bar *progressbar.ProgressBar
	advance = func(done, total int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if bar == nil {
			bar = progressbar.NewOptions(total,
				progressbar.OptionSetWriter(t.screen),
				progressbar.OptionSetDescription(what),
				progressbar.OptionSetWidth(30),
				progressbar.OptionShowCount(),
				progressbar.OptionThrottle(50*time.Millisecond),
				progressbar.OptionClearOnFinish(),
				progressbar.OptionUseANSICodes(true), // to erase the whole line, however much of it was drawn
				progressbar.OptionSetTheme(progressbar.Theme{Saucer: "━", SaucerHead: "━", SaucerPadding: "─", BarStart: "", BarEnd: ""}),
			)
			p.shown = bar
		}
		_ = bar.Set(done) // fails only if the terminal does
	}
	finish = func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if bar != nil && p.shown == bar {
			_ = bar.Finish()
			_ = bar.Clear()
			p.shown = nil
		}
	}
	return advance, finish
}

// Parallel does n things, eight at a time, with a progress bar.
func Parallel(ctx context.Context, t *Terminal, what string, n int, do func(ctx context.Context, i int)) {
	progress, finish := t.Progress(what)
	defer finish()
	if n > 0 {
		progress(0, n) // show the bar at once: the first answer may take long
	}
	var mu sync.Mutex
	done := 0
	var group errgroup.Group
	group.SetLimit(8)
	for i := range n {
		group.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			do(ctx, i)
			mu.Lock()
			defer mu.Unlock()
			done++
			progress(done, n)
			return nil
		})
	}
	_ = group.Wait() // do returns no error
}
