package page_test

import (
	"context"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"watcher/internal/config"
	"watcher/internal/rulefiles"
	"watcher/internal/web"
	"watcher/internal/web/page"
)

// rulesRoom is the newsroom with a config on disk whose included files can be edited.
type rulesRoom struct {
	http.Handler
	dir  string
	cfg  *config.Config
	desk *fakeDesk
}

func newRulesRoom(t *testing.T) *rulesRoom {
	t.Helper()
	now := time.Now()
	r := &rulesRoom{dir: t.TempDir()}
	r.put(t, "token", "0123456789abcdef0123456789abcdef\n")
	r.put(t, "w.yaml", newsroomConfig+"include: [rules.d/*.yaml]\nhttp: {listen: '127.0.0.1:8410', token_file: token, edit: true}\nops: {notify: [desk]}\n")
	r.put(t, "rules.d/anna.yaml", "# Anna's\nrules:\n  - {name: harbour, match: harbour}\n")
	reload := func(context.Context) (err error) {
		r.cfg, err = config.Load(r.path("w.yaml"))
		return err
	}
	if err := reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	of := func() *config.Config { return r.cfg }
	archive, log := newsPast(now), slog.New(slog.DiscardHandler)
	edit := rulefiles.New(rulefiles.Options{ConfigPath: r.path("w.yaml"), Config: of, Reload: reload, Past: archive, Log: log})
	r.desk = newsDesk(now, r.cfg)
	r.Handler = page.New(page.Options{Desk: r.desk, Subscriptions: r.desk, Past: archive, Config: of, Edit: edit, Version: "test", Log: log})
	return r
}

func (r *rulesRoom) path(name string) string { return filepath.Join(r.dir, name) }

