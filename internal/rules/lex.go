package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind of a lexeme.
type lexKind uint8

const (
	lexEnd lexKind = iota
	lexOpen
	lexClose
	lexWord   // a run without spaces
	lexQuoted // "…", with = before and ~ after it
	lexRegex  // /…/
)

// lexeme is a part of a query's source.
type lexeme struct {
	kind     lexKind
	off, end int
	text     string // the inner text, for a quoted one and a regex
	inner    int    // where text begins in the source
	exact    bool   // a quoted one: = before
	forms    bool   // a quoted one: ~ after it
}

// lexer splits a query into lexemes.
type lexer struct {
	src string
	pos int
}

func isQuote(r rune) bool {
	return r == '"' || r >= utf8.RuneSelf && strings.ContainsRune("“”„‟«»＂", r)
}

// next returns the next lexeme.
func (l *lexer) next() (lexeme, *Error) {
	for l.pos < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[l.pos:])
		if !unicode.IsSpace(r) && !invisible(r) {
			break
		}
		l.pos += size
	}
	start := l.pos
	if start == len(l.src) {
		return lexeme{kind: lexEnd, off: start, end: start}, nil
	}
	r, size := utf8.DecodeRuneInString(l.src[start:])
	switch {
	case r == '(':
		l.pos += size
		return lexeme{kind: lexOpen, off: start, end: l.pos}, nil
	case r == ')':
		l.pos += size
		return lexeme{kind: lexClose, off: start, end: l.pos}, nil
	case isQuote(r):
		return l.quoted(start, start+size)
	case r == '=' && start+1 < len(l.src):
		if q, n := utf8.DecodeRuneInString(l.src[start+1:]); isQuote(q) {
			x, err := l.quoted(start, start+1+n)
			x.exact = true
			return x, err
		}
	case r == '/':
		return l.regex(start)
	case r == '\'' || r == '‘' || r == '’':
		return lexeme{}, errAt(l.src, start, `put "…" around the phrase`, "single quotes are apostrophes here")
	}
	return l.word(start), nil
}

// quoted reads to the closing quote.
func (l *lexer) quoted(start, inner int) (lexeme, *Error) {
	i := inner
	for {
		n := strings.IndexFunc(l.src[i:], isQuote)
		if n < 0 {
			return lexeme{}, errAt(l.src, start, `add the closing "`, "the quote is not closed")
		}
		i += n
		if !gershayim(l.src, i) {
			break
		}
		i++
	}
	_, size := utf8.DecodeRuneInString(l.src[i:])
	x := lexeme{kind: lexQuoted, off: start, text: l.src[inner:i], inner: inner}
	l.pos = i + size
	if l.pos < len(l.src) && l.src[l.pos] == '~' {
		l.pos++
		x.forms = true
	}
	x.end = l.pos
	if l.pos < len(l.src) {
		r, _ := utf8.DecodeRuneInString(l.src[l.pos:])
		switch {
		case x.forms && r >= '0' && r <= '9':
			return lexeme{}, errAt(l.src, l.pos-1, "write A NEAR/5 B", "a number after ~ means nothing here")
		case !unicode.IsSpace(r) && r != ')' && r != '(' && !invisible(r):
			return lexeme{}, errAt(l.src, l.pos, "put a space, AND or OR there", "something follows the closing quote")
		}
	}
	return x, nil
}

// regex reads to the closing slash.
func (l *lexer) regex(start int) (lexeme, *Error) {
	for i := start + 1; i < len(l.src); i++ {
		switch l.src[i] {
		case '\\':
			i++
		case '/':
			l.pos = i + 1
			if l.pos < len(l.src) {
				r, _ := utf8.DecodeRuneInString(l.src[l.pos:])
				if !unicode.IsSpace(r) && r != ')' {
					return lexeme{}, errAt(l.src, l.pos, `write \/ for a slash inside, and no flags: letters' case never matters`,
						"something follows the closing / of the regular expression")
				}
			}
			return lexeme{kind: lexRegex, off: start, end: l.pos, text: l.src[start+1 : i], inner: start + 1}, nil
		}
	}
	return lexeme{}, errAt(l.src, start, "add the closing /, or put the text in quotes", "the regular expression is not closed")
}

// word reads a run without spaces, parentheses and quotes. A field's colon ends it too,
// and so does the = before a quote. Invisible characters at its end are not part of its
// text.
func (l *lexer) word(start int) lexeme {
	i := start
	letters := true
	for i < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[i:])
		if unicode.IsSpace(r) || r == '(' || r == ')' || isQuote(r) && !gershayim(l.src, i) {
			break
		}
		i += size
		if r == ':' && letters && i > start+1 {
			break
		}
		letters = letters && unicode.IsLetter(r)
	}
	l.pos = i
	text := strings.TrimRightFunc(l.src[start:i], invisible)
	return lexeme{kind: lexWord, off: start, end: start + len(text), text: text, inner: start}
}

// gershayim reports whether the quotation mark at src[i] is the sign of a Hebrew
// acronym, which keyboards type as ". Between two Hebrew letters it is never a quote.
func gershayim(src string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(src[:i])
	_, size := utf8.DecodeRuneInString(src[i:])
	after, _ := utf8.DecodeRuneInString(src[i+size:])
	return unicode.Is(unicode.Hebrew, before) && unicode.Is(unicode.Hebrew, after)
}
