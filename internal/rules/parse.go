package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/words"
)

// Bounds of a query, far beyond what a person writes. They bound the work on what a
// program generates.
const (
	maxQuery    = 1 << 18 // bytes
	maxDepth    = 64      // parentheses, NOT and fields inside one another
	maxTerms    = 5_000   // in one query; lists may have more
	maxWords    = 100     // in one phrase
	maxDistance = 500     // of NEAR and BEFORE, and the most that ATLEAST counts
	minPrefix   = 3       // letters before *
)

// parser reads one query.
type parser struct {
	env   *env
	lex   lexer
	tok   lexeme
	depth int
	terms int
	buf   *words.Buffer
}

// env is what the queries of a config share.
type env struct {
	opts  Options
	lists map[string]*list
	buf   words.Buffer

	entities map[string]*list // those that are used, by their names; nil while there are none
}

// parseQuery reads a query of match:.
func parseQuery(e *env, src string) (*node, *Error) {
	if len(src) > maxQuery {
		return nil, errAt(src, 0, "move long lists of words into lists:", "the query is longer than %d bytes", maxQuery)
	}
	if !utf8.ValidString(src) {
		return nil, errAt(src, invalidAt(src), "save the file as UTF-8", "the query is not UTF-8")
	}
	p := &parser{env: e, lex: lexer{src: src}, buf: &e.buf}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind == lexEnd {
		return nil, errAt(src, 0, "write at least one word", "the query is empty")
	}
	n, err := p.sequence()
	if err != nil {
		return nil, err
	}
	if p.tok.kind == lexClose {
		return nil, p.err(p.tok.off, "remove it, or open one before", "there is no ( for this )")
	}
	if off, only := onlyNot(n); only {
		return nil, p.err(off, "add what the article must say", "a query of only NOT matches nearly everything")
	}
	return n, nil
}

func invalidAt(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return i
			}
		}
	}
	return 0
}

// onlyNot reports whether every term is under a NOT, so that nothing is looked for.
func onlyNot(n *node) (int, bool) {
	switch n.op {
	case opNot:
		return n.off, true
	case opAnd, opOr, opField:
		for _, k := range n.kids {
			if _, only := onlyNot(k); !only {
				return 0, false
			}
		}
		off, _ := onlyNot(n.kids[0])
		return off, true
	}
	return 0, false
}

func (p *parser) err(off int, fix, format string, args ...any) *Error {
	return errAt(p.lex.src, off, fix, format, args...)
}

func (p *parser) advance() *Error {
	t, err := p.lex.next()
	p.tok = t
	return err
}

// operator of the current lexeme: AND, OR, NEAR, BEFORE; "" for none.
func (p *parser) operator() string {
	if p.tok.kind != lexWord {
		return ""
	}
	switch name, _, _ := strings.Cut(p.tok.text, "/"); name {
	case "AND", "OR":
		if name == p.tok.text {
			return name
		}
	case "NEAR", "BEFORE":
		return name
	}
	return ""
}

// sequence reads operands joined by AND, by nothing, or by OR, up to ) or the end.
func (p *parser) sequence() (*node, *Error) {
	first, err := p.operand()
	if err != nil {
		return nil, err
	}
	kids := []*node{first}
	var joins []op
	var bare []bool // for each join: the words are side by side
	mixed := -1
	for p.tok.kind != lexEnd && p.tok.kind != lexClose {
		join, at := opAnd, p.tok.off
		o := p.operator()
		if o == "AND" || o == "OR" {
			if o == "OR" {
				join = opOr
			}
			if err := p.advance(); err != nil {
				return nil, err
			}
			if p.tok.kind == lexEnd || p.tok.kind == lexClose {
				return nil, p.err(at, "write what comes after it, or remove it", "nothing follows %s", o)
			}
		} else if err := p.looksLikeOperator(); err != nil {
			return nil, err
		}
		k, err := p.operand()
		if err != nil {
			return nil, err
		}
		if len(joins) > 0 && joins[0] != join && mixed < 0 {
			mixed = at
		}
		kids, joins, bare = append(kids, k), append(joins, join), append(bare, o != "AND" && o != "OR")
	}
	if mixed >= 0 {
		return nil, p.mixed(mixed, kids, joins, bare)
	}
	if len(kids) == 1 {
		return first, nil
	}
	return &node{op: joins[0], kids: kids, off: first.off, end: kids[len(kids)-1].end}, nil
}

// source is what the user wrote for n, shortened in the middle when long.
func (p *parser) source(n *node) string {
	s := []rune(strings.Join(strings.Fields(p.lex.src[n.off:n.end]), " "))
	if len(s) > 60 {
		return string(s[:28]) + " … " + string(s[len(s)-28:])
	}
	return string(s)
}

