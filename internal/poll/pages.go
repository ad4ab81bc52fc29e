package poll

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"watcher/internal/budget"
	"watcher/internal/feeds"
)

const (
	// maxPages is how many articles' pages one poll reads, and pagesTime how long
	// all of them may take, turns at their hosts included. Articles beyond that are
	// matched by their summary.
	maxPages  = 30
	pagesTime = time.Minute
	// pageTime is how long one page may take.
	pageTime = 20 * time.Second
	// wholeArticle is how many characters a text has that is an article by
	// itself, unless its end says otherwise. Feeds cut at 55 words (WordPress) to
	// some hundreds of characters.
	wholeArticle = 1500
)

// pageErrors that are no FetchError.
var (
	errTooManyPages = fmt.Errorf("more than %d articles at one poll, or more than fit in %v", maxPages, pagesTime)
	errBusyHost     = errors.New("the host was not free in time, or asked to be left alone")
	errThinPage     = errors.New("the article's page has less text than the feed")
)

// readPages replaces the contents of items that the feed cut short by what
// their pages say, for a feed that wants it. What cannot be had is counted in
// the outcome's state, and the item stays as the feed has it.
func (p *Poller) readPages(ctx context.Context, j *job, lists ...[]feeds.Item) {
	if !j.feed.FullText {
		return
	}
	limit := budget.Within(ctx, pagesTime)
	defer limit.Cancel()
	v := &visit{p: p, job: j, src: j.feed.source(&j.out.Claim.State), limit: budget.OnAccount(limit, j.room)}
	missing, why := FillFromPages(v.limit, func(link string) (text string, err error) {
		err = v.ask(ctx, link, func(ctx context.Context) error {
			text, err = p.fetch.FullText(ctx, v.src, link)
			return err
		})
		if err != nil {
			p.log.Debug("no full text", "feed", j.feed.ID, "link", link, "error", err)
		}
		return text, err
	}, lists...)
	if ctx.Err() != nil {
		return // the poll is given up
	}
	if missing > 0 {
		j.out.State.NoText += missing
		j.out.State.NoTextError = why.Error()
	}
	if n := j.out.State.NoText; n > 0 && j.out.Claim.State.NoText == 0 { // said once, not at each poll
		p.log.Warn("articles are matched by their summary, as their page cannot be read", "feed", j.feed.ID, "articles", n, "error", j.out.State.NoTextError)
	}
}

// cutShort reports whether the feed's text of an article is unlikely to be the whole
// article.
func cutShort(text string) bool {
	if utf8.RuneCountInString(text) < wholeArticle {
		return true
	}
	end := strings.TrimRight(text[len(text)-min(len(text), 64):], " \n\t)]»>")
	return strings.HasSuffix(end, "…") || strings.HasSuffix(end, "...") || strings.HasSuffix(strings.ToLower(end), "read more")
}

// FillFromPages replaces the contents of items that their feed cut short by what their
// pages say, which get returns of a link: of so many pages as one poll reads, until
// limit is done. It returns of how many the page is missing, and why of the last.
func FillFromPages(limit context.Context, get func(link string) (string, error), lists ...[]feeds.Item) (missing int, why error) {
	asked := 0
	for _, items := range lists {
		for i := range items {
			it := &items[i]
			if it.Link == "" || !cutShort(it.Text()) {
				continue
			}
			text, err := "", error(errTooManyPages)
			if asked++; asked <= maxPages && limit.Err() == nil {
				text, err = get(it.Link)
			}
			switch {
			case err == nil && len(text) >= len(it.Text()):
				it.Content = text
				continue
			case err == nil:
				err = errThinPage
			}
			missing, why = missing+1, err
		}
	}
	return missing, why
}
