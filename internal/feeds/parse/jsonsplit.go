package parse

import (
	"bytes"
	"encoding/json"
	"errors"
)

// jsonParts is a JSON object taken apart, without copying and without decoding.
type jsonParts struct {
	fields   map[string]json.RawMessage // all but items
	items    []json.RawMessage
	hasItems bool // there is a list of items
	more     int  // items beyond maxItems, as in layout
}

var errJSON = errors.New("it is broken or cut off")

// splitJSON takes the top object apart. With an error, the parts are those that
// were whole before it.
func splitJSON(b []byte) (p jsonParts, err error) {
	p.fields = map[string]json.RawMessage{}
	defer func() { inOrder(p.items, p.more) }()
	s := jsonScanner{b: b}
	if !s.take('{') {
		return p, errJSON
	}
	for !s.take('}') {
		if len(p.fields) > 0 || p.hasItems {
			if !s.take(',') {
				return p, errJSON
			}
			if s.take('}') { // a comma too many
				break
			}
		}
		name, ok := s.value()
		if !ok || !s.take(':') {
			return p, errJSON
		}
		if string(name) == `"items"` && !p.hasItems && s.take('[') {
			p.hasItems = true
			if !p.scanItems(&s) {
				return p, errJSON
			}
			continue
		}
		value, ok := s.value()
		if !ok || len(p.fields) > maxNames {
			return p, errJSON
		}
		if !json.Valid(value) {
			value = withoutControls(value)
		}
		var key string
		if json.Unmarshal(name, &key) != nil || !json.Valid(value) {
			return p, errJSON
		}
		if key == "items" && !p.hasItems {
			p.looseItems(value)
		}
		p.fields[key] = value
	}
	return p, nil
}

// looseItems takes for a list what is none: how some languages write an empty one, one
// of a single item, and one that is numbered.
func (p *jsonParts) looseItems(value json.RawMessage) {
	switch string(value) {
	case "null", "false", `""`:
		p.hasItems = true
		return
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(value, &fields) != nil {
		return
	}
	for _, name := range [...]string{"id", "url", "title", "content_html", "content_text"} {
		if fields[name] != nil {
			p.items, p.hasItems = append(p.items, value), true
			return
		}
	}
	var items []json.RawMessage
	s := jsonScanner{b: value}
	s.take('{')
	for !s.take('}') && len(items) < MaxItems {
		s.take(',')
		s.value()
		s.take(':')
		item, ok := s.value()
		if !ok || item[0] != '{' {
			return
		}
		items = append(items, item)
	}
	p.items, p.hasItems = items, true
}

// scanItems reads the list up to its end.
func (p *jsonParts) scanItems(s *jsonScanner) bool {
	for first := true; !s.take(']'); first = false {
		if !first && !s.take(',') {
			return false
		}
		if s.take(']') { // a comma too many
			return true
		}
		item, ok := s.value()
		if !ok {
			return false
		}
		if len(p.items) < MaxItems {
			p.items = append(p.items, item)
		} else {
			keepLast(p.items, &p.more, item)
		}
	}
	return true
}

// withoutControls has blanks for line breaks and other control characters, which
// JSON does not allow in strings, and which mean no more than a blank outside.
func withoutControls(raw json.RawMessage) json.RawMessage {
	return bytes.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, raw)
}

// jsonScanner walks over JSON by its brackets and strings alone.
type jsonScanner struct {
	b   []byte
	pos int
}

func (s *jsonScanner) space() {
	for s.pos < len(s.b) {
		switch s.b[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return
		}
	}
}

// take moves over c, if it is next.
func (s *jsonScanner) take(c byte) bool {
	s.space()
	if s.pos < len(s.b) && s.b[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

// value moves over the next value and returns its bytes.
func (s *jsonScanner) value() (json.RawMessage, bool) {
	s.space()
	start, depth := s.pos, 0
	for s.pos < len(s.b) {
		switch c := s.b[s.pos]; c {
		case '"':
			if !s.str() {
				return nil, false
			}
		case '{', '[':
			depth++
			s.pos++
		case '}', ']', ',':
			if depth == 0 {
				return s.b[start:s.pos], s.pos > start
			}
			if c != ',' {
				depth--
			}
			s.pos++
		default:
			s.pos++
			continue
		}
		if depth == 0 {
			return s.b[start:s.pos], true
		}
	}
	return nil, false
}

// str moves over a string.
func (s *jsonScanner) str() bool {
	s.pos++
	for {
		i := bytes.IndexAny(s.b[s.pos:], `"\`)
		if i < 0 {
			return false
		}
		s.pos += i + 1
		if s.b[s.pos-1] == '"' {
			return true
		}
		s.pos++ // what was escaped
		if s.pos > len(s.b) {
			return false
		}
	}
}
