package parse

import (
	"cmp"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fingerprint"
	"watcher/internal/text"
)

// page is what the items of a document share while it is read.
type page struct {
	src      *feeds.Source
	shownURL string   // of the source
	base     *url.URL // of relative links; nil if the document came from nowhere
	home     string   // canonical link of the feed's home page
	language string
	authors  []string // of the feed, for items that name none
	masks    masks    // the items' long texts
}

// text is a piece of a feed and what kind of text it is.
type richText struct {
	s     string
	plain bool // no markup: what looks like a tag is text
}

func (t richText) String() string {
	if t.plain {
		return text.CleanText(t.s)
	}
	s := text.PlainText(t.s)
	if strings.IndexByte(t.s, '<') < 0 && strings.Contains(t.s, "&lt;") && looksLikeHTML(s) {
		return text.PlainText(s) // HTML that was escaped twice
	}
	if holdsEntity(s) && escaped.MatchString(s) {
		s = text.CleanText(escaped.ReplaceAllStringFunc(s, html.UnescapeString))
	}
	return s
}

// escaped are entities that were escaped once more, and that nobody shows a reader
// as such: letters, quotes, dashes, blanks. &lt; and &gt; are left: they are how
// one writes about markup.
var escaped = regexp.MustCompile(`&(?:amp;)?(?:amp|quot|apos|nbsp|shy|[lr][sd]quo|[bs]dquo|sbquo|[lr]aquo|[nm]dash|hellip|bull|middot|copy|reg|trade|euro|pound|deg|eth|ETH|thorn|THORN|szlig|[A-Za-z](?:acute|grave|circ|uml|tilde|cedil|caron|ring|slash|elig)|#(?:3[49]|[1-9][0-9]{2,4}|x(?:2[27]|[0-9a-fA-F]{2,5})));`)

// holdsEntity tells cheaply whether a text may hold what escaped looks for: most
// have no &, or one between two blanks.
func holdsEntity(s string) bool {
	const longest = 10 // of the name, as in &#x1F600;
	for {
		_, rest, found := strings.Cut(s, "&")
		if !found {
			return false
		}
		if end := strings.IndexAny(rest[:min(longest+1, len(rest))], "; \n"); end > 0 && rest[end] == ';' {
			return true
		}
		s = rest
	}
}

// entryDraft is an item as a format's reader found it.
type entryDraft struct {
	guid       string
	title      string // what a reader sees, like summary and content
	summary    string
	content    string
	link       string   // absolute
	badLink    string   // the first that was to be a link
	base       *url.URL // where the item has its own
	authors    []string
	categories []string
	language   string
	published  time.Time
	updated    time.Time
	raw        uint64
}

// item makes an Item of a draft. ok is false where the draft says nothing at
// all.
func (p *page) item(d *entryDraft) (it feeds.Item, ok bool) {
	p.unmask(d)
	it = feeds.Item{
		Feed: p.src.ID, FeedURL: p.shownURL, Tags: p.src.Tags,
		GUID:       strings.TrimSpace(d.guid),
		Title:      text.OneLine(d.title),
		Summary:    d.summary,
		Content:    d.content,
		Link:       d.link,
		Authors:    cleanList(d.authors),
		Categories: cleanList(d.categories),
		Language:   LanguageTag(d.language),
		Published:  utc(d.published),
		Updated:    utc(d.updated),
	}
	if it.GUID == "" && it.Link == "" && it.Title == "" && it.Text() == "" && d.language == "" && len(it.Authors) == 0 &&
		len(it.Categories) == 0 && it.Published.IsZero() && it.Updated.IsZero() {
		return feeds.Item{}, false
	}
	if it.Language == "" {
		it.Language = p.language
	}
	if len(it.Authors) == 0 {
		it.Authors = p.authors
	}
	it.Entry = fingerprint.Of(&it, p.home)
	it.Entry.Raw = d.raw
	return it, true
}

// firstText is the first of HTML texts in which a reader sees a word or number; where
// there is none, the first in which there is anything ("-", "…").
func (p *page) firstText(lists ...[]string) string {
	wordless := ""
	for _, list := range lists {
		for _, s := range list {
			s = (richText{s: p.masks.unmask(s)}).String()
			if strings.ContainsFunc(s, text.IsWordRune) {
				return s
			}
			wordless = cmp.Or(wordless, s)
		}
	}
	return wordless
}

// unmask puts texts in the places of their marks.
func (p *page) unmask(d *entryDraft) {
	if len(p.masks.texts) == 0 {
		return
	}
	for _, s := range [...]*string{&d.guid, &d.language} {
		*s = p.masks.unmask(*s)
	}
	for _, list := range [...][]string{d.authors, d.categories} {
		for i := range list {
			list[i] = p.masks.unmask(list[i])
		}
	}
}

// utc drops what no clock of ours should see: years that RFC 3339 has no digits
// for.
func utc(t time.Time) time.Time {
	if t.IsZero() || t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t.UTC().Round(0)
}

// LanguageTag is a language as BCP 47 parts it: en-US, not en_US.
func LanguageTag(s string) string {
	s = strings.ReplaceAll(text.CleanText(s), "_", "-")
	if len(s) > 35 || strings.ContainsAny(s, " \n,;") { // the longest that RFC 5646, 4.4.1 asks for
		return ""
	}
	return s
}

// maxNames bounds the authors and categories of an item: beyond that they are
// keyword stuffing.
const maxNames = 100

// cleanList cleans each string and drops the empty and the repeated.
func cleanList(list []string) []string {
	var out []string
	for _, s := range list {
		s = text.OneLine(richText{s: s}.String())
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
		if len(out) == maxNames {
			break
		}
	}
	return out
}
