package rulefiles_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"watcher/internal/config"
	"watcher/internal/rulefiles"
	"watcher/internal/store"
	"watcher/internal/testutil"
)

// sharedFiles is a rulefiles.Shared as a store keeps it.
type sharedFiles struct {
	mu    sync.Mutex
	files map[string][]store.ConfigFile
	away  error
}

func (s *sharedFiles) ConfigFiles(_ context.Context, had map[string]int64) (all []store.ConfigFile, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, versions := range s.files {
		if newest := versions[len(versions)-1]; newest.Version > had[name] {
			all = append(all, newest)
		}
	}
	return all, s.away
}

func (s *sharedFiles) ConfigHistory(_ context.Context, name string) ([]store.ConfigFile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.files[name]), s.away
}

func (s *sharedFiles) PutConfigFile(_ context.Context, name string, behind int64, texts []store.ConfigFile) (int64, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.files[name]
	if s.away != nil || len(all) > 0 && all[len(all)-1].Version > behind {
		return 0, false, s.away
	}
	for _, f := range texts {
		behind++
		f.Name, f.Version = name, behind
		all = append(all, f)
	}
	s.files[name] = all
	return behind, true, nil
}

// newMachine is a desk that shares its files.
func newMachine(t *testing.T, s *sharedFiles) *desk {
	d := newDesk(t)
	d.Editor = rulefiles.New(rulefiles.Options{
		ConfigPath: d.path("w.yaml"), Config: func() *config.Config { return d.cfg }, Reload: d.reload, Past: d, Shared: s,
		Refused: func(_ context.Context, f store.ConfigFile, err error) {
			d.told = append(d.told, f.Name+" by "+f.By+": "+err.Error())
		}, Log: slog.New(slog.DiscardHandler),
	})
	return d
}

// save saves a text over the current one, as the page does.
func (d *desk) save(t *testing.T, by, name, text string) error {
	t.Helper()
	was, err := d.Read(d.path(name))
	if err != nil {
		t.Fatal(err)
	}
	return d.Save(t.Context(), by, d.path(name), was.Base, text)
}

func (d *desk) follow(t *testing.T) {
	t.Helper()
	if err := d.FollowOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
}

const (
	file   = "rules.d/desk.yaml"
	first  = "rules:\n  - {name: a, match: Riga}\n" // what newDesk puts there
	second = "rules: [{name: b, match: Narva}]\n"
	third  = "rules: [{name: c, match: Tartu}]\n"
)

func TestSavedElsewhere(t *testing.T) {
	s := &sharedFiles{files: make(map[string][]store.ConfigFile)}
	one, two := newMachine(t, s), newMachine(t, s)
	two.follow(t)
	testutil.Must(t, one.save(t, "anna", file, second))
	two.follow(t)
	if got := two.read(t, file); got != second || !slices.Equal(two.ruleNames(), []string{"b"}) {
		t.Errorf("the other machine has %q and %v", got, two.ruleNames())
	}
	for _, d := range []*desk{one, two} {
		all, err := d.History(d.path(file))
		if err != nil || len(all) != 2 || all[0].Text != first || all[1].By != "anna" {
			t.Errorf("history: %+v, %v", all, err)
		}
	}
	testutil.Must(t, two.save(t, "jan", file, third))
	testutil.Must(t, two.save(t, "jan", "rules.d/new.yaml", "lists: {ports: [Muuga]}\n"))
	one.follow(t)
	if one.read(t, file) != third || one.read(t, "rules.d/new.yaml") == "" || one.cfg.Lists["ports"] == nil {
		t.Errorf("what the second saved is not on the first: %q", one.read(t, file))
	}
	// A machine that joins gets all files, and so does one whose file was removed.
	three := newMachine(t, s)
	testutil.Must(t, os.Remove(two.path(file)))
	for _, d := range []*desk{two, three} {
		d.follow(t)
		if d.read(t, file) != third {
			t.Errorf("it has %q", d.read(t, file))
		}
	}
	// After a restart nobody has to send them again.
	four := newMachine(t, s)
	four.dir = three.dir
	if cfg, err := config.Load(four.path("w.yaml")); err != nil || cfg.Rules[0].Name != "c" {
		t.Errorf("a start without the store reads %v, %v", cfg, err)
	}
}

