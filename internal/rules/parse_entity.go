package rules

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/entity"
	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// An entity is a predefined list: its entries are the words of package entity. Two
// rules with the same entity share the list.

// entityNode reads @@name.
func (e *env) entityNode(src string, t lexeme) (*node, *Error) {
	name := t.text[2:]
	if name == "" {
		return nil, errAt(src, t.off, "write @@Estonia; watcher entity lists them", "@@ needs the name of an entity")
	}
	if i := strings.IndexAny(name, "*~"); i >= 0 {
		return nil, errAt(src, t.off+2+i, "remove it: an entity is found in all its forms", "%c stands behind an entity", name[i])
	}
	x, err := entity.Lookup(name)
	if err != nil {
		return nil, e.noEntity(src, t, name, err)
	}
	l := e.entities[x.Name]
	if l == nil {
		if l, err = e.entityList(x); err != nil {
			panic("rules: entity " + x.Name + ": " + err.Error()) // a test reads each of them
		}
	}
	return &node{op: opList, text: "@@" + x.Name, off: t.off, end: t.end, list: l}, nil
}

// noEntity is the error for an unknown or ambiguous name.
func (e *env) noEntity(src string, t lexeme, name string, err error) *Error {
	var several *entity.AmbiguousError
	if errors.As(err, &several) {
		fix := "write @@" + strings.Join(several.Are, " or @@")
		return errAt(src, t.off, fix, "@@%s is %d things", name, len(several.Are))
	}
	base, capital := strings.CutSuffix(name, ".capital")
	fix := "watcher entity lists them"
	if _, err := entity.Lookup(base); capital && err == nil {
		fix = "watcher knows the capitals of states"
	} else if e.lists[name] != nil {
		fix = "for the list of the config write @" + name
	} else if c := closest(base, entity.Names()); c != "" {
		fix = "did you mean @@" + c + "?"
	}
	return errAt(src, t.off, fix, "unknown entity @@%s", name)
}

// entityList makes the list of an entity, once.
func (e *env) entityList(x *entity.Entity) (*list, error) {
	l := &list{name: "@" + x.Name, number: len(e.lists) + len(e.entities), state: listFlat, entity: x}
	all := []*entity.Entity{x}
	for _, m := range x.Members {
		member, err := entity.Lookup(m)
		if err != nil {
			return nil, err
		}
		all = append(all, member)
	}
	seen := map[string]*node{}
	for _, x := range all {
		not, err := e.entityPhrases(x.Not)
		if err != nil {
			return nil, err
		}
		for i := range x.Words {
			n, err := e.entityEntry(&x.Words[i], not)
			if err != nil {
				return nil, err
			}
			if key := entryKey(n); seen[key] == nil {
				seen[key] = n
				l.entries = append(l.entries, n)
			}
		}
	}
	if e.entities == nil {
		e.entities = map[string]*list{}
	}
	e.entities[x.Name] = l
	return l, nil
}

// entryKey identifies entries: two with the same key find the same. The Persian name of a
// state may be the Arabic adjective, which has other forms.
func entryKey(n *node) string {
	var b strings.Builder
	for _, w := range n.alts[0] {
		fmt.Fprintf(&b, "%s %v %v %v %x ", w.folded, w.name, w.capital, w.acronym, w.scope)
	}
	return b.String()
}

// entityEntry makes a term of a word of an entity.
func (e *env) entityEntry(w *entity.Word, not []phrase) (*node, error) {
	ws, mistake := e.phrase(w.Text, 0, w.Text, wordInflect, wordInflect)
	if mistake != nil {
		return nil, fmt.Errorf("%s: %w", w.Text, mistake)
	}
	scope := inflect.None
	if w.Scoped() || w.Role == entity.Initials {
		scope = inflect.Spoken(w.Langs)
	}
	for i := range ws {
		entityWord(&ws[i].word, w.Role, len(ws) == 1, scope)
	}
	n := &node{op: opTerm, text: w.Text, end: len(w.Text), alts: alternatives(w.Text, 0, ws, true)}
	n.not = containing(not, n.alts[0])
	return n, nil
}

// entityWord restricts a word of an entity: to the capital that the entity has, and to
// the languages in which it means the entity.
func entityWord(w *word, role entity.Role, alone bool, scope inflect.Langs) {
	first, _ := utf8.DecodeRuneInString(w.raw)
	w.capital = unicode.IsUpper(first)
	w.name = alone && (role == entity.Name || role == entity.Local) || role == entity.Initials
	w.acronym = role == entity.Initials || w.acronym
	w.titled, w.ownAccents = false, false
	if words.Latin(w.folded) {
		w.scope = scope
	}
}

// entityPhrases are phrases in which the word means something else.
func (e *env) entityPhrases(texts []string) ([]phrase, error) {
	var out []phrase
	for _, text := range texts {
		ws, mistake := e.phrase(text, 0, text, wordInflect, wordInflect)
		if mistake != nil {
			return nil, fmt.Errorf("%s: %w", text, mistake)
		}
		p := make(phrase, len(ws))
		for i := range ws {
			p[i] = ws[i].word
			p[i].ownAccents, p[i].titled = false, false
		}
		out = append(out, p)
	}
	return out, nil
}

// containing are the phrases that may contain a form of the term: one of their words
// begins as one of the term's does.
func containing(not []phrase, term phrase) []phrase {
	var out []phrase
	for _, p := range not {
		for i := range p {
			a, b := p[i].folded, term[0].folded
			if n := min(len(a), len(b), 3); a[:n] == b[:n] {
				out = append(out, p)
				break
			}
		}
	}
	return out
}
