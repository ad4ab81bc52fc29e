package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"watcher/internal/config"
	"watcher/internal/testutil"
)

// folder writes the files of an archive, and returns the path of its config.
func folder(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, f.Name)), 0o755); err != nil {
			t.Fatal(err)
		}
		testutil.WriteFile(t, filepath.Join(dir, f.Name), string(f.Data), 0o644)
	}
	return filepath.Join(dir, "w.yaml")
}

const including = `-- w.yaml --
include: [rules.d/*.yaml]
lists: {own: [Riga]}
feeds: [{name: f, url: "https://example.org/"}]
rules: [{name: own, keywords: ['@baltics', '@own']}]
notify: {t: {type: console}}
ops: {notify: [t]}
`

func TestInclude(t *testing.T) {
	path := folder(t, including+`-- rules.d/20-jan.yaml --
x-note: kept out
rules:
  - {name: jan, match: Lviv}
-- rules.d/10-anna.yaml --
lists: {baltics: [Estonia, Estonian]}
rules: [{name: anna, keywords: [Kharkiv], notify: [t]}, {name: "anna's", keywords: [Odesa]}]
-- rules.d/.10-anna.yaml --
what an editor keeps beside it: [
-- rules.d/all-out.yaml --
# rules: []
-- rules.d/notes.txt --
no rules
`)
	if err := os.Symlink("jan@desk.4711", filepath.Join(filepath.Dir(path), "rules.d/.#20-jan.yaml")); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Check(path)
	if err != nil {
		t.Fatal(err)
	}
	type at struct {
		name string
		config.Place
	}
	dir := filepath.Dir(path)
	var got []at
	for i, r := range cfg.Rules {
		got = append(got, at{r.Name, cfg.RulePlaces[i]})
	}
	want := []at{
		{"own", config.Place{path, 4}},
		{"anna", config.Place{dir + "/rules.d/10-anna.yaml", 2}},
		{"anna's", config.Place{dir + "/rules.d/10-anna.yaml", 2}},
		{"jan", config.Place{dir + "/rules.d/20-jan.yaml", 3}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(at{})); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if got := cfg.ListPlaces["baltics"]; got != (config.Place{want[1].Place.File, 1}) {
		t.Errorf("the list is at %v", got)
	}
	if len(cfg.Warnings) > 0 {
		t.Errorf("warnings: %v", cfg.Warnings)
	}
}

// A mistake in an included file is reported like one in the config, with its own place. A
// name that is taken is reported with the place of the other, in whichever file that is.
func TestIncludedMistakes(t *testing.T) {
	for _, test := range []struct{ shows, files, want string }{
		{"each has its own file, line and character, in the order of the files", `-- rules.d/a.yaml --
rules:
  - {name: a, match: 'NATO AND (Riga'}
  - {name: b, keyword: [x]}
-- rules.d/b.yaml --
rules:
  - name: c
    match: NATO NEAR/x Riga
`, `DIR/rules.d/a.yaml:2:32: rules[0].match: the ( is not closed; add )
    NATO AND (Riga
             ^
DIR/rules.d/a.yaml:3:15: rules[1].keyword: unknown key, did you mean keywords?
DIR/rules.d/b.yaml:3:22: rules[0].match: "x" is not a number; write A NEAR/10 B
    NATO NEAR/x Riga
              ^
`},
		{"the name of a rule is taken in another file, and in the config", `-- rules.d/a.yaml --
rules: [{name: own, match: Kyiv}, {name: a, match: Lviv}]
-- rules.d/b.yaml --
rules:
  - {name: a, match: Odesa}
`, `DIR/rules.d/a.yaml:1:16: rules[0].name: the name "own" is taken by rules[0] on line 4 of DIR/w.yaml
DIR/rules.d/b.yaml:2:12: rules[0].name: the name "a" is taken by rules[1] on line 1 of DIR/rules.d/a.yaml
`},
		{"a list is there twice", `-- rules.d/a.yaml --
lists: {own: [Kaunas]}
rules: [{name: a, match: '@own'}]
`, `DIR/rules.d/a.yaml:1:14: lists.own: the list "own" is there already, as lists.own on line 2 of DIR/w.yaml; keep one of the two
`},
		{"what only the config may have", `-- rules.d/a.yaml --
feeds: [{url: "https://example.org/2"}]
defaults: {inflect: false}
ruels: []
`, `DIR/rules.d/a.yaml:1:1: feeds: an included file has only lists and rules; put this into DIR/w.yaml
DIR/rules.d/a.yaml:2:1: defaults: an included file has only lists and rules; put this into DIR/w.yaml
DIR/rules.d/a.yaml:3:1: ruels: unknown key, did you mean rules?
`},
		{"the variables of the service are not for who may write its rules", `-- rules.d/a.yaml --
rules: [{name: a, keywords: ['$${KEPT}', 'see ${HOME}']}]
`, `DIR/rules.d/a.yaml:1:47: rules[0].keywords[1]: an included file has no variables; write the value itself, and for the characters themselves $${
`},
		{"one that is no YAML does not have others called wrong for what it may have", `-- rules.d/a.yaml --
lists: {baltics: [Estonia}
-- rules.d/b.yaml --
rules: [{name: a, match: '@baltics'}, {name: a, match: x}]
`, `DIR/rules.d/a.yaml:1:26: a } here, though it was a [ that began on line 1
DIR/rules.d/b.yaml:1:46: rules[1].name: the name "a" is taken by rules[0] on line 1
`},
		{"a list where sections are wanted", `-- rules.d/a.yaml --
- {name: a, match: x}
`, `DIR/rules.d/a.yaml:1:1: wants keys with values, but this is a list; write rules: or lists: first
`},
		{"a target and a feed that are not there", `-- rules.d/a.yaml --
rules:
  - {name: a, match: x, notify: [desk], feeds: [wire]}
`, `DIR/rules.d/a.yaml:2:34: rules[0].notify[0]: no target is called "desk", there is only t
DIR/rules.d/a.yaml:2:49: rules[0].feeds[0]: no feed is called "wire", there is only f
`},
		{"a mistake in a word of a list", `-- rules.d/a.yaml --
lists: {baltics.north: [Estonia, '(']}
rules: [{name: a, match: '@baltics.north'}]
`, `DIR/rules.d/a.yaml:1:35: lists.baltics.north[1]: parentheses group terms in match: only; leave them out, or write the query under match: instead
    (
    ^
`},
	} {
		t.Run(test.shows, func(t *testing.T) {
			main := strings.Replace(including, "'@baltics', ", "", 1)
			path := folder(t, main+test.files)
			_, err := config.Load(path)
			got := ""
			if err != nil {
				got = strings.ReplaceAll(err.Error(), filepath.Dir(path), "DIR") + "\n"
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Mistakes of include itself are placed in the config.
func TestIncludePatterns(t *testing.T) {
	for _, test := range []struct{ shows, include, want string }{
		{"a pattern that nothing matches yet is as good as any", "none.d/*.yaml", ""},
		{"a file that is named is missed, but is no mistake", "later.yaml", "warning: include[0]: there is no such file, looked for as DIR/later.yaml"},
		{"the config itself", "*.yaml", "include[0]: includes the config itself; keep included files in a folder of their own: include: [rules.d/*.yaml]"},
		{"folders by pattern", "*/*.yaml", "include[0]: only the name of the file can be a pattern, not its folder; name each folder: rules.d/*.yaml"},
		{"all below a folder", "rules.d/**", "include[0]: ** is not known; name each folder: rules.d/*.yaml"},
		{"half a pattern", "rules.d/[a.yaml", "include[0]: is no pattern: a [ is not closed"},
		{"a folder", "rules.d", "include[0]: cannot read DIR/rules.d: it is a directory, or larger than 128 MB"},
	} {
		t.Run(test.shows, func(t *testing.T) {
			main := strings.Replace(strings.Replace(including, "'@baltics', ", "", 1), "rules.d/*.yaml", `"`+test.include+`"`, 1)
			path := folder(t, main+"-- rules.d/a.yaml --\nrules: [{name: a, match: x}]\n")
			cfg, err := config.Load(path)
			got := ""
			if es, ok := errors.AsType[config.Mistakes](err); ok {
				got = es[0].KeyPath + ": " + es[0].Text
			} else if len(cfg.Warnings) > 0 {
				got = "warning: " + cfg.Warnings[0].KeyPath + ": " + cfg.Warnings[0].Text
			}
			if got = strings.ReplaceAll(got, filepath.Dir(path), "DIR"); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// A file can be checked before it is written, also one that does not exist yet.
func TestCheckWith(t *testing.T) {
	path := folder(t, including+"-- rules.d/a.yaml --\nlists: {baltics: [Estonia]}\n")
	dir := filepath.Join(filepath.Dir(path), "rules.d")
	cfg, err := config.CheckWith(path, map[string][]byte{dir + "/b.yaml": []byte("rules: [{name: b, match: '@baltics'}]\n")})
	if err != nil || len(cfg.Rules) != 2 || cfg.RulePlaces[1].File != dir+"/b.yaml" {
		t.Errorf("with a new file: %+v, %v", cfg, err)
	}
	_, err = config.CheckWith(path, map[string][]byte{dir + "/a.yaml": []byte("lists: {baltic: [Estonia]}\n")})
	if err == nil || !strings.Contains(err.Error(), "@baltics") {
		t.Errorf("without a list that the config needs: %v", err)
	}
	if _, err := os.Stat(dir + "/b.yaml"); err == nil {
		t.Error("trying a file has written it")
	}
}

// Files reports that a file of a config has changed, was added or was removed.
func TestFilesTellWhatChanged(t *testing.T) {
	path := folder(t, including+"-- rules.d/a.yaml --\nlists: {baltics: [Estonia]}\n-- hook --\nwhsec_QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD\n")
	dir := filepath.Dir(path)
	testutil.WriteFile(t, filepath.Join(dir, "w.yaml"), strings.Replace(readAll(t, path), "{type: console}", "{type: webhook, url: 'https://example.org/', secret_file: hook}", 1), 0o600)
	if err := os.Chmod(filepath.Join(dir, "hook"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{path, dir + "/rules.d/a.yaml", dir + "/hook"}; !slices.Equal(cfg.Read.Paths(), want) {
		t.Errorf("files %q, want %q", cfg.Read.Paths(), want)
	}
	for _, step := range []struct {
		shows, file, text string // empty for a file that is removed
		what, told        string
		equal             bool
	}{
		{"one is written as it was", "rules.d/a.yaml", "lists: {baltics: [Estonia]}\n", "", "", true},
		{"one is changed", "rules.d/a.yaml", "lists: {baltics: [Latvia]}\n", config.Changed, "rules.d/a.yaml", false},
		{"one that a pattern finds is new", "rules.d/b.yaml", "rules: []\n", config.Changed, "rules.d/a.yaml", false},
		{"the first is back as it was", "rules.d/a.yaml", "lists: {baltics: [Estonia]}\n", config.Added, "rules.d/b.yaml", false},
		{"the new one is gone", "rules.d/b.yaml", "", "", "", true},
		{"a secret is changed", "hook", "whsec_QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJE\n", "", "", false},
		{"an included one is gone", "rules.d/a.yaml", "", config.Removed, "rules.d/a.yaml", false},
	} {
		if step.text == "" {
			if err := os.Remove(filepath.Join(dir, step.file)); err != nil {
				t.Fatal(err)
			}
		} else {
			testutil.WriteFile(t, filepath.Join(dir, step.file), step.text, 0o600)
		}
		now, err := cfg.Read.Now()
		if err != nil {
			t.Fatal(err)
		}
		told, what, _ := cfg.Read.Difference(now)
		told = strings.TrimPrefix(told, dir+"/")
		if told != step.told || what != step.what || cfg.Read.Equal(now) != step.equal {
			t.Errorf("%s: %q %q, equal %v", step.shows, told, what, cfg.Read.Equal(now))
		}
	}
}

func readAll(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The schema tells an editor of an included file what it tells of the config's own rules.
func TestIncludedSchema(t *testing.T) {
	s := compiled(t, config.IncludedSchema)
	if err := validate(t, s, []byte("lists: {ports: [Muuga]}\nrules: [{name: ports, match: '@ports'}]\n")); err != nil {
		t.Errorf("what runs is underlined: %v", err)
	}
	for _, bad := range []string{"feeds: []\n", "rules: [{match: x}]\n"} {
		if validate(t, s, []byte(bad)) == nil {
			t.Errorf("%q is not underlined", bad)
		}
	}
}