// If two people edit at once on two machines, the second is told, as on one machine, and
// can go on from what the first wrote.
func TestTwoAtOnceOnTwoMachines(t *testing.T) {
	s := &sharedFiles{files: make(map[string][]store.ConfigFile)}
	one, two := newMachine(t, s), newMachine(t, s)
	testutil.Must(t, one.save(t, "anna", file, second))
	err := two.save(t, "jan", file, third) // two has not followed yet
	conflict, ok := errors.AsType[*rulefiles.ConflictError](err)
	if !ok || conflict.By != "anna" || conflict.Now.Text != second {
		t.Fatalf("jan is told %v", err)
	}
	if got := two.read(t, file); got != second {
		t.Errorf("after the conflict it has %q", got)
	}
	testutil.Must(t, two.Save(t.Context(), "jan", two.path(file), conflict.Now.Base, third))
	one.follow(t)
	if got := one.read(t, file); got != third {
		t.Errorf("the first machine has %q", got)
	}
	// The same holds for a file that both create.
	testutil.Must(t, one.Save(t.Context(), "anna", one.path("rules.d/new.yaml"), "", "lists: {}\n"))
	if _, ok := errors.AsType[*rulefiles.ConflictError](two.Save(t.Context(), "jan", two.path("rules.d/new.yaml"), "", "rules: []\n")); !ok {
		t.Error("the second has replaced the new file of the first")
	}
}

// A file that does not fit the config of a machine is not accepted there, which is reported
// once; a file that fits is accepted.
func TestNotTaken(t *testing.T) {
	s := &sharedFiles{files: make(map[string][]store.ConfigFile)}
	one, two := newMachine(t, s), newMachine(t, s)
	one.put(t, "w.yaml", strings.Replace(main, "notify: {", "notify: {duty: {type: console}, ", 1), 0o600)
	testutil.Must(t, one.reload(t.Context()))
	testutil.Must(t, one.save(t, "anna", file, "rules: [{name: a, match: Riga, notify: [duty]}]\n"))
	testutil.Must(t, one.save(t, "anna", "rules.d/fits.yaml", "lists: {ports: [Muuga]}\n"))
	for range 3 {
		two.follow(t)
	}
	if got := two.read(t, file); got != first {
		t.Errorf("the file has %q", got)
	}
	if two.cfg.Lists["ports"] == nil {
		t.Error("what fits was not taken")
	}
	if len(two.told) != 1 || !strings.Contains(two.told[0], "rules.d/desk.yaml by anna") || !strings.Contains(two.told[0], "duty") {
		t.Errorf("told: %q", two.told)
	}
	two.put(t, "w.yaml", strings.Replace(main, "notify: {", "notify: {duty: {type: console}, ", 1), 0o600)
	testutil.Must(t, two.reload(t.Context()))
	two.follow(t)
	if got := two.read(t, file); !strings.Contains(got, "duty") {
		t.Errorf("with a config that has the target the file has %q", got)
	}
}

// A save that the config finally refuses is undone everywhere.
func TestSharedAndRefused(t *testing.T) {
	s := &sharedFiles{files: make(map[string][]store.ConfigFile)}
	one, two := newMachine(t, s), newMachine(t, s)
	one.refuse = errors.New("no room")
	if err := one.save(t, "anna", file, second); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Errorf("told %v", err)
	}
	one.refuse = nil
	one.follow(t)
	two.follow(t)
	if one.read(t, file) != first || two.read(t, file) != first {
		t.Errorf("the files have %q and %q", one.read(t, file), two.read(t, file))
	}
	two.refuse = errors.New("no room")
	testutil.Must(t, one.save(t, "anna", file, second))
	two.follow(t)
	if got := two.read(t, file); got != first || len(two.told) != 1 {
		t.Errorf("where the reload is refused the file has %q, told %q", got, two.told)
	}
}

