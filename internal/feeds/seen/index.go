package seen

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"watcher/internal/feeds"

	"github.com/klauspost/compress/gzip"
)

// seenVersion is that of what is remembered of an item, and of its packing. What a
// feed has shown under an older one is read, not forgotten: a feed whose items all
// look new is a flood.
const seenVersion = 3

// Index is what a feed has shown, and how it treats its items. The zero value is a
// feed that has shown nothing. It is immutable: Judge, Accept, Release and Matched
// return what to store in its place. It is used by one goroutine at a time.
type Index struct {
	records []record  // those of the last document first, in its order
	based   bool      // a document with items was judged
	empties uint8     // valid documents without items before that; counts to 2
	partial bool      // the baseline was cut off, and no whole document has come since
	since   time.Time // of the first of the empty ones, or of the partial one
	oldest  int64     // the earliest date of an item that was ever shown, in seconds since 1970; 0 if none had one
	habits  habits
	params  []uint32 // of links, that all of them have
	blocks  []uint32 // of text, that stand in several items
	older   bool     // it was packed by a version before this one
	held    []byte   // the items held back, as packItems has them

	raws map[uint64]int32 // where records are, by Raw; filled when first asked for
}

// record is an item that the feed has shown.
type record struct {
	feeds.Fingerprint
	held      bool     // held back until a person decides
	base      bool     // was there before the feed was watched, or accepted
	rewritten bool     // stood once with nothing of its content left
	gone      uint16   // the day that it was first missed in the document; 0 while it is there
	rules     []uint32 // of an item with base, those that it matched then

	// What a version before this one knew it by, until it is read again: see
	// legacyAliases. Nothing but the names and Raw is known besides.
	dated, text uint64
}

// legacy reports whether the record is one of an older version.
func (r *record) legacy() bool { return r.dated|r.text != 0 }

// day counts days in 16 bits, from 1970 to 2149. It is never 0.
func day(t time.Time) uint16 {
	return uint16(min(max(t.Unix()/(24*60*60), 1), 1<<16-1))
}

// Len is how many items are remembered.
func (s *Index) Len() int {
	if s == nil {
		return 0
	}
	return len(s.records)
}

// Held is how many items are held back because the feed was re-keyed.
func (s *Index) Held() int {
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

// ErrDamaged says that what Judge packed was altered since. The feed can only begin
// anew.
var ErrDamaged = errors.New("what the feed has shown is damaged")

// byRaw returns where the record of an item with these bytes is, or -1.
func (s *Index) byRaw(raw uint64) int {
	if s == nil || raw == 0 {
		return -1
	}
	if s.raws == nil {
		s.raws = make(map[uint64]int32, len(s.records))
		for i := range s.records {
			if raw := s.records[i].Raw; raw != 0 {
				s.raws[raw] = int32(i)
			}
		}
	}
	if i, ok := s.raws[raw]; ok {
		return int(i)
	}
	return -1
}

// Known returns what is remembered of the item with these bytes, so that it need not
// be read again. It returns nothing if an older version stored too little of it.
func (s *Index) Known(raw uint64) (feeds.Fingerprint, bool) {
	i := s.byRaw(raw)
	if i < 0 || s.records[i].legacy() {
		return feeds.Fingerprint{}, false
	}
	return s.records[i].Fingerprint, true
}

// Accept takes the held items as seen, and returns what to store; nil if none is
// held. The person's decision holds for later polls: that the items had other guids
// and links, and other dates and texts where most of them had, counts for nothing in
// this feed from now on.
func (s *Index) Accept() []byte {
	if s.Held() == 0 {
		return nil
	}
	next := s.settled()
	next.habits[keyGUID].confirm()
	next.habits[keyLink].confirm()
	titles := make(map[uint32]*record, len(s.records))
	for i := range s.records {
		if r := &s.records[i]; !r.held && r.Title != 0 {
			titles[r.Title] = r
		}
	}
	var dates, texts tally
	replaced := make(map[uint64]bool) // keys of what the accepted items are
	for i := range next.records {
		r := &next.records[i]
		if before := titles[r.Title]; s.records[i].held && before != nil && before.gone != 0 {
			dates.note(uint64(before.Date), uint64(r.Date))
			texts.note(before.Body, r.Body)
			replaced[before.Key] = true
		}
	}
	next.records = slices.DeleteFunc(next.records, func(r record) bool { return r.gone != 0 && replaced[r.Key] })
	if dates.differ > dates.equal {
		next.habits[keyDate].confirm()
	}
	if texts.differ > texts.equal {
		next.habits[keyText].confirm()
	}
	return next.pack()
}

// Release returns the held items, to be matched and alerted, and what to store
// in the same transaction. Items that have left the feed meanwhile are among
// them. Nothing is returned if none is held.
func (s *Index) Release() ([]feeds.Item, []byte, error) {
	if s.Held() == 0 {
		return nil, nil, nil
	}
	items, err := unpackItems(s.held)
	if err != nil {
		return nil, nil, err
	}
	if len(items) == 0 {
		return nil, nil, ErrDamaged
	}
	return items, s.settled().pack(), nil
}

// HeldItems returns the held items.
func (s *Index) HeldItems() ([]feeds.Item, error) {
	if s.Held() == 0 {
		return nil, nil
	}
	return unpackItems(s.held)
}

// ReleaseOf is Release for the held items with these Entry.Keys alone: the others
// stay held.
func (s *Index) ReleaseOf(keys map[uint64]bool) ([]feeds.Item, []byte, error) {
	all, err := s.HeldItems()
	if err != nil {
		return nil, nil, err
	}
	var items, rest []feeds.Item
	for i := range all {
		if keys[all[i].Entry.Key] {
			items = append(items, all[i])
		} else {
			rest = append(rest, all[i])
		}
	}
	if len(rest) == 0 {
		return s.Release()
	}
	next := s.settled()
	next.held = packItems(rest)
	for i := range s.records {
		if r := &s.records[i]; r.held && !keys[r.Key] {
			next.records[i] = *r
		}
	}
	return items, next.pack(), nil
}

// settled is s with nothing held.
func (s *Index) settled() *Index {
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
func packItems(items []feeds.Item) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	// Items hold nothing that JSON cannot, and a Buffer takes all.
	_ = json.NewEncoder(z).Encode(heldRecordsOf(items))
	_ = z.Close()
	return b.Bytes()
}

// maxHeldBytes bounds what a damaged store can make of held items.
const maxHeldBytes = 256 << 20

func unpackItems(b []byte) ([]feeds.Item, error) {
	if len(b) == 0 {
		return nil, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%w: held items: %w", ErrDamaged, err)
	}
	text, err := io.ReadAll(io.LimitReader(z, maxHeldBytes)) // to the checksum at the end
	if err != nil {
		return nil, fmt.Errorf("%w: held items: %w", ErrDamaged, err)
	}
	var records []heldRecord
	if err := json.Unmarshal(text, &records); err != nil {
		return nil, fmt.Errorf("%w: held items: %w", ErrDamaged, err)
	}
	return itemsOf(records), nil
}

// Newest is the latest date of what the last document showed; zero if that had none.
func (s *Index) Newest() time.Time {
	var newest feeds.Fingerprint
	if s != nil {
		for i := range s.records {
			if r := &s.records[i]; r.gone == 0 && !r.Update && r.Date > newest.Date {
				newest = r.Fingerprint
			}
		}
	}
	return newest.Published()
}
