package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"watcher/internal/config/strict"
)

// FeedList is the text of a config to which entries of feeds can be added without
// touching the rest: order, comments and spaces stay.
type FeedList struct {
	name    string
	data    []byte
	urls    []string
	names   []string
	end     int    // offset in data where new entries go
	section string // text before them: "feeds:" if there is no such section
	indent  int    // spaces before the dash
}

// ReadFeedList reads the config at path, which need not be right but must be YAML.
func ReadFeedList(path string) (*FeedList, error) {
	data, _, err := read(path)
	if err != nil {
		return nil, Mistakes{{File: path, Text: "cannot read the config: " + because(err).Error()}}
	}
	f, err := feedList(path, data)
	if err != nil {
		return nil, err
	}
	if cfg, err := Parse(path, data, envOf(path)); err == nil { // a valid config also knows the feeds of its lists
		for src := range cfg.Feeds.All() {
			f.urls, f.names = append(f.urls, src.URL), append(f.names, src.ID)
		}
	}
	return f, nil
}

// feedList finds the end of the feeds. The indentation is that of the existing entries,
// or two spaces.
func feedList(name string, data []byte) (*FeedList, error) {
	f := &FeedList{name: name, data: data, end: len(data), section: "feeds:", indent: 2}
	src := strict.NewSourceText(name, data)
	root, bad := parseYAML(src, data)
	switch {
	case bad != nil:
		return nil, Mistakes{*bad}
	case root == nil:
		return f, nil
	case root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0:
		return nil, fmt.Errorf("%s is written in brackets or braces; put the entries into it yourself", name)
	}
	at := slices.IndexFunc(root.Content, func(n *yaml.Node) bool { return n.Value == "feeds" })
	if at < 0 || at%2 != 0 {
		return f, nil
	}
	f.section = ""
	last := src.Len()
	if at+2 < len(root.Content) {
		last = root.Content[at+2].Line - 1
	}
	for last > root.Content[at].Line && betweenSections(src.Line(last)) {
		last--
	}
	f.end = strict.LineStart(data, last+1)
	list := root.Content[at+1]
	switch {
	case list.Kind == yaml.ScalarNode && list.ShortTag() == "!!null" && list.Value == "":
		f.indent = root.Content[at].Column + 1
	case list.Kind == yaml.SequenceNode && list.Style&yaml.FlowStyle == 0:
		f.indent = list.Column - 1
	default:
		return nil, fmt.Errorf("%s:%d:%d: feeds is no list of lines that begin with a dash; put the entries into it yourself", name, list.Line, list.Column)
	}
	for _, entry := range list.Content {
		for _, e := range strict.Entries(strict.Follow(entry)) {
			switch e.Key.Value {
			case "url":
				f.urls = append(f.urls, e.Value.Value)
			case "name":
				f.names = append(f.names, e.Value.Value)
			}
		}
	}
	return f, nil
}

// betweenSections reports whether a line is empty, a comment or the end mark of a
// document.
func betweenSections(line []byte) bool {
	text := bytes.TrimSpace(line)
	return len(text) == 0 || text[0] == '#' || bytes.HasPrefix(line, []byte("..."))
}

// HasURL reports whether a feed has an address, and HasName whether one has a name.
func (f *FeedList) HasURL(url string) bool   { return slices.Contains(f.urls, url) }
func (f *FeedList) HasName(name string) bool { return slices.Contains(f.names, name) }

// with returns the config with further entries, each a line such as "- {url: …}".
func (f *FeedList) with(entries []string) []byte {
	end := "\n"
	if strict.LineEnd(f.data) == "\r\n" {
		end = "\r\n"
	}
	var b strings.Builder
	if before := f.data[:f.end]; len(before) > 0 && before[len(before)-1] != '\n' {
		b.WriteString(end)
	}
	if f.section != "" {
		b.WriteString(f.section + end)
	}
	for _, e := range entries {
		b.WriteString(strings.Repeat(" ", f.indent) + e + end)
	}
	return slices.Concat(f.data[:f.end], []byte(b.String()), f.data[f.end:])
}

// Add writes the config with further entries, each a line such as "- {url: …}". It
// writes nothing if they would bring new mistakes; the error has those, with their
// places in the text that was not written.
//
// The file is overwritten in place, so that its owner, mode and links stay. A crash
// before the one write changes nothing, and one after it leaves the new text. Only a
// power failure in between may lose a part of what follows the feeds.
func (f *FeedList) Add(entries []string) error {
	env := envOf(f.name)
	text := f.with(entries)
	had := map[string]bool{}
	for _, e := range mistakes(f.name, f.data, env) {
		had[e.KeyPath+e.Text] = true
	}
	news := slices.DeleteFunc(mistakes(f.name, text, env), func(e Mistake) bool { return had[e.KeyPath+e.Text] })
	if len(news) > 0 {
		return news
	}
	file, err := os.OpenFile(f.name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(text[f.end:], int64(f.end))
	return errors.Join(err, file.Sync(), file.Close())
}

// mistakes returns the mistakes of a config.
func mistakes(name string, data []byte, env Environment) Mistakes {
	_, err := Parse(name, data, env)
	var es Mistakes
	errors.As(err, &es)
	return es
}
