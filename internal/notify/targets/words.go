package targets

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"watcher/internal/notify"
	"watcher/internal/problem"
	"watcher/internal/text"
)

// Words are templates (text/template) for alerts. What they produce is plain text, and
// is escaped for the target like the text of a feed. They have no access to files, the
// environment or the settings, and they always end: a template that loops or grows too
// far is an error.
type Words struct {
	Title string `yaml:"title"` // of each alert; empty keeps watcher's own
	// Body is what comes below title, feed and time. A report of watcher itself keeps
	// its own body, unless Body mentions .Trouble.
	Body string `yaml:"body"`
}

// templateData is what a template sees of an alert. All texts are clean.
type templateData struct {
	Title      string
	Link       string // empty if there is none
	Feed       string
	FeedURL    string
	Time       time.Time // of publication, else when first seen, in the target's zone
	Severity   string    // low, normal or high
	Summary    string
	Authors    []string
	Categories []string
	Language   string
	Excerpts   []string
	Rules      []string // names
	Terms      []string // of all rules, without duplicates
	AlsoIn     []notify.Location
	Trouble    string // what is wrong, in a report of watcher itself
	Page       string // the alert's own page; empty if there is none
}

// wording is compiled Words. The zero value changes nothing.
type wording struct {
	title, body *template.Template
	troubles    bool // body is for reports of watcher itself too
}

// Limits on running a template, far above what a message needs.
const (
	wordsBytes = 16 << 10
	wordsTurns = 10000 // iterations of all loops together
	wordsLines = 40
)

var errWords = errors.New("it produces too much text or loops too often")

// compile parses the templates and tries them on alerts of every shape.
func (w Words) compile() (wording, []problem.Problem) {
	var ps []problem.Problem
	one := func(key, text string) *template.Template {
		if text == "" {
			return nil
		}
		t, err := compileWords(key, text)
		for _, a := range Samples("sample", time.Unix(1e9, 0)) {
			if err == nil {
				_, err = runWords(t, newWordsData(notify.Batch{}, a))
			}
		}
		if err != nil {
			ps = append(ps, problem.At(key, "is not a template that works: %s", wordsMistake(err)))
			return nil
		}
		return t
	}
	// A body written for articles would turn a report into nothing, and lose what is
	// wrong and what to do.
	return wording{one("title", w.Title), one("body", w.Body), strings.Contains(w.Body, ".Trouble")}, ps
}

// check reports what is wrong with the templates.
func (w Words) check() []problem.Problem {
	_, ps := w.compile()
	return ps
}

// wording compiles templates that passed check.
func (w Words) wording() wording {
	compiled, _ := w.compile()
	return compiled
}

func compileWords(name, text string) (*template.Template, error) {
	t, err := template.New(name).Funcs(wordsFuncs(nil)).Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, err
	}
	if t.Tree == nil || t.Tree.Root == nil {
		return nil, errors.New("it is empty")
	}
	if len(t.Templates()) > 1 {
		return nil, errors.New("define and block are not available")
	}
	tick, err := template.New("").Funcs(wordsFuncs(nil)).Parse("{{tick}}")
	if err != nil {
		return nil, err
	}
	return t, meter(t.Tree.Root, tick.Tree.Root.Nodes[0])
}

// meter puts a call of tick into every loop, since text/template has no limits of its
// own, and refuses what could recurse.
func meter(n parse.Node, tick parse.Node) error {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return nil
		}
		for _, child := range n.Nodes {
			if err := meter(child, tick); err != nil {
				return err
			}
		}
	case *parse.IfNode:
		return errors.Join(meter(n.List, tick), meter(n.ElseList, tick))
	case *parse.WithNode:
		return errors.Join(meter(n.List, tick), meter(n.ElseList, tick))
	case *parse.RangeNode:
		err := errors.Join(meter(n.List, tick), meter(n.ElseList, tick))
		n.List.Nodes = append([]parse.Node{tick.Copy()}, n.List.Nodes...)
		return err
	case *parse.TemplateNode:
		return errors.New("template is not available")
	}
	return nil
}

// runWords executes a template.
func runWords(t *template.Template, data templateData) (string, error) {
	t, err := t.Clone()
	if err != nil {
		return "", err
	}
	var out limited
	if err := t.Funcs(wordsFuncs(new(int))).Execute(&out, data); err != nil {
		return "", err
	}
	return out.String(), nil
}

