package config

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"watcher/internal/config/strict"
	"watcher/internal/notify/targets"
)

// dialect is the strict.Dialect of configs.
type dialect struct{ *reader }

// Lookup implements strict.Dialect.
func (d dialect) Lookup(name string) (string, bool) { return d.env.lookup(name) }

// Secret implements strict.Dialect.
func (d dialect) Secret(file string) (string, error) { return d.secret(file) }

// NoteSecret implements strict.Dialect.
func (d dialect) NoteSecret(value *yaml.Node, p *strict.Path) { d.noteSecret(value, p) }

// TellsSecret implements strict.Dialect: such keys are those of headers.
func (d dialect) TellsSecret(key string) bool { return saysWho(key) }

// Refusal implements strict.Dialect.
func (d dialect) Refusal(p *strict.Path, key string) string {
	if p != nil && p.IsFile() && slices.Contains(lexicon().Sections, key) {
		return "an included file has only lists and rules; put this into " + d.Src.Name
	}
	return ""
}

// words are values that a key accepts besides those of its type, by key, section and
// word, and what they set in the struct that has the key.
var words = map[string]map[string]map[string]func(owner any){
	"every": {"adaptive": {
		"poll":    func(owner any) { owner.(*Poll).Adaptive = true },
		"feeds[]": func(owner any) { owner.(*feedEntry).Adaptive = true },
	}},
}

// Word implements strict.Dialect.
func (d dialect) Word(text string, owner any, p *strict.Path) bool {
	set := words[p.Key][text][section(p.Parent)]
	if set != nil {
		set(owner)
	}
	return set != nil
}

// wordsOf are the words that a key accepts, for the schema.
func wordsOf(section, key string) []string {
	var all []string
	for word, sections := range words[key] {
		if sections[section] != nil {
			all = append(all, word)
		}
	}
	return all
}

// shapes are the forms of the sections, for writers who used another form.
var shapes = map[string]string{
	"":                   "write a section such as feeds: first",
	"store":              "write {path: FILE}, or {postgres_file: FILE} with the address of a database in it",
	"poll":               "write {every: 15m}",
	"network":            "write {allow: [10.20.0.0/16]}",
	"http":               "write {listen: 127.0.0.1:8410}",
	"history":            "write {keep: 90d}",
	"limits":             "write {memory: 256MB}",
	"ops":                "write {notify: [NAME]} with the names of targets",
	"include":            "write the files in brackets: [rules.d/*.yaml]",
	"lists":              "write the name of each list as a key, without a dash: NAME: [Estonia, Latvia]",
	"feeds":              "begin each feed with a dash: - {name: NAME, url: https://…}",
	"feeds[]":            "write - {url: https://…}",
	"rules":              "begin each rule with a dash: - {name: NAME, match: QUERY}",
	"rules[]":            "write - {name: NAME, match: QUERY}",
	"rules[].match":      "join the words with OR into one text, or write them under keywords:",
	"rules[].keywords[]": `a keyword is one text; if there is ": " in it, put it in quotes`,
	"notify":             "write the name of each target as a key, without a dash: NAME: {type: slack, webhook_file: FILE}",
	"notify.*":           "a target has a name, and its settings stand below that, indented: NAME: {type: slack, webhook_file: FILE}",
	"notify.*.quiet":     `write {from: "22:00", to: "06:00"}`,
}

// fromTo matches a span of the day in one text.
var fromTo = regexp.MustCompile(`^\s*(\d{1,2}:\d\d)\s*(?:-|–|—|to|,)\s*(\d{1,2}:\d\d)\s*$`)

// Shape implements strict.Dialect.
func (d dialect) Shape(p *strict.Path, written string) string {
	where := section(p)
	switch m := fromTo.FindStringSubmatch(written); {
	case p != nil && p.IsFile():
		return "write rules: or lists: first"
	case m != nil && where == "notify.*.quiet":
		return fmt.Sprintf("write {from: %q, to: %q}", m[1], m[2])
	}
	return shapes[where]
}

// otherNames are the names that other programs use for a key; the first one that the
// section has is meant.
var otherNames = map[string][]string{
	"interval": {"every"}, "frequency": {"every"}, "period": {"every"}, "refresh": {"every"}, "poll": {"every"}, "cron": {"schedule"},
	"link": {"url"}, "href": {"url"}, "address": {"url"}, "feed": {"url", "feeds"}, "xmlUrl": {"url"}, "rss": {"url"}, "uri": {"url"},
	"title": {"name"}, "label": {"name"}, "id": {"name"},
	"category": {"tags"}, "categories": {"tags"}, "folder": {"tags"}, "group": {"tags"}, "labels": {"tags"},
	"user": {"username"}, "login": {"username"}, "pass": {"password"},
	"query": {"match"}, "search": {"match"}, "expression": {"match"}, "filter": {"match"}, "terms": {"keywords"}, "words": {"keywords"}, "phrases": {"keywords"},
	"priority": {"severity"}, "importance": {"severity"}, "level": {"severity"},
	"targets": {"notify"}, "target": {"notify"}, "send": {"notify"}, "alert": {"notify"}, "channels": {"notify", "room"}, "sources": {"feeds"},
	"webhook": {"url"}, "hook": {"url", "webhook"}, "channel": {"room", "notify"}, "host": {"smtp"}, "server": {"smtp"}, "kind": {"type"},
	"rule": {"rules"}, "list": {"lists"},
}

// Synonyms implements strict.Dialect.
func (d dialect) Synonyms(word string) []string {
	all := slices.Concat(otherNames[word], otherNames[strings.ToLower(word)])
	if word == "url" {
		all = append(all, "webhook")
	}
	return all
}

// Vocabulary implements strict.Dialect.
func (d dialect) Lexicon() *strict.Lexicon { return lexicon() }

var lexicon = sync.OnceValue(func() *strict.Lexicon {
	doc := reflect.TypeFor[document]()
	v := &strict.Lexicon{
		Sections: strict.Names(strict.Fields(doc)),
		Inner:    strict.Names(strict.Fields(reflect.TypeFor[RoutedRule]())),
		Lists:    []string{"keywords", "tags", "notify", "feeds"},
		Entry: func(line []byte, column int) string {
			if !strings.Contains(string(line), "url:") {
				return ""
			}
			return fmt.Sprintf(" (watcher import writes them with --indent %d)", column-1)
		},
	}
	add := func(t reflect.Type) { v.Keys = append(v.Keys, strict.Names(strict.Fields(t))...) }
	add(doc)
	for field := range doc.Fields() {
		t := field.Type
		for t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if t.Kind() == reflect.Struct && t != reflect.TypeFor[TargetEntry]() {
			add(t)
		}
	}
	for _, kind := range targets.Kinds() {
		options, _ := targets.NewOptions(kind)
		add(reflect.TypeOf(options).Elem())
	}
	v.Keys = append(append(v.Keys, policyKeys...), kindKey)
	return v
})

var (
	indexes    = regexp.MustCompile(`\[\d+\]`)
	targetName = regexp.MustCompile(`^notify\.[^.]*`)
)

// section is a path without the names and indexes of feeds, rules and targets.
func section(p *strict.Path) string {
	return targetName.ReplaceAllString(indexes.ReplaceAllString(p.String(), "[]"), "notify.*")
}
