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
	told    []lines
	capital *entry // of a state; nil where its capital is not known
	entity  func() *Entity
}

// lines are those of a file that tell of one entity, one behind the other.
type lines struct {
	text string
	of   *origin
}

// origin is what a file says of all its lines.
type origin struct {
	file, source string
	kind         Kind
	peopleOf     string // the language of a file of people, else empty
}

// fact is a line of the files.
type fact struct{ id, field, langs, value string }

// people is the field of the lines that have none, capitalName that of names that are
// of a state's capital.
const (
	people      = string(People)
	capitalName = string(Capital)
)

func read() *index {
	c := &index{byKey: map[string][]*entry{}, byID: map[string]*entry{}}
	for _, of := range []origin{
		{"data/cldr.txt", "CLDR " + cldrVersion, State, ""},
		{"data/organisations.txt", own, Organisation, ""},
		{"data/groups.txt", own, Group, ""},
		{"data/states.txt", own, State, ""},
		{"data/apart.txt", own, State, ""},
	} {
		c.file(&of)
	}
	files, err := fs.Glob(files, "data/people/*.txt")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	for _, p := range files {
		c.file(&origin{p, own, State, strings.TrimSuffix(path.Base(p), ".txt")})
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

// file files the lines of a file under their entities.
func (c *index) file(of *origin) {
	text, err := files.ReadFile(of.file)
	if err != nil {
		panic(err) // it is part of the program
	}
	all := string(text)
	var e *entry
	begin, end := 0, 0 // of the lines of e
	keep := func() {
		if e != nil {
			e.told = append(e.told, lines{all[begin:end], of})
		}
	}
	for line := range strings.Lines(all) {
		if f, ok := of.fact(line); ok {
			if e == nil || e.id != f.id {
				keep()
				e, begin = c.entry(f.id, of.kind), end
			}
			c.call(e, f, of.kind)
		}
		end += len(line)
	}
	keep()
}

// fact reads a line; ok is false for one that has none.
func (of *origin) fact(line string) (f fact, ok bool) {
	if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
		return fact{}, false
	}
	head, value, ok := strings.Cut(line, ": ")
	id, field, parted := strings.Cut(head, " ")
	if !ok || parted == (of.peopleOf != "") {
		panic(fmt.Sprintf("entity: %s: %q is no fact", of.file, line))
	}
	if of.peopleOf != "" {
		return fact{id, people, of.peopleOf, value}, true
	}
	field, langs, _ := strings.Cut(field, " ")
	return fact{id, field, langs, value}, true
}

// entry is that of a KEY, made if need be.
func (c *index) entry(id string, kind Kind) *entry {
	e := c.byID[id]
	if e == nil {
		e = c.make(id, kind)
		c.byID[id] = e
	}
	return e
}

// behindAt makes of a name in English what stands behind @@.
var behindAt = strings.NewReplacer(" & ", "-and-", ". ", "-", " ", "-", "’", "")

func (c *index) make(id string, kind Kind) *entry {
	e := &entry{id: id, kind: kind}
	e.entity = sync.OnceValue(func() *Entity { return c.read(e) })
	return e
}

// call gives an entity the names that a fact of a file of some kind has for it.
func (c *index) call(e *entry, f fact, kind Kind) {
	switch f.field {
	case "id":
		names := values(f.value)
		e.name, e.also, e.kind = names[0], append(e.also, names[1:]...), kind
	case string(Name):
		if e.name == "" && slices.Contains(strings.Split(f.langs, ","), "en") {
			e.name = behindAt.Replace(values(f.value)[0])
		}
	case capitalName:
		if e.capital == nil {
			e.capital = c.make(e.id, Capital)
		}
	}
}

// name files an entity under its names. One that has none is named by its KEY.
func (c *index) name(e *entry) {
	e.name = cmp.Or(e.name, e.id)
	if e.id != e.name && !slices.Contains(e.also, e.id) {
		e.also = append(e.also, e.id)
	}
	if e.capital != nil {
		e.capital.name, e.capital.told = e.name+capitalOf, e.told
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

// read makes an entity of its lines. Those of a state have the names of its capital too.
func (c *index) read(e *entry) *Entity {
	x := &Entity{Name: e.name, Also: e.also, Kind: e.kind}
	for _, told := range e.told {
		for line := range strings.Lines(told.text) {
			f, ok := told.of.fact(line)
			switch {
			case !ok:
			case f.field == capitalName && e.kind == Capital:
				x.add(Name, f, told.of.source)
			case f.field != capitalName && e.kind != Capital:
				c.tell(x, f, told.of.source)
			}
		}
	}
	return x
}

// tell adds a fact to an entity.
func (c *index) tell(x *Entity, f fact, source string) {
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
	case "source":
		x.From = f.value
	case "local":
		x.add(Local, f, source)
	case string(Name), string(Initials), people:
		x.add(Role(f.field), f, source)
	default:
		panic("entity: unknown field " + f.field + " of " + f.id)
	}
}

// add adds words, or languages to those that are there.
func (e *Entity) add(role Role, f fact, source string) {
	var langs []string
	if f.langs != "" {
		langs = strings.Split(f.langs, ",")
	}
	for _, t := range values(f.value) {
		i := slices.IndexFunc(e.Words, func(w Word) bool { return w.Text == t })
		if i < 0 {
			i = len(e.Words)
			e.Words = append(e.Words, Word{Text: t, Role: role, Source: source})
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