// What was written by hand on a machine is in its history when another version arrives.
func TestByHand(t *testing.T) {
	s := &sharedFiles{files: make(map[string][]store.ConfigFile)}
	one, two := newMachine(t, s), newMachine(t, s)
	testutil.Must(t, one.save(t, "anna", file, second))
	two.follow(t)
	const hand = "rules: [{name: hand, match: Riga}]\n"
	two.put(t, file, hand, 0o640)
	testutil.Must(t, two.reload(t.Context()))
	two.follow(t)
	if got := two.read(t, file); got != hand {
		t.Errorf("what was written by hand is gone without a newer version: %q", got)
	}
	testutil.Must(t, two.save(t, "jan", file, third))
	all, err := one.History(one.path(file))
	if err != nil || len(all) != 4 || all[2].Text != hand || all[3].By != "jan" {
		t.Errorf("the history is %+v, %v", all, err)
	}
	one.put(t, file, hand, 0o640)
	one.follow(t)
	log, err := os.ReadFile(one.path("rules.d/.history/desk.yaml.jsonl"))
	if one.read(t, file) != third || err != nil || !strings.Contains(string(log), "name: hand") {
		t.Errorf("the newer version has not come, or what it replaced is not kept: %s, %v", log, err)
	}
}

// While the store is away nothing is saved, and everything that was there goes on.
func TestStoreAway(t *testing.T) {
	s := &sharedFiles{files: make(map[string][]store.ConfigFile)}
	one := newMachine(t, s)
	testutil.Must(t, one.save(t, "anna", file, second))
	s.away = errors.New("connection refused")
	if err := one.save(t, "anna", file, third); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("told %v", err)
	}
	if got := one.read(t, file); got != second {
		t.Errorf("the file has %q", got)
	}
	if err := one.FollowOnce(t.Context()); err == nil {
		t.Error("nobody hears that the store is away")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	one.Follow(ctx) // which ends with it
}

// Who saved what, and when, moves with the files from a single machine to many, and back:
// the log of each machine has the saves of all, also those made while it was off.
func TestHistoryOfMany(t *testing.T) {
	who := func(d *desk, e *rulefiles.Editor) (by []string) {
		t.Helper()
		all, err := e.History(d.path(file))
		testutil.Must(t, err)
		for _, v := range all {
			by = append(by, v.By+" "+v.Text)
		}
		return by
	}
	alone := func(d *desk) *rulefiles.Editor {
		return rulefiles.New(rulefiles.Options{
			ConfigPath: d.path("w.yaml"), Config: func() *config.Config { return d.cfg }, Reload: d.reload, Past: d, Log: slog.New(slog.DiscardHandler),
		})
	}
	s := &sharedFiles{files: make(map[string][]store.ConfigFile)}
	one, two := newMachine(t, s), newMachine(t, s)
	many := one.Editor
	one.Editor = alone(one)
	testutil.Must(t, one.save(t, "anna", file, second))
	one.Editor = many
	testutil.Must(t, one.save(t, "jan", file, third))
	testutil.Must(t, one.save(t, "eva", file, second))
	want := []string{" " + first, "anna " + second, "jan " + third, "eva " + second}
	if got := who(two, two.Editor); !slices.Equal(got, want) {
		t.Errorf("on a machine that was off: %q", got)
	}
	two.follow(t)
	for i, d := range []*desk{one, two} {
		if got := who(d, alone(d)); !slices.Equal(got, want) {
			t.Errorf("machine %d, alone again: %q", i, got)
		}
	}
}
