package record

import (
	"encoding/binary"

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
