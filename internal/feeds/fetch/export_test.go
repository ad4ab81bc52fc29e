package fetch

import (
	"context"
	"net/http"

	"watcher/internal/feeds"
)

const MaxFindChecks = maxFindChecks

var (
	AcceptFeed     = acceptFeed
	Freshness      = freshness
	LooksPlain     = looksPlain
	TransportError = transportError
)

// Direct is the transport of feeds without a proxy.
func (c *Client) Direct() *http.Transport { return c.direct }

// Transports counts the transports of feeds with settings of their own.
func (c *Client) Transports() int { return len(c.others) }

// Occupy takes all processors for reading, until what it returns is called.
func (c *Client) Occupy() (release func()) {
	for range cap(c.reading) {
		c.reading <- struct{}{}
	}
	return func() {
		for range cap(c.reading) {
			<-c.reading
		}
	}
}

// ReadAnswer reads a response as that of a feed at an address.
func (c *Client) ReadAnswer(resp *http.Response, address string, k feeds.Known) (feeds.FetchResult, error) {
	return c.readAnswer(context.Background(), &answer{resp: resp, url: feeds.ParseURL(address)}, &feeds.Source{}, k, feeds.FetchResult{}, nil)
}
