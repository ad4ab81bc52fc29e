package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"watcher/internal/config"
	"watcher/internal/duration"
)

// verdict is what a reload would say of a changed file.
type verdict struct {
	mu   sync.Mutex
	of   config.Files
	text string
}

// maxTried is the size up to which a changed file is read to predict the reload: asking
// for the status must be cheap.
const maxTried = 1 << 20

// notInForce says why the written config is not in force; empty if it is.
func (d *Daemon) notInForce() string {
	cfg := d.config()
	now, err := cfg.Read.Now()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it is not there any more"
	case err != nil:
		return "the daemon cannot read it any more: " + err.Error()
	}
	path, what, when := cfg.Read.Difference(now)
	if path == "" {
		return ""
	}
	d.mu.Lock()
	refused, of, at := d.reload, d.tried, d.reloaded
	d.mu.Unlock()
	if refused != nil && of.Same(now) {
		return fmt.Sprintf("its reload was refused %s ago: %s", duration.Rough(time.Since(at)), firstMistake(refused))
	}
	if path == d.opts.ConfigPath {
		path = "it"
	}
	text := fmt.Sprintf("%s %s and not reloaded since", path, what)
	if what == config.Changed {
		text = fmt.Sprintf("%s was changed %s ago and not reloaded since", path, duration.Rough(time.Since(when)))
	}
	d.verdict.mu.Lock()
	defer d.verdict.mu.Unlock()
	if now.Size() <= maxTried && !d.verdict.of.Same(now) {
		d.verdict.of, d.verdict.text = now, ""
		fresh, err := config.Load(d.opts.ConfigPath)
		if err == nil {
			err = d.reloadable(fresh)
		}
		if err != nil {
			d.verdict.text = ", and would be refused: " + firstMistake(err)
		}
	}
	if d.verdict.of.Same(now) {
		text += d.verdict.text
	}
	return text
}

// firstMistake is a config's first mistake in one line.
func firstMistake(err error) string {
	mistakes, ok := errors.AsType[config.Mistakes](err)
	if !ok || len(mistakes) == 0 {
		return err.Error()
	}
	first := mistakes[0]
	first.Snippet = ""
	text := first.Error()
	if more := len(mistakes) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}
