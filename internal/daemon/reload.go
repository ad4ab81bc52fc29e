package daemon

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/maruel/natural"

	"watcher/internal/config"
	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/store"
)

// Reload reads the config again. A bad config changes nothing: the old one stays in
// force, which the log, the status and the error say.
func (d *Daemon) Reload(ctx context.Context) error {
	old := d.config()
	cfg, files, err := config.Read(d.opts.ConfigPath)
	if err == nil {
		err = d.reloadable(cfg)
	}
	if err == nil {
		err = d.apply(ctx, cfg)
	}
	d.mu.Lock()
	d.reload, d.tried = err, files
	d.reloaded = time.Now()
	d.mu.Unlock()
	d.followFiles()
	if err != nil {
		d.refuse(ctx, err)
		return err
	}
	d.refused = ""
	d.log.Info("config reloaded", append([]any{"feeds", cfg.Feeds.Len(), "rules", len(cfg.Rules), "targets", len(cfg.Targets)}, changes(old, cfg)...)...)
	return nil
}

// reloadable refuses changes that need a restart.
func (d *Daemon) reloadable(cfg *config.Config) error {
	old := d.config()
	if cfg.Store.Path != old.Store.Path && cfg.Store.Postgres == old.Store.Postgres {
		return fmt.Errorf("store.path changed from %s to %s: restart watcher for that", old.Store.Path, cfg.Store.Path)
	}
	if cfg.Store.Postgres != old.Store.Postgres {
		return fmt.Errorf("the store changed from %s to %s: restart watcher for that", old.Store.Place(), cfg.Store.Place()) // or its password alone
	}
	if cfg.HTTP.Listen != old.HTTP.Listen || cfg.HTTP.PublicURL != old.HTTP.PublicURL || cfg.HTTP.Page != old.HTTP.Page {
		return errors.New("http.listen, http.public_url or http.page changed: restart watcher for that")
	}
	return nil
}

// refuse says why a config was refused: in the log with a line for each mistake, and to
// the ops targets once for the same mistakes.
func (d *Daemon) refuse(ctx context.Context, err error) {
	lines := []string{err.Error()}
	if mistakes, ok := errors.AsType[config.Mistakes](err); ok {
		lines = lines[:0]
		for _, m := range mistakes {
			m.Snippet = ""
			lines = append(lines, m.Error())
		}
	}
	for _, line := range lines {
		d.log.Error("config not reloaded, the old one stays in force", "error", line)
	}
	all := strings.Join(lines, "\n")
	if all == d.refused {
		return
	}
	text := "The changed config was refused, and the old one stays in force: " + lines[0]
	if more := len(lines) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	report := notify.TroubleAlerts(d.config().Ops.Notify, notify.Trouble{Kind: "config_refused", Since: time.Now().UTC(), Text: text + ". \"watcher check\" shows every mistake."})
	if err := d.store.Report(ctx, report); err != nil {
		d.log.Error("refusal of the config not reported", "error", err)
		return
	}
	d.refused = all
}

// refuseFile reports to the ops targets that this machine refuses an included file that
// another machine accepted.
func (d *Daemon) refuseFile(ctx context.Context, f store.ConfigFile, err error) {
	host, _ := os.Hostname() // empty if unknown
	report := notify.TroubleAlerts(d.config().Ops.Notify, notify.Trouble{Kind: "config_refused", Since: f.At, Text: fmt.Sprintf(
		"The machine %s does not take %s as %s saved it on another one, and goes on with other rules than that: %s.", host, f.Name, f.By, firstMistake(err))})
	if err := d.store.Report(ctx, report); err != nil {
		d.log.Error("refusal of a rule file not reported", "error", err)
	}
}

// announce logs why the first poll of a new feed will alert nothing.
func (d *Daemon) announce(ctx context.Context) {
	if d.config().Poll.First == config.Alert {
		return
	}
	fresh := 0
	for e, err := range d.store.Feeds(ctx) {
		if err != nil {
			return // polling reports it
		}
		if e.State.Polled.IsZero() && !e.State.Edited {
			fresh++
		}
	}
	if fresh > 0 {
		d.log.Info("the first poll of a new feed is its baseline and alerts nothing; what comes later does", "new", fresh)
	}
}

// changes are log attributes for what a reload added (+), removed (-) and changed (~),
// by name.
func changes(old, now *config.Config) []any {
	var attrs []any
	for _, kind := range []struct{ name, diff string }{
		{"feeds_changed", difference(namedFeeds(old.Feeds), namedFeeds(now.Feeds))},
		{"rules_changed", difference(namedIn(old.Rules, ruleName), namedIn(now.Rules, ruleName))},
		{"targets_changed", difference(namedIn(old.Targets, targetName), namedIn(now.Targets, targetName))},
	} {
		if kind.diff != "" {
			attrs = append(attrs, kind.name, kind.diff)
		}
	}
	return attrs
}

// changedTargets returns the targets whose settings a reload with cfg changes: they may
// have been repaired.
func (d *Daemon) changedTargets(cfg *config.Config) map[string]bool {
	changed := make(map[string]bool)
	old := d.config()
	if old == nil {
		return changed
	}
	now := namedIn(cfg.Targets, targetName)
	for name, was := range namedIn(old.Targets, targetName).all {
		is, ok := now.find(name)
		if ok && (!reflect.DeepEqual(is, was) || !slices.Equal(old.Network.Allow, cfg.Network.Allow)) {
			changed[name] = true
		}
	}
	return changed
}

func targetName(t *config.TargetEntry) string { return t.Name }

func ruleName(r *config.RoutedRule) string { return r.Name }

// named are things of a config, each with a name that no other has.
type named[T any] struct {
	all  iter.Seq2[string, T]
	find func(name string) (T, bool)
}

func namedIn[T any](list []T, name func(*T) string) named[*T] {
	byName := make(map[string]*T, len(list))
	for i := range list {
		byName[name(&list[i])] = &list[i]
	}
	return named[*T]{maps.All(byName), func(name string) (*T, bool) {
		t, ok := byName[name]
		return t, ok
	}}
}

func namedFeeds(s *feeds.Sources) named[feeds.Source] {
	return named[feeds.Source]{func(yield func(string, feeds.Source) bool) {
		for f := range s.All() {
			if !yield(f.ID, f) {
				return
			}
		}
	}, s.Find}
}

// maxNamed is how many names one log line has.
const maxNamed = 10

// difference names what was added, changed and removed.
func difference[T any](before, now named[T]) string {
	var names []string
	for name, is := range now.all {
		if was, ok := before.find(name); !ok {
			names = append(names, "+"+name)
		} else if !reflect.DeepEqual(is, was) {
			names = append(names, "~"+name)
		}
	}
	for name := range before.all {
		if _, ok := now.find(name); !ok {
			names = append(names, "-"+name)
		}
	}
	slices.SortFunc(names, natural.Compare)
	if more := len(names) - maxNamed; more > 0 {
		names = append(names[:maxNamed], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, " ")
}
