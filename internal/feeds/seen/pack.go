package seen

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"watcher/internal/feeds/fingerprint"
)

// Flags of a packed record: what follows, and whether more flags do.
const (
	hasGUID = 1 << iota
	guidIsLink
	hasLink
	hasTitle
	hasDate
	dateIsUpdate
	hasBody
	hasTitleMask
	hasBodyMask
	hasSketch
	hasRaw
	hasKey
	isBase
	isGone
	hasMore
	hasCores
)

// Which cores follow hasCores.
const (
	hasGUIDCore = 1 << iota
	guidCoreIsLinkCore
	hasLinkCore
	hasBodyCore
)

// isPartial is a flag of the header, above Index.empties.
const isPartial = 1 << 3

const (
	moreHeld = 1 << iota
	moreRewritten
	moreRules
	moreLegacy
)

// pack writes s as one value: a header, and 25 to 65 bytes for an item. What
// follows from something else is left out.
func (s *Index) pack() []byte {
	b := make([]byte, 0, 32+len(s.records)*56+len(s.held))
	state := s.empties << 1
	if s.based {
		state |= 1
	}
	if s.partial {
		state |= isPartial
	}
	b = append(b, seenVersion, state)
	if s.empties > 0 || s.partial {
		b = binary.AppendVarint(b, s.since.Unix())
	}
	b = binary.AppendVarint(b, s.oldest)
	b = s.habits.append(b)
	for _, hashes := range [...][]uint32{s.blocks, s.params} {
		b = append(b, byte(len(hashes)))
		for _, h := range hashes {
			b = binary.LittleEndian.AppendUint32(b, h)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(s.records)))
	for i := range s.records {
		b = s.records[i].append(b)
	}
	return append(b, s.held...)
}

func (r *record) append(b []byte) []byte {
	at := len(b)
	b = append(b, 0, 0)
	var flags uint16
	var more byte
	put := func(flag uint16, v uint64, size int, implied uint64) {
		if v == implied {
			return
		}
		flags |= flag
		for range size {
			b = append(b, byte(v))
			v >>= 8
		}
	}
	set := func(flag uint16, is bool) {
		if is {
			flags |= flag
		}
	}
	if set(guidIsLink, r.GUID != 0 && r.GUID == r.Link); r.GUID != r.Link {
		put(hasGUID, r.GUID, 8, 0)
	}
	put(hasLink, r.Link, 8, 0)
	put(hasTitle, uint64(r.Title), 4, 0)
	put(hasDate, uint64(r.Date), 4, 0)
	set(dateIsUpdate, r.Update)
	put(hasBody, r.Body, 6, 0)
	put(hasTitleMask, uint64(r.TitleMask), 3, 0)
	put(hasBodyMask, uint64(r.BodyMask), 3, 0)
	put(hasSketch, uint64(r.Sketch), 4, 0)
	before := len(b)
	b = r.appendCores(b)
	set(hasCores, len(b) > before)
	put(hasRaw, r.Raw, 8, 0)
	put(hasKey, r.Key, 8, r.Link)
	set(isBase, r.base)
	put(isGone, uint64(r.gone), 2, 0)
	if r.held {
		more |= moreHeld
	}
	if r.rewritten {
		more |= moreRewritten
	}
	if len(r.rules) > 0 {
		more |= moreRules
	}
	if r.legacy() {
		more |= moreLegacy
	}
	if set(hasMore, more != 0); more != 0 {
		b = r.appendMore(append(b, more))
	}
	binary.LittleEndian.PutUint16(b[at:], flags)
	return b
}

// appendMore writes what few records have.
func (r *record) appendMore(b []byte) []byte {
	if n := min(len(r.rules), maxRules); n > 0 {
		b = append(b, byte(n))
		for _, rule := range r.rules[:n] {
			b = binary.LittleEndian.AppendUint32(b, rule)
		}
	}
	if r.legacy() {
		b = binary.LittleEndian.AppendUint64(b, r.dated)
		b = binary.LittleEndian.AppendUint64(b, r.text)
	}
	return b
}

// appendCores writes the cores; nothing if all follow from something else.
func (r *record) appendCores(b []byte) []byte {
	var is byte
	put := func(flag byte, core uint32) {
		is |= flag
		b = append(b, byte(core), byte(core>>8), byte(core>>16))
	}
	at := len(b)
	b = append(b, 0)
	switch r.GUIDCore {
	case uint32(r.GUID) & fingerprint.MaskBits:
	case r.LinkCore:
		is |= guidCoreIsLinkCore
	default:
		put(hasGUIDCore, r.GUIDCore)
	}
	if r.LinkCore != 0 {
		put(hasLinkCore, r.LinkCore)
	}
	if r.BodyCore != 0 {
		put(hasBodyCore, r.BodyCore)
	}
	b[at] = is
	if is == 0 {
		return b[:at]
	}
	return b
}

func (r *record) readCores(u *unpacker) {
	is := byte(u.uint(1))
	get := func(flag byte, implied uint32) uint32 {
		if is&flag == 0 {
			return implied
		}
		return uint32(u.uint(3))
	}
	r.GUIDCore = get(hasGUIDCore, r.GUIDCore)
	r.LinkCore = get(hasLinkCore, 0)
	r.BodyCore = get(hasBodyCore, 0)
	if is&guidCoreIsLinkCore != 0 {
		r.GUIDCore = r.LinkCore
	}
}

