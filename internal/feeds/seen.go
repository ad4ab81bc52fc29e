package feeds

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/gzip"
)

// seenVersion is that of the aliases and of their packing. What a feed has
// shown under an older one is rewritten, not forgotten: a feed whose items all
// look new is a flood.
const seenVersion = 1

// Seen is what a feed has shown. The zero value is a feed that has shown
// nothing. It is immutable: Judge, Accept and Release return what to store in
// its place.
type Seen struct {
	records []record
	based   bool      // a document with items was judged
	empties uint8     // valid documents without items before that; counts to 2
	since   time.Time // of the first of them
	held    []byte    // the items held back, as packItems has them
}

// record is an item that the feed has shown.
type record struct {
	Entry
	repeated bool   // its guid stood at several items at once, and so says nothing
	held     bool   // held back until a person decides
	base     bool   // was there before the feed was watched, or accepted
	gone     uint16 // the day that it was first missed in the document; 0 while it is there
}

// day counts days in 16 bits, from 1970 to 2149. It is never 0.
func day(t time.Time) uint16 {
	return uint16(min(max(t.Unix()/(24*60*60), 1), 1<<16-1))
}

// Len is how many items are remembered.
func (s *Seen) Len() int {
	if s == nil {
		return 0
	}
	return len(s.records)
}

// Held is how many items are held back because the feed was re-keyed.
func (s *Seen) Held() int {
	if s == nil {
		return 0
	}
	n := 0
	for i := range s.records {
		if s.records[i].held {
			n++
		}
	}
	return n
}

// Flags of a packed record: which hashes follow, and whether more flags do.
const (
	hasGUID = 1 << iota
	hasStripped
	hasLink
	hasDated
	hasText
	hasRaw
	hasKey
	hasMore
)

const (
	moreRepeated = 1 << iota
	moreHeld
	moreBase
	moreGone
)

// pack writes s as one value: a header, and 25 to 60 bytes for an item. Hashes
// that follow from others are left out.
func (s *Seen) pack() []byte {
	b := make([]byte, 0, 16+len(s.records)*48+len(s.held))
	state := s.empties << 1
	if s.based {
		state |= 1
	}
	b = append(b, seenVersion, state)
	if s.empties > 0 {
		b = binary.AppendVarint(b, s.since.Unix())
	}
	b = binary.AppendUvarint(b, uint64(len(s.records)))
	for i := range s.records {
		b = s.records[i].append(b)
	}
	return append(b, s.held...)
}

func (r *record) append(b []byte) []byte {
	at := len(b)
	b = append(b, 0)
	var flags, more byte
	put := func(flag byte, hash uint64, implied uint64) {
		if hash != implied {
			flags |= flag
			b = binary.LittleEndian.AppendUint64(b, hash)
		}
	}
	put(hasGUID, r.GUID, 0)
	put(hasStripped, r.Stripped, r.GUID)
	put(hasLink, r.Link, 0)
	put(hasDated, r.Dated, 0)
	put(hasText, r.Text, 0)
	put(hasRaw, r.Raw, 0)
	put(hasKey, r.Key, r.Link)
	if r.repeated {
		more |= moreRepeated
	}
	if r.held {
		more |= moreHeld
	}
	if r.base {
		more |= moreBase
	}
	if r.gone != 0 {
		more |= moreGone
	}
	if more != 0 {
		flags |= hasMore
		b = append(b, more)
		if r.gone != 0 {
			b = binary.LittleEndian.AppendUint16(b, r.gone)
		}
	}
	b[at] = flags
	return b
}

// ErrSeenDamaged says of what Judge packed that it is not so any more. The feed can
// only begin anew.
var ErrSeenDamaged = errors.New("what the feed has shown is damaged")

