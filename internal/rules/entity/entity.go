// Package entity knows what newsrooms call states, organisations and groups of
// states: their names, peoples and adjectives in the languages that rules know,
// and the names of capitals. Names are Unicode's (CLDR), the rest is written here;
// the files are in the folder data.
package entity

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Entity is something that has a name in every language.
type Entity struct {
	Name    string   // as @@ has it, with hyphens for spaces: South-Korea, Estonia.capital
	Also    []string // other ways to name it: EE, Republic-of-Korea
	Kind    Kind
	Words   []Word   // what it is found by, each once. A group has those of its own name
	Members []string // names of a group's members, in order
	AsOf    string   // the day of a group's list of members, as 2026-11-01
	From    string   // who says what a group's members are, and what is not confirmed
	Not     []string // phrases that have one of the words and mean something else
	Note    string   // what is to be said of a name that means several things; may be empty
}

// Kind is the kind of an entity.
type Kind string

// The kinds of entities.
const (
	State        Kind = "state"
	Capital      Kind = "capital"
	Organisation Kind = "organisation"
	Group        Kind = "group"
)

// Word is a word or phrase that an entity is found by. It takes the forms of the
// article's language; with a * behind it, it is the beginning of its compounds. Each of its words that begins with a capital is found with
// one only.
type Word struct {
	Text   string
	Role   Role
	Langs  []string // codes of the languages that have it; empty for initials of every language
	Source string   // CLDR and its version, or own
}

// Role is what a Word is to its entity.
type Role string

// The roles of words. What is Local or People is a word of something else in other
// languages, and is looked for in articles of its own ones.
const (
	Name     Role = "name"
	Local    Role = "local name"
	People   Role = "people"
	Initials Role = "initials" // found in capitals only
)

// Scoped says whether the word counts in its own languages only.
func (w *Word) Scoped() bool { return w.Role == Local || w.Role == People }

// UnknownError is the error for a name that nothing has.
type UnknownError struct{ Name string }

func (e *UnknownError) Error() string { return fmt.Sprintf("unknown entity @@%s", e.Name) }

// AmbiguousError is the error for a name that several entities have.
type AmbiguousError struct {
	Name string
	Are  []string // the names of the entities
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("@@%s may be @@%s", e.Name, strings.Join(e.Are, " or @@"))
}

// capitalOf is what makes a state its capital, behind its name.
const capitalOf = ".capital"

// Lookup finds an entity by what stands behind @@: a name or a code, in any case,
// with or without accents. Of entities that differ by case alone it is the one that
// is written so. Its error is an *UnknownError or an *AmbiguousError.
// What it returns is shared and must not be changed.
func Lookup(name string) (*Entity, error) {
	base, capital := strings.CutSuffix(name, capitalOf)
	var found []*entry
	for _, e := range catalogue().byKey[key(base)] {
		if capital {
			e = e.capital
		}
		if e != nil {
			found = append(found, e)
		}
	}
	if exactly := slices.DeleteFunc(slices.Clone(found), func(e *entry) bool { return e.name != name }); len(exactly) == 1 {
		found = exactly // csto are the members of CSTO
	}
	switch len(found) {
	case 1:
		return found[0].entity(), nil
	case 0:
		return nil, &UnknownError{Name: name}
	}
	are := make([]string, len(found))
	for i, e := range found {
		are[i] = e.name
	}
	return nil, &AmbiguousError{Name: name, Are: are}
}

// All are the entities by kind and name, without capitals.
func All() []*Entity {
	all := make([]*Entity, len(catalogue().all))
	for i, e := range catalogue().all {
		all[i] = e.entity()
	}
	return all
}

// Names are all that may stand behind @@, without capitals.
func Names() []string {
	var out []string
	for _, e := range catalogue().all {
		out = append(append(out, e.name), e.also...)
	}
	return out
}

// Languages are the codes of the languages that an entity's words are of, in
// order.
func (e *Entity) Languages() []string {
	var out []string
	for i := range e.Words {
		out = append(out, e.Words[i].Langs...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// catalogue is read when it is first asked for: most configs have no entity.
var catalogue = sync.OnceValue(read)

func compareEntries(a, b *entry) int {
	order := []Kind{Group, Organisation, State}
	return cmp.Or(cmp.Compare(slices.Index(order, a.kind), slices.Index(order, b.kind)), cmp.Compare(a.name, b.name))
}
