package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"watcher/internal/cli"
	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/feeds/parse"
)

func newInspect(t *cli.Terminal) *cobra.Command {
	var asJSON, fullText bool
	cmd := &cobra.Command{
		Use:   "inspect [--full-text] [--json] URL|FILE",
		Short: "Show what watcher makes of a feed",
		Long: `Reads a feed and shows its items as rules would see them, and what had to be
repaired. "-" reads from stdin. With --full-text it shows what full_text: true would
make of them: the text of the article's page, where the feed cuts it short. Exits
with 1 if it is not a feed.`,
		Example: "  watcher inspect https://news.err.ee/rss\n  watcher inspect --full-text https://news.err.ee/rss\n  watcher inspect --json feed.xml | jq '.items[0]'",
		Args:    cli.Exactly("URL|FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			read, shown := readSource, 200
			if fullText {
				read, shown = readPages, 1000
			}
			doc, err := read(ctx, t, args[0], nil)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if asJSON {
				return cli.WriteJSON(t.Stdout, inspection(doc))
			}
			showDocument(t, args[0], doc, shown)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	cmd.Flags().BoolVar(&fullText, "full-text", false, "read the articles' pages, as full_text does")
	return cmd
}

// readPages is readSource of a URL as a feed with full_text.
func readPages(ctx context.Context, t *cli.Terminal, arg string, allow []netip.Prefix) (feeds.Document, error) {
	if feeds.ParseURL(arg) == nil {
		return feeds.Document{}, errors.New("--full-text wants the http:// or https:// address of a feed: pages are asked for as the feed is")
	}
	return fetchWhole(ctx, t, feeds.Source{ID: arg, URL: arg, FullText: true}, allow, named(ctx, arg))
}

// inspectJSON is the output of inspect --json.
type inspectJSON struct {
	Feed     headJSON   `json:"feed"`
	Items    []itemJSON `json:"items"`
	Warnings []string   `json:"warnings"`
}

type headJSON struct {
	Title    string `json:"title"`
	Link     string `json:"link"`
	Language string `json:"language"`
	Format   string `json:"format"`
	Encoding string `json:"encoding"`
	Hub      string `json:"hub,omitempty"` // the WebSub hub that would push the feed
}

// itemJSON is an item for scripts. The offsets of matches count in its texts.
type itemJSON struct {
	ID         string     `json:"id"`
	Title      string     `json:"title"`
	Link       string     `json:"link"`
	Authors    []string   `json:"authors"`
	Categories []string   `json:"categories"`
	Language   string     `json:"language"`
	Published  *time.Time `json:"published"` // null if absent or unreadable
	Updated    *time.Time `json:"updated"`
	Summary    string     `json:"summary"`
	Content    string     `json:"content"`
}

func inspection(doc feeds.Document) inspectJSON {
	h := doc.Head
	out := inspectJSON{
		Feed:     headJSON{h.Title, h.Link, h.Language, h.Format, h.Encoding, hubOf(&doc)},
		Items:    make([]itemJSON, len(doc.Items)),
		Warnings: append([]string{}, doc.Warnings...),
	}
	for i := range doc.Items {
		out.Items[i] = itemFor(&doc.Items[i])
	}
	return out
}

// hubOf returns the hub that would push a feed; empty if there is none.
func hubOf(doc *feeds.Document) string {
	if doc.Hints.Self == "" {
		return "" // without a topic there is nothing to subscribe to
	}
	return doc.Hints.Hub
}

func itemFor(it *feeds.Item) itemJSON {
	return itemJSON{
		ID: it.ID(), Title: it.Title, Link: it.Link,
		Authors: append([]string{}, it.Authors...), Categories: append([]string{}, it.Categories...),
		Language: it.Language, Published: moment(it.Published), Updated: moment(it.Updated),
		Summary: it.Summary, Content: it.Content,
	}
}

func moment(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// showDocument prints a feed, read from an address or a file, with up to shown
// characters of each text.
func showDocument(t *cli.Terminal, from string, doc feeds.Document, shown int) {
	h := doc.Head
	facts := []string{h.Format, h.Encoding, h.Language, cli.Count(len(doc.Items), "item")}
	t.Say("%s", t.Paint(cli.Bold, cmp.Or(cli.Line(h.Title), "(a feed without a title)")))
	t.Say("%s", t.Paint(cli.Dim, cli.Joined(" · ", append(facts, h.Link)...)))
	if !strings.Contains(from, "://") {
		from = doc.Hints.Self
	}
	if hub := (&feeds.FetchResult{Document: doc}).UnusedHub(from); hub != "" {
		t.Say("%s", t.Paint(cli.Dim, unusedHub(hub)))
	} else if hub := hubOf(&doc); hub != "" {
		t.Say("%s", t.Paint(cli.Dim, "pushed by the hub "+cli.Line(hub)+", where http.public_url is set"))
	}
	for i := range doc.Items {
		it := &doc.Items[i]
		t.Say("\n%s", t.Paint(cli.Bold, cmp.Or(cli.Line(it.Title), "(no title)")))
		t.Say("  %s", t.Paint(cli.Dim, cli.Joined(" · ", when(t, it), strings.Join(it.Authors, ", "), strings.Join(it.Categories, ", "))))
		if it.Link != "" {
			t.Say("  %s", t.Paint(cli.Cyan, cli.Line(it.Link)))
		} else {
			t.Say("  %s", t.Paint(cli.Dim, "no link"))
		}
		if text := cli.Line(it.Text()); text != "" {
			t.Say("  %s", cli.Clip(text, shown))
		}
	}
	for _, w := range doc.Warnings {
		t.SayErr("%s %s", t.PaintErr(cli.Yellow, "warning:"), cli.Line(w))
	}
}

// when is the time of publication, or else of the last change.
func when(t *cli.Terminal, it *feeds.Item) string {
	at := it.Published
	if at.IsZero() {
		at = it.Updated
	}
	if at.IsZero() {
		return "no date"
	}
	return t.Minute(at)
}

// maxFile is how much of a file or of stdin is read, as much as of a response.
const maxFile = 15 << 20

// readSource reads a feed that the command line names: a URL, a file, or "-"
// for stdin. Its items have the argument as their feed.
func readSource(ctx context.Context, t *cli.Terminal, arg string, allow []netip.Prefix) (feeds.Document, error) {
	src := feeds.Source{ID: arg}
	switch {
	case strings.HasPrefix(arg, "http://"), strings.HasPrefix(arg, "https://"):
		src.URL = arg
		return fetchDocument(ctx, src, allow, named(ctx, arg))
	case strings.Contains(arg, "://"):
		return feeds.Document{}, errors.New("only http:// and https:// addresses can be read")
	case arg == "-":
		return readFrom(t.Stdin, src)
	}
	f, err := os.Open(arg)
	if errors.Is(err, fs.ErrNotExist) && likeAddress(arg) {
		return feeds.Document{}, fmt.Errorf("no such file; for an address write http://%s", arg)
	}
	if err != nil {
		return feeds.Document{}, plainPathError(err)
	}
	defer f.Close()
	return readFrom(f, src)
}

// likeAddress reports whether a missing file looks like an address without its scheme:
// a name with a dot or a port before the first slash.
func likeAddress(arg string) bool {
	host, _, path := strings.Cut(arg, "/")
	if _, port, ok := strings.Cut(host, ":"); ok {
		_, err := strconv.Atoi(port)
		return err == nil
	}
	return path && !strings.HasPrefix(host, ".") && strings.Contains(host, ".")
}

// fetchDocument fetches a feed as the daemon does, without any state.
func fetchDocument(ctx context.Context, src feeds.Source, allow []netip.Prefix, named []netip.AddrPort) (feeds.Document, error) {
	client := fetch.NewClient(fetch.ClientOptions{UserAgent: userAgent(), Allow: allow, Named: named})
	defer client.Close()
	res, err := client.Fetch(ctx, src, feeds.Known{}, nil)
	if err != nil {
		return feeds.Document{}, withFeeds(ctx, client, src, err)
	}
	if hub, topic, _ := res.HubOffer(src.URL); hub != "" {
		res.Document.Hints.Hub, res.Document.Hints.Self = hub, topic // from the header too
	}
	return res.Document, nil
}

// named returns the addresses of a URL that a person typed, with its port, and with 443
// if that is 80, since http redirects to https. They may be private: asking for them is
// that person's wish, as with any other client. Redirects are a stranger's wish and
// stay guarded, also to other ports of the same machine.
func named(ctx context.Context, arg string) []netip.AddrPort {
	u, err := url.Parse(arg)
	if err != nil {
		return nil
	}
	ports := []string{cmp.Or(u.Port(), u.Scheme)}
	if ports[0] == "http" || ports[0] == "80" {
		ports = append(ports, "https")
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return nil // the fetch reports it
	}
	var named []netip.AddrPort
	for _, name := range ports {
		port, err := net.DefaultResolver.LookupPort(ctx, "tcp", name)
		if err != nil {
			return nil // the fetch reports it
		}
		for _, a := range addrs {
			named = append(named, netip.AddrPortFrom(a.Unmap(), uint16(port)))
		}
	}
	return named
}

func readFrom(r io.Reader, src feeds.Source) (feeds.Document, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return feeds.Document{}, plainPathError(err)
	}
	if len(body) > maxFile {
		return feeds.Document{}, fmt.Errorf("the document is larger than %d MiB", maxFile>>20)
	}
	return parse.Read(body, "", src)
}

// plainPathError drops the path, which the caller names.
func plainPathError(err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err
	}
	return err
}

// withFeeds adds to the error for a web page the feeds that it finds on its site.
func withFeeds(ctx context.Context, client *fetch.Client, src feeds.Source, err error) error {
	page, ok := errors.AsType[*feeds.FetchError](err)
	if !ok || page.Page == nil {
		return err
	}
	offers := client.FindFeeds(ctx, src, page)
	var b strings.Builder
	what, _, _ := strings.Cut(page.Text, "; it offers") // what the page itself offers is listed below
	b.WriteString(what)
	if len(offers) == 0 {
		b.WriteString("; no feed was found, neither among its links nor in the usual places")
		return errors.New(b.String())
	}
	b.WriteString("; it offers these feeds:")
	for _, o := range offers {
		b.WriteString("\n  " + cli.Line(o.URL))
		if o.Title != "" {
			b.WriteString("  " + cli.Line(o.Title))
		}
	}
	return errors.New(b.String())
}

func userAgent() string { return "watcher/" + strings.TrimPrefix(versionString(), "v") }
