package segment

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// tables are columns that grow.
type tables struct {
	Columns
	origins  map[string]uint32 // places in Origins, by what appendOrigin makes of one
	speeches map[Speech]uint32
	key      []byte
}

func newTables() tables {
	return tables{origins: make(map[string]uint32), speeches: make(map[Speech]uint32)}
}

func (t *tables) add(a *Article, languages uint64, code string) {
	seen := int64(0)
	if !a.Seen.IsZero() {
		seen = a.Seen.UnixNano()
	}
	t.Seen = append(t.Seen, seen)
	t.Published = append(t.Published, a.Item.Published.Unix())
	o := Origin{a.Feed, a.Item.Feed, a.Item.FeedURL, a.Item.Tags}
	t.key = appendOrigin(t.key[:0], &o)
	at, ok := t.origins[textIn(t.key)]
	if !ok {
		at = uint32(len(t.Origins))
		t.origins[string(t.key)] = at
		t.Origins = append(t.Origins, &Origin{o.Feed, strings.Clone(o.Name), strings.Clone(o.FeedURL), slices.Clone(o.Tags)})
	}
	t.Origin = append(t.Origin, at)
	s := Speech{a.Item.Language, languages, code}
	at, ok = t.speeches[s]
	if !ok {
		s.Declared, s.Code = strings.Clone(s.Declared), strings.Clone(s.Code)
		at = uint32(len(t.Speeches))
		t.speeches[s] = at
		t.Speeches = append(t.Speeches, s)
	}
	t.Speech = append(t.Speech, at)
}

func appendOrigin(b []byte, o *Origin) []byte {
	b = binary.AppendUvarint(b, o.Feed)
	b = appendText(b, o.Name)
	b = appendText(b, o.FeedURL)
	return appendTexts(b, o.Tags)
}

// appendColumns writes the columns, one behind the other: alike bytes stand together.
func appendColumns(b []byte, c *Columns) []byte {
	last := int64(0)
	for _, v := range c.Seen {
		b = appendVarint(b, v-last)
		last = v
	}
	for i, v := range c.Published {
		b = appendVarint(b, v-c.Seen[i]/1e9)
	}
	b = binary.AppendUvarint(b, uint64(len(c.Origins)))
	for i := range c.Origins {
		b = appendOrigin(b, c.Origins[i])
	}
	b = binary.AppendUvarint(b, uint64(len(c.Speeches)))
	for _, s := range c.Speeches {
		b = appendText(b, s.Declared)
		b = binary.AppendUvarint(b, s.Languages)
		b = appendText(b, s.Code)
	}
	for _, places := range [][]uint32{c.Origin, c.Speech} {
		for shift := 0; shift < 32; shift += 8 {
			for _, v := range places {
				b = append(b, byte(v>>shift))
			}
		}
	}
	return b
}

// origins are those of segments: most of one segment are those of the others too, and
// take memory once. It is safe for concurrent use.
type origins struct {
	mu    sync.Mutex
	known map[string]*Origin // by what appendOrigin makes of one
}

// maxOrigins bounds how many are known, most of which may be of feeds that are gone.
const maxOrigins = 1 << 16

// read reads what appendOrigin wrote. A nil receiver knows none.
func (o *origins) read(in *cursor) *Origin {
	if o == nil {
		return readOrigin(in)
	}
	written := *in
	in.uvarint()
	in.bytes(in.count())
	in.bytes(in.count())
	for n := in.count(); n > 1; n-- {
		in.bytes(in.count())
	}
	key := written.rest[:len(written.rest)-len(in.rest)]
	o.mu.Lock()
	defer o.mu.Unlock()
	known := o.known[string(key)]
	if known == nil && !in.bad {
		if o.known == nil || len(o.known) >= maxOrigins {
			o.known = make(map[string]*Origin)
		}
		known = readOrigin(&written)
		o.known[string(key)] = known
	}
	return known
}

func readOrigin(in *cursor) *Origin { return &Origin{in.uvarint(), in.text(), in.text(), in.texts()} }

// readColumns reads the columns of n articles.
func readColumns(raw []byte, n int, known *origins) (*Columns, error) {
	in := cursor{rest: raw}
	if n > len(raw)/8 { // what each article has at least
		return nil, damaged("columns of too few articles")
	}
	c := &Columns{Seen: make([]int64, n), Published: make([]int64, n)}
	last := int64(0)
	for i := range c.Seen {
		last += in.varint()
		c.Seen[i] = last
	}
	for i := range c.Published {
		c.Published[i] = in.varint() + c.Seen[i]/1e9
	}
	c.Origins = make([]*Origin, in.upTo(min(n, len(in.rest))))
	for i := range c.Origins {
		c.Origins[i] = known.read(&in)
	}
	c.Speeches = make([]Speech, in.upTo(min(n, len(in.rest))))
	for i := range c.Speeches {
		c.Speeches[i] = Speech{in.text(), in.uvarint(), in.text()}
	}
	c.Origin = places(&in, n, len(c.Origins))
	c.Speech = places(&in, n, len(c.Speeches))
	if in.bad || len(in.rest) > 0 {
		return nil, damaged(fmt.Sprintf("columns of %d bytes", len(raw)))
	}
	return c, nil
}

// places reads n places in a table that has so many.
func places(in *cursor, n, many int) []uint32 {
	raw := in.bytes(4 * n)
	all := make([]uint32, n)
	if raw == nil {
		return all
	}
	for i := range all {
		all[i] = uint32(raw[i]) | uint32(raw[n+i])<<8 | uint32(raw[2*n+i])<<16 | uint32(raw[3*n+i])<<24
		if int64(all[i]) >= int64(many) {
			in.bad = true
		}
	}
	return all
}
