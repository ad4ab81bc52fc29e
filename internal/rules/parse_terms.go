package rules

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// bareTerm reads a term without quotes: a word, or a phrase of parts divided by -, ',
// /, & and . characters. Its words match their forms unless exact.
func (e *env) bareTerm(src string, t lexeme, exact bool) (*node, *Error) {
	if err := operatorCase(src, t); err != nil {
		return nil, err
	}
	if err := foreign(src, t); err != nil {
		return nil, err
	}
	body, off, kind := t.text, t.off, wordInflect
	if exact {
		kind = wordForm
	}
	if body[0] == '=' {
		kind = wordCase
		body, off = body[1:], off+1
		if i := strings.IndexAny(body, "*~="); i >= 0 {
			return nil, errAt(src, off+i, "remove one of the two", "= means exactly so, and %c does not", body[i])
		}
	}
	p, err := e.phrase(src, off, body, kind, kind)
	if err != nil {
		return nil, err
	}
	signed(body, p)
	n := &node{op: opTerm, text: t.text, off: t.off, end: t.end}
	n.alts = alternatives(src, off, p, kind != wordCase)
	return n, nil
}

// operatorCase refuses not and near/5 where an operand is expected.
func operatorCase(src string, t lexeme) *Error {
	upper := strings.ToUpper(t.text)
	name, number, slash := strings.Cut(upper, "/")
	switch {
	case t.text == upper && !atLeast.MatchString(t.text):
		return nil
	case upper == "NOT" && operandFollows(src[t.end:]):
		return errAt(src, t.off, `write NOT, or "`+t.text+`" in quotes for the word`, "%s before a word looks like an operator", t.text)
	case atLeast.MatchString(t.text) && operandFollows(src[t.end:]):
		return errAt(src, t.off, "write ATLEAST/"+atLeast.FindStringSubmatch(t.text)[1]+`, or "`+t.text+`" in quotes for the word`, "%s before a word looks like an operator", t.text)
	case slash && (name == "NEAR" || name == "BEFORE" || name == "ATLEAST") && words.Number(number):
		return errAt(src, t.off, `write `+upper+`, or "`+t.text+`" in quotes for the words`, "%s looks like an operator", t.text)
	}
	return nil
}

// operandFollows reports whether an operand of NOT comes next.
func operandFollows(rest string) bool {
	l := lexer{src: rest}
	t, err := l.next()
	p := parser{tok: t}
	return err != nil || t.kind != lexEnd && t.kind != lexClose && p.operator() == ""
}

// quotedTerm reads a term in quotes.
func (e *env) quotedTerm(src string, t lexeme) (*node, *Error) {
	kind := wordForm
	switch {
	case t.exact && t.forms:
		return nil, errAt(src, t.end-1, "remove one of the two", "= means exactly so, and ~ does not")
	case t.exact:
		kind = wordCase
	}
	last := kind
	if t.forms {
		last = wordInflect // "battle group"~ is read as "battle group~"
	}
	p, err := e.phrase(src, t.inner, t.text, kind, last)
	if err != nil {
		return nil, err
	}
	signed(t.text, p)
	text := `"` + strings.Join(strings.Fields(t.text), " ")
	if t.forms {
		text += "~"
	}
	if t.exact {
		text = "=" + text
	}
	n := &node{op: opTerm, text: text + `"`, off: t.off, end: t.end}
	n.alts = alternatives(src, t.inner, p, kind != wordCase)
	return n, nil
}

// shortName is the length up to which a name is likely to be another word with other
// accents.
const shortName = 5

// spelled is a word of a phrase with its place in the source.
type spelled struct {
	word
	start, end int  // relative to the term's body
	plain      bool // without quotes, so it matches its forms
}

// phrase splits the body of a term, which begins at src[off:], into words. A ~ or *
// directly after a word changes its kind.
func (e *env) phrase(src string, off int, body string, kind, last wordKind) ([]spelled, *Error) {
	e.buf.Reset()
	e.buf.Scan(body, 0)
	toks := e.buf.Tokens
	if len(toks) == 0 && strings.ContainsFunc(body, meaning) {
		return nil, errAt(src, off, "put it and its word in quotes, or leave out the space between them", "%s stands alone", body)
	} else if len(toks) == 0 {
		return nil, errAt(src, off, "write at least one letter or digit", "there is no word in it")
	}
	if len(toks) > maxWords {
		return nil, errAt(src, off+int(toks[maxWords].Start), "split it", "a phrase of more than %d words", maxWords)
	}
	out := make([]spelled, 0, len(toks))
	for i := range toks {
		t := &toks[i]
		w := spelled{word: word{kind: kind, folded: strings.Clone(e.buf.Folded(t)), raw: body[t.Start:t.End], possessive: t.Flags&words.Possessive != 0}, start: int(t.Start), end: int(t.End)}
		if i == len(toks)-1 {
			w.kind = last
		}
		if one := oneScript(w.raw); one != w.raw {
			w.raw, w.folded = one, words.Fold(one)[0]
		}
		if len(w.folded) > 500 || len(w.raw) > 4000 { // a letter may carry any number of accents
			return nil, errAt(src, off+w.start, "shorten it", "a word of more than 500 letters")
		}
		if kind == wordCase {
			w.raw = exactForm(w.raw)
		} else {
			t := inflect.NewTerm(w.folded, w.raw)
			w.acronym, w.name = t.Acronym, t.Name
			capitals, _ := words.Capitals(w.raw)
			w.titled = capitals <= 1 && !w.acronym
		}
		if err := e.marks(src, off, body, &w, prefixLetters(body, out, &w)); err != nil {
			return nil, err
		}
		if quoted := w.kind == wordForm && len(toks) == 1; kind != wordCase && !w.onlyAcronym() {
			w.ownAccents = w.name && (quoted || len(w.folded) <= shortName) || quoted && len(w.raw) > len(w.folded) && words.Latin(w.folded)
		}
		w.plain = w.kind == wordInflect
		if w.plain && hasDigit(w.folded) { // it has variants instead of forms
			w.kind, w.name, w.acronym, w.ownAccents, w.titled = wordForm, false, false, false, false
			w.designator = !words.Number(w.folded) && len(w.folded) <= maxDesignation
		}
		out = append(out, w)
	}
	return out, strayMarks(src, off, body, out)
}

