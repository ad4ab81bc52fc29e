package rules

import (
	"strconv"
	"strings"

	"watcher/internal/rules/entity"
	"watcher/internal/rules/inflect"
)

// fields is a set of places in an item. It fits the low byte of a token's tag.
type fields uint8

const (
	inTitle fields = 1 << iota
	inText         // the content, or the summary if there is none
	inSummary
	inContent
	inLead // the title and the first words of the text
	inAuthor
	inCategory
	inLink

	inDefault = inTitle | inText
	inAll     = inTitle | inText | inSummary | inContent | inLead | inAuthor | inCategory | inLink
)

// fieldNames are the fields of the language in the order of the documentation.
var fieldNames = []struct {
	name string
	in   fields
}{
	{"title", inTitle}, {"summary", inSummary}, {"content", inContent}, {"lead", inLead},
	{"author", inAuthor}, {"category", inCategory}, {"link", inLink},
}

// Fields returns the names of the fields of an item, as queries and excerpts have them.
func Fields() []string {
	names := make([]string, len(fieldNames))
	for i, f := range fieldNames {
		names[i] = f.name
	}
	return names
}

func fieldNamed(name string) (fields, bool) {
	for _, f := range fieldNames {
		if f.name == name {
			return f.in, true
		}
	}
	return 0, false
}

func (f fields) String() string {
	for _, n := range fieldNames {
		if n.in == f {
			return n.name
		}
	}
	return ""
}

// op is the kind of a node.
type op uint8

const (
	opTerm op = iota
	opRegex
	opList  // @name: any entry
	opMeta  // feed:, tag:, lang:
	opField // restricts its kid
	opAnd
	opOr
	opNot
	opNear
	opBefore
	opAtLeast
)

// node is a query or a part of one.
type node struct {
	op     op
	kids   []*node
	n      int    // distance or count
	in     fields // opField
	text   string // source of a term, regex or list in canonical form
	off    int    // where it begins in the source
	end    int
	alts   []phrase // opTerm: ways to write it, the first as in the source
	not    []phrase // opTerm: phrases in which it means something else
	re     *pattern // opRegex
	list   *list    // opList
	meta   metaKind // opMeta
	values []string // opMeta
}

// metaKind is where an article comes from.
type metaKind uint8

const (
	metaFeed metaKind = iota
	metaTag
	metaLang
)

var metaNames = [...]string{metaFeed: "feed", metaTag: "tag", metaLang: "lang"}

// phrase is a sequence of neighbouring words.
type phrase []word

// wordKind is how a word of a query is compared with a word of an article.
type wordKind uint8

const (
	wordForm    wordKind = iota // this form, whatever its case and accents
	wordCase                    // exactly so
	wordPrefix                  // begins so
	wordInflect                 // any inflected form of it
)

// word is one word of a term.
type word struct {
	kind       wordKind
	folded     string // as package words folds it
	raw        string // as written
	possessive bool   // written with 's
	designator bool   // the number of F-35, or F35: matches variants and the plural
	initial    bool   // the letters of F-35: one or two before a number
	tie        tie    // what stands before the next word
	umlaut     bool   // of ae, oe or ue: what has ä, ö or ü in the article
	ring       bool   // of aa: what has å in the article
	before     string // a sign that must come before it
	after      string // and one after it
	decimal    bool   // with signs: a part of a decimal
	name       bool   // known as a name, or an acronym
	acronym    bool   // written in capitals; with name, it is not also a word
	ownAccents bool   // a name whose accents count in small letters, see differs
	titled     bool   // only its first letter is a capital

	capital bool          // of an entity: the article has it with a capital, a short acronym in capitals
	scope   inflect.Langs // of an entity: the languages in which it is one; None: all
}

// term is the word as package inflect knows it.
func (w *word) term() inflect.Term {
	return inflect.Term{Folded: w.folded, Name: w.name, Acronym: w.acronym}
}

func (w *word) onlyAcronym() bool { return w.acronym && w.name }

// list is a named list of the config.
type list struct {
	name    string
	entries []*node
	number  int
	state   uint8          // in the search for cycles
	entity  *entity.Entity // nil for a list of the config
}

// String writes the query in its canonical form, which parses to the same query.
func (n *node) String() string {
	var b strings.Builder
	n.write(&b, 0)
	return b.String()
}

// precedence is the binding strength of a node in print: a kid that binds less tightly
// gets parentheses.
func (n *node) precedence() int {
	switch n.op {
	case opOr, opAnd:
		return 1
	case opNear, opBefore:
		return 2
	case opNot, opAtLeast:
		return 3
	}
	return 4
}

func (n *node) write(b *strings.Builder, outer int) {
	if n.precedence() < outer || n.op == opNot && outer >= 3 {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	switch n.op {
	case opTerm, opRegex, opList:
		b.WriteString(n.text)
	case opMeta:
		n.writeMeta(b)
	case opField:
		b.WriteString(n.in.String() + ":")
		n.kids[0].write(b, 4)
	case opAnd, opOr:
		for i, k := range n.kids {
			if i > 0 {
				b.WriteString(map[op]string{opAnd: " AND ", opOr: " OR "}[n.op])
			}
			k.write(b, 2)
		}
	case opNear, opBefore:
		n.kids[0].write(b, 3)
		b.WriteString(map[op]string{opNear: " NEAR/", opBefore: " BEFORE/"}[n.op] + strconv.Itoa(n.n) + " ")
		n.kids[1].write(b, 3)
	case opNot:
		b.WriteString("NOT ")
		n.kids[0].write(b, 3)
	case opAtLeast:
		b.WriteString("ATLEAST/" + strconv.Itoa(n.n) + " ")
		n.kids[0].write(b, 3)
	}
}

func (n *node) writeMeta(b *strings.Builder) {
	quoted := make([]string, len(n.values))
	for i, v := range n.values {
		quoted[i] = `"` + v + `"`
	}
	b.WriteString(metaNames[n.meta] + ":")
	if len(quoted) == 1 {
		b.WriteString(quoted[0])
		return
	}
	b.WriteString("(" + strings.Join(quoted, " OR ") + ")")
}
