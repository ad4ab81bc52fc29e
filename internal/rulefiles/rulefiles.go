// Package rulefiles edits the files of lists and rules that a config includes, for
// people who do so on the page: read, tried on the past, saved as a whole, with who did
// it and what was there before. What is saved has passed the checks of a start, of the
// whole config with the new text in it, before any file is touched.
package rulefiles

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode"

	"watcher/internal/config"
	"watcher/internal/store"
)

// MaxText is how many bytes a file may have to be edited.
const MaxText = 512 << 10

// Options are what an Editor works with.
type Options struct {
	ConfigPath string                      // as the daemon was given it
	Config     func() *config.Config       // in force
	Reload     func(context.Context) error // reads the config again; an error says that it was refused
	Past       Archive                     // to try rules on
	Shared     Shared                      // the files of all machines; nil if each has its own
	// Refused is told once of what another machine saved and this one does not take.
	Refused func(ctx context.Context, f store.ConfigFile, err error)
	Log     *slog.Logger
}

// Editor edits the included files of one config. It is safe for concurrent use.
type Editor struct {
	o         Options
	mu        sync.Mutex // one saves or follows at a time
	following            // what is shared
}

// New makes an editor.
func New(o Options) *Editor {
	return &Editor{o: o, following: following{names: make(map[string]bool), told: make(map[string]int64)}}
}

// Allowed reports whether the config in force lets files be edited.
func (e *Editor) Allowed() bool { return e.o.Config().HTTP.Edit }

// File is an included file.
type File struct {
	Path   string   // as mistakes name it
	Rules  []string // of the config in force, in their order
	Lists  []string // likewise, sorted
	Closed string   // why it cannot be edited; empty if it can
}

// Files are the included files as they are now, in the order in which they count.
func (e *Editor) Files() []File {
	cfg := e.o.Config()
	var files []File
	for _, path := range cfg.Read.Included() {
		f := File{Path: path}
		for i, at := range cfg.RulePlaces {
			if at.File == path {
				f.Rules = append(f.Rules, cfg.Rules[i].Name)
			}
		}
		for name, at := range cfg.ListPlaces {
			if at.File == path {
				f.Lists = append(f.Lists, name)
			}
		}
		slices.Sort(f.Lists)
		if p, err := e.open(path); err != nil {
			f.Closed = err.Error()
		} else {
			f.Closed = p.closed()
			p.root.Close()
		}
		files = append(files, f)
	}
	return files
}

// Patterns are those of include that have a place for new files, such as
// /var/lib/watcher/rules.d/*.yaml.
func (e *Editor) Patterns() []string {
	return slices.DeleteFunc(slices.Clone(e.o.Config().Read.Patterns()), func(p string) bool { return !strings.ContainsRune(p, '*') })
}

// Text is what a file has. Base stands for it in Save.
type Text struct {
	Text string
	Base string // empty of a file that is not there yet
}

// baseOf is never empty.
func baseOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Read returns a file's text; that of a file that is not there, and may be made, is
// empty.
func (e *Editor) Read(path string) (Text, error) {
	p, err := e.open(path)
	if err != nil {
		return Text{}, err
	}
	defer p.root.Close()
	return p.read()
}

// place is a file that may be edited, and its folder, out of which no name leads: a
// link in it that leads elsewhere is not followed.
type place struct {
	root *os.Root
	name string
	path string
	info fs.FileInfo // nil if it is not there
}

// ClosedError says why a file is not edited here.
type ClosedError struct{ Text string }

func (e *ClosedError) Error() string { return e.Text }

func closed(format string, args ...any) error { return &ClosedError{fmt.Sprintf(format, args...)} }

// open finds the place of a path. Only a path that a pattern of include finds has one,
// and a link has none. Who calls it closes its root.
func (e *Editor) open(path string) (*place, error) {
	if !e.Allowed() {
		return nil, closed("files are not edited here: http.edit in the config allows it")
	}
	return e.place(path)
}

// place is open whether files are edited here or not.
func (e *Editor) place(path string) (*place, error) {
	dir, name := filepath.Dir(path), filepath.Base(path)
	if filepath.Join(dir, name) != path || !plainName(name) || !slices.ContainsFunc(e.o.Config().Read.Patterns(), func(pattern string) bool {
		ok, _ := filepath.Match(filepath.Base(pattern), name)
		return ok && filepath.Dir(pattern) == dir
	}) {
		return nil, closed("no file of this name is included by the config; include: says which are")
	}
	if err := os.Mkdir(dir, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make the folder of included files: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of included files: %w", err)
	}
	p := &place{root: root, name: name, path: path}
	info, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p, nil
	case err == nil && info.Mode().IsRegular():
		p.info = info
		return p, nil
	case err == nil:
		err = closed("%s is a link or no file, and only files are edited here; change what it leads to", path)
	}
	root.Close()
	return nil, err
}

// plainName reports whether a file may be called so: nothing that hides, leads
// elsewhere or steers a terminal.
func plainName(name string) bool {
	if len(name) > 100 || name[0] == '.' {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._- ", r)
	})
}

