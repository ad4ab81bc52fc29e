package parse

import (
	"bytes"
	"strconv"
	"strings"
)

// masks keeps the long texts of items, and shows the parser marks in their place. The
// parser looks at every byte several times, and all that it does to a text is to decode
// its entities once. (In Atom not in all texts; but those are not taken from the parser.)
//
// This file is for speed alone: BenchmarkOneNew and BenchmarkAllNew of package fetch
// measure it. A document that has such marks of its own is parsed without it.
type masks struct {
	texts []maskedText
	off   bool
}

type maskedText struct {
	text    []byte
	decoded bool // CDATA: what looks like an entity is text
}

const (
	maskOpen  = "\ue000" // of the private use area: no text means anything by it
	maskClose = "\ue001"
	// minMasked is the least length of a text that is masked, in bytes.
	minMasked = 200
)

// mask returns an item with marks for its long texts.
func (s *masks) mask(b []byte) []byte {
	if s.off || len(b) < minMasked {
		return b
	}
	out := make([]byte, 0, 1024)
	walk := splitter{text: b}
	done := 0
	put := func(from, to int, decoded bool) {
		out = append(out, b[done:from]...)
		out = append(out, maskOpen...)
		out = strconv.AppendInt(out, int64(len(s.texts)), 10)
		out = append(out, maskClose...)
		s.texts = append(s.texts, maskedText{b[from:to], decoded})
		done = to
	}
	for walk.pos < len(b) {
		i := bytes.IndexByte(b[walk.pos:], '<')
		if i < 0 {
			break
		}
		if i >= minMasked {
			put(walk.pos, walk.pos+i, false)
		}
		walk.pos += i
		at := walk.pos
		switch {
		case bytes.HasPrefix(b[at:], []byte("<![CDATA[")):
			walk.skipDeclaration()
			if walk.pos == at+9 {
				return b // broken: it is repaired elsewhere
			}
			if walk.pos-at > minMasked {
				put(at+9, walk.pos-3, true)
			}
		case at+1 < len(b) && b[at+1] == '!':
			walk.skipDeclaration()
		case at+1 < len(b) && b[at+1] == '?':
			walk.skipInstruction()
		default:
			end, ok := tagEnd(b, at)
			if !ok {
				return b
			}
			walk.pos = end
		}
	}
	if done == 0 {
		return b
	}
	return append(out, b[done:]...)
}

// unmask puts the texts back.
func (s *masks) unmask(v string) string {
	if len(s.texts) == 0 || !strings.Contains(v, maskOpen) {
		return v
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(v, maskOpen)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		number, after, closed := strings.Cut(rest, maskClose)
		n, err := strconv.Atoi(number)
		if !closed || err != nil || n < 0 || n >= len(s.texts) {
			v = rest
			continue
		}
		if t := s.texts[n]; t.decoded {
			b.Write(t.text)
		} else {
			b.WriteString(decodeEntities(string(t.text)))
		}
		v = after
	}
}
