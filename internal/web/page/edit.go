package page

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"watcher/internal/config"
	"watcher/internal/past"
	"watcher/internal/rulefiles"
	"watcher/internal/rules"
)

// editing reports whether who asks may edit files here.
func (s *site) editing(f *frame) error {
	if s.Edit == nil || !s.Edit.Allowed() {
		return &failure{http.StatusForbidden, "files are not edited here: http.edit in the config allows it"}
	}
	return mayChange(f)
}

// fileName is how a file is called: by its own name, which is enough for people.
func fileName(path string) string { return filepath.Base(path) }

func editPath(path string, more ...string) string {
	q := url.Values{"file": {path}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return "files/edit?" + q.Encode()
}

type filesPage struct {
	frame
	Files    []fileRow
	Patterns []string
}

type fileRow struct {
	rulefiles.File
	Name, Edit, History string
}

func (s *site) files(_ *http.Request, f *frame) (any, error) {
	f.Title = "Files of rules"
	if err := s.editing(f); err != nil {
		return nil, err
	}
	p := filesPage{frame: *f, Patterns: s.Edit.Patterns()}
	for _, file := range s.Edit.Files() {
		p.Files = append(p.Files, fileRow{file, fileName(file.Path), editPath(file.Path), "files/history?" + url.Values{"file": {file.Path}}.Encode()})
	}
	return p, nil
}

// editRule leads from a rule to the file that has it.
func (s *site) editRule(w http.ResponseWriter, r *http.Request) {
	f, name := s.frame(r, "rules", 3), r.PathValue("name")
	err := s.editing(&f)
	cfg := s.Config()
	if err == nil {
		i := slices.IndexFunc(cfg.Rules, func(r config.RoutedRule) bool { return r.Name == name })
		if i < 0 {
			err = missing("no rule is called " + name)
		} else {
			at := cfg.RulePlaces[i]
			if _, err = s.Edit.Read(at.File); err == nil {
				goTo(w, f.Root+editPath(at.File, "rule", name))
				return
			}
			err = &failure{http.StatusForbidden, fmt.Sprintf("%s stands on line %d of %s, which is not edited here: %v", name, at.Line, at.File, err)}
		}
	}
	s.fail(w, r, f, err)
}

type editPage struct {
	frame
	Path, Name string
	Text, Base string
	Rule       string // that it is about; empty for the file
	Line       int    // of it
	New        bool
	Old        moment // when the version was in force that is shown; zero for what the file has
	History    string
	Files      string // the path of the list

	Mistakes []editMistake
	Conflict *conflictBox
	Preview  *previewBox
}

type editMistake struct{ Where, Text, Snippet string }

type conflictBox struct {
	Text  string
	At    moment
	Yours []rulefiles.ChangedLine // from what is there to what one has written
	Take  string
}

type previewBox struct {
	Rules    []previewRule
	Since    moment
	Cut      bool
	Same     bool // nothing that is found changes
	Lines    []rulefiles.ChangedLine
	Warnings []editMistake
}

type previewRule struct {
	rulefiles.RuleChange
	Shares []previewShare
}

type previewShare struct {
	Count int
	Word  string // "gained", "lost"
	Chart chart
	Shown []previewItem
	More  int
}

type previewItem struct {
	Title, Feed, Link string
	At                moment
}

// editForm begins to edit a file: as it is, as it was, or with a rule added that a
// search has become.
func (s *site) editForm(r *http.Request, f *frame) (any, error) {
	if err := s.editing(f); err != nil {
		return nil, err
	}
	q := r.URL.Query()
	path := q.Get("file")
	if in := q.Get("in"); path == "" && in != "" {
		name := strings.TrimSpace(q.Get("new"))
		if name == "" {
			return nil, wrong("a new file needs a name")
		}
		path = filepath.Join(filepath.Dir(in), strings.Replace(filepath.Base(in), "*", name, 1))
	}
	now, err := s.Edit.Read(path)
	if err != nil {
		return nil, closedAs(err)
	}
	p := s.editPage(f, path, now)
	if version := q.Get("version"); version != "" {
		all, err := s.Edit.History(path)
		n, bad := strconv.Atoi(version)
		if err != nil || bad != nil || n < 0 || n >= len(all) {
			return nil, cmp.Or(err, missing("this version is not kept any more"))
		}
		p.Text, p.Old = all[n].Text, f.At(all[n].At)
	}
	if q.Get("q") != "" {
		rule, err := s.ruleOf(r, q.Get("name"), q.Get("q"), q["item"])
		if err != nil {
			return nil, err
		}
		if p.Text, err = rulefiles.WithRule(p.Text, rule); err != nil {
			return nil, err
		}
		p.Rule = rule.Name
	}
	if p.Rule = cmp.Or(p.Rule, q.Get("rule")); p.Rule != "" {
		cfg := s.Config()
		for i, at := range cfg.RulePlaces {
			if cfg.Rules[i].Name == p.Rule && at.File == path {
				p.Line = at.Line
			}
		}
	}
	return p, nil
}

func (s *site) editPage(f *frame, path string, now rulefiles.Text) *editPage {
	f.Title = "Edit " + fileName(path)
	return &editPage{
		frame: *f, Path: path, Name: fileName(path), Text: now.Text, Base: now.Base, New: now.Base == "", Old: moment{Zero: true},
		History: "files/history?" + url.Values{"file": {path}}.Encode(), Files: "files",
	}
}

func closedAs(err error) error {
	if closed, ok := errors.AsType[*rulefiles.ClosedError](err); ok {
		return &failure{http.StatusForbidden, closed.Text}
	}
	return err
}

// edit takes the form: it shows what the text would change, or saves it. Whatever keeps
// it from being saved is shown with the text, which is lost to nobody.
func (s *site) edit(w http.ResponseWriter, r *http.Request) {
	f := s.frame(r, "rules", 2)
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := r.ParseForm()
	switch {
	case err != nil:
		err = wrong("the form could not be read: " + err.Error())
	case s.editing(&f) != nil:
		err = s.editing(&f)
	case r.PostFormValue("confirm") != "yes":
		err = wrong("this change was not confirmed; use the form on the page")
	}
	if err != nil {
		s.fail(w, r, f, err)
		return
	}
	path, text := r.PostFormValue("file"), strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n")
	now, err := s.Edit.Read(path)
	if err != nil {
		s.fail(w, r, f, closedAs(err))
		return
	}
	p := s.editPage(&f, path, now)
	p.Text, p.Base, p.Rule = text, r.PostFormValue("base"), r.PostFormValue("rule")
	if r.PostFormValue("do") == "save" {
		if err = s.Edit.Save(r.Context(), f.Person.Name, path, p.Base, text); err == nil {
			goTo(w, f.Root+withDone(p.History, "saved"))
			return
		}
	} else {
		p.Preview, err = s.preview(r, &f, path, now.Text, text)
	}
	status := http.StatusOK
	if err != nil {
		if status, err = p.explain(&f, err, text); err != nil {
			s.fail(w, r, f, err)
			return
		}
	}
	s.render(w, r, status, "edit", p)
}

// explain shows why a text is not saved; what is not for who wrote it is returned.
func (p *editPage) explain(f *frame, err error, text string) (status int, _ error) {
	if es, ok := errors.AsType[config.Mistakes](err); ok {
		p.Mistakes = mistakesOf(p.Path, es)
		return http.StatusUnprocessableEntity, nil
	}
	if c, ok := errors.AsType[*rulefiles.ConflictError](err); ok {
		p.Conflict = &conflictBox{Text: c.Error(), At: f.At(c.At), Yours: rulefiles.Difference(c.Now.Text, text), Take: editPath(p.Path)}
		p.Base = c.Now.Base // who has read what is there may write over it
		return http.StatusConflict, nil
	}
	return 0, closedAs(err)
}

func mistakesOf(path string, es []config.Mistake) []editMistake {
	var all []editMistake
	for _, e := range es {
		where := fmt.Sprintf("line %d, column %d", e.Line, e.Col)
		if e.File != path {
			where += " of " + e.File
		}
		words := e.Text
		if e.KeyPath != "" {
			words = e.KeyPath + ": " + words
		}
		all = append(all, editMistake{where, words, e.Snippet})
	}
	return all
}

func (s *site) preview(r *http.Request, f *frame, path, was, text string) (*previewBox, error) {
	p, err := s.Edit.Preview(r.Context(), path, text)
	if err != nil {
		return nil, err
	}
	b := &previewBox{Since: f.At(p.Since), Cut: p.Cut, Lines: rulefiles.Difference(was, text), Warnings: mistakesOf(path, p.Warnings), Same: len(p.Rules) == 0}
	for _, c := range p.Rules {
		rule := previewRule{RuleChange: c}
		for _, share := range []struct {
			word string
			of   rulefiles.Share
		}{{"gained", c.Gained}, {"lost", c.Lost}} {
			if share.of.Count == 0 {
				continue
			}
			one := previewShare{Count: share.of.Count, Word: share.word, More: share.of.Count - len(share.of.Shown)}
			one.Chart = chartOf(share.of.PerDay, dateOf(p.Since.In(f.zone)), dateOf(f.now.In(f.zone)), share.word)
			for _, found := range share.of.Shown {
				one.Shown = append(one.Shown, previewItem{cmp.Or(found.Item.Title, "(without a title)"), found.Item.Feed, found.Item.Link, f.At(found.Seen)})
			}
			rule.Shares = append(rule.Shares, one)
		}
		b.Rules = append(b.Rules, rule)
	}
	return b, nil
}

type historyPage struct {
	frame
	Name, Edit string
	Versions   []versionRow // the newest first
}

type versionRow struct {
	At      moment
	By      string
	Now     bool // it is what the file has
	Restore string
	Lines   []rulefiles.ChangedLine
	First   bool
	Open    bool
}

// maxDifferences is how many versions are shown with what they changed.
const maxDifferences = 20

func (s *site) history(r *http.Request, f *frame) (any, error) {
	if err := s.editing(f); err != nil {
		return nil, err
	}
	path := r.URL.Query().Get("file")
	now, err := s.Edit.Read(path)
	if err != nil {
		return nil, closedAs(err)
	}
	all, err := s.Edit.History(path)
	if err != nil {
		return nil, err
	}
	f.Title = "History of " + fileName(path)
	p := historyPage{frame: *f, Name: fileName(path), Edit: editPath(path)}
	if n := len(all); n > 0 && all[n-1].Text != now.Text {
		all = append(all, rulefiles.Version{Text: now.Text})
	}
	for i, v := range slices.Backward(all) {
		row := versionRow{At: f.At(v.At), By: v.By, Now: i == len(all)-1, First: i == 0, Restore: editPath(path, "version", strconv.Itoa(i)), Open: i == len(all)-1}
		if i > 0 && len(p.Versions) < maxDifferences {
			row.Lines = rulefiles.Difference(all[i-1].Text, v.Text)
		}
		p.Versions = append(p.Versions, row)
	}
	return p, nil
}

// places are the files that a rule can be put into, one to be made where there is none.
func (s *site) places() []fileRow {
	var all []fileRow
	for _, file := range s.Edit.Files() {
		if file.Closed == "" {
			all = append(all, fileRow{File: file, Name: fileName(file.Path)})
		}
	}
	for _, pattern := range s.Edit.Patterns() {
		path := filepath.Join(filepath.Dir(pattern), strings.Replace(filepath.Base(pattern), "*", "page", 1))
		if !slices.ContainsFunc(all, func(f fileRow) bool { return f.Path == path }) {
			all = append(all, fileRow{File: rulefiles.File{Path: path}, Name: fileName(path) + " (new)"})
		}
	}
	return all
}

// ruleOf makes a rule of a query, with the articles that were ticked as its examples.
func (s *site) ruleOf(r *http.Request, name, query string, items []string) (rules.Rule, error) {
	rule := rules.Rule{Name: cmp.Or(strings.TrimSpace(name), nameFor(query)), Match: query}
	for _, id := range items[:min(len(items), maxExamples)] {
		found, err := s.Past.Article(r.Context(), id)
		if errors.Is(err, past.ErrNotKept) {
			continue // it was pruned since; the rule is as good without it
		}
		if err != nil {
			return rule, err
		}
		if t := strings.TrimSpace(found.Item.Title); t != "" && !slices.Contains(rule.Examples.Match, t) {
			rule.Examples.Match = append(rule.Examples.Match, t)
		}
	}
	return rule, nil
}
