package filewatch_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/filewatch"
)

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func do(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Whatever makes a path lead to other bytes is noticed well before the periodic look.
func TestTells(t *testing.T) {
	for _, test := range []struct {
		shows string
		begin func(t *testing.T, dir string) (path, folder string)
		act   func(t *testing.T, dir string)
	}{
		{"the file is written where it is",
			func(t *testing.T, dir string) (string, string) { put(t, dir+"/f", "1"); return dir + "/f", "" },
			func(t *testing.T, dir string) { put(t, dir+"/f", "2") }},
		{"an editor puts another in its place",
			func(t *testing.T, dir string) (string, string) { put(t, dir+"/f", "1"); return dir + "/f", "" },
			func(t *testing.T, dir string) { put(t, dir+"/f~tmp", "2"); do(t, os.Rename(dir+"/f~tmp", dir+"/f")) }},
		{"it comes to be",
			func(t *testing.T, dir string) (string, string) { return dir + "/f", "" },
			func(t *testing.T, dir string) { put(t, dir+"/f", "1") }},
		{"it comes to be in a folder that comes to be",
			func(t *testing.T, dir string) (string, string) { return dir + "/a/b/f", "" },
			func(t *testing.T, dir string) { put(t, dir+"/a/b/f", "1") }},
		{"a folder of a pattern gets one more",
			func(t *testing.T, dir string) (string, string) { put(t, dir+"/d/1", ""); return "", dir + "/d" },
			func(t *testing.T, dir string) { put(t, dir+"/d/2", "") }},
		{"a link on the way is swapped, as Kubernetes does it",
			func(t *testing.T, dir string) (string, string) {
				put(t, dir+"/..1/f", "1")
				put(t, dir+"/..2/f", "2")
				do(t, os.Symlink("..1", dir+"/..data"), os.Symlink("..data/f", dir+"/f"))
				return dir + "/f", ""
			},
			func(t *testing.T, dir string) {
				do(t, os.Symlink("..2", dir+"/..tmp"), os.Rename(dir+"/..tmp", dir+"/..data"))
			}},
		{"what a link leads to is written, in another folder",
			func(t *testing.T, dir string) (string, string) {
				put(t, dir+"/far/away", "1")
				do(t, os.Symlink(dir+"/far/away", dir+"/f"))
				return dir + "/f", ""
			},
			func(t *testing.T, dir string) { put(t, dir+"/far/away", "2") }},
		{"a folder is renamed, and another takes its name",
			func(t *testing.T, dir string) (string, string) {
				put(t, dir+"/d/1", "")
				put(t, dir+"/e/1", "2")
				return "", dir + "/d"
			},
			func(t *testing.T, dir string) { do(t, os.Rename(dir+"/d", dir+"/old"), os.Rename(dir+"/e", dir+"/d")) }},
	} {
		t.Run(test.shows, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path, folder := test.begin(t, dir)
			w := filewatch.New(slog.New(slog.DiscardHandler))
			go w.Run(t.Context())
			var paths, folders []string
			if path != "" {
				paths = append(paths, path)
			}
			if folder != "" {
				folders = append(folders, folder)
			}
			// It is being watched once a change beside it is noticed.
			mark := filepath.Join(dir, "mark")
			w.Follow(append(paths, mark), folders)
			ready := time.Now().Add(5 * time.Second)
			for told := false; !told; {
				put(t, mark, time.Now().String())
				select {
				case <-w.Stirred():
					told = true
				case <-time.After(2 * filewatch.Quiet):
					if time.Now().After(ready) {
						t.Fatal("nothing is watched")
					}
				}
			}
			for still := true; still; { // the last of these changes too
				select {
				case <-w.Stirred():
				case <-time.After(3 * filewatch.Quiet):
					still = false
				}
			}
			began := time.Now()
			test.act(t, dir)
			<-w.Stirred()
			if took := time.Since(began); took >= filewatch.Anyway*9/10 {
				t.Errorf("told after %s, by the look that is taken anyway", took)
			}
		})
	}
}

// If the kernel does not notify, as for a network file system, files are looked at
// periodically, but never while nothing is followed.
func TestLooksAnyway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := filewatch.New(slog.New(slog.DiscardHandler))
		go w.Run(t.Context())
		time.Sleep(3 * filewatch.Anyway)
		synctest.Wait()
		select {
		case <-w.Stirred():
			t.Error("told of nothing")
		default:
		}
	})
}
