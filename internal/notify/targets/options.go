package targets

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"watcher/internal/budget"
	"watcher/internal/notify"
	"watcher/internal/problem"
)

// Options are the settings of one kind of target, decoded from the config by
// their yaml tags.
type Options interface {
	// Validate says what is wrong with the settings alone, without I/O.
	Validate() []problem.Problem
	// Open makes the notifier of valid settings.
	Open(Env) (notify.Notifier, error)
}

// Warner is settings of which something is allowed and probably not meant.
type Warner interface {
	Warn() []problem.Problem
}

// Env is what notifiers get from the program around them.
type Env struct {
	// HTTP does requests for targets: guarded against private addresses,
	// without redirects, cookies or proxies from the environment.
	HTTP *http.Client
	// Dial is the guarded dialer behind HTTP, for mail.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// TLS is for mail servers; nil trusts the system's roots. It is cloned.
	TLS       *tls.Config
	Room      *budget.Budget // for what targets answer; nil is without a bound over all of them
	UserAgent string         // "watcher/1.2.3 (+https://…)"
	Terminal  Console
}

// Console is where the console target writes.
type Console struct {
	Out   io.Writer // each alert is one Write; safe for concurrent use
	Color bool      // the writer understands ANSI escapes and the user wants them
	Width int       // columns; 0 if it is no terminal
}
