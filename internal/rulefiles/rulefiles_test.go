package rulefiles_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"watcher/internal/config"
	"watcher/internal/feeds"
	"watcher/internal/past"
	"watcher/internal/rulefiles"
	"watcher/internal/rules"
)

// desk is a folder with a config, and an editor of what it includes.
type desk struct {
	*rulefiles.Editor
	dir    string
	cfg    *config.Config
	refuse error // what the next reload answers
	items  []past.Found
	told   []string // what Follow reported as not accepted
}

const main = `include: [rules.d/*.yaml]
http: {listen: "127.0.0.1:8410", token_file: token, edit: true}
feeds: [{name: f, url: "https://example.org/"}]
notify: {t: {type: console}}
ops: {notify: [t]}
`

func newDesk(t *testing.T) *desk {
	d := &desk{dir: t.TempDir()}
	d.put(t, "w.yaml", main, 0o600)
	d.put(t, "token", "0123456789abcdef0123456789abcdef\n", 0o600)
	d.put(t, "rules.d/desk.yaml", "rules:\n  - {name: a, match: Riga}\n", 0o640)
	return openDesk(t, d.dir)
}

// openDesk opens the desk of a folder.
func openDesk(t *testing.T, dir string) *desk {
	t.Helper()
	d := &desk{dir: dir}
	if err := d.reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.Editor = rulefiles.New(rulefiles.Options{
		ConfigPath: d.path("w.yaml"), Config: func() *config.Config { return d.cfg }, Reload: d.reload, Past: d, Log: slog.New(slog.DiscardHandler),
	})
	return d
}

func (d *desk) path(name string) string { return filepath.Join(d.dir, name) }

