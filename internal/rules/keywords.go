package rules

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/words"
)

// keyword parses an entry of keywords: or of a list: a word or phrase as a person
// writes it, or @name.
func (e *env) keyword(src string) (*node, *Error) {
	if len(src) > maxQuery {
		return nil, errAt(src, 0, "shorten it", "longer than %d bytes", maxQuery)
	}
	if !utf8.ValidString(src) {
		return nil, errAt(src, invalidAt(src), "save the file as UTF-8", "this is not UTF-8")
	}
	l := lexer{src: src}
	var ws []spelled
	for first := true; ; first = false {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		if t.kind == lexEnd {
			break
		}
		if t.kind == lexWord && t.text[0] == '@' && len(t.text) > 1 {
			if !first || strings.TrimSpace(src[t.end:]) != "" {
				return nil, errAt(src, t.off, "make it an entry of its own", "%s stands alone", map[bool]string{false: "a list", true: "an entity"}[strings.HasPrefix(t.text, "@@")])
			}
			return e.named(src, t)
		}
		more, err := e.keywordPiece(src, &l, t)
		if err != nil {
			return nil, err
		}
		if ws == nil {
			ws = more // all there is, of most keywords
		} else {
			ws = append(ws, more...)
		}
		if len(ws) > maxWords {
			return nil, errAt(src, t.off, "split it", "a phrase of more than %d words", maxWords)
		}
	}
	if len(ws) == 0 {
		return nil, errAt(src, 0, "write at least one letter or digit", "there is no word in it")
	}
	signed(src, ws)
	n := &node{op: opTerm, text: strings.Join(strings.Fields(src), " "), off: 0, end: len(src)}
	n.alts = alternatives(src, 0, ws, !anyCase(ws))
	return n, nil
}

func anyCase(ws []spelled) bool {
	for i := range ws {
		if ws[i].kind == wordCase {
			return true
		}
	}
	return false
}

// keywordPiece reads one lexeme of a keyword into words.
func (e *env) keywordPiece(src string, l *lexer, t lexeme) ([]spelled, *Error) {
	const toMatch = "write the query under match: instead"
	kind, last := wordInflect, wordInflect
	if e.opts.Exact {
		kind, last = wordForm, wordForm
	}
	body, off := t.text, t.inner
	switch t.kind {
	case lexOpen, lexClose:
		return nil, errAt(src, t.off, "leave them out, or "+toMatch, "parentheses group terms in match: only")
	case lexRegex:
		return nil, errAt(src, t.off, toMatch, "regular expressions work in match: only")
	case lexQuoted:
		kind, last = wordForm, wordForm
		if t.exact {
			kind, last = wordCase, wordCase
		}
		if t.forms {
			last = wordInflect
		}
	case lexWord:
		if err := listInOne(src, t); err != nil {
			return nil, err
		}
		if err := keywordOperator(src, t); err != nil {
			return nil, err
		}
		if body[0] == '=' && len(body) > 1 {
			kind, last = wordCase, wordCase
			body, off = body[1:], off+1
		}
		if !hasWord(body) {
			if i := strings.IndexAny(body, "*~"); i >= 0 {
				return nil, errAt(src, off+i, "put it right behind a word, or remove it", "%c stands alone", body[i])
			}
			if touching(body) {
				return nil, errAt(src, off, "make each an entry of its own: any one is enough", "%s stands alone, and keywords have no operators", body)
			}
			return nil, nil
		}
	}
	ws, err := e.phrase(src, off, body, kind, last)
	for i := range ws {
		ws[i].start += off
		ws[i].end += off
	}
	return ws, err
}

// commas are the signs with which people separate keywords, in all scripts.
const commas = ",;،؛，；、"

// listInOne refuses a comma or semicolon outside a number (1,000): the entry is two
// keywords, and as one it would find nothing.
func listInOne(src string, t lexeme) *Error {
	for i, r := range t.text {
		if !strings.ContainsRune(commas, r) {
			continue
		}
		at := t.off + i
		left, right := src[:at], src[at+utf8.RuneLen(r):]
		if before, _ := utf8.DecodeLastRuneInString(left); unicode.IsDigit(before) {
			if after, _ := utf8.DecodeRuneInString(right); unicode.IsDigit(after) {
				continue
			}
		}
		if !hasWord(left) || !hasWord(right) {
			return errAt(src, at, "remove it", "the %c divides nothing", r)
		}
		return errAt(src, at, fmt.Sprintf("make them two entries, %s and %s, or put the whole in quotes within the entry if it is one phrase", strings.TrimSpace(left), strings.TrimSpace(right)),
			"the %c stands between two keywords, and an entry is one", r)
	}
	return nil
}