// closed says why the file cannot be replaced by one like it; empty if it can.
func (p *place) closed() string {
	if p.info == nil {
		return ""
	}
	if p.info.Size() > MaxText {
		return fmt.Sprintf("%s is larger than %d KB; split it to edit it here", p.path, MaxText>>10)
	}
	if s, ok := p.info.Sys().(*syscall.Stat_t); ok && os.Geteuid() != 0 && int(s.Uid) != os.Geteuid() {
		return fmt.Sprintf("%s belongs to another user than watcher runs as; run chown %d on it to edit it here", p.path, os.Geteuid())
	}
	return ""
}

func (p *place) read() (Text, error) {
	if p.info == nil {
		return Text{}, nil
	}
	if why := p.closed(); why != "" {
		return Text{}, closed("%s", why)
	}
	text, err := readFile(p.root, p.name, MaxText)
	return Text{text, baseOf(text)}, err
}

func readFile(root *os.Root, name string, most int64) (string, error) {
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return "", fmt.Errorf("read an included file: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = errors.New("it is too large to edit; split it")
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return string(data), nil
}

// Check returns the whole config as it would be with another text in a file. Its error
// is config.Mistakes where there are some, in whichever file they stand.
func (e *Editor) Check(path, text string) (*config.Config, error) {
	if len(text) > MaxText {
		return nil, closed("the text is longer than %d KB; split the file", MaxText>>10)
	}
	return config.CheckWith(e.o.ConfigPath, map[string][]byte{path: []byte(text)})
}

// ConflictError says that a file was changed since it was read to be edited.
type ConflictError struct {
	Now Text      // what it has now
	By  string    // who saved that here; empty if it was changed in another way
	At  time.Time // when
}

func (e *ConflictError) Error() string {
	if e.By == "" {
		return "the file was changed while you edited it; your text was not saved"
	}
	return e.By + " saved the file while you edited it; your text was not saved"
}

// Save makes text what a file has, and reloads the config. Base is the Text.Base of what
// was edited. Nothing is changed where the error is a *ConflictError, a *ClosedError or
// config.Mistakes; after any other the file is as it was before.
func (e *Editor) Save(ctx context.Context, by, path, base, text string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	p, err := e.open(path)
	if err != nil {
		return err
	}
	defer p.root.Close()
	was, err := p.read()
	if err != nil {
		return err
	}
	if was.Base != base {
		conflict := &ConflictError{Now: was, At: time.Now()}
		if p.info != nil {
			conflict.At = p.info.ModTime()
		}
		if saved, err := p.history(); err == nil && len(saved) > 0 && saved[len(saved)-1].Text == was.Text {
			conflict.By, conflict.At = saved[len(saved)-1].By, saved[len(saved)-1].At
		}
		return conflict
	}
	text = tidy(text)
	if _, err := e.Check(path, text); err != nil {
		return err
	}
	if e.o.Shared != nil {
		err = e.share(ctx, p, was, by, text)
	} else {
		err = e.save(ctx, p, was, Version{At: time.Now().UTC(), By: by, Text: text})
	}
	if err == nil {
		e.o.Log.Info("rules saved on the page", "file", path, "by", by, "bytes", len(text))
	}
	return err
}

// save puts a version in the place of what the file was, and reloads the config.
func (e *Editor) save(ctx context.Context, p *place, was Text, now Version) error {
	// A crash behind this leaves a version in the log that never was in the file; the
	// next to save finds that, and the file's own text is put behind it.
	if err := p.note(was, now); err != nil {
		return err
	}
	if err := p.replace(p.name, now.Text, p.mode()); err != nil {
		return err
	}
	if err := e.o.Reload(ctx); err != nil {
		return errors.Join(fmt.Errorf("the config was refused, so the file is as it was before: %w", err), p.takeBack(was))
	}
	return nil
}

// tidy writes a text as files have it: browsers send lines that end in CR LF.
func tidy(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}

func (p *place) mode() fs.FileMode {
	if p.info == nil {
		return 0o640
	}
	return p.info.Mode().Perm()
}

func (p *place) takeBack(was Text) error {
	if p.info == nil {
		return p.root.Remove(p.name)
	}
	return p.replace(p.name, was.Text, p.mode())
}

// replace puts a file with text in the place of name, in one step: a crash leaves the
// one or the other as a whole. Group and mode stay; the owner is who runs watcher.
func (p *place) replace(name, text string, mode fs.FileMode) error {
	temp := filepath.Join(filepath.Dir(name), ".saving-"+filepath.Base(name))
	if err := p.root.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("save %s: %w", name, err)
	}
	f, err := p.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("save %s: %w", name, err)
	}
	_, err = f.WriteString(text)
	if p.info != nil {
		if s, ok := p.info.Sys().(*syscall.Stat_t); ok {
			err = errors.Join(err, f.Chown(int(s.Uid), int(s.Gid)))
		}
	}
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = p.root.Rename(temp, name)
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", name, errors.Join(err, p.root.Remove(temp)))
	}
	return p.sync(filepath.Dir(name))
}

// sync makes what was renamed in a folder survive a loss of power.
func (p *place) sync(dir string) error {
	d, err := p.root.Open(dir)
	if err != nil {
		return fmt.Errorf("save %s: %w", dir, err)
	}
	return errors.Join(d.Sync(), d.Close())
}
