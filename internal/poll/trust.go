package poll

import (
	"regexp"
	"strings"
	"time"

	"watcher/internal/feeds"
)

const (
	// A 304 is believed for trustGaps times the feed's habit after the last document,
	// and for the trustSilence-th part of its silence, within minTrust and maxTrust.
	trustGaps    = 2
	trustSilence = 2
	minTrust     = time.Hour
	maxTrust     = 24 * time.Hour
)

// Trust is how a feed's server answers conditional requests. The zero value is one of
// which nothing is known yet.
type Trust struct {
	// Full is the last answer with a document that is new, or that was asked for without
	// validators.
	Full time.Time
	// Doubt has the validators that the server confirmed with 304 up to a request
	// without them that brought news. They are sent once more: another 304 to them is
	// wrong, as the server itself has given newer ones since.
	Doubt feeds.Known
	// Wrong is since when the server is known to answer 304 for what has changed. It
	// is sent no validators from then on.
	Wrong time.Time
	Form  TagForm
}

// TagForm is in which form an entity tag that a compressor altered is sent back.
type TagForm int

// The forms in the order in which they are tried: the next one after a document came
// again although its tag had been sent. If none helps they are tried in turn, which
// costs nothing.
const (
	AsSent    TagForm = iota // byte for byte, as RFC 9110, 13.1.2 has it
	OfOrigin                 // without what the compressor added
	DateAlone                // If-Modified-Since without a tag
	tagForms
)

// ask returns the validators to ask the feed's server with: those that are known, or
// fewer if a 304 would not be believed.
func (s *FeedState) ask(now time.Time) feeds.Known {
	k, t := s.Known, &s.Trust
	switch {
	case !t.Wrong.IsZero(), !t.Full.IsZero() && now.Sub(t.Full) >= s.trusted(now):
		k.ETag, k.LastModified = "", ""
		return k
	case t.Doubt != (feeds.Known{}):
		k.ETag, k.LastModified = t.Doubt.ETag, t.Doubt.LastModified
	}
	origin, altered := originTag(k.ETag)
	switch {
	case !altered:
	case t.Form == OfOrigin:
		k.ETag = origin
	case t.Form == DateAlone && k.LastModified != "":
		k.ETag = ""
	}
	return k
}

// trusted is how long after a document a 304 is believed. An item that a wrong 304
// hides is late by that at most; a feed that has been silent for a day costs one
// document a day.
func (h *Habit) trusted(now time.Time) time.Duration {
	if h.Gap == 0 {
		return maxTrust
	}
	return min(max(trustGaps*h.Gap, now.Sub(h.Changed)/trustSilence, minTrust), maxTrust)
}

// believe learns from an answer for the next request. asked has the validators that
// were sent; news says whether the document had new items.
func (s *FeedState) believe(asked feeds.Known, r *feeds.FetchResult, news bool, now time.Time) {
	was, t := s.Known, &s.Trust
	s.Known = r.Known
	if r.NotModified {
		// What was not sent as it is known was not confirmed in another form.
		if s.Known.ETag == asked.ETag {
			s.Known.ETag = was.ETag
		}
		if s.Known.LastModified == asked.LastModified {
			s.Known.LastModified = was.LastModified
		}
	}
	conditional := asked.ETag != "" || asked.LastModified != ""
	if !r.Unchanged || !conditional || t.Full.IsZero() { // or a version before wrote it
		t.Full = now
	}
	switch {
	case t.Doubt != (feeds.Known{}) && conditional:
		if r.NotModified {
			s.Known = was
			t.Wrong = now
		}
		t.Doubt = feeds.Known{}
	case !conditional && news && t.Wrong.IsZero() && (was.ETag != "" || was.LastModified != ""):
		if was.ETag == r.Known.ETag && was.LastModified == r.Known.LastModified {
			t.Wrong = now // news under the validators of what was there before
			break
		}
		t.Doubt = feeds.Known{ETag: was.ETag, LastModified: was.LastModified}
	}
	if _, altered := originTag(was.ETag); altered && conditional && r.Unchanged && !r.NotModified {
		t.Form = (t.Form + 1) % tagForms
	}
}

// added is what compressors append to a tag, within its quotes where it has any: "-gzip"
// (Apache's mod_deflate), ";gz" (LiteSpeed), "--gzip" (Jetty), and so on.
var added = regexp.MustCompile(`(?i)[-;:.]{1,2}(?:gzip|gz|deflate|df|br|zstd)("?)$`)

// originTag returns the tag as the origin made it, without what compressors add: a
// word, or, by nginx, the weak mark. altered is false if nothing was added.
func originTag(tag string) (origin string, altered bool) {
	origin = added.ReplaceAllString(strings.TrimPrefix(tag, "W/"), "$1")
	return origin, origin != tag && strings.Trim(origin, `"`) != ""
}
