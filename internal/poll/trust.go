package poll

import (
	"regexp"
	"strings"
	"time"

	"watcher/internal/feeds"
)

const (
	// A 304 is believed for trustGaps times the feed's habit after the last document,
	// and for the trustSilence-th part of its silence, within leastTrust and mostTrust.
	trustGaps    = 2
	trustSilence = 2
	leastTrust   = time.Hour
	mostTrust    = 24 * time.Hour
)

// Trust is how a feed's server answers conditional requests. The zero value is one of
// which nothing is known yet.
type Trust struct {
	// Full is the last answer with a document that is new, or that was asked for without
	// validators.
	Full time.Time
	// Doubt has the validators that the server called current, up to a request without
	// them that brought news. They are sent once more: a 304 to them is a wrong one, as
	// the server itself has given others since.
	Doubt feeds.Known
	// Wrong is since when the server is known to answer 304 for what has changed. It
	// is sent no validators from then on.
	Wrong time.Time
	Form  TagForm
}

// TagForm is in which form an entity tag that a compressor altered is sent back.
type TagForm int

// The forms in the order in which they are tried, each after the one before brought the
// bytes that the tag came with once more. Where none helps they take turns, which costs
// nothing.
const (
	AsSent    TagForm = iota // byte for byte, as RFC 9110, 13.1.2 has it
	OfOrigin                 // without what the compressor added
	DateAlone                // If-Modified-Since without a tag
	tagForms
)

// ask returns what the feed's server is asked with: what is known, or less of it where
// a 304 would not be believed.
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

// trusted is how long after a document a 304 is believed. What a wrong one hides is
// late by that at most; a feed that has been silent for a day costs one document a day.
func (s *FeedState) trusted(now time.Time) time.Duration {
	if s.Gap == 0 {
		return mostTrust
	}
	return min(max(trustGaps*s.Gap, now.Sub(s.Changed)/trustSilence, leastTrust), mostTrust)
}

// believe takes over what an answer says of the next request. asked is what the server
// was asked with; news says whether the document had items that are new.
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

// originTag returns the tag without what compressors add to the one that the origin
// made: a word, or, as nginx does, that it is weak. altered is false where there is
// nothing of that.
func originTag(tag string) (origin string, altered bool) {
	origin = added.ReplaceAllString(strings.TrimPrefix(tag, "W/"), "$1")
	return origin, origin != tag && strings.Trim(origin, `"`) != ""
}