func (d *desk) put(t *testing.T, name, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(d.path(name)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.path(name), []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(d.path(name), mode); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) reload(context.Context) error {
	if d.refuse != nil {
		return d.refuse
	}
	cfg, err := config.Load(d.path("w.yaml"))
	if err == nil {
		d.cfg = cfg
	}
	return err
}

func (d *desk) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(d.path(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Newest implements rulefiles.Archive over the items of the desk, the newest first.
func (d *desk) Newest(ctx context.Context, q past.Query, _ string) iter.Seq2[past.Found, error] {
	return func(yield func(past.Found, error) bool) {
		set, err := rules.Compile([]rules.Rule{q.Rule}, q.Language)
		if err != nil {
			yield(past.Found{}, err)
			return
		}
		for _, f := range d.items {
			if f.Seen.Before(q.Since) || len(set.Match(&f.Item)) == 0 {
				continue
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}

// ruleNames returns the names of the rules in force.
func (d *desk) ruleNames() []string {
	var names []string
	for _, r := range d.cfg.Rules {
		names = append(names, r.Name)
	}
	return names
}

func TestSave(t *testing.T) {
	d := newDesk(t)
	path := d.path("rules.d/desk.yaml")
	was, err := d.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Save(t.Context(), "anna", path, was.Base, "rules:\r\n  - {name: a, match: Riga}\r\n  - {name: b, match: Narva}"); err != nil {
		t.Fatal(err)
	}
	const saved = "rules:\n  - {name: a, match: Riga}\n  - {name: b, match: Narva}\n"
	if got := d.read(t, "rules.d/desk.yaml"); got != saved {
		t.Errorf("the file has %q", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("its mode was not kept: %v, %v", info.Mode(), err)
	}
	if got := d.ruleNames(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("in force are %q", got)
	}
	all, err := d.History(path)
	if err != nil || len(all) != 2 || all[0].Text != was.Text || all[0].By != "" || all[1].By != "anna" || all[1].Text != saved {
		t.Errorf("the history is %+v, %v", all, err)
	}
	files := d.Files()
	if len(files) != 1 || files[0].Path != path || !slices.Equal(files[0].Rules, []string{"a", "b"}) || files[0].Closed != "" {
		t.Errorf("files: %+v", files)
	}
}

// Changes that an editor of the machine wrote in between are in the history too, so that
// nothing is ever overwritten without a copy.
func TestHistoryHasWhatOthersWrote(t *testing.T) {
	d := newDesk(t)
	path := d.path("rules.d/desk.yaml")
	save := func(text string) {
		t.Helper()
		was, err := d.Read(path)
		if err == nil {
			err = d.Save(t.Context(), "anna", path, was.Base, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	save("rules: [{name: one, match: Riga}]\n")
	d.put(t, "rules.d/desk.yaml", "rules: [{name: two, match: Riga}]\n", 0o640)
	for i := range 120 {
		save(fmt.Sprintf("rules: [{name: r%d, match: Riga}]\n", i))
	}
	all, err := d.History(path)
	if err != nil || len(all) != 100 || !strings.Contains(all[99].Text, "r119") || !strings.Contains(all[98].Text, "r118") {
		t.Errorf("%d versions, %v", len(all), err)
	}
	d.put(t, "rules.d/desk.yaml", "rules: [{name: three, match: Riga}]\n", 0o640)
	save("rules: []\n")
	all, err = d.History(path)
	if err != nil || !strings.Contains(all[98].Text, "three") || all[98].By != "" {
		t.Errorf("what was written elsewhere is not kept: %+v, %v", all[98], err)
	}
}

// If two people edit at once, the second is told, and nothing is overwritten.
func TestTwoAtOnce(t *testing.T) {
	d := newDesk(t)
	path := d.path("rules.d/desk.yaml")
	was, err := d.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	const annas = "rules: [{name: anna, match: Riga}]\n"
	if err := d.Save(t.Context(), "anna", path, was.Base, annas); err != nil {
		t.Fatal(err)
	}
	err = d.Save(t.Context(), "jan", path, was.Base, "rules: [{name: jan, match: Riga}]\n")
	conflict, ok := errors.AsType[*rulefiles.ConflictError](err)
	if !ok || conflict.By != "anna" || conflict.Now.Text != annas {
		t.Fatalf("jan is told %v", err)
	}
	if got := d.read(t, "rules.d/desk.yaml"); got != annas {
		t.Errorf("the file has %q", got)
	}
	// The same holds if two people make a file with the same name.
	fresh := d.path("rules.d/new.yaml")
	if err := d.Save(t.Context(), "anna", fresh, "", "rules: []\n"); err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[*rulefiles.ConflictError](d.Save(t.Context(), "jan", fresh, "", "lists: {}\n")); !ok {
		t.Error("the second has replaced the new file of the first")
	}
}

// A mistake changes nothing: neither a file nor the rules in force.
func TestNothingIsChanged(t *testing.T) {
	for _, test := range []struct {
		shows, text, says string
		refuse            error
	}{
		{"a mistake in the text", "rules: [{name: a, match: '(Riga'}]\n", "rules.d/desk.yaml:1:27: rules[0].match: the ( is not closed; add )", nil},
		{"a key that only the config may have", "http: {edit: false}\n", "an included file has only lists and rules", nil},
		{"a rule that another file has", "rules: [{name: other, match: Riga}]\n", "the name \"other\" is taken", nil},
		{"a list that another file needs", "rules: []\n", "@ports", nil},
		{"a variable of the service", "lists: {ports: ['${HOME}']}\n", "has no variables", nil},
		{"a reload that is refused for another reason", "lists: {ports: [Riga]}\n", "the file is as it was before: no room", errors.New("no room")},
	} {
		t.Run(test.shows, func(t *testing.T) {
			d := newDesk(t)
			const text = "lists: {ports: [Muuga]}\n"
			d.put(t, "rules.d/desk.yaml", text, 0o640)
			d.put(t, "rules.d/zz.yaml", "rules: [{name: other, match: '@ports'}]\n", 0o640)
			if err := d.reload(t.Context()); err != nil {
				t.Fatal(err)
			}
			path := d.path("rules.d/desk.yaml")
			was, err := d.Read(path)
			if err != nil {
				t.Fatal(err)
			}
			d.refuse = test.refuse
			err = d.Save(t.Context(), "anna", path, was.Base, test.text)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("told %v", err)
			}
			if got := d.read(t, "rules.d/desk.yaml"); got != text {
				t.Errorf("the file has %q", got)
			}
			if names, err := filepath.Glob(d.path("rules.d/.saving*")); err != nil || len(names) > 0 {
				t.Errorf("left behind: %q, %v", names, err)
			}
		})
	}
}

// No path leads out of the files that the config includes.
func TestOtherFilesAreClosed(t *testing.T) {
	d := newDesk(t)
	d.put(t, "elsewhere.yaml", "rules: []\n", 0o640)
	d.put(t, "rules.d/notes.txt", "no rules", 0o640)
	for to, from := range map[string]string{"../elsewhere.yaml": "rules.d/link.yaml", d.path("elsewhere.yaml"): "rules.d/absolute.yaml", "nowhere": "rules.d/dangling.yaml"} {
		if err := os.Symlink(to, d.path(from)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(d.path("rules.d/folder.yaml"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		d.path("w.yaml"), d.path("token"), d.path("elsewhere.yaml"), d.path("rules.d/notes.txt"),
		d.path("rules.d") + "/../w.yaml", d.path("rules.d") + "/../elsewhere.yaml", d.path("rules.d") + "//desk.yaml", d.path("rules.d") + "/./desk.yaml",
		"rules.d/desk.yaml", "desk.yaml", "", ".", "/", "..", d.path("rules.d/.hidden.yaml"), d.path("rules.d/sub/x.yaml"), d.path("rules.d/.history/desk.yaml"),
		d.path("rules.d/a\x00.yaml"), d.path("rules.d/a\n.yaml"), d.path("rules.d/a\\b.yaml"), d.path("rules.d/" + strings.Repeat("a", 200) + ".yaml"),
		d.path("rules.d/link.yaml"), d.path("rules.d/absolute.yaml"), d.path("rules.d/dangling.yaml"), d.path("rules.d/folder.yaml"),
	} {
		if text, err := d.Read(path); err == nil {
			t.Errorf("%q can be read: %q", path, text.Text)
		}
		if err := d.Save(t.Context(), "anna", path, "", "lists: {}\n"); err == nil {
			t.Errorf("%q can be written", path)
		}
		if _, err := d.History(path); err == nil {
			t.Errorf("%q has a history", path)
		}
	}
	if got := d.read(t, "elsewhere.yaml"); got != "rules: []\n" {
		t.Errorf("a file elsewhere has %q", got)
	}
	d.cfg.HTTP.Edit = false
	if _, err := d.Read(d.path("rules.d/desk.yaml")); err == nil {
		t.Error("a file is read for editing without http.edit")
	}
}

// A preview says of each changed rule what it would find more and less.
func TestPreview(t *testing.T) {
	d := newDesk(t)
	d.put(t, "rules.d/lists.yaml", "lists: {ports: [Muuga]}\nrules: [{name: ports, match: '@ports'}, {name: same, match: Kyiv}]\n", 0o640)
	if err := d.reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for i, title := range []string{"Riga opens a bridge", "Narva closes a bridge", "Ships in Muuga", "Ships in Ventspils", "Kyiv and Riga", "Long ago in Narva"} {
		d.items = append(d.items, past.Found{ID: fmt.Sprint(i), Seen: now.AddDate(0, 0, -i*6), Item: feeds.Item{Title: title, Feed: "f"}})
	}
	told := func(p rulefiles.Preview) string {
		var b strings.Builder
		for _, c := range p.Rules {
			fmt.Fprintf(&b, "%s new=%v removed=%v found=%d", c.Name, c.New, c.Removed, c.Found)
			for _, s := range []rulefiles.Share{c.Gained, c.Lost} {
				fmt.Fprintf(&b, " %d/%d", s.Count, len(s.PerDay))
				for _, f := range s.Shown {
					fmt.Fprintf(&b, " %q", f.Item.Title)
				}
			}
			b.WriteByte('\n')
		}
		return b.String()
	}
	for _, test := range []struct{ shows, file, text, want string }{
		{"a query that finds more, less, and not what is older than four weeks", "desk.yaml", "rules: [{name: a, match: (Riga OR Narva) NOT Kyiv}]\n",
			"a new=false removed=false found=2 1/1 \"Narva closes a bridge\" 1/1 \"Kyiv and Riga\"\n"},
		{"another name is another rule", "desk.yaml", "rules: [{name: b, match: Riga}]\n",
			"b new=true removed=false found=2 2/2 \"Riga opens a bridge\" \"Kyiv and Riga\" 0/0\na new=false removed=true found=0 0/0 2/2 \"Riga opens a bridge\" \"Kyiv and Riga\"\n"},
		{"a list changes the rules that use it", "lists.yaml", "lists: {ports: [Muuga, Ventspils]}\nrules: [{name: ports, match: '@ports'}, {name: same, match: Kyiv}]\n",
			"ports new=false removed=false found=2 1/1 \"Ships in Ventspils\" 0/0\n"},
		{"who is told changes nothing of what is found", "desk.yaml", "rules: [{name: a, match: Riga, severity: high, notify: [t]}]\n", ""},
	} {
		t.Run(test.shows, func(t *testing.T) {
			p, err := d.Preview(t.Context(), d.path("rules.d/"+test.file), test.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := told(p); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
	if _, err := d.Preview(t.Context(), d.path("rules.d/desk.yaml"), "rules: [{match: x}]\n"); err == nil {
		t.Error("a mistake is not told")
	}
}

func TestDifference(t *testing.T) {
	var got []string
	for _, l := range rulefiles.Difference("a\nb\nc\n", "a\nB\nc\n") {
		got = append(got, l.Sign+l.Text)
	}
	if want := []string{"@-1,3 +1,3", " a", "-b", "+B", " c"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := rulefiles.Difference("a\n", "a\n"); got != nil {
		t.Errorf("of the same: %q", got)
	}
}

func TestWithRule(t *testing.T) {
	rule := rules.Rule{Name: "b", Match: "'x' AND y"}
	for _, test := range []struct{ shows, text, want string }{
		{"an empty file", "", "rules:\n  - name: b\n    match: '''x'' AND y'\n"},
		{"behind what is there, indented as that is, and before the next section", "rules:\n- name: a\n  match: |\n    - x\n\n# ours\nlists: {}\n", "rules:\n- name: a\n  match: |\n    - x\n- name: b\n  match: '''x'' AND y'\n\n# ours\nlists: {}\n"},
		{"lists alone", "lists: {l: [x]}", "lists: {l: [x]}\n\nrules:\n  - name: b\n    match: '''x'' AND y'\n"},
		{"rules in brackets", "rules: [{name: a, match: x}]\n", "rules: [{name: a, match: x}]\n# - name: b\n#   match: '''x'' AND y'\n"},
	} {
		got, err := rulefiles.WithRule(test.text, rule)
		if err != nil || got != test.want {
			t.Errorf("%s: %v\n%s", test.shows, err, got)
		}
	}
}
