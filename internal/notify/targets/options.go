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
	// Validate reports what is wrong with the settings alone, without I/O.
	Validate() []problem.Problem
	// Open makes the notifier of valid settings.
	Open(Env) (notify.Notifier, error)
}

// Warner is settings in which something is allowed but probably a mistake.
type Warner interface {
	Warn() []problem.Problem
}

// Env is what notifiers get from the program.
type Env struct {
	// HTTP makes the requests of targets: guarded against private addresses, without
	// redirects, cookies or proxies from the environment.
	HTTP *http.Client
	// Dial is the guarded dialer behind HTTP, for mail.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// TLS is for mail servers; nil trusts the system's roots. It is cloned.
	TLS       *tls.Config
	Room      *budget.Budget // for the responses of targets; nil is no common bound
	UserAgent string         // "watcher/1.2.3 (+https://…)"
	Terminal  Console
}

// Console is where the console target writes.
type Console struct {
	Out   io.Writer // each alert is one Write; safe for concurrent use
	Color bool      // the writer understands ANSI escapes and the user wants them
	Width int       // columns; 0 if it is no terminal
}
