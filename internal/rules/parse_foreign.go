package rules

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Syntax of other query languages, so that people who know them are told what to write
// here.
var (
	proximity = regexp.MustCompile(`^(?i)(w|pre|adj|near|onear|before|within|nw|xnear)/?([0-9]+)$`)
	truncated = regexp.MustCompile(`^[\pL\pN]*\pL[!$?]+[0-9]*$`)
	boosted   = regexp.MustCompile(`\^[0-9.]+$`)
	fuzzy     = regexp.MustCompile(`~[0-9.]+$`)
	firstN    = regexp.MustCompile(`^(?i)([^/]+)/f[0-9]+/?$`)     // Factiva: in the first words
	atLeast   = regexp.MustCompile(`^(?i)atleast/?([0-9]+)$`)     // Factiva and Nexis
	assigned  = regexp.MustCompile(`^([\pL]+)=(.*)$`)             // Factiva: hd=nato
	glued     = regexp.MustCompile(`^(AND|OR|NOT|NEAR|BEFORE)-.`) // NATO AND-football
)

// fieldsElsewhere maps names of fields in other languages to ours.
var fieldsElsewhere = map[string]string{
	"intitle": "title:", "allintitle": "title:", "headline": "title:", "hd": "title:", "hl": "title:",
	"inurl": "link:", "allinurl": "link:", "url": "link:", "site": `link:"example.org", or feed: with the feed's name`,
	"hlp": "lead:", "lp": "lead:", "hlead": "lead:", "body": "content:", "text": "content:", "intext": "content:", "description": "summary:",
	"by": "author:", "byline": "author:", "creator": "author:", "la": "lang:", "language": "lang:", "source": "feed:", "sn": "feed:", "rst": "feed:",
}

// looksLikeOperator refuses a word between operands that may be meant as an operator.
func (p *parser) looksLikeOperator() *Error {
	if p.tok.kind != lexWord {
		return nil
	}
	t := p.tok.text
	switch upper := strings.ToUpper(t); {
	case upper == "AND" || upper == "OR":
		return p.err(p.tok.off, "write "+upper+`, or "`+t+`" in quotes for the word`, "%s between words looks like an operator", t)
	case upper == "NOT" && t != "NOT", strings.HasPrefix(upper, "ATLEAST/") && !strings.HasPrefix(t, "ATLEAST/"):
		return p.err(p.tok.off, "write "+upper+`, or "`+t+`" in quotes for the word`, "%s between words looks like an operator", t)
	case t == "&&" || t == "&" || t == "+":
		return p.err(p.tok.off, "write AND", "%s is not an operator here", t)
	case t == "||" || t == "|" || t == ",":
		return p.err(p.tok.off, "write OR", "%s is not an operator here", t)
	case upper == "SAME" || upper == "W/P" || upper == "W/S" || upper == "W/SEG":
		n := map[string]string{"W/S": "15"}[upper]
		return p.err(p.tok.off, "write NEAR/"+cmp.Or(n, "50")+`, or "`+t+`" in quotes for the word`, "%s between words looks like an operator", t)
	case upper == "NEAR" && t != "NEAR", upper == "WITHIN":
		n, ok := p.distance()
		if !ok || upper == "WITHIN" && n == "" { // at the end, or a word like any other
			return nil
		}
		return p.err(p.tok.off, "write NEAR/"+cmp.Or(n, "10")+`, or "`+t+`" in quotes for the word`, "%s between words looks like an operator", t)
	case upper == "ANDNOT":
		return p.err(p.tok.off, "write NOT", "%s is not an operator here", t)
	case t == "BUT" || t == "EXCEPT" || t == "WITHOUT" || t == "MINUS" || t == "XOR":
		return p.err(p.tok.off, `for what you exclude write NOT, or "`+t+`" in quotes for the word`, "%s is not an operator here", t)
	case t == "ADJ":
		return p.err(p.tok.off, `write BEFORE/1, or "ADJ" in quotes for the word`, "%s between words looks like an operator", t)
	}
	if m := proximity.FindStringSubmatch(t); m != nil {
		name := strings.ToUpper(m[1])
		if (name == "NEAR" || name == "BEFORE") && strings.Contains(t, "/") && t == strings.ToUpper(t) {
			return nil
		}
		to := "NEAR"
		if name == "PRE" || name == "ADJ" || name == "ONEAR" || name == "BEFORE" {
			to = "BEFORE"
		}
		return p.err(p.tok.off, "write "+to+"/"+m[2]+`, or "`+t+`" in quotes for the word`, "%s between words looks like an operator", t)
	}
	return nil
}

