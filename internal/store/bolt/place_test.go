package bolt

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"watcher/internal/store"
	"watcher/internal/store/record"
	"watcher/internal/testutil"
)

// TestMissingStore: what is reported of a store if something else is at its path than was
// left there.
func TestMissingStore(t *testing.T) {
	tests := []struct {
		name  string
		leave func(t *testing.T, path string)
		tells func(d store.Damage) bool // nil: nothing is reported
	}{
		{"all is there", func(*testing.T, string) {}, nil},
		{"the store was removed", func(t *testing.T, path string) {
			testutil.Must(t, os.Remove(path))
		}, func(d store.Damage) bool { return !d.Made.IsZero() }},
		{"the marker says nothing", func(t *testing.T, path string) {
			testutil.Must(t, os.Remove(path))
			testutil.Must(t, os.WriteFile(markOf(path), nil, 0o600))
		}, func(d store.Damage) bool { return !d.Made.IsZero() }},
		{"both were removed", func(t *testing.T, path string) {
			testutil.Must(t, os.Remove(path))
			testutil.Must(t, os.Remove(markOf(path)))
		}, nil},
		{"it is damaged", func(t *testing.T, path string) {
			testutil.Must(t, os.Truncate(path, 0))
		}, func(d store.Damage) bool { return d.Kept != "" }},
		{"it was damaged, and a crash left no name for the fresh one", func(t *testing.T, path string) {
			testutil.Must(t, makeFresh(path+".fresh", record.Damage{Since: clock(), Kept: path + ".damaged"}))
			testutil.Must(t, os.Rename(path, path+".damaged"))
		}, func(d store.Damage) bool { return d.Kept != "" && d.Made.IsZero() }},
		{"it was removed, and a crash left half of the fresh one", func(t *testing.T, path string) {
			testutil.Must(t, os.Remove(path))
			testutil.Must(t, os.WriteFile(path+".fresh", make([]byte, 5000), 0o600))
		}, func(d store.Damage) bool { return !d.Made.IsZero() }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "watcher.db")
			s, err := Open(path)
			testutil.Must(t, err)
			testutil.Must(t, s.Close())
			test.leave(t, path)
			s, err = Open(path)
			testutil.Must(t, err)
			defer s.Close()
			told, err := s.Damages(t.Context())
			testutil.Must(t, err)
			switch {
			case test.tells == nil && len(told) > 0:
				t.Errorf("it tells %+v", told)
			case test.tells != nil && (len(told) != 1 || !test.tells(told[0])):
				t.Errorf("it tells %+v", told)
			}
			if marked(path).IsZero() {
				t.Error("there is no marker beside it")
			}
		})
	}
}

// TestLost: the open file is told apart from another of the same name.
func TestLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	s, err := Open(path)
	testutil.Must(t, err)
	defer s.Close()
	if err := s.Lost(); err != nil {
		t.Errorf("as it was opened: %v", err)
	}
	testutil.Must(t, os.Rename(path, path+".away"))
	if s.Lost() == nil {
		t.Error("that it was moved away is not seen")
	}
	testutil.Must(t, os.WriteFile(path, nil, 0o600))
	if s.Lost() == nil {
		t.Error("that another file is there is not seen")
	}
	testutil.Must(t, os.Rename(path+".away", path))
	if err := s.Lost(); err != nil {
		t.Errorf("once it is back: %v", err)
	}
}

// TestAbsent: a store that was removed is told apart from one that never existed.
func TestAbsent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	if err := Absent(path); !errors.Is(err, ErrNotRun) {
		t.Errorf("before the first start: %v", err)
	}
	s, err := Open(path)
	testutil.Must(t, err)
	testutil.Must(t, s.Close())
	testutil.Must(t, Absent(path))
	testutil.Must(t, os.Remove(path))
	if err := Absent(path); err == nil || errors.Is(err, ErrNotRun) {
		t.Errorf("where one was removed: %v", err)
	}
}
