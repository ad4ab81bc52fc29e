package feeds

import "time"

// Fingerprint is what is remembered of an item: hashes of what it may be known by. A
// zero hash means that the item has no such thing, or nothing that tells it from
// others.
type Fingerprint struct {
	// The names. GUID is the guid without scheme and leading www., the same as Link
	// where both are one address, and 0 where it is no more than the title. Link is
	// the canonical link; 0 where that is the feed's home page or a bare host.
	GUID, Link uint64
	// Of each what stays where a session, a counter or the host in it moves, 24 bits; 0
	// where nothing stays that could tell items apart. See coreOf.
	GUIDCore, LinkCore uint32

	// The content. Date is in seconds since 1970, of the publication or, with
	// Update, of the last update. Body are 48 bits of the summary and content.
	Title  uint32
	Date   uint32
	Update bool
	Body   uint64

	// What stays of the title and body if a counter, a tag or an age in them moves, 24
	// bits; 0 for a body without numbers. Sketch are four hashes of 8 bits of the body's
	// neighbouring words (MinHash): texts of which little was changed have three of
	// them in common. 0 where it has less than 20 words.
	TitleMask, BodyMask uint32
	Sketch              uint32
	// BodyCore are 24 bits of the longest sentence of a body that has several: it stays
	// where a block beside it moves. 0 where there is but one.
	BodyCore uint32

	Raw uint64 // the item's bytes in the document; 0 where the document was not split
	// Key is what alerts know the item by, the same in every feed that carries
	// the article: of the canonical link where that is the article's own (no other
	// item of the feed has it), else of feed and guid. Judge sets it, and keeps the
	// first one for good: an item whose link is edited stays the same item to those
	// it was sent to.
	Key uint64
}

// Published is when the item was published, or updated where nothing else is known;
// zero if it has no date.
func (e *Fingerprint) Published() time.Time {
	if e.Date == 0 {
		return time.Time{}
	}
	return time.Unix(int64(e.Date), 0).UTC()
}
