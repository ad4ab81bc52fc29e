package daemon_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"watcher/internal/admin"
	"watcher/internal/config"
)

// do fails the test for the first step that failed.
func do(t *testing.T, steps ...error) {
	t.Helper()
	for _, err := range steps {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func save(t *testing.T, path, text string) {
	t.Helper()
	do(t, os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600))
}

// rule is an included file with one rule, which finds a word.
func rule(name, word string) string {
	return "rules:\n  - {name: " + name + ", keywords: ['" + word + "'], notify: [hook]}\n"
}

// With reload: auto each change of a config file takes effect by itself, however it is
// made. A bad change leaves the old config in force until a change of any file mends it.
func TestReloadAuto(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	w.publish("old")
	dir := t.TempDir()
	path := filepath.Join(dir, "watcher.yaml")
	// This is how Kubernetes mounts a map of files: rules.d/desk.yaml -> ..data/desk.yaml,
	// ..data -> ..1.
	save(t, dir+"/rules.d/..1/desk.yaml", rule("desk", "Riga"))
	do(t, os.Symlink("..1", dir+"/rules.d/..data"), os.Symlink("..data/desk.yaml", dir+"/rules.d/desk.yaml"))
	writeConfig(t, path, w.URL, "reload: auto\ninclude: [rules.d/*.yaml]\n")
	run(t, path, nil)
	cfg, err := config.Load(path)
	do(t, err)
	client := admin.NewClient(admin.SocketPath(cfg.Store, os.Getenv))
	inForce := func() []string {
		var all []string
		rules, err := client.Rules(t.Context())
		do(t, err)
		for _, r := range rules.Rules {
			all = append(all, r.Name+" "+strings.Join(r.Keywords, " "))
		}
		return all
	}
	refused := func() string {
		s, err := client.Status(t.Context())
		do(t, err)
		return s.ReloadError
	}
	w.waitPolls(t, 1)
	for _, step := range []struct {
		shows   string
		act     func()
		rules   []string
		refused string // what the status says of the last reload
	}{
		{"a link two steps away is swapped", func() {
			save(t, dir+"/rules.d/..2/desk.yaml", rule("desk", "Tallinn"))
			do(t, os.Symlink("..2", dir+"/rules.d/..tmp"), os.Rename(dir+"/rules.d/..tmp", dir+"/rules.d/..data"))
		}, []string{"desk Tallinn"}, ""},
		{"a pattern finds one more", func() { save(t, dir+"/rules.d/anna.yaml", rule("anna", "Narva")) }, []string{"anna Narva", "desk Tallinn"}, ""},
		{"an editor puts another in its place, with a mistake", func() {
			save(t, dir+"/rules.d/anna.yaml~", "rules: [{name: anna, match: '(Narva'}]\n")
			do(t, os.Rename(dir+"/rules.d/anna.yaml~", dir+"/rules.d/anna.yaml"))
		}, []string{"anna Narva", "desk Tallinn"}, "rules.d/anna.yaml:1:30"},
		{"it is mended", func() { save(t, dir+"/rules.d/anna.yaml", rule("anna", "Valga")) }, []string{"anna Valga", "desk Tallinn"}, ""},
		{"the config itself goes wrong, and needs a file that is not there", func() {
			writeConfig(t, path, w.URL, "reload: auto\ninclude: [rules.d/*.yaml]\nrules: [{name: own, match: '@ports'}]\n")
		}, []string{"anna Valga", "desk Tallinn"}, "watcher.yaml:11:"},
		{"an included file brings what it needs", func() { save(t, dir+"/rules.d/lists.yaml", "lists: {ports: [Muuga]}\n") }, []string{"own ", "anna Valga", "desk Tallinn"}, ""},
		{"one is removed", func() { do(t, os.Remove(dir+"/rules.d/anna.yaml")) }, []string{"own ", "desk Tallinn"}, ""},
	} {
		step.act()
		w.waitFor(t, step.shows, func() bool {
			return slices.Equal(inForce(), step.rules) && (step.refused == "") == (refused() == "") && strings.Contains(refused(), step.refused)
		})
	}
	w.publish("Trains from Tallinn")
	w.waitFor(t, "an alert by a rule that was swapped in", func() bool { return slices.Contains(w.alerts, "Trains from Tallinn") })
}

// Without reload: auto nothing is read until somebody asks, and whoever asks by the socket
// is told the result.
func TestReloadAsked(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	path := filepath.Join(t.TempDir(), "watcher.yaml")
	writeConfig(t, path, w.URL, rulesNATO)
	run(t, path, nil)
	cfg, err := config.Load(path)
	do(t, err)
	client := admin.NewClient(admin.SocketPath(cfg.Store, os.Getenv))
	w.waitPolls(t, 1)
	writeConfig(t, path, w.URL, "rules:\n  - {name: a, keywords: [Riga]}\n  - {name: b, keywords: [Narva]}\n")
	r, err := client.Reload(t.Context())
	if err != nil || r.Rules != 2 || r.Mistakes != nil {
		t.Errorf("a good config: %+v, %v", r, err)
	}
	writeConfig(t, path, w.URL, "rules:\n  - {name: a, match: '(Riga'}\n  - {name: a, match: x}\n")
	r, err = client.Reload(t.Context())
	if err != nil || r.Rules != 2 || len(r.Mistakes) != 2 {
		t.Errorf("a bad config: %+v, %v", r, err)
	}
}