func (r *rulesRoom) put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(r.path(name)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.path(name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// files returns the included files and their kept versions, by name.
func (r *rulesRoom) files(t *testing.T) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(r.path("rules.d"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)">`)

// form returns the form of an edit page as a browser would send it, with a text.
func form(t *testing.T, body, text, do string) url.Values {
	t.Helper()
	_, body, there := strings.Cut(body, `<form method="post" action="../files/edit"`)
	if !there {
		t.Fatalf("there is no form: %s", body)
	}
	v := url.Values{"text": {text}, "do": {do}}
	for _, m := range hidden.FindAllStringSubmatch(body, -1) {
		if v.Get(m[1]) == "" {
			v.Set(m[1], html.UnescapeString(m[2]))
		}
	}
	return v
}

// A rule is edited from its page on: tried, refused, saved, and its earlier version
// restored.
func TestEditing(t *testing.T) {
	room := newRulesRoom(t)
	h := as(anna, room)
	file := room.path("rules.d/anna.yaml")
	if w := get(h, "/rules/cables"); !strings.Contains(w.Body.String(), "../rules/cables/edit") {
		t.Errorf("the rule's page does not lead to its editing: %s", w.Body)
	}
	if w := get(h, "/rules/cables/edit"); w.Code != 403 || !strings.Contains(w.Body.String(), "w.yaml, which is not edited here") {
		t.Errorf("a rule of the config itself: %d %s", w.Code, w.Body)
	}
	w := get(h, "/rules/harbour/edit")
	if to := w.Header().Get("Location"); w.Code != 303 || to != "../../files/edit?"+(url.Values{"file": {file}, "rule": {"harbour"}}).Encode() {
		t.Fatalf("a rule of an included file: %d %s", w.Code, to)
	}
	w = get(h, strings.TrimPrefix(w.Header().Get("Location"), "../.."))
	if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, "# Anna&#39;s\nrules:\n") || !strings.Contains(body, "harbour begins on line 3") {
		t.Fatalf("the form: %d %s", w.Code, body)
	}
	began := w.Body.String()

	const better = "rules:\r\n  - {name: harbour, match: 'harbour OR brigade'}\r\n"
	w = post(h, "/files/edit", form(t, began, better, "preview"))
	if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, "gained and 0 lost") || !strings.Contains(body, "brigade&#39;}</textarea>") && !strings.Contains(body, "brigade&#39;}\n</textarea>") {
		t.Errorf("the preview: %d %s", w.Code, body)
	}
	w = post(h, "/files/edit", form(t, w.Body.String(), "rules:\n  - {name: harbour, match: '(<b>'}\n", "save"))
	if body := w.Body.String(); w.Code != 422 || !strings.Contains(body, "line 2, column 30") || !strings.Contains(body, "&lt;b&gt;") || strings.Contains(body, "<b>'") {
		t.Errorf("a mistake: %d %s", w.Code, body)
	}
	w = post(h, "/files/edit", form(t, w.Body.String(), better, "save"))
	if w.Code != 303 || !strings.Contains(w.Header().Get("Location"), "files/history?") {
		t.Fatalf("saving: %d %s", w.Code, w.Body)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != strings.ReplaceAll(better, "\r", "") {
		t.Errorf("the file has %q, %v", got, err)
	}
	if rules := room.cfg.Rules; rules[len(rules)-1].Match != "harbour OR brigade" {
		t.Errorf("in force is %q", rules[len(rules)-1].Match)
	}

	w = post(h, "/files/edit", form(t, began, "rules: []\n", "save"))
	if body := w.Body.String(); w.Code != 409 || !strings.Contains(body, "anna saved the file while you edited it") || !strings.Contains(body, "<ins>+ rules: []</ins>") {
		t.Errorf("a second one who edits: %d %s", w.Code, body)
	}

	w = get(h, "/files/history?"+url.Values{"file": {file}}.Encode())
	body := w.Body.String()
	restore := regexp.MustCompile(`href="\.\.(/files/edit\?[^"]*version=0[^"]*)"`).FindStringSubmatch(body)
	if w.Code != 200 || !strings.Contains(body, "by anna") || !strings.Contains(body, "<del>- # Anna&#39;s</del>") || restore == nil {
		t.Fatalf("the history: %d %s", w.Code, body)
	}
	w = get(h, html.UnescapeString(restore[1]))
	if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, "# Anna&#39;s\nrules:\n") {
		t.Errorf("an older version: %d %s", w.Code, body)
	}
}

// A search becomes a rule in a file, with the ticked articles as its examples.
func TestSearchBecomesARule(t *testing.T) {
	room := newRulesRoom(t)
	h := as(anna, room)
	q := url.Values{"q": {"brigade"}, "name": {"brigades"}, "item": {"p999999"}}
	if w := get(h, "/search/rule?"+q.Encode()); w.Code != 200 || !strings.Contains(w.Body.String(), "Add it to") || !strings.Contains(w.Body.String(), ">page.yaml (new)</option>") {
		t.Fatalf("as a rule: %d %s", w.Code, w.Body)
	}
	q.Set("file", room.path("rules.d/page.yaml"))
	w := get(h, "/files/edit?"+q.Encode())
	if w.Code != 200 || !strings.Contains(w.Body.String(), "rules:\n  - name: brigades\n    match: brigade\n    examples:\n      match:\n") {
		t.Fatalf("in a new file: %d %s", w.Code, w.Body)
	}
	text := regexp.MustCompile(`(?s)<textarea[^>]*>\n(.*)</textarea>`).FindStringSubmatch(w.Body.String())
	w = post(h, "/files/edit", form(t, w.Body.String(), html.UnescapeString(text[1]), "save"))
	if w.Code != 303 || room.cfg.Rules[len(room.cfg.Rules)-1].Name != "brigades" {
		t.Errorf("saved: %d %s", w.Code, w.Body)
	}
}

// People who may not edit see no way to, and find none; nor does a path lead anywhere else.
func TestEditingIsClosed(t *testing.T) {
	room := newRulesRoom(t)
	file := room.path("rules.d/anna.yaml")
	edit := url.Values{"file": {file}, "text": {"rules: []\n"}, "do": {"save"}, "confirm": {"yes"}}
	began, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []web.Person{{}, {Name: "jan"}} {
		h := as(who, room)
		for _, path := range []string{"/files", "/files/edit?" + edit.Encode(), "/files/history?" + edit.Encode(), "/rules/harbour/edit"} {
			if w := get(h, path); w.Code != 403 || strings.Contains(w.Body.String(), "Anna") {
				t.Errorf("%q is shown %s: %d %s", who.Name, path, w.Code, w.Body)
			}
		}
		if w := post(h, "/files/edit", edit); w.Code != 403 {
			t.Errorf("%q may save: %d", who.Name, w.Code)
		}
		if w := get(h, "/rules/cables"); strings.Contains(w.Body.String(), "/edit") {
			t.Errorf("%q is led to the form", who.Name)
		}
	}
	h := as(anna, room)
	if w := post(h, "/files/edit", url.Values{"file": {file}, "text": {"rules: []\n"}, "do": {"save"}}); w.Code != 400 {
		t.Errorf("saved without a confirmation: %d", w.Code)
	}
	for _, path := range []string{room.path("w.yaml"), room.path("token"), room.path("rules.d") + "/../token", "/etc/passwd", ""} {
		q := url.Values{"file": {path}}
		if w := get(h, "/files/edit?"+q.Encode()); w.Code != 403 || strings.Contains(w.Body.String(), "0123456789") {
			t.Errorf("%s is shown: %d %s", path, w.Code, w.Body)
		}
		if w := get(h, "/files/history?"+q.Encode()); w.Code != 403 {
			t.Errorf("%s has a history: %d", path, w.Code)
		}
		if w := post(h, "/files/edit", url.Values{"file": {path}, "text": {"rules: []"}, "do": {"save"}, "confirm": {"yes"}}); w.Code != 403 {
			t.Errorf("%s is saved: %d", path, w.Code)
		}
	}
	for _, q := range []url.Values{{"in": {room.path("rules.d/*.yaml")}, "new": {"../../x"}}, {"in": {"/etc/*.yaml"}, "new": {"x"}}, {"in": {room.path("rules.d/*.yaml")}, "new": {".x"}}} {
		if w := get(h, "/files/edit?"+q.Encode()); w.Code != 403 {
			t.Errorf("a new file %v: %d %s", q, w.Code, w.Body)
		}
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != string(began) {
		t.Errorf("the file has %q, %v", now, err)
	}
}
