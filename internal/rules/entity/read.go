package entity

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

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

// index is all that the files say.
type index struct {
	all   []*Entity            // sorted, without capitals
	byKey map[string][]*Entity // by key of names
	byID  map[string]*Entity   // by KEY of the files, capitals by KEY.capital
}

func read() *index {
	c := &index{byKey: map[string][]*Entity{}, byID: map[string]*Entity{}}
	for _, f := range []struct {
		name string
		kind Kind
	}{{"cldr", State}, {"organisations", Organisation}, {"groups", Group}, {"states", State}} {
		c.file("data/"+f.name+".txt", f.kind, "", "")
	}
	people, err := fs.Glob(files, "data/people/*.txt")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	for _, p := range people {
		c.file(p, State, "people", strings.TrimSuffix(path.Base(p), ".txt"))
	}
	for id, e := range c.byID {
		c.name(id, e)
	}
	for _, e := range c.byID {
		for i, id := range e.Members {
			if member := c.byID[id]; member != nil {
				e.Members[i] = member.Name // a code may be two things
			}
		}
	}
	slices.SortFunc(c.all, compareEntities)
	for _, e := range c.byKey {
		slices.SortFunc(e, compareEntities)
	}
	c.apart()
	return c
}

// file reads a file of data. Lines of a field and language have none of their own.
func (c *index) file(name string, kind Kind, field, lang string) {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is part of the program
	}
	source := "own"
	if kind == State && field == "" && strings.HasSuffix(name, "cldr.txt") {
		source = "CLDR " + cldrVersion
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		head, value, ok := strings.Cut(line, ": ")
		parts := strings.Fields(head)
		if !ok || len(parts) == 0 || field == "" && len(parts) < 2 {
			panic(fmt.Sprintf("entity: %s: %q is no fact", name, line))
		}
		f, langs := field, []string{lang}
		if field == "" {
			f, langs = parts[1], nil
			if len(parts) > 2 {
				langs = strings.Split(parts[2], ",")
			}
		}
		values := strings.Split(value, "|")
		for i := range values {
			values[i] = strings.TrimSpace(values[i])
		}
		c.fact(parts[0], kind, f, langs, values, source)
	}
}

// fact takes one line in.
func (c *index) fact(id string, kind Kind, field string, langs, values []string, source string) {
	e := c.byID[id]
	if e == nil {
		e = &Entity{Kind: kind}
		c.byID[id] = e
	}
	switch field {
	case "id":
		e.Name, e.Also = values[0], append(e.Also, values[1:]...)
		e.Kind = kind
	case "not":
		e.Not = append(e.Not, values...)
	case "note":
		e.Note = strings.Join(values, " | ")
	case "of":
		e.Members = values
	case "date":
		e.AsOf = values[0]
	case "capital":
		if id += ".capital"; c.byID[id] == nil {
			c.byID[id] = &Entity{Kind: Capital}
		}
		c.byID[id].add(Name, langs, values, source)
	case string(Name), string(Initials), string(People), "local":
		role := Role(field)
		if field == "local" {
			role = Local
		}
		e.add(role, langs, values, source)
	default:
		panic("entity: unknown field " + field + " of " + id)
	}
}

// add adds words, or languages to those that are there.
func (e *Entity) add(role Role, langs, texts []string, source string) {
	for _, t := range texts {
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

// name gives an entity its names, and files it under them. A state that has none of
// its own is named as in English.
func (c *index) name(id string, e *Entity) {
	state, isCapital := strings.CutSuffix(id, ".capital")
	if isCapital {
		s := c.byID[state]
		c.englishName(state, s)
		e.Name = s.Name + ".capital"
		for _, n := range append([]string{s.Name, state}, s.Also...) {
			c.byKey[key(n)+".capital"] = []*Entity{e}
		}
		return
	}
	c.englishName(id, e)
	c.all = append(c.all, e)
	keys := []string{key(id), key(e.Name)}
	for _, n := range e.Also {
		keys = append(keys, key(n))
	}
	if id != e.Name && !slices.Contains(e.Also, id) {
		e.Also = append(e.Also, id)
	}
	for i, k := range keys {
		if !slices.Contains(keys[:i], k) {
			c.byKey[k] = append(c.byKey[k], e)
		}
	}
}

func (c *index) englishName(id string, e *Entity) {
	if e.Name != "" {
		return
	}
	e.Name = id
	for _, w := range e.Words {
		if w.Role == Name && slices.Contains(w.Langs, "en") {
			e.Name = strings.NewReplacer(" & ", "-and-", ". ", "-", " ", "-", "’", "").Replace(w.Text)
			return
		}
	}
}

// key is what a name is found by.
func key(name string) string {
	name, capital := strings.CutSuffix(name, ".capital")
	k := strings.Join(words.Fold(name), "-")
	if capital {
		k += ".capital"
	}
	return k
}

// apart finds where a name is a part of another entity's longer one: that of Guinea
// in Guinea-Bissau, that of India in the Chinese one of Indonesia.
func (c *index) apart() {
	type named struct {
		e     *Entity
		text  string
		words []string
	}
	var long []named
	owners := map[string][]*Entity{}
	var b words.Buffer
	for _, e := range c.all {
		for _, w := range e.Words {
			if w.Role != Name && w.Role != Local {
				continue
			}
			b.Reset()
			b.Scan(w.Text, 0)
			folded := make([]string, len(b.Tokens))
			for i := range b.Tokens {
				folded[i] = strings.Clone(b.Folded(&b.Tokens[i]))
			}
			owners[strings.Join(folded, " ")] = append(owners[strings.Join(folded, " ")], e)
			if len(folded) > 1 {
				long = append(long, named{e, w.Text, folded})
			}
		}
	}
	for _, n := range long {
		for from := range n.words {
			for to := from + 1; to <= len(n.words); to++ {
				for _, e := range owners[strings.Join(n.words[from:to], " ")] {
					if e != n.e && to-from < len(n.words) && !slices.Contains(e.Not, n.text) {
						e.Not = append(e.Not, n.text)
					}
				}
			}
		}
	}
}