// distance is the number after the current word, empty if another lexeme follows; false
// if none does.
func (p *parser) distance() (n string, follows bool) {
	rest := p.lex
	next, err := rest.next()
	if err != nil || next.kind == lexEnd || next.kind == lexClose {
		return "", false
	}
	if next.kind == lexWord && next.text != "" && strings.Trim(next.text, "0123456789") == "" {
		return next.text, true
	}
	return "", true
}

// mixed is the error for AND beside OR. It shows both readings and, if the AND is words
// side by side, first the phrases that were probably meant.
func (p *parser) mixed(at int, kids []*node, joins []op, bare []bool) *Error {
	reading := func(inner op) string {
		outer := map[op]string{opAnd: " OR ", opOr: " AND "}[inner]
		join := map[op]string{opAnd: " AND ", opOr: " OR "}[inner]
		var groups []string
		for i := 0; i < len(kids); {
			j := i
			parts := []string{p.source(kids[i])}
			for j < len(joins) && joins[j] == inner {
				j++
				parts = append(parts, p.source(kids[j]))
			}
			g := strings.Join(parts, join)
			if len(parts) > 1 {
				g = "(" + g + ")"
			}
			groups = append(groups, g)
			i = j + 1
		}
		return strings.Join(groups, outer)
	}
	fix := fmt.Sprintf("write %s or %s", reading(opAnd), reading(opOr))
	if phrases := p.phrases(kids, joins, bare); phrases != "" {
		fix = fmt.Sprintf("for the phrase write %s; for words in any place, %s or %s", phrases, reading(opAnd), reading(opOr))
	}
	return p.err(at, fix, "AND and OR side by side can be read in two ways")
}

