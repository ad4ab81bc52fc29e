package config

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"watcher/internal/notify/targets"
	"watcher/internal/suggest"
)

// shapes are the sections, and what to write in them, for who took another shape
// for them.
var shapes = map[string]string{
	"":                   "write a section such as feeds: first",
	"store":              "write {path: FILE}",
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

// shape ends a message about a value that has not the shape that p wants.
func shape(n *yaml.Node, kind yaml.Kind, p *path) string {
	if p.isFile() && p != nil {
		return "; write rules: or lists: first"
	}
	where := section(p)
	if n.Kind == yaml.ScalarNode {
		if where == "notify.*.quiet" {
			if m := fromTo.FindStringSubmatch(n.Value); m != nil {
				return fmt.Sprintf("; write {from: %q, to: %q}", m[1], m[2])
			}
		}
		if m := keyAndText.FindStringSubmatch(n.Value); m != nil && kind == yaml.MappingNode && isKey(m[1]) && !strings.HasPrefix(n.Value, "http://") {
			return "; " + afterKey(m[1], m[2])
		}
	}
	if text := shapes[where]; text != "" {
		return "; " + text
	}
	if kind == yaml.SequenceNode && n.Kind == yaml.ScalarNode {
		return "; put it in brackets: [ ]"
	}
	return ""
}

// fromTo is a span of the day in one text.
var fromTo = regexp.MustCompile(`^\s*(\d{1,2}:\d\d)\s*(?:-|–|—|to|,)\s*(\d{1,2}:\d\d)\s*$`)

// keyAndText is a key whose colon was forgotten, or has no space after it: in
// YAML that is one text.
var keyAndText = regexp.MustCompile(`^\s*(?:- +)?([A-Za-z_]+)( *= *|:| +)\S`)

// afterKey says what stands between a key and its value instead of ": ".
func afterKey(key, sep string) string {
	if sep == ":" {
		return fmt.Sprintf("a space is missing after %s:", key)
	}
	return fmt.Sprintf("a colon is missing after %s: write %s: VALUE", key, key)
}

// isKey reports whether some section of the config has the key.
func isKey(word string) bool { return slices.Contains(allKeys(), word) }

// otherNames are keys by what other programs call them; of several the first
// that the section has is meant.
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

// meantKey is the key that was most probably meant by one that a section does
// not have, "" if none was.
func meantKey(key string, choices []string) string {
	if meant := suggest.Nearest(key, choices); meant != "" {
		return meant
	}
	for _, other := range append(otherNames[key], otherNames[strings.ToLower(key)]...) {
		if slices.Contains(choices, other) {
			return other
		}
	}
	if key == "url" && slices.Contains(choices, "webhook") {
		return "webhook"
	}
	return ""
}

// unknownKey notes a key that no field has, and returns the key that was meant,
// if one can tell: about that one enough was said.
func (d *decoder) unknownKey(n *yaml.Node, e entry, choices []string, p *path) string {
	key := e.key.Value
	at := start(e.key)
	if trimmed := strings.TrimSpace(strings.TrimLeft(key, "\u00a0\u2007\u202f\u3000")); trimmed != key {
		d.fail(at, p.child(trimmed), "a no-break space stands before this; YAML is indented with plain spaces only")
		return trimmed
	}
	// What stands behind the colon may be a password.
	if name, _, glued := strings.Cut(key, ":"); glued && slices.Contains(choices, name) {
		d.fail(at, p.child(name), "a space is missing after %s:", name)
		return name
	}
	if name, dash := strings.CutPrefix(key, "-"); dash && slices.Contains(choices, name) {
		d.fail(at, p.child(name), "a space is missing after the -")
		return name
	}
	meant := meantKey(key, choices)
	hint := ""
	switch {
	case p != nil && p.isFile() && slices.Contains(fieldNames(fieldsOf(reflect.TypeFor[document]())), key):
		d.fail(at, p.child(key), "an included file has only lists and rules; put this into %s", d.src.name)
		return ""
	case meant != "":
		hint = fmt.Sprintf(", did you mean %s?", meant)
	case p.isFile() && emptyBefore(n, e.key) != "":
		hint = fmt.Sprintf("; if it belongs to %s: above, indent it", emptyBefore(n, e.key))
	case n.Style&yaml.FlowStyle != 0 && e.value.Kind == yaml.ScalarNode && e.value.Value == "":
		hint = "; if it is the rest of a text with a comma in it, put that text in quotes"
	default:
		hint = amongKeys(choices)
	}
	d.fail(at, p.child(key), "unknown key%s", hint)
	return meant
}

// emptyBefore is the key before another in a mapping, if it has no value.
func emptyBefore(n, key *yaml.Node) string {
	for i := 2; i+1 < len(n.Content); i += 2 {
		if before := n.Content[i-1]; n.Content[i] == key && before.Kind == yaml.ScalarNode && before.ShortTag() == "!!null" {
			return n.Content[i-2].Value
		}
	}
	return ""
}

// amongKeys lists the keys of a section. A secret's twin goes without saying.
func amongKeys(choices []string) string {
	return suggest.Among(slices.DeleteFunc(slices.Clone(choices), func(name string) bool {
		twin, is := strings.CutSuffix(name, fileSuffix)
		return is && slices.Contains(choices, twin)
	}))
}

// twice says of a key that is there for a second time what may have been meant.
func twice(n *yaml.Node, p *path) string {
	if p != nil && p.index >= 0 && n.Style&yaml.FlowStyle == 0 {
		return "; if another entry begins here, it begins with a dash (- )"
	}
	return ""
}

// allKeys are the keys of all sections.
var allKeys = sync.OnceValue(func() []string {
	var names []string
	add := func(t reflect.Type) { names = append(names, fieldNames(fieldsOf(t))...) }
	doc := reflect.TypeFor[document]()
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
	return append(append(names, policyKeys...), kindKey)
})
