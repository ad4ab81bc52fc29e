package daemon

import (
	"context"
	"errors"
	"path/filepath"
	"runtime/debug"

	"watcher/internal/config"
)

// askedReload is a reload that somebody waits for.
type askedReload struct{ answer chan error }

// AskReload has Run reload the config, and returns what became of it: nil, or the
// error of Reload.
func (d *Daemon) AskReload(ctx context.Context) error {
	asked := askedReload{make(chan error, 1)}
	select {
	case d.asked <- asked:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-d.ended:
		return errors.New("the daemon is ending")
	}
	// Run answers what it has taken, or ends while it does.
	select {
	case err := <-asked.answer:
		return err
	case <-d.ended:
		return errors.New("the daemon is ending")
	}
}

// reloadTold is Reload, of which systemd is told.
func (d *Daemon) reloadTold(ctx context.Context, notifier *systemd) error {
	notifier.reloading()
	err := d.Reload(ctx)
	notifier.ready(d.statusLine())
	debug.FreeOSMemory() // reading a config takes some times its size
	return err
}

// followFiles has the files watched from which the config was read last: a refused one
// may be mended in any of them. With reload: signal none is. What a refused config says
// of reload does not count.
func (d *Daemon) followFiles() {
	if d.config().Reload != config.Auto {
		d.files.Follow(nil, nil)
		return
	}
	tried := d.lastTried()
	var folders []string
	for _, pattern := range tried.Patterns() {
		folders = append(folders, filepath.Dir(pattern))
	}
	d.files.Follow(tried.Paths(), folders)
}

// filesChanged reports whether a file of the config is not as the last reload, good or
// refused, has read it.
func (d *Daemon) filesChanged() bool {
	if d.config().Reload != config.Auto {
		return false
	}
	tried := d.lastTried()
	now, err := tried.Now()
	if err == nil && tried.Equal(now) || err != nil && tried.Missing() {
		return false
	}
	d.log.Info("a file of the config has changed, so it is read again")
	return true
}

func (d *Daemon) lastTried() config.Files {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tried
}