// maxRules bounds the rules that are remembered of an item.
const maxRules = 255

// unpacker reads numbers, all zero once there are too few bytes.
type unpacker struct {
	b       []byte
	damaged bool
}

func (u *unpacker) uint(size int) (v uint64) {
	if len(u.b) < size {
		u.b, u.damaged = nil, true
		return 0
	}
	for i := range size {
		v |= uint64(u.b[i]) << (8 * i)
	}
	u.b = u.b[size:]
	return v
}

func (u *unpacker) varint() int64 {
	v, n := binary.Varint(u.b)
	if n <= 0 {
		u.b, u.damaged = nil, true
		return 0
	}
	u.b = u.b[n:]
	return v
}

func (u *unpacker) uvarint() uint64 {
	v, n := binary.Uvarint(u.b)
	if n <= 0 {
		u.b, u.damaged = nil, true
		return 0
	}
	u.b = u.b[n:]
	return v
}

// Unpack reads what Judge packed; nil is a feed that has shown nothing. b
// may be reused afterwards.
func Unpack(b []byte) (*Index, error) {
	s := &Index{}
	if len(b) == 0 {
		return s, nil
	}
	version := b[0]
	if version == 0 || version > seenVersion {
		return nil, fmt.Errorf("what the feed has shown was written by another version of watcher (scheme %d)", version)
	}
	u := unpacker{b: b[1:]}
	state := byte(u.uint(1))
	s.based = state&1 != 0
	s.partial = state&isPartial != 0
	s.empties = state &^ isPartial >> 1
	if s.empties > 0 || s.partial {
		s.since = time.Unix(u.varint(), 0).UTC()
	}
	read := (*record).read
	if version == 1 {
		read, s.older = (*record).readVersion1, true
	} else {
		s.oldest = u.varint()
		s.habits.read(&u, version)
		for _, hashes := range [...]*[]uint32{&s.blocks, &s.params} {
			for range int(u.uint(1)) {
				*hashes = append(*hashes, uint32(u.uint(4)))
			}
		}
	}
	count := u.uvarint()
	if u.damaged || count > uint64(len(u.b)) {
		return nil, ErrDamaged
	}
	s.records = make([]record, count)
	for i := range s.records {
		if read(&s.records[i], &u); u.damaged {
			return nil, ErrDamaged
		}
	}
	if len(u.b) > 0 {
		s.held = bytes.Clone(u.b)
	}
	return s, nil
}

func (r *record) read(u *unpacker) {
	flags := uint16(u.uint(2))
	get := func(flag uint16, size int, implied uint64) uint64 {
		if flags&flag == 0 {
			return implied
		}
		return u.uint(size)
	}
	r.GUID = get(hasGUID, 8, 0)
	r.Link = get(hasLink, 8, 0)
	if flags&guidIsLink != 0 {
		r.GUID = r.Link
	}
	r.Title = uint32(get(hasTitle, 4, 0))
	r.Date = uint32(get(hasDate, 4, 0))
	r.Update = flags&dateIsUpdate != 0
	r.Body = get(hasBody, 6, 0)
	r.TitleMask = uint32(get(hasTitleMask, 3, 0))
	r.BodyMask = uint32(get(hasBodyMask, 3, 0))
	r.Sketch = uint32(get(hasSketch, 4, 0))
	r.GUIDCore = uint32(r.GUID) & fingerprint.MaskBits
	if flags&hasCores != 0 {
		r.readCores(u)
	}
	r.Raw = get(hasRaw, 8, 0)
	r.Key = get(hasKey, 8, r.Link)
	r.base = flags&isBase != 0
	r.gone = uint16(get(isGone, 2, 0))
	if flags&hasMore == 0 {
		return
	}
	more := u.uint(1)
	r.held = more&moreHeld != 0
	r.rewritten = more&moreRewritten != 0
	if more&moreRules != 0 {
		n := int(u.uint(1))
		for range n {
			r.rules = append(r.rules, uint32(u.uint(4)))
		}
	}
	if more&moreLegacy != 0 {
		r.dated, r.text = u.uint(8), u.uint(8)
	}
}

// readVersion1 reads a record as versions wrote it that knew an item by its guid,
// its guid without scheme and www., its link, and one hash each of title and date
// and of all its text.
func (r *record) readVersion1(u *unpacker) {
	flags := byte(u.uint(1))
	get := func(bit int, implied uint64) uint64 {
		if flags&(1<<bit) == 0 {
			return implied
		}
		return u.uint(8)
	}
	guid := get(0, 0)
	r.GUID = get(1, guid)
	r.Link = get(2, 0)
	r.dated = get(3, 0)
	r.text = get(4, 0)
	r.Raw = get(5, 0)
	r.Key = get(6, r.Link)
	if flags&(1<<7) == 0 {
		return
	}
	more := u.uint(1)
	r.held = more&(1<<1) != 0
	r.base = more&(1<<2) != 0
	if more&(1<<3) != 0 {
		r.gone = uint16(u.uint(2))
	}
}
