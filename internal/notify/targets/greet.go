package targets

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"

	"watcher/internal/notify"
)

var (
	_ notify.Greeter = (*webhook)(nil)
	_ notify.Greeter = (*email)(nil)
)

// Greet implements Greeter: it connects to the address and checks its certificate.
func (w *webhook) Greet(ctx context.Context) error { return w.poster.greet(ctx, w.url) }

// Greet implements Greeter: it connects, encrypts and logs in.
func (e *email) Greet(ctx context.Context) error {
	c, err := e.server.connect(ctx)
	if err != nil {
		return e.server.judge(letter{}, err)
	}
	c.close()
	return nil
}

// greet connects to the host of an address without a request: a GET of a webhook may
// already have an effect.
func (p poster) greet(ctx context.Context, to Secret) error {
	u, err := url.Parse(string(to))
	if err != nil {
		return fmt.Errorf("%s: the address is not a URL", p.kind)
	}
	host, err := asciiHost(u.Hostname())
	if err != nil {
		return fmt.Errorf("%s: %w", p.kind, err)
	}
	port := u.Port()
	if port == "" {
		port = u.Scheme
	}
	conn, err := p.env.Dial(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return fmt.Errorf("%s: %s", p.kind, noAnswer(err, u.Host))
	}
	defer conn.Close()
	if u.Scheme != "https" {
		return nil
	}
	config := &tls.Config{}
	if p.env.TLS != nil {
		config = p.env.TLS.Clone()
	}
	config.ServerName = host
	if err := tls.Client(conn, config).HandshakeContext(ctx); err != nil {
		return fmt.Errorf("%s: %s", p.kind, noAnswer(err, u.Host))
	}
	return nil
}