// prefixLetters counts the letters that a * after w leaves: in a designation also those
// before the number (F-16*), and in scripts where every character is a word, its
// neighbours too. In scripts without small words a letter counts for more.
func prefixLetters(body string, before []spelled, w *spelled) int {
	n := words.Letters(w.folded)
	if dense(w.raw) {
		n++
	}
	for i, start := len(before)-1, w.start; i >= 0 && before[i].end <= start; i-- {
		between := body[before[i].end:start]
		if between != "" && !(hyphen(between) && startsNumber(w.folded) && i == len(before)-1) {
			break
		}
		n += words.Letters(before[i].folded)
		start = before[i].start
	}
	return n
}

// dense reports whether a word is in a script in which two characters say as much as
// three letters of others: Hangul, Han and kana.
func dense(raw string) bool {
	r, _ := utf8.DecodeRuneInString(raw)
	return unicode.In(r, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// marks reads the ~ or * after a word with so many letters.
func (e *env) marks(src string, off int, body string, w *spelled, letters int) *Error {
	if w.end >= len(body) {
		return nil
	}
	at := off + w.end
	switch body[w.end] {
	case '~':
		switch {
		case words.Number(w.folded):
			return errAt(src, at, "remove the ~", "a number has no forms")
		case w.kind == wordCase:
			return errAt(src, at, "remove one of the two", "= means exactly so, and ~ does not")
		case strings.HasPrefix(body[w.end+1:], "*"):
			return errAt(src, at, "remove one of the two", "~ and * exclude each other")
		}
		w.kind = wordInflect
	case '*':
		switch {
		case w.kind == wordCase:
			return errAt(src, at, "remove one of the two", "= means exactly so, and * does not")
		case letters < minPrefix:
			return errAt(src, at, "write at least 3 letters before *", "%s* would match too much", w.raw)
		case w.possessive:
			return errAt(src, at, "write * right behind the word", "* cannot follow 's")
		case strings.HasPrefix(body[w.end+1:], "~"):
			return errAt(src, at, "remove one of the two", "~ and * exclude each other")
		}
		if r, _ := utf8.DecodeRuneInString(body[w.end+1:]); w.end+1 < len(body) && letterOrDigit(r) {
			return errAt(src, at, "put * at the end of at least 3 letters", "* stands inside a word")
		}
		w.kind = wordPrefix
	}
	return nil
}

func letterOrDigit(r rune) bool {
	return len(words.Fold(string(r))) > 0
}

// strayMarks refuses a ~ or * without a word.
func strayMarks(src string, off int, body string, ws []spelled) *Error {
	ends := 0
	for i := 0; i < len(body); i++ {
		if body[i] != '~' && body[i] != '*' {
			continue
		}
		for ends < len(ws) && ws[ends].end < i {
			ends++
		}
		if ends == len(ws) || ws[ends].end != i {
			return errAt(src, off+i, fmt.Sprintf("put %c right behind a word, or remove it", body[i]), "%c stands alone", body[i])
		}
	}
	return nil
}

// invisible reports whether r is an invisible character: a soft hyphen, a space or
// joiner without width.
func invisible(r rune) bool {
	return r == 0xAD || r >= 0x200B && r <= 0x200D || r == 0x2060 || r == 0xFEFF
}

// exactForm is a word as = compares it: composed, without dots, invisible characters
// and the possessive. Signs in Hebrew words are those of keyboards.
func exactForm(s string) string {
	s = norm.NFC.String(s)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '.' || invisible(r):
			return -1
		case strings.ContainsRune("״”“„″", r):
			return '"'
		case strings.ContainsRune("׳’‘", r):
			return '\''
		}
		return r
	}, s)
}

// named reads @name and @@name.
func (e *env) named(src string, t lexeme) (*node, *Error) {
	if strings.HasPrefix(t.text, "@@") {
		return e.entityNode(src, t)
	}
	return e.listNode(src, t)
}

// listNode reads @name.
func (e *env) listNode(src string, t lexeme) (*node, *Error) {
	name := t.text[1:]
	if l, ok := e.lists[name]; ok {
		return &node{op: opList, text: t.text, off: t.off, end: t.end, list: l}, nil
	}
	if name == "" {
		return nil, errAt(src, t.off, "write @name, as lists: in the config has it", "@ needs the name of a list")
	}
	names := make([]string, 0, len(e.lists))
	for n := range e.lists {
		names = append(names, n)
	}
	sort.Strings(names)
	fix := "the config has no lists"
	if c := closest(name, names); c != "" {
		fix = "did you mean @" + c + "?"
	} else if len(names) > 0 && len(names) <= 12 {
		fix = "the lists are @" + strings.Join(names, ", @")
	} else if len(names) > 12 {
		fix = "add it to lists: in the config"
	}
	return nil, errAt(src, t.off, fix, "unknown list @%s", name)
}
