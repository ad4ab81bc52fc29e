package rules

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// What other query languages write, so that whoever knows them is told what to
// write here.
var (
	proximity = regexp.MustCompile(`^(?i)(w|pre|adj|near|onear|before|within|nw|xnear)/?([0-9]+)$`)
	truncated = regexp.MustCompile(`^[\pL\pN]+[!$?]+[0-9]*$`)
	boosted   = regexp.MustCompile(`\^[0-9.]+$`)
	fuzzy     = regexp.MustCompile(`~[0-9.]+$`)
)

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
	case "caps", "allcaps", "nocaps", "singular", "plural":
		fix = "write =Word for exactly this form"
	}
	return p.err(t.end, fix, "%s( is not part of the language", t.text)
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
	case boosted.MatchString(text):
		return errAt(src, t.off+strings.LastIndexByte(text, '^'), "remove it", "terms have no weight")
	case fuzzy.MatchString(text):
		return errAt(src, t.off+strings.LastIndexByte(text, '~'), "write word~ for its forms, word* for how it begins", "a number after ~ means nothing here")
	case truncated.MatchString(text):
		i := strings.IndexAny(text, "!$?")
		return errAt(src, t.off+i, "write "+text[:i]+"*", "%c does not cut a word short here", text[i])
	}
	if i := strings.IndexAny(text, ",;|<>[]{}^?!\\"); i >= 0 {
		fix := "put the text in quotes"
		switch text[i] {
		case ',', ';', '|':
			fix = "write AND or OR between words, or put the text in quotes"
		}
		return errAt(src, t.off+i, fix, "%c is not part of the language", text[i])
	}
	return nil
}