func hasWord(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0
}

// keywordOperator refuses what has a meaning in queries alone.
func keywordOperator(src string, t lexeme) *Error {
	name, number, _ := strings.Cut(t.text, "/")
	fix := "write the query under match: instead"
	switch name {
	case "AND", "OR", "NOT":
		if name == t.text {
			return errAt(src, t.off, fix+`, or "`+name+`" in quotes for the word`, "%s is an operator, and keywords have none", name)
		}
	case "NEAR", "BEFORE", "ATLEAST":
		if words.Number(number) || number == "" && name != t.text {
			return errAt(src, t.off, fix, "%s is an operator, and keywords have none", t.text)
		}
	}
	if i := strings.IndexByte(t.text, '|'); i >= 0 {
		return errAt(src, t.off+i, "make each an entry of its own: any one is enough", "| is an operator, and keywords have none")
	} else if t.text == "&&" {
		return errAt(src, t.off, fix, "%s is an operator, and keywords have none", t.text)
	}
	if field, ok := strings.CutSuffix(t.text, ":"); ok && t.end < len(src) && !unicode.IsSpace(rune(src[t.end])) {
		_, known := fieldNamed(field)
		for _, m := range metaNames {
			known = known || m == field
		}
		if known {
			return errAt(src, t.off, fix, "%s is a field, and keywords have none", t.text)
		}
	}
	if r, size := utf8.DecodeRuneInString(t.text); (r == '-' || r == '−' || r == '+') && size < len(t.text) && t.off == 0 {
		return errAt(src, t.off, "write A NOT "+t.text[size:]+" under match: instead", "%c is no operator, and keywords have none", r)
	}
	if i := fuzzy.FindStringIndex(t.text); i != nil {
		return errAt(src, t.off+i[0], "remove it", "a number after ~ means nothing here")
	}
	if r := t.text[0]; r == '*' {
		return errAt(src, t.off, "put * at the end of at least 3 letters", "a word cannot begin with %c", r)
	}
	return nil
}

// readLists parses the named lists, finds cycles and flattens every list to distinct
// terms.
func (e *env) readLists() Errors {
	names := make([]string, 0, len(e.opts.Lists))
	for name := range e.opts.Lists {
		names = append(names, name)
	}
	sort.Strings(names)
	e.lists = make(map[string]*list, len(names))
	for i, name := range names {
		e.lists[name] = &list{name: name, number: i}
	}
	var errs Errors
	for _, name := range names {
		l := e.lists[name]
		if len(e.opts.Lists[name]) == 0 {
			errs = append(errs, &Error{Rule: -1, Part: "lists." + name, Msg: "the list is empty", Fix: "give it at least one entry"})
		}
		if strings.TrimFunc(name, func(r rune) bool {
			return r == '-' || r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)
		}) != "" || name == "" {
			errs = append(errs, &Error{Rule: -1, Part: "lists." + name, Msg: fmt.Sprintf("%q cannot be written as @name", name), Fix: "use letters, digits, -, _ and ."})
		}
		for i, src := range e.opts.Lists[name] {
			n, err := e.keyword(src)
			if err != nil {
				err.Part = fmt.Sprintf("lists.%s[%d]", name, i)
				errs = append(errs, err)
				n = nil
			}
			l.entries = append(l.entries, n)
		}
	}
	if len(errs) > 0 {
		return errs
	}
	for _, name := range names {
		if err := e.flatten(e.lists[name], nil); err != nil {
			return Errors{err}
		}
	}
	return nil
}

// States of a list while lists are made flat.
const (
	listRaw uint8 = iota
	listOpen
	listFlat
)

func (e *env) flatten(l *list, path []string) *Error {
	path = append(path, "@"+l.name)
	if l.state == listFlat {
		return nil
	}
	l.state = listOpen
	seen := map[string]bool{}
	var flat []*node
	for i, n := range l.entries {
		if n.op != opList {
			if !seen[n.text] {
				seen[n.text] = true
				flat = append(flat, n)
			}
			continue
		}
		if n.list.state == listOpen {
			src := e.opts.Lists[l.name][i]
			err := errAt(src, 0, "remove one of the steps", "the lists use each other in a circle: %s", strings.Join(append(path, "@"+n.list.name), " → "))
			err.Part = fmt.Sprintf("lists.%s[%d]", l.name, i)
			return err
		}
		if err := e.flatten(n.list, path); err != nil {
			return err
		}
		for _, k := range n.list.entries {
			if !seen[k.text] {
				seen[k.text] = true
				flat = append(flat, k)
			}
		}
	}
	l.entries, l.state = flat, listFlat
	return nil
}