// phrases is the query with quotes around plain words side by side, if only OR joins
// them then; else "".
func (p *parser) phrases(kids []*node, joins []op, bare []bool) string {
	var parts []string
	for i := 0; i < len(kids); i++ {
		words := []string{p.source(kids[i])}
		for i < len(bare) && bare[i] && plainWord(kids[i]) && plainWord(kids[i+1]) {
			i++
			words = append(words, p.source(kids[i]))
		}
		if i < len(joins) && joins[i] != opOr {
			return ""
		}
		part := strings.Join(words, " ")
		if len(words) > 1 {
			part = `"` + part + `"`
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " OR ")
}

// plainWord reports whether n is a word without a sign.
func plainWord(n *node) bool {
	return n.op == opTerm && !strings.ContainsAny(n.text, `"~=*`)
}

// functionCall is the error for a word directly followed by (.
func (p *parser) functionCall(t lexeme) *Error {
	fix := "put a space, AND or OR before the ("
	switch name := strings.TrimRight(strings.ToLower(t.text), "0123456789"); name {
	case "atleast":
		fix = "write ATLEAST/3 word"
	case "hlead", "lead", "hl", "hd", "headline", "title", "intitle", "allintitle":
		fix = "write title:word or lead:word"
	case "around", "near", "onear", "w", "pre", "adj":
		fix = "write NEAR/5 between the words for a distance of 5, or BEFORE/5"
	case "byline":
		fix = "write author:name"
	case "caps", "allcaps", "nocaps", "singular", "plural":
		fix = "write =Word for exactly this form"
	}
	return p.err(t.end, fix, "%s( is not part of the language", t.text)
}

// fieldMeant says what to write instead of an unknown field, which ends at end.
func (p *parser) fieldMeant(name string, end int) string {
	if here := fieldsElsewhere[strings.ToLower(name)]; here != "" {
		return "write " + here
	}
	switch strings.ToUpper(name) {
	case "NEAR", "BEFORE", "ATLEAST":
		return "write " + strings.ToUpper(name) + "/ and the number"
	}
	var names []string
	for _, f := range fieldNames {
		names = append(names, f.name)
	}
	names = append(names, metaNames[:]...)
	if c := closest(name, names); c != "" {
		return "did you mean " + c + ":?"
	} else if strings.HasPrefix(p.lex.src[end:], "//") {
		return "put an address in quotes, after link:"
	}
	return "the fields are " + strings.Join(names, ", ")
}

// foreign refuses what a bare word may not contain, and says what to write.
func foreign(src string, t lexeme) *Error {
	text := t.text
	switch {
	case text[0] == '-' || strings.HasPrefix(text, "−") || strings.HasPrefix(text, "–") || strings.HasPrefix(text, "—"):
		_, size := utf8.DecodeRuneInString(text)
		if rest := text[size:]; rest != "" {
			return errAt(src, t.off, "write NOT "+rest, "- does not exclude a word here")
		}
		return errAt(src, t.off, "remove it, or write NOT before what you exclude", "%s stands alone", text)
	case text[0] == '+':
		return errAt(src, t.off, "remove the +: words side by side mean AND", "+ does not require a word here")
	case text[0] == '!':
		return errAt(src, t.off, "write NOT "+strings.TrimLeft(text, "!"), "! does not exclude a word here")
	case text[0] == '*' || text[0] == '?':
		return errAt(src, t.off, "put * at the end of at least 3 letters", "a word cannot begin with %c", text[0])
	case glued.MatchString(text):
		name, rest, _ := strings.Cut(text, "-")
		if name == "AND" && rest == "NOT" {
			return errAt(src, t.off, "write AND NOT", "AND-NOT is no operator")
		}
		if name == "AND" {
			rest = "NOT " + rest
		}
		return errAt(src, t.off, "write "+name+" "+rest+", or put the text in quotes", "%s- is no operator", name)
	case strings.Contains(text, "&&"):
		return errAt(src, t.off+strings.Index(text, "&&"), "write AND between the words", "&& is not an operator here")
	case firstN.MatchString(text):
		return errAt(src, t.off+strings.IndexByte(text, '/'), "write lead:"+firstN.FindStringSubmatch(text)[1], "a word has no /F50/ here")
	case assigned.MatchString(text):
		m := assigned.FindStringSubmatch(text)
		fix := "put the text in quotes"
		if here := fieldsElsewhere[strings.ToLower(m[1])]; here != "" {
			fix = "write " + here
			if strings.HasSuffix(here, ":") {
				fix += m[2]
			}
		}
		return errAt(src, t.off+len(m[1]), fix, "= belongs before a word, for exactly so")
	case boosted.MatchString(text):
		return errAt(src, t.off+strings.LastIndexByte(text, '^'), "remove it", "terms have no weight")
	case fuzzy.MatchString(text):
		return errAt(src, t.off+strings.LastIndexByte(text, '~'), "write word~ for its forms, word* for how it begins", "a number after ~ means nothing here")
	case truncated.MatchString(text):
		i := strings.IndexAny(text, "!$?")
		return errAt(src, t.off+i, "write "+text[:i]+"*", "%c does not cut a word short here", text[i])
	}
	if i := strings.IndexAny(text, commas+"|<>[]{}^?!\\"); i >= 0 {
		fix := "put the text in quotes"
		r, _ := utf8.DecodeRuneInString(text[i:])
		if strings.ContainsRune(commas+"|", r) {
			fix = "write AND or OR between words, or put the text in quotes"
		}
		return errAt(src, t.off+i, fix, "%c is not part of the language", r)
	}
	return nil
}