// limited is a writer that accepts wordsBytes.
type limited struct{ strings.Builder }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > wordsBytes {
		return 0, errWords
	}
	return l.Builder.Write(p)
}

var hugeWidth = regexp.MustCompile(`%[-+# 0]*(\*|[0-9]{4}|[0-9]*\.(\*|[0-9]{4}))`)

// wordsFuncs are the functions that templates have besides those of text/template,
// whose print family is replaced by a bounded one. turns counts the iterations of a
// run.
func wordsFuncs(turns *int) template.FuncMap {
	bounded := func(s string) (string, error) {
		if len(s) > wordsBytes {
			return "", errWords
		}
		return s, nil
	}
	return template.FuncMap{
		"tick": func() (string, error) {
			if *turns++; *turns > wordsTurns {
				return "", errWords
			}
			return "", nil
		},
		"upper": strings.ToUpper,
		"lower": strings.ToLower,
		"join":  func(sep string, list []string) (string, error) { return bounded(strings.Join(list, sep)) },
		"clip": func(n int, s string) (string, error) {
			if n < 2 || n > wordsBytes {
				return "", fmt.Errorf("clip wants 2 to %d characters", wordsBytes)
			}
			return text.Clip(s, n), nil
		},
		"date": func(layout, zone string, t time.Time) (string, error) {
			at, err := time.LoadLocation(zone)
			if err != nil || len(layout) > 100 {
				return "", fmt.Errorf("date wants a layout and a time zone, such as %q", `date "2 Jan 15:04" "Europe/Tallinn" .Time`)
			}
			return t.In(at).Format(layout), nil
		},
		"print":   func(args ...any) (string, error) { return bounded(fmt.Sprint(args...)) },
		"println": func(args ...any) (string, error) { return bounded(fmt.Sprintln(args...)) },
		"printf": func(format string, args ...any) (string, error) {
			if hugeWidth.MatchString(format) {
				return "", errors.New("printf with such a width is not available")
			}
			return bounded(fmt.Sprintf(format, args...))
		},
	}
}

func newWordsData(b notify.Batch, a notify.Alert) templateData {
	c := newCard(a, b.Zone)
	d := templateData{
		Title: c.title(), Link: c.Link, Feed: c.Feed, FeedURL: safeLink(a.Item.FeedURL), Time: c.Time, Severity: c.Severity.String(),
		Summary: text.Short(a.Item.Summary, 4*text.ExcerptRunes), Language: text.Short(a.Item.Language, nameRunes),
		Authors: shorten(a.Item.Authors), Categories: shorten(a.Item.Categories), Trouble: strings.Join(c.Body, "\n"),
		Page: safeLink(b.Page(&a)),
	}
	for _, e := range c.Excerpts {
		d.Excerpts = append(d.Excerpts, plain(e))
	}
	seen := map[string]bool{}
	for _, r := range c.Rules {
		d.Rules = append(d.Rules, r.Name)
		for _, t := range r.Terms {
			if !seen[t] {
				d.Terms = append(d.Terms, t)
			}
			seen[t] = true
		}
	}
	for _, l := range c.Also {
		d.AlsoIn = append(d.AlsoIn, notify.Location(l))
	}
	return d
}

// cards makes the cards of a batch and applies the templates. If a template fails on an
// alert, although it worked on the samples, the alert is sent without templates.
func (w wording) cards(b notify.Batch) []card {
	cs := cards(b)
	for i, a := range b.Alerts {
		if w.title != nil {
			if s, err := runWords(w.title, newWordsData(b, a)); err == nil && text.Short(s, titleRunes) != "" {
				cs[i].Title = []piece{{Text: text.Short(s, titleRunes)}}
			}
		}
		if w.body != nil && (a.Trouble == nil || w.troubles) {
			if s, err := runWords(w.body, newWordsData(b, a)); err == nil {
				cs[i].Body, cs[i].Excerpts, cs[i].Rules, cs[i].Also = bodyLines(s), nil, nil, nil
			}
		}
	}
	headed(cs, b)
	return cs
}

// bodyLines cleans a text of several lines and bounds it.
func bodyLines(s string) []string {
	var lines []string
	left := bodyRunes
	for line := range strings.Lines(s) {
		if line = text.Short(line, left); line == "" {
			continue
		}
		lines = append(lines, line)
		if left -= len([]rune(line)); left < 2 || len(lines) == wordsLines {
			break
		}
	}
	return lines
}
