package strict

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"watcher/internal/suggest"
)

// Shape returns the end of a message about a value of the wrong kind at p.
func (d *Decoder) Shape(n *yaml.Node, kind yaml.Kind, p *Path) string {
	written := ""
	if n.Kind == yaml.ScalarNode {
		written = n.Value
	}
	if m := keyAndText.FindStringSubmatch(written); m != nil && (p == nil || !p.IsFile()) && kind == yaml.MappingNode && d.isKey(m[1]) && !strings.HasPrefix(written, "http://") {
		return "; " + afterKey(m[1], m[2])
	}
	if text := d.dialect.Shape(p, written); text != "" {
		return "; " + text
	}
	if kind == yaml.SequenceNode && n.Kind == yaml.ScalarNode {
		return "; put it in brackets: [ ]"
	}
	return ""
}

func (d *Decoder) isKey(word string) bool { return slices.Contains(d.dialect.Lexicon().Keys, word) }

// keyAndText matches a key without its colon, or without the space after it. YAML reads
// key and value as one text.
var keyAndText = regexp.MustCompile(`^\s*(?:- +)?([A-Za-z_]+)( *= *|:| +)\S`)

// afterKey names what separates a key from its value instead of ": ".
func afterKey(key, sep string) string {
	if sep == ":" {
		return fmt.Sprintf("a space is missing after %s:", key)
	}
	return fmt.Sprintf("a colon is missing after %s: write %s: VALUE", key, key)
}

// meantKey returns the key that an unknown one most probably stands for, "" if there is
// no candidate.
func (d *Decoder) meantKey(key string, choices []string) string {
	if meant := suggest.Nearest(key, choices); meant != "" {
		return meant
	}
	for _, other := range d.dialect.Synonyms(key) {
		if slices.Contains(choices, other) {
			return other
		}
	}
	return ""
}

// unknownKey notes an unknown key, and returns the key it probably stands for, which
// needs no report of its own.
func (d *Decoder) unknownKey(n *yaml.Node, e KeyValue, choices []string, p *Path) string {
	key := e.Key.Value
	at := Start(e.Key)
	if trimmed := strings.TrimSpace(strings.TrimLeft(key, "\u00a0\u2007\u202f\u3000")); trimmed != key {
		d.Fail(at, p.Child(trimmed), "a no-break space stands before this; YAML is indented with plain spaces only")
		return trimmed
	}
	// The text after the colon may be a password.
	if name, _, glued := strings.Cut(key, ":"); glued && slices.Contains(choices, name) {
		d.Fail(at, p.Child(name), "a space is missing after %s:", name)
		return name
	}
	if name, dash := strings.CutPrefix(key, "-"); dash && slices.Contains(choices, name) {
		d.Fail(at, p.Child(name), "a space is missing after the -")
		return name
	}
	meant := d.meantKey(key, choices)
	hint := ""
	switch {
	case meant != "":
		hint = fmt.Sprintf(", did you mean %s?", meant)
	case p.IsFile() && emptyBefore(n, e.Key) != "":
		hint = fmt.Sprintf("; if it belongs to %s: above, indent it", emptyBefore(n, e.Key))
	case n.Style&yaml.FlowStyle != 0 && e.Value.Kind == yaml.ScalarNode && e.Value.Value == "":
		hint = "; if it is the rest of a text with a comma in it, put that text in quotes"
	default:
		hint = amongKeys(choices)
	}
	d.Fail(at, p.Child(key), "unknown key%s", hint)
	return meant
}

// emptyBefore returns the preceding key of a mapping if it has no value.
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
		twin, is := strings.CutSuffix(name, FileSuffix)
		return is && slices.Contains(choices, twin)
	}))
}

// twice says what a duplicate key was probably meant to be.
func twice(n *yaml.Node, p *Path) string {
	if p != nil && p.Index >= 0 && n.Style&yaml.FlowStyle == 0 {
		return "; if another entry begins here, it begins with a dash (- )"
	}
	return ""
}
