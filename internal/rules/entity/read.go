package entity

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"watcher/internal/rules/words"
)

// The files have a line for each fact:
//
//	KEY FIELD LANGUAGES: VALUE | VALUE …
//
// KEY is the ISO 3166 code of a state, or the name of an organisation or group.
// LANGUAGES are codes with commas between, or none. A file of people is of the
// language that it is named for, and its lines have a KEY only. What begins with #
// is a comment.
//
//go:embed data/*.txt data/people/*.txt
var files embed.FS

// cldrVersion is that of data/cldr.txt.
const cldrVersion = "48.2.0"

// index has all that the files say. An entity is read when it is asked for: a config
// has a few of them, and reading all takes as long as a whole start.
type index struct {
	all   []*entry            // by kind and name
	byKey map[string][]*entry // by key of names, in the same order
	byID  map[string]*entry   // by KEY of the files
}

// entry is an entity and the lines that tell of it.
type entry struct {
	id      string
	kind    Kind
	name    string
	also    []string
	facts   []fact
	capital *entry // of a state; nil where its capital is not known
	entity  func() *Entity
}

// fact is a line of the files.
type fact struct{ field, langs, value, source string }

// people is the field of the lines that have none.
const people = string(People)

func read() *index {
	c := &index{byKey: map[string][]*entry{}, byID: map[string]*entry{}}
	for _, f := range []struct {
		name, source string
		kind         Kind
	}{
		{"cldr", "CLDR " + cldrVersion, State}, {"organisations", own, Organisation}, {"groups", own, Group}, {"states", own, State}, {"apart", own, State},
	} {
		c.file("data/"+f.name+".txt", f.kind, "", f.source)
	}
	files, err := fs.Glob(files, "data/people/*.txt")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	for _, p := range files {
		c.file(p, State, strings.TrimSuffix(path.Base(p), ".txt"), own)
	}
	for _, e := range c.byID {
		c.name(e)
	}
	slices.SortFunc(c.all, compareEntries)
	for _, e := range c.byKey {
		slices.SortFunc(e, compareEntries)
	}
	return c
}

// own is the source of what is written here.
const own = "own"

// file takes in the lines of a file. With peopleOf, it is one of people.
func (c *index) file(name string, kind Kind, peopleOf, source string) {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is part of the program
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		head, value, ok := strings.Cut(line, ": ")
		id, field, parted := strings.Cut(head, " ")
		if !ok || parted == (peopleOf != "") {
			panic(fmt.Sprintf("entity: %s: %q is no fact", name, line))
		}
		field, langs, _ := strings.Cut(field, " ")
		if peopleOf != "" {
			field, langs = people, peopleOf
		}
		c.fact(id, kind, fact{field, langs, value, source})
	}
}

// fact files a fact under its entity. What an entity is called is known at once.
func (c *index) fact(id string, kind Kind, f fact) {
	e := c.byID[id]
	if e == nil {
		e = c.entry(id, kind)
		c.byID[id] = e
	}
	switch f.field {
	case "capital":
		if e.capital == nil {
			e.capital = c.entry(id, Capital)
		}
		f.field = string(Name)
		e.capital.facts = append(e.capital.facts, f)
		return
	case "id":
		names := values(f.value)
		e.name, e.also, e.kind = names[0], append(e.also, names[1:]...), kind
	case string(Name):
		if e.name == "" && slices.Contains(strings.Split(f.langs, ","), "en") {
			e.name = strings.NewReplacer(" & ", "-and-", ". ", "-", " ", "-", "’", "").Replace(values(f.value)[0])
		}
	}
	e.facts = append(e.facts, f)
}

func (c *index) entry(id string, kind Kind) *entry {
	e := &entry{id: id, kind: kind, facts: make([]fact, 0, 32)} // a state has about as many
	e.entity = sync.OnceValue(func() *Entity { return c.read(e) })
	return e
}

// name files an entity under its names. One that has none is named by its KEY.
func (c *index) name(e *entry) {
	e.name = cmp.Or(e.name, e.id)
	if e.id != e.name && !slices.Contains(e.also, e.id) {
		e.also = append(e.also, e.id)
	}
	if e.capital != nil {
		e.capital.name = e.name + capitalOf
	}
	c.all = append(c.all, e)
	for _, n := range append([]string{e.name}, e.also...) {
		if k := key(n); !slices.Contains(c.byKey[k], e) {
			c.byKey[k] = append(c.byKey[k], e)
		}
	}
}

// key is what a name is found by.
func key(name string) string { return strings.Join(words.Fold(name), "-") }

// read makes an entity of its lines.
func (c *index) read(e *entry) *Entity {
	x := &Entity{Name: e.name, Also: e.also, Kind: e.kind}
	for _, f := range e.facts {
		switch f.field {
		case "id":
		case "not":
			x.Not = append(x.Not, values(f.value)...)
		case "note":
			x.Note = f.value
		case "of":
			x.Members = values(f.value)
			for i, id := range x.Members {
				if member := c.byID[id]; member != nil {
					x.Members[i] = member.name // a code may be two things
				}
			}
		case "date":
			x.AsOf = f.value
		case "local":
			x.add(Local, f)
		case string(Name), string(Initials), people:
			x.add(Role(f.field), f)
		default:
			panic("entity: unknown field " + f.field + " of " + e.id)
		}
	}
	return x
}

// add adds words, or languages to those that are there.
func (e *Entity) add(role Role, f fact) {
	var langs []string
	if f.langs != "" {
		langs = strings.Split(f.langs, ",")
	}
	for _, t := range values(f.value) {
		i := slices.IndexFunc(e.Words, func(w Word) bool { return w.Text == t })
		if i < 0 {
			i = len(e.Words)
			e.Words = append(e.Words, Word{Text: t, Role: role, Source: f.source})
		}
		for _, l := range langs {
			if w := &e.Words[i]; !slices.Contains(w.Langs, l) {
				w.Langs = append(w.Langs, l)
			}
		}
	}
}

// values are what stands between the bars of a line.
func values(s string) []string {
	out := strings.Split(s, "|")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}
