package record

import (
	"bytes"
	"encoding/binary"
	"io"

	"watcher/internal/notify/story"
)

// Story is an article on disk.
type Story struct {
	Item  Key    `json:"item"`
	Story Key    `json:"story"`
	Feed  string `json:"feed"`
	// The sketch, big-endian.
	Text      []byte `json:"text"`
	Lead      []byte `json:"lead,omitempty"`
	Terms     []byte `json:"terms,omitempty"`
	LeadTerms []byte `json:"lead_terms,omitempty"`
	Figures   []byte `json:"figures,omitempty"`
	// Records of earlier versions lack what follows.
	Index []byte `json:"index,omitempty"`
	Said  string `json:"said,omitempty"`
}

func (Story) record() {}

// StoryOf makes the record of an article and its sketch.
func StoryOf(a story.Sketched, t story.Sketch) *Story {
	return &Story{
		Item: Key(a.Item), Story: Key(a.Story), Feed: a.Feed, Index: packed(t.Index), Said: t.Said,
		Text: packed(t.Text), Lead: packed(t.Lead), Terms: packed(t.Terms), LeadTerms: packed(t.LeadTerms), Figures: packed(t.Figures),
	}
}

// Sketch returns the sketch of the article's text.
func (r *Story) Sketch() story.Sketch {
	return story.Sketch{
		Text: unpacked(r.Text), Lead: unpacked(r.Lead),
		Terms: unpacked(r.Terms), LeadTerms: unpacked(r.LeadTerms), Figures: unpacked(r.Figures),
		Index: unpacked(r.Index), Said: r.Said,
	}
}

// Indexed returns the hashes by which the article is looked up, computed for records
// that lack them.
func (r *Story) Indexed() []uint32 {
	if len(r.Index) == 0 {
		return r.Sketch().Indexed().Index
	}
	return unpacked(r.Index)
}

// packedStory is the first byte of a story that is packed. JSON never begins with it.
const packedStory = 1

// Packed is the record in three quarters of the bytes that it takes as JSON, where hashes
// are base64.
func (r *Story) Packed() []byte {
	b := append(make([]byte, 0, 2048), packedStory)
	b = append(append(b, r.Item[:]...), r.Story[:]...)
	for _, field := range [][]byte{[]byte(r.Feed), r.Text, r.Lead, r.Terms, r.LeadTerms, r.Figures, r.Index, []byte(r.Said)} {
		b = append(binary.AppendUvarint(b, uint64(len(field))), field...)
	}
	return b
}

// UnpackStory reads what Packed or Encode made into a zero record, which keeps no part of
// raw.
func UnpackStory(raw []byte, r *Story) error {
	if len(raw) == 0 || raw[0] != packedStory {
		return Decode(raw, r)
	}
	raw = raw[1:]
	if len(raw) < len(r.Item)+len(r.Story) {
		return io.ErrUnexpectedEOF
	}
	raw = raw[copy(r.Item[:], raw):]
	raw = raw[copy(r.Story[:], raw):]
	var feed, said []byte
	for _, field := range []*[]byte{&feed, &r.Text, &r.Lead, &r.Terms, &r.LeadTerms, &r.Figures, &r.Index, &said} {
		size, n := binary.Uvarint(raw)
		if n <= 0 || size > uint64(len(raw)-n) {
			return io.ErrUnexpectedEOF
		}
		*field, raw = bytes.Clone(raw[n:n+int(size)]), raw[n+int(size):]
	}
	r.Feed, r.Said = string(feed), string(said)
	return nil
}

func packed(hashes []uint32) []byte {
	b := make([]byte, 0, 4*len(hashes))
	for _, h := range hashes {
		b = binary.BigEndian.AppendUint32(b, h)
	}
	return b
}

func unpacked(b []byte) []uint32 {
	hashes := make([]uint32, 0, len(b)/4)
	for ; len(b) >= 4; b = b[4:] {
		hashes = append(hashes, binary.BigEndian.Uint32(b))
	}
	return hashes
}
