package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html/charset"

	"watcher/internal/budget"
	"watcher/internal/feeds"
	"watcher/internal/text"
)

const (
	maxPage         = 4 << 20 // bytes of an article's page
	maxPageElements = 20_000  // of its tree
)

// FullText fetches the page of an article of src and returns its text. It goes
// through the same guard and the same limits as the feed; src's credentials are
// sent only if the article is on the feed's own host. The error is a
// *FetchError, or the context's.
func (c *Client) FullText(ctx context.Context, src feeds.Source, link string) (string, error) {
	if budget.LimitOf(ctx) == nil {
		limit := budget.Within(ctx, c.opts.Timeout)
		defer limit.Cancel()
		ctx = limit
	}
	u := feeds.ParseURL(link)
	if u == nil {
		return "", feeds.Errorf(feeds.Redirected, "not an http or https address: %s", text.Shorten(link, 120))
	}
	ans, err := c.get(ctx, &src, feeds.Known{}, feeds.ParseURL(src.URL), u, acceptPage)
	if err != nil {
		return "", err
	}
	defer ans.close()
	if ans.resp.StatusCode != http.StatusOK {
		return "", statusError(ans.resp, time.Now())
	}
	body := c.openBody(ctx)
	defer body.end()
	limit := min(c.opts.MaxBody, maxPage)
	if err := c.readWire(ctx, ans, body, limit); err != nil {
		return "", err
	}
	out := getBuffer()
	defer putBuffer(out)
	page, done, err := c.unpack(ctx, &src, body, out, ans.resp.Header.Get("Content-Encoding"), limit, pageCost)
	defer done()
	if err != nil {
		return "", err
	}
	if name := wallOf(ans.resp, page); name != "" && name != someWall {
		return "", wallError(ans.resp, name, &src, time.Now())
	}
	text, err := ArticleText(page, ans.resp.Header.Get("Content-Type"), ans.url)
	body.before += int64(len(text)) // it stays with the document
	return text, err
}

// ArticleText finds the article in a web page and returns its text.
func ArticleText(page []byte, contentType string, from *url.URL) (plain string, err error) {
	defer func() {
		if p := recover(); p != nil {
			plain, err = "", feeds.Errorf(feeds.Malformed, "the page crashes the parser: %s", text.Shorten(fmt.Sprint(p), 120))
		}
	}()
	if t := strings.ToLower(contentType); t != "" && !strings.Contains(t, "html") && !strings.HasPrefix(t, "text/plain") {
		return "", feeds.Errorf(feeds.NotFeed, "the article is no web page but %s", text.Shorten(contentType, 60))
	}
	r, err := charset.NewReader(bytes.NewReader(page), contentType)
	if err != nil {
		r = bytes.NewReader(page)
	}
	parser := readability.NewParser()
	parser.MaxElemsToParse = maxPageElements
	parser.DisableJSONLD = true // only the text is wanted
	doc, err := pageTree(r)
	if err != nil {
		return "", err
	}
	article, err := parser.ParseAndMutate(doc, from)
	if err != nil {
		return "", &feeds.FetchError{Kind: feeds.Malformed, Text: "the page cannot be read: " + text.Shorten(err.Error(), 120), Err: err}
	}
	var b bytes.Buffer
	if article.Node != nil {
		if err := article.RenderHTML(&b); err != nil {
			return "", &feeds.FetchError{Kind: feeds.Malformed, Text: "the page cannot be read", Err: err}
		}
	}
	if plain = text.PlainText(b.String()); plain == "" {
		return "", &feeds.FetchError{Kind: feeds.NotFeed, Text: "the page has no article that can be found", Err: errNoArticle}
	}
	return plain, nil
}

var errNoArticle = errors.New("no article")
