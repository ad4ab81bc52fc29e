package rulefiles

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"watcher/internal/config"
	"watcher/internal/store"
)

// Shared keeps files for all machines of a store: what it has is what counts, and each
// machine writes it where its own config includes it, so that it starts with it where
// the store is away. Its methods are safe for concurrent use.
type Shared interface {
	// ConfigFiles returns the newest version of each file that is newer than had says.
	ConfigFiles(ctx context.Context, had map[string]int64) ([]store.ConfigFile, error)
	// ConfigHistory returns the versions of a file that are kept, the oldest first.
	ConfigHistory(ctx context.Context, name string) ([]store.ConfigFile, error)
	// PutConfigFile adds versions behind one, of which only At, By and Text count, and
	// returns the last of them. ok is false, and nothing is stored, where there is a
	// newer version than that already.
	PutConfigFile(ctx context.Context, name string, behind int64, texts []store.ConfigFile) (version int64, ok bool, err error)
}

// followEvery is how often a machine looks for what others saved.
const followEvery = 2 * time.Second

// following is what a machine knows of what it shares.
type following struct {
	names   map[string]bool  // all that are shared
	refused map[string]int64 // the versions that were not taken, with the config by
	told    map[string]int64 // those that were told of
	by      *config.Config
	away    bool // the store did not answer last time
}

// sharedName is what a file is called on every machine: its path from the config's folder
// on, or from its own folder on where that is elsewhere.
func (e *Editor) sharedName(path string) string {
	at, err := filepath.Abs(e.o.ConfigPath)
	if err == nil {
		if rel, err := filepath.Rel(filepath.Dir(at), path); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
}

// localPath is where this machine has a file of a name; empty if its config includes none
// that is called so.
func (e *Editor) localPath(name string) string {
	for _, pattern := range e.o.Config().Read.Patterns() {
		path := filepath.Join(filepath.Dir(pattern), filepath.Base(filepath.FromSlash(name)))
		if ok, _ := filepath.Match(pattern, path); ok && e.sharedName(path) == name {
			return path
		}
	}
	return ""
}

// share saves a text for all machines, and then here. A crash in between leaves it to
// Follow to do the latter.
func (e *Editor) share(ctx context.Context, p *place, was Text, by, text string) error {
	name := e.sharedName(p.path)
	all, err := e.o.Shared.ConfigHistory(ctx, name)
	if err != nil {
		return fmt.Errorf("save %s for all machines: %w", name, err)
	}
	version, newest := p.version(), store.ConfigFile{}
	var texts []store.ConfigFile
	if len(all) == 0 { // what was kept on this machine alone goes to all
		kept, err := p.history()
		if err != nil {
			return err
		}
		for _, v := range kept {
			newest = store.ConfigFile{At: v.At, By: v.By, Text: v.Text}
			texts = append(texts, newest)
		}
	} else {
		newest = all[len(all)-1]
	}
	if newest.Version > version && newest.Text != was.Text {
		return e.overtaken(ctx, name)
	}
	now := store.ConfigFile{At: time.Now().UTC(), By: by, Text: text}
	if p.info != nil && was.Text != newest.Text { // what was written in another way is kept, too
		texts = append(texts, store.ConfigFile{At: p.info.ModTime().UTC(), Text: was.Text})
	}
	saved, ok, err := e.o.Shared.PutConfigFile(ctx, name, max(version, newest.Version), append(texts, now))
	if err != nil {
		return fmt.Errorf("save %s for all machines: %w", name, err)
	}
	if !ok {
		return e.overtaken(ctx, name)
	}
	if err := e.save(ctx, p, was, Version{At: now.At, By: by, Text: text}); err != nil {
		back := []store.ConfigFile{{At: time.Now().UTC(), By: by, Text: was.Text}}
		if again, _, failed := e.o.Shared.PutConfigFile(ctx, name, saved, back); failed == nil {
			return errors.Join(err, p.putVersion(again))
		}
		return err
	}
	return p.putVersion(saved)
}

// overtaken brings this machine up to date and tells who was faster.
func (e *Editor) overtaken(ctx context.Context, name string) error {
	all, err := e.o.Shared.ConfigHistory(ctx, name)
	if err != nil || len(all) == 0 {
		return fmt.Errorf("save %s for all machines: %w", name, errors.Join(err, errors.New("another machine was faster")))
	}
	newest := all[len(all)-1]
	return errors.Join(&ConflictError{Now: Text{newest.Text, baseOf(newest.Text)}, By: newest.By, At: newest.At}, e.follow(ctx))
}

func (e *Editor) sharedHistory(p *place) (all []Version, err error) {
	if e.o.Shared == nil {
		return nil, nil
	}
	files, err := e.o.Shared.ConfigHistory(context.Background(), e.sharedName(p.path))
	if err != nil {
		return nil, fmt.Errorf("read the history of %s: %w", p.name, err)
	}
	for _, f := range files {
		all = append(all, Version{At: f.At, By: f.By, Text: f.Text})
	}
	return all, nil
}

// Follow writes here what other machines save, until ctx is done. Without a store that
// machines share it returns at once.
func (e *Editor) Follow(ctx context.Context) {
	for e.o.Shared != nil {
		e.mu.Lock()
		err := e.follow(ctx)
		if away := err != nil && ctx.Err() == nil; away != e.away {
			e.away = away
			if away {
				e.o.Log.Warn("what other machines save is not followed now", "error", err)
			}
		}
		e.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-time.After(followEvery):
		}
	}
}