// operand reads a unary, and NEAR or BEFORE after it.
func (p *parser) operand() (*node, *Error) {
	left, err := p.unary()
	if err != nil {
		return nil, err
	}
	o := p.operator()
	if o != "NEAR" && o != "BEFORE" {
		return left, nil
	}
	at := p.tok.off
	n, err := p.count(o)
	if err != nil {
		return nil, err
	}
	if p.tok.kind == lexEnd || p.tok.kind == lexClose {
		return nil, p.err(at, "write the other side", "nothing follows %s", o)
	}
	right, err := p.unary()
	if err != nil {
		return nil, err
	}
	for _, side := range []*node{left, right} {
		if off, what := notASide(side); what != "" {
			return nil, p.err(off, "use a term, a phrase or a group of them joined by OR", "%s cannot have %s on a side", o, what)
		}
	}
	if o2 := p.operator(); o2 == "NEAR" || o2 == "BEFORE" {
		return nil, p.err(p.tok.off, fmt.Sprintf("write (%s %s/%d %s) AND (%s %s …)", p.source(left), o, n, p.source(right), p.source(right), p.tok.text),
			"a chain of %s can be read in several ways", o2)
	}
	which := opNear
	if o == "BEFORE" {
		which = opBefore
	}
	return &node{op: which, n: n, kids: []*node{left, right}, off: left.off, end: right.end}, nil
}

// notASide says why n cannot be a side of NEAR or be counted.
func notASide(n *node) (int, string) {
	switch n.op {
	case opTerm, opRegex, opList:
		return 0, ""
	case opOr, opField:
		for _, k := range n.kids {
			if off, what := notASide(k); what != "" {
				return off, what
			}
		}
		return 0, ""
	case opMeta:
		return n.off, metaNames[n.meta] + ":"
	}
	return n.off, map[op]string{opAnd: "AND", opNot: "NOT", opNear: "NEAR", opBefore: "BEFORE", opAtLeast: "ATLEAST"}[n.op]
}

// count reads the number of NEAR/10 and moves to the next lexeme.
func (p *parser) count(name string) (int, *Error) {
	off, text := p.tok.off, p.tok.text
	example := map[string]string{"NEAR": "A NEAR/10 B", "BEFORE": "A BEFORE/5 B", "ATLEAST": "ATLEAST/3 A"}[name]
	_, digits, found := strings.Cut(text, "/")
	if !found || digits == "" {
		return 0, p.err(off, "write "+example, "%s needs a number", name)
	}
	n, err := strconv.Atoi(digits)
	if err != nil || strings.TrimLeft(digits, "0123456789") != "" {
		return 0, p.err(off+len(name)+1, "write "+example, "%q is not a number", digits)
	}
	if n < 1 || n > maxDistance {
		return 0, p.err(off+len(name)+1, "use a number from 1 to 500", "%s/%s is out of range", name, digits)
	}
	return n, p.advance()
}

// unary reads NOT and ATLEAST with their operands, a field, or a primary.
func (p *parser) unary() (*node, *Error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, p.err(p.tok.off, "simplify the query", "more than %d levels inside one another", maxDepth)
	}
	if p.tok.kind != lexWord {
		return p.primary()
	}
	off, text := p.tok.off, p.tok.text
	name, _, _ := strings.Cut(text, "/")
	switch {
	case text == "NOT":
		if err := p.advance(); err != nil {
			return nil, err
		}
		if p.tok.kind == lexEnd || p.tok.kind == lexClose {
			return nil, p.err(off, "write what it excludes, or remove it", "nothing follows NOT")
		}
		k, err := p.unary()
		if err != nil {
			return nil, err
		}
		if o := p.operator(); o == "NEAR" || o == "BEFORE" {
			return nil, p.err(off, fmt.Sprintf("write NOT (%s %s …)", p.source(k), p.tok.text), "NOT before %s can be read in two ways", o)
		}
		return &node{op: opNot, kids: []*node{k}, off: off, end: k.end}, nil
	case name == "ATLEAST":
		return p.atLeast()
	case p.operator() != "":
		return nil, p.err(off, `write what comes before it, or put the word in quotes`, "nothing stands before %s", p.operator())
	case strings.HasSuffix(text, ":") && allLetters(text[:len(text)-1]):
		return p.field()
	}
	return p.primary()
}

func (p *parser) atLeast() (*node, *Error) {
	off := p.tok.off
	n, err := p.count("ATLEAST")
	if err != nil {
		return nil, err
	}
	if p.tok.kind == lexEnd || p.tok.kind == lexClose {
		return nil, p.err(off, "write what is counted", "nothing follows ATLEAST")
	}
	k, err := p.unary()
	if err != nil {
		return nil, err
	}
	if at, what := notASide(k); what != "" {
		return nil, p.err(at, "count a term, a phrase or a group of them joined by OR", "ATLEAST cannot count %s", what)
	}
	return &node{op: opAtLeast, n: n, kids: []*node{k}, off: off, end: k.end}, nil
}

func allLetters(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) {
			return false
		}
	}
	return s != ""
}

