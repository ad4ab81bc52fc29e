package daemon

import (
	"context"
	"errors"
	"path/filepath"
	"runtime/debug"

	"watcher/internal/config"
)

// askedReload is a reload that a caller waits for.
type askedReload struct{ answer chan error }

// AskReload makes Run reload the config, and returns the error of Reload.
func (d *Daemon) AskReload(ctx context.Context) error {
	asked := askedReload{make(chan error, 1)}
	select {
	case d.asked <- asked:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-d.ended:
		return errors.New("the daemon is ending")
	}
	// Run answers what it accepted, or ends while it does.
	select {
	case err := <-asked.answer:
		return err
	case <-d.ended:
		return errors.New("the daemon is ending")
	}
}

// reloadTold is Reload with notices to systemd.
func (d *Daemon) reloadTold(ctx context.Context, notifier *systemd) error {
	notifier.reloading()
	err := d.Reload(ctx)
	notifier.ready(d.statusLine())
	debug.FreeOSMemory() // reading a config takes several times its size
	return err
}

// followFiles watches the files that the config was last read from: a refused one may
// be mended in any of them. With reload: signal it watches none. The reload key of a
// refused config does not count.
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

// filesChanged reports whether a file of the config differs from what the last reload,
// accepted or refused, read.
func (d *Daemon) filesChanged() bool {
	if d.config().Reload != config.Auto {
		return false
	}
	tried := d.lastTried()
	now, err := tried.Now()
	if err == nil && tried.Equal(now) || err != nil && tried.Missing() {
		return false
	}
	d.log.Info("a file of the config has changed, reading it again")
	return true
}

func (d *Daemon) lastTried() config.Files {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tried
}
