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

	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/feeds/parse"
)

// maxFile is how much of a file or of stdin is read: what a server may send.
const maxFile = 15 << 20

// readSource reads a feed that the command line names: a URL, a file, or "-"
// for stdin. Its items have the argument as their feed.
func readSource(ctx context.Context, t *terminal, arg string, allow []netip.Prefix) (feeds.Document, error) {
	src := feeds.Source{ID: arg}
	switch {
	case strings.HasPrefix(arg, "http://"), strings.HasPrefix(arg, "https://"):
		src.URL = arg
		return fetchDocument(ctx, src, allow, named(ctx, arg))
	case strings.Contains(arg, "://"):
		return feeds.Document{}, errors.New("only http:// and https:// addresses can be read")
	case arg == "-":
		return readFrom(t.stdin, src)
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

// likeAddress says whether what is no file looks like an address without its
// scheme: a name with a dot or a port before the first slash.
func likeAddress(arg string) bool {
	host, _, path := strings.Cut(arg, "/")
	if _, port, ok := strings.Cut(host, ":"); ok {
		_, err := strconv.Atoi(port)
		return err == nil
	}
	return path && !strings.HasPrefix(host, ".") && strings.Contains(host, ".")
}

// fetch asks for a feed as the daemon does, without remembering anything.
func fetchDocument(ctx context.Context, src feeds.Source, allow []netip.Prefix, named []netip.AddrPort) (feeds.Document, error) {
	client := fetch.NewClient(fetch.ClientOptions{UserAgent: userAgent(), Allow: allow, Named: named})
	defer client.Close()
	res, err := client.Fetch(ctx, src, feeds.Known{}, nil)
	if err != nil {
		return feeds.Document{}, withFeeds(ctx, client, src, err)
	}
	if hub, topic, _ := res.HubOffer(src.URL); hub != "" {
		res.Document.Hints.Hub, res.Document.Hints.Self = hub, topic // of the header as well
	}
	return res.Document, nil
}

// named returns the addresses of a URL that a person typed, on its port; on 443
// as well where that is 80, as http becomes https. They may be private ones: to
// ask for them is that person's wish, as with any other client. Where such a feed
// redirects to is a stranger's wish, and stays guarded, other ports of the same
// machine included.
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
		return nil // the fetch says so
	}
	var named []netip.AddrPort
	for _, name := range ports {
		port, err := net.DefaultResolver.LookupPort(ctx, "tcp", name)
		if err != nil {
			return nil // likewise
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

// plainPathError leaves out the path, which the caller names.
func plainPathError(err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err
	}
	return err
}

// withFeeds adds to the error of a web page the feeds that its site has, for which it
// looks.
func withFeeds(ctx context.Context, client *fetch.Client, src feeds.Source, err error) error {
	page, ok := errors.AsType[*feeds.FetchError](err)
	if !ok || page.Page == nil {
		return err
	}
	offers := client.FindFeeds(ctx, src, page)
	var b strings.Builder
	what, _, _ := strings.Cut(page.Text, "; it offers") // what nobody had looked at
	b.WriteString(what)
	if len(offers) == 0 {
		b.WriteString("; no feed was found, neither among its links nor in the usual places")
		return errors.New(b.String())
	}
	b.WriteString("; it offers these feeds:")
	for _, o := range offers {
		b.WriteString("\n  " + line(o.URL))
		if o.Title != "" {
			b.WriteString("  " + line(o.Title))
		}
	}
	return errors.New(b.String())
}

func userAgent() string { return "watcher/" + strings.TrimPrefix(versionString(), "v") }
