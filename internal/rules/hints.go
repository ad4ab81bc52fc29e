package rules

import (
	"cmp"
	"regexp"
	"strings"
	"unicode/utf8"
)

// What other query languages write, so that whoever knows them is told what to
// write here.
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

// fieldsElsewhere are names of fields in other languages and what stands for
// them here.
var fieldsElsewhere = map[string]string{
	"intitle": "title:", "allintitle": "title:", "headline": "title:", "hd": "title:", "hl": "title:",
	"inurl": "link:", "allinurl": "link:", "url": "link:", "site": `link:"example.org", or feed: with the feed's name`,
	"hlp": "lead:", "lp": "lead:", "hlead": "lead:", "body": "content:", "text": "content:", "intext": "content:", "description": "summary:",
	"by": "author:", "byline": "author:", "creator": "author:", "la": "lang:", "language": "lang:", "source": "feed:", "sn": "feed:", "rst": "feed:",
}

// looksLikeOperator refuses a word between operands that someone may have meant
// as an operator.
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

// functionCall is the error for a word with ( right behind it.
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

// fieldMeant says what to write for a field that is none, which ends at end.
func (p *parser) fieldMeant(name string, end int) string {
	if here := fieldsElsewhere[strings.ToLower(name)]; here != "" {
		return "write " + here
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