// UnpackSeen reads what Judge packed; nil is a feed that has shown nothing. b
// may be reused afterwards.
func UnpackSeen(b []byte) (*Seen, error) {
	s := &Seen{}
	if len(b) == 0 {
		return s, nil
	}
	if b[0] != seenVersion {
		return nil, fmt.Errorf("what the feed has shown was written by another version of watcher (scheme %d)", b[0])
	}
	if len(b) < 2 {
		return nil, ErrSeenDamaged
	}
	s.based = b[1]&1 != 0
	s.empties = b[1] >> 1
	b = b[2:]
	if s.empties > 0 {
		unix, n := binary.Varint(b)
		if n <= 0 {
			return nil, ErrSeenDamaged
		}
		s.since = time.Unix(unix, 0).UTC()
		b = b[n:]
	}
	count, n := binary.Uvarint(b)
	if n <= 0 || count > uint64(len(b)) {
		return nil, ErrSeenDamaged
	}
	b = b[n:]
	s.records = make([]record, count)
	for i := range s.records {
		if b = s.records[i].read(b); b == nil {
			return nil, ErrSeenDamaged
		}
	}
	if len(b) > 0 {
		s.held = bytes.Clone(b)
	}
	return s, nil
}

// read returns what follows the record, not nil, or nil if it is damaged.
func (r *record) read(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	flags := b[0]
	b = b[1:]
	ok := true
	get := func(flag byte, implied uint64) uint64 {
		if flags&flag == 0 {
			return implied
		}
		if len(b) < 8 {
			ok = false
			return 0
		}
		h := binary.LittleEndian.Uint64(b)
		b = b[8:]
		return h
	}
	r.GUID = get(hasGUID, 0)
	r.Stripped = get(hasStripped, r.GUID)
	r.Link = get(hasLink, 0)
	r.Dated = get(hasDated, 0)
	r.Text = get(hasText, 0)
	r.Raw = get(hasRaw, 0)
	r.Key = get(hasKey, r.Link)
	if flags&hasMore != 0 {
		if len(b) == 0 {
			return nil
		}
		more := b[0]
		b = b[1:]
		r.repeated = more&moreRepeated != 0
		r.held = more&moreHeld != 0
		r.base = more&moreBase != 0
		if more&moreGone != 0 {
			if len(b) < 2 {
				return nil
			}
			r.gone = binary.LittleEndian.Uint16(b)
			b = b[2:]
		}
	}
	if !ok {
		return nil
	}
	return b
}

// rawIndex finds what is remembered of an item by the hash of its bytes.
func (s *Seen) rawIndex() map[uint64]Entry {
	if s == nil {
		return nil
	}
	m := make(map[uint64]Entry, len(s.records))
	for i := range s.records {
		if raw := s.records[i].Raw; raw != 0 {
			m[raw] = s.records[i].Entry
		}
	}
	return m
}

// Accept takes the held items as seen, and returns what to store. nil if none
// is held.
func (s *Seen) Accept() []byte {
	if s.Held() == 0 {
		return nil
	}
	return s.settled().pack()
}

// Release returns the held items, to be matched and alerted, and what to store
// in the same transaction. Items that have left the feed meanwhile are among
// them. Nothing is returned if none is held.
func (s *Seen) Release() ([]Item, []byte, error) {
	if s.Held() == 0 {
		return nil, nil, nil
	}
	items, err := unpackItems(s.held)
	if err != nil {
		return nil, nil, err
	}
	if len(items) == 0 {
		return nil, nil, ErrSeenDamaged
	}
	return items, s.settled().pack(), nil
}

// settled is s with nothing held.
func (s *Seen) settled() *Seen {
	next := *s
	next.held = nil
	next.records = append([]record(nil), s.records...)
	for i := range next.records {
		if r := &next.records[i]; r.held {
			r.held, r.base = false, true
		}
	}
	return &next
}

// packItems writes items so that they can be alerted later.
func packItems(items []Item) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	// Items hold nothing that JSON cannot, and a Buffer takes all.
	_ = json.NewEncoder(z).Encode(items)
	_ = z.Close()
	return b.Bytes()
}

// maxHeldBytes bounds what a damaged store can make of held items.
const maxHeldBytes = 256 << 20

func unpackItems(b []byte) ([]Item, error) {
	if len(b) == 0 {
		return nil, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%w: held items: %w", ErrSeenDamaged, err)
	}
	text, err := io.ReadAll(io.LimitReader(z, maxHeldBytes)) // to the checksum at the end
	if err != nil {
		return nil, fmt.Errorf("%w: held items: %w", ErrSeenDamaged, err)
	}
	var items []Item
	if err := json.Unmarshal(text, &items); err != nil {
		return nil, fmt.Errorf("%w: held items: %w", ErrSeenDamaged, err)
	}
	return items, nil
}