// follow takes what is newer than what is here. The caller holds mu.
func (e *Editor) follow(ctx context.Context) error {
	if now := e.o.Config(); e.by != now { // it may take what the last one did not
		e.refused, e.by = make(map[string]int64), now
	}
	had := make(map[string]int64)
	for name := range e.names {
		had[name] = max(e.here(name), e.refused[name])
	}
	files, err := e.o.Shared.ConfigFiles(ctx, had)
	if err != nil {
		return err
	}
	news := files[:0]
	for _, f := range files {
		e.names[f.Name] = true
		if e.here(f.Name) < f.Version {
			news = append(news, f)
		}
	}
	if len(news) > 0 {
		e.take(ctx, news)
	}
	return nil
}

// here is the version that this machine has of a file: 0 if the file is not there, and
// the last there can be where no file of this name is included.
func (e *Editor) here(name string) int64 {
	path := e.localPath(name)
	if path == "" {
		return math.MaxInt64
	}
	p, err := e.place(path)
	if err != nil {
		return 0
	}
	defer p.root.Close()
	if p.info == nil {
		return 0
	}
	return p.version()
}

// take puts files in place, together, and reloads the config. Where they do not fit the
// config of this machine each is tried by itself, and one that still does not fit is
// refused: what was there stays, and a later start finds it whole.
func (e *Editor) take(ctx context.Context, files []store.ConfigFile) {
	instead := make(map[string][]byte, len(files))
	for _, f := range files {
		instead[e.localPath(f.Name)] = []byte(f.Text)
	}
	_, err := config.CheckWith(e.o.ConfigPath, instead)
	if err == nil {
		if err = e.replaceAll(ctx, files); err == nil {
			return
		}
	}
	if len(files) > 1 {
		for i := range files {
			e.take(ctx, files[i:i+1])
		}
		return
	}
	f := files[0]
	e.refused[f.Name] = f.Version
	if e.told[f.Name] == f.Version || ctx.Err() != nil {
		return
	}
	e.told[f.Name] = f.Version
	e.o.Log.Error("a rule file is not taken as another machine saved it", "file", f.Name, "by", f.By, "error", err)
	if e.o.Refused != nil {
		e.o.Refused(ctx, f, err)
	}
}

// replaceAll puts files in place and reloads the config, or leaves all as it was. After a
// crash in between the next start has some of them, and Follow brings the others.
func (e *Editor) replaceAll(ctx context.Context, files []store.ConfigFile) (err error) {
	undo := func() error { return nil }
	changed := false
	var places []*place
	defer func() {
		if err != nil {
			err = errors.Join(err, undo())
		}
		for _, p := range places {
			p.root.Close()
		}
	}()
	for _, f := range files {
		p, err := e.place(e.localPath(f.Name))
		if err != nil {
			return err
		}
		places = append(places, p)
		was, err := p.read()
		if err != nil {
			return err
		}
		had := p.version()
		if p.info == nil || was.Text != f.Text {
			changed = true
			missed, err := e.missed(ctx, p, was, f, had)
			if err != nil {
				return err
			}
			if err := p.note(was, missed...); err != nil {
				return err
			}
			before := undo
			undo = func() error { return errors.Join(p.takeBack(was), p.putVersion(had), before()) }
			if err := p.replace(p.name, f.Text, p.mode()); err != nil {
				return err
			}
			e.o.Log.Info("rules of another machine taken", "file", p.path, "by", f.By, "bytes", len(f.Text))
		}
		if err := p.putVersion(f.Version); err != nil {
			return err
		}
	}
	if !changed {
		return nil
	}
	return e.o.Reload(ctx)
}

// missed are the versions of a file behind one, up to f, that the log of this machine has
// not: it has all that the store has, for the day on which the store is one of its own.
func (e *Editor) missed(ctx context.Context, p *place, was Text, f store.ConfigFile, behind int64) (all []Version, err error) {
	shared, err := e.o.Shared.ConfigHistory(ctx, f.Name)
	if err != nil {
		return nil, err
	}
	kept, err := p.history()
	if err != nil {
		return nil, err
	}
	for _, s := range shared {
		v := Version{At: s.At, By: s.By, Text: s.Text}
		same := func(k Version) bool { return k.At.Equal(v.At) && k.By == v.By && k.Text == v.Text }
		known := slices.ContainsFunc(kept, same) || len(all) == 0 && v.By == "" && v.Text == was.Text // a copy of the file has another time
		if s.Version > behind && s.Version < f.Version && !known {
			all = append(all, v)
		}
	}
	return append(all, Version{At: f.At, By: f.By, Text: f.Text}), nil
}

func (p *place) versionFile() string { return historyDir + "/" + p.name + ".version" }

// version is the shared version that the file was last saved or taken as; 0 if it never
// was.
func (p *place) version() int64 {
	text, err := readFile(p.root, p.versionFile(), 100)
	if err != nil {
		return 0
	}
	n, _ := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	return n
}

func (p *place) putVersion(n int64) error {
	if err := p.root.Mkdir(historyDir, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("write the version of %s: %w", p.name, err)
	}
	return p.replace(p.versionFile(), strconv.FormatInt(n, 10)+"\n", 0o640)
}