// field reads what follows title: and the like.
func (p *parser) field() (*node, *Error) {
	off, name := p.tok.off, strings.TrimSuffix(p.tok.text, ":")
	end := p.tok.end
	meta := slices.Index(metaNames[:], name)
	in, known := fieldNamed(name)
	if !known && meta < 0 {
		return nil, p.err(off, p.fieldMeant(name, end), "unknown field %q", name)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind == lexEnd || p.tok.kind == lexClose || p.tok.off != end {
		return nil, p.err(off, fmt.Sprintf("write %s:word, %s:\"a phrase\" or %s:(A OR B)", name, name, name), "nothing follows %s:", name)
	}
	if meta >= 0 {
		return p.metaValues(off, metaKind(meta))
	}
	k, err := p.unary()
	if err != nil {
		return nil, err
	}
	if off, inner := innerField(k); inner != "" {
		return nil, p.err(off, "name one field for each group", "%s: stands inside %s:", inner, name)
	}
	return &node{op: opField, in: in, kids: []*node{k}, off: off, end: k.end}, nil
}

// innerField finds a field inside n.
func innerField(n *node) (int, string) {
	switch n.op {
	case opField:
		return n.off, n.in.String()
	case opMeta:
		return n.off, metaNames[n.meta]
	}
	for _, k := range n.kids {
		if off, name := innerField(k); name != "" {
			return off, name
		}
	}
	return 0, ""
}

// metaValues reads the name after feed:, tag: or lang:, or a group of them.
func (p *parser) metaValues(off int, kind metaKind) (*node, *Error) {
	n := &node{op: opMeta, meta: kind, off: off}
	group := p.tok.kind == lexOpen
	if group {
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	for {
		if p.tok.kind != lexWord && p.tok.kind != lexQuoted || p.operator() != "" || strings.TrimSpace(p.tok.text) == "" {
			return nil, p.err(p.tok.off, fmt.Sprintf(`write %s:name or %s:("one name" OR other)`, metaNames[kind], metaNames[kind]), "a name is missing after %s:", metaNames[kind])
		}
		if err := p.checkMeta(kind, p.tok); err != nil {
			return nil, err
		}
		n.values, n.end = append(n.values, p.tok.text), p.tok.end
		if err := p.advance(); err != nil {
			return nil, err
		}
		if !group {
			return n, nil
		}
		n.end = p.tok.end
		if p.tok.kind == lexClose {
			return n, p.advance()
		}
		if p.operator() != "OR" {
			return nil, p.err(p.tok.off, "join the names with OR; put a name of several words in quotes", "%s:( ) takes names only", metaNames[kind])
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
}

// checkMeta checks that the config has the named feed or tag.
func (p *parser) checkMeta(kind metaKind, t lexeme) *Error {
	known := map[metaKind][]string{metaFeed: p.env.opts.Feeds, metaTag: p.env.opts.Tags}[kind]
	if kind == metaLang {
		if base, _, _ := strings.Cut(t.text, "-"); len(base) < 2 || len(base) > 3 || !allLetters(base) {
			return p.err(t.inner, "write a code such as lang:et or lang:en-GB", "%q is not a language code", t.text)
		}
		return nil
	}
	if known == nil || slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, t.text) }) {
		return nil
	}
	fix := ""
	if c := closest(t.text, known); c != "" {
		fix = fmt.Sprintf("did you mean %q?", c)
	}
	return p.err(t.inner, fix, "no feed has the %s %q", map[metaKind]string{metaFeed: "name", metaTag: "tag"}[kind], t.text)
}

// primary reads a group, a term, a regular expression or a list.
func (p *parser) primary() (*node, *Error) {
	t := p.tok
	switch t.kind {
	case lexOpen:
		if err := p.advance(); err != nil {
			return nil, err
		}
		switch p.tok.kind {
		case lexClose:
			return nil, p.err(t.off, "write something in it, or remove it", "the group ( ) is empty")
		case lexEnd:
			return nil, p.err(t.off, "add )", "the ( is not closed")
		}
		n, err := p.sequence()
		if err != nil {
			return nil, err
		}
		if p.tok.kind != lexClose {
			return nil, p.err(t.off, "add )", "the ( is not closed")
		}
		n.off, n.end = t.off, p.tok.end
		return n, p.advance()
	case lexClose:
		return nil, p.err(t.off, "remove it, or open one before", "there is no ( for this )")
	case lexEnd:
		return nil, p.err(t.off, "write a word", "the query ends too early")
	}
	p.terms++
	if p.terms > maxTerms {
		return nil, p.err(t.off, "move them into a list under lists:", "more than %d terms in one query", maxTerms)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	switch t.kind {
	case lexRegex:
		return parseRegex(p.lex.src, t)
	case lexQuoted:
		return p.env.quotedTerm(p.lex.src, t)
	}
	if t.text[0] == '@' {
		return p.env.named(p.lex.src, t)
	}
	if p.tok.kind == lexOpen && p.tok.off == t.end {
		return nil, p.functionCall(t)
	}
	return p.env.bareTerm(p.lex.src, t, p.env.opts.Exact)
}
