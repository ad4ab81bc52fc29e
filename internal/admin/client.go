package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
)

// ErrNoDaemon says that no daemon is running on the config; whoever asked may
// open the store.
var ErrNoDaemon = errors.New("no daemon is running")

// Client talks to a running daemon by its admin socket.
type Client struct {
	Socket string
	Runs   Identity   // of the daemon, where Find has found it
	Others []Identity // of other daemons that Find has seen beside it
	http   *http.Client
}

// NewClient makes a client of the daemon at a socket, running or not.
func NewClient(socket string) *Client {
	return &Client{Socket: socket, http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			if filepath.Dir(socket) == ownTemp() {
				if err := checkOwnTemp(); err != nil {
					return nil, err
				}
			}
			var d net.Dialer
			return d.DialContext(ctx, "unix", socket)
		},
		DisableKeepAlives: true,
	}}}
}

// Get asks for path and decodes the answer into v.
func (c *Client) Get(ctx context.Context, path string, v any) error {
	body, err := c.Stream(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	if err := json.NewDecoder(body).Decode(v); err != nil {
		return fmt.Errorf("read the daemon's answer: %w", err)
	}
	return nil
}

// Post sends v to path, and decodes the answer into answer unless that is nil.
func (c *Client) Post(ctx context.Context, path string, v, answer any) error {
	body, err := c.Ask(ctx, http.MethodPost, path, v)
	if err != nil {
		return err
	}
	defer body.Close()
	if answer == nil {
		return nil
	}
	if err := json.NewDecoder(body).Decode(answer); err != nil {
		return fmt.Errorf("read the daemon's answer: %w", err)
	}
	return nil
}

// Ask is Stream with v as the request's body.
func (c *Client) Ask(ctx context.Context, method, path string, v any) (io.ReadCloser, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode a request to the daemon: %w", err)
	}
	return c.Stream(ctx, method, path, bytes.NewReader(raw))
}

// Stream sends a request and returns the body of its answer, which the caller
// closes. ErrNoDaemon if there is none, a *DeniedError if it may not be asked; what
// the daemon refuses is an error in its words.
func (c *Client) Stream(ctx context.Context, method, path string, body io.Reader) (io.ReadCloser, error) {
	resp, err := c.do(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// do is Stream with the head of the answer.
func (c *Client) do(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://watcher"+path, body)
	if err != nil {
		return nil, fmt.Errorf("ask the daemon: %w", err)
	}
	resp, err := c.http.Do(req)
	switch {
	case errors.Is(err, syscall.ENOENT), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ECONNREFUSED):
		return nil, ErrNoDaemon
	case errors.Is(err, syscall.EACCES):
		return nil, denied(c.Socket)
	case err != nil:
		return nil, fmt.Errorf("ask the daemon: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		defer resp.Body.Close()
		if resp.StatusCode == http.StatusNotFound && resp.Header.Get("Watcher-Version") == "" {
			return nil, fmt.Errorf("the daemon at %s is of an older version than this command: restart it", c.Socket)
		}
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
		return nil, errors.New(strings.TrimSpace(string(said)))
	}
	return resp, nil
}
