package fetch

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"watcher/internal/budget"
	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/text"
)

const (
	maxFindChecks = 24                     // addresses that FindFeeds asks for
	findTimeout   = 10 * time.Second       // for each of them
	findSpacing   = 100 * time.Millisecond // between two at one host, one at a time
)

// usualPlaces are where software that publishes puts a feed, the most usual first.
var usualPlaces = [...]string{
	"feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", // WordPress, Ghost, Drupal, Jekyll, Hexo, Hugo, Eleventy
	"feeds/posts/default", "index.rdf", "latest.rss", "feed.rss", "?format=feed&type=rss", // Blogger, Discourse, Joomla
}

// placesBelow is how many of usualPlaces are looked for below the page as well.
const placesBelow = 6

// FindFeeds finds the feeds of a web page and returns them best first. page is the
// error with which the fetch of src ended. It checks the feeds that the page offers;
// if none of those is a feed, the other links of the page, the pages about its feeds,
// and last the usual places, until one is found. It asks for one address after the
// other, leaves a host alone that refuses, and ends with ctx. It is for when a person
// waits: a poll asks only for its own address.
func (c *Client) FindFeeds(ctx context.Context, src feeds.Source, page *feeds.FetchError) []feeds.Offer {
	if page.Page == nil {
		return nil
	}
	f := finder{client: c, src: src, asked: map[string]bool{page.Page.String(): true}, bodies: map[uint64]bool{}, hosts: map[string]*foundHost{}}
	f.checkAll(ctx, page.Offers)
	if !f.done() {
		f.checkAll(ctx, page.Others)
	}
	if !f.done() {
		f.checkAll(ctx, f.further)
	}
	for _, place := range places(page.Page) {
		if f.done() {
			break
		}
		f.check(ctx, feeds.Offer{URL: place})
	}
	return f.best()
}

// places are the usual ones for a page: below it, then below the site's root.
func places(page *url.URL) []string {
	var all []string
	add := func(below string, names []string) {
		for _, name := range names {
			all = append(all, feeds.AbsoluteLink(page, below+name))
		}
	}
	below := page.EscapedPath()
	if path.Ext(below) != "" {
		below = path.Dir(below)
	}
	if below = strings.TrimSuffix(below, "/") + "/"; below != "/" && !strings.HasPrefix(below, "//") {
		add(below, usualPlaces[:placesBelow])
	}
	add("/", usualPlaces[:])
	return all
}

// finder is the work of one FindFeeds.
type finder struct {
	client  *Client
	src     feeds.Source
	asked   map[string]bool // addresses
	bodies  map[uint64]bool // by their hashes, as one feed has several addresses
	hosts   map[string]*foundHost
	found   []foundFeed
	further []feeds.Offer // of pages that were no feeds
}

type foundFeed struct {
	offer    feeds.Offer
	comments bool
	empty    bool
}

// foundHost is a host that FindFeeds has asked.
type foundHost struct {
	last   time.Time // when it was
	barred bool      // it refuses, or does not answer
}

// trueLast orders false before true.
func trueLast(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// best returns the feeds that were found, with feeds of comments and feeds without
// items last.
func (f *finder) best() []feeds.Offer {
	slices.SortStableFunc(f.found, func(a, b foundFeed) int {
		return cmp.Or(trueLast(a.comments, b.comments), trueLast(a.empty, b.empty))
	})
	var offers []feeds.Offer
	for _, x := range f.found {
		offers = append(offers, x.offer)
	}
	return offers
}

// done reports whether a feed was found that a person would look for.
func (f *finder) done() bool {
	return slices.ContainsFunc(f.found, func(x foundFeed) bool { return !x.comments && !x.empty })
}

func (f *finder) checkAll(ctx context.Context, offers []feeds.Offer) {
	for _, o := range offers {
		f.check(ctx, o)
	}
}

// check asks for an offer, and keeps it if it is a feed.
func (f *finder) check(ctx context.Context, o feeds.Offer) {
	u := feeds.ParseURL(o.URL)
	if u == nil || f.asked[o.URL] || len(f.asked) > maxFindChecks {
		return
	}
	f.asked[o.URL] = true
	host := f.hosts[feeds.HostKey(u.Host)]
	if host == nil {
		host = &foundHost{}
		f.hosts[feeds.HostKey(u.Host)] = host
	}
	if host.barred || !pauseUntil(ctx, host.last.Add(findSpacing)) {
		return
	}
	host.last = time.Now()
	res, movedTo, err := f.ask(ctx, u)
	if err != nil {
		f.refused(host, err)
		return
	}
	defer res.Document.Room.Close()
	if hash := res.Known.Body; hash != 0 && f.bodies[hash] {
		return
	}
	f.bodies[res.Known.Body] = true
	f.asked[movedTo] = true
	if movedTo != "" {
		o.URL = movedTo
	}
	title := res.Document.Head.Title
	o.Title = cmp.Or(o.Title, text.Shorten(title, 80))
	f.found = append(f.found, foundFeed{o, parse.IsComments(o) || parse.IsComments(feeds.Offer{Title: title}), len(res.Document.Items) == 0})
}

// refused notes what the error of a check says of the host, and where else to look.
func (f *finder) refused(host *foundHost, err error) {
	fe, ok := errors.AsType[*feeds.FetchError](err)
	if !ok {
		return
	}
	switch fe.Kind {
	case feeds.Network, feeds.DNS, feeds.TLS, feeds.Timeout, feeds.Refused, feeds.Throttled, feeds.Unavailable, feeds.Challenge:
		host.barred = true
	case feeds.NotFeed:
		f.further = append(f.further, fe.Offers...)
	}
}

// ask fetches an address that may be a feed.
func (f *finder) ask(ctx context.Context, u *url.URL) (res feeds.FetchResult, movedTo string, err error) {
	limit := budget.Within(ctx, findTimeout)
	defer limit.Cancel()
	ans, err := f.client.get(limit, &f.src, feeds.Known{}, feeds.ParseURL(f.src.URL), u, acceptFeed)
	if err != nil {
		return feeds.FetchResult{}, "", err
	}
	defer ans.close()
	if ans.resp.StatusCode != http.StatusOK {
		return feeds.FetchResult{}, "", f.client.noFeed(limit, ans, &f.src, time.Now())
	}
	res, err = f.client.readAnswer(limit, ans, &f.src, feeds.Known{}, feeds.FetchResult{}, nil)
	return res, ans.movedTo, err
}

// pauseUntil waits; it is false where ctx ends first.
func pauseUntil(ctx context.Context, at time.Time) bool {
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
