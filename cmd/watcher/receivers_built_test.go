//go:build receivers

package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"watcher/internal/testutil"
)

// builtReceivers is where make receivers puts them.
const builtReceivers = "../../bin/receivers"

// TestReceivers sends to servers that make receivers builds: each message
// arrives once, whole, and in order.
func TestReceivers(t *testing.T) {
	for name, start := range map[string]func(*testing.T) receiver{"mailpit": startMailpit, "dendrite": startDendrite} {
		for how, grouped := range map[string]bool{"single": false, "grouped": true} {
			t.Run(name+"/"+how, func(t *testing.T) {
				t.Parallel()
				r := start(t)
				began := time.Now()
				tellAll(t, r.target, grouped, func() bool { return len(slices.Concat(r.titles()...)) >= receivedAlerts })
				messages := r.titles()
				if got := slices.Concat(messages...); !slices.Equal(got, receivedTitles()) {
					t.Errorf("%d titles, not each once, whole and in order: %q", len(got), got)
				}
				if most := receivedAlerts / 10; grouped == (len(messages) > most) {
					t.Errorf("%d messages, grouped %v", len(messages), grouped)
				}
				t.Logf("%d alerts in %d messages, %.1f s", receivedAlerts, len(messages), time.Since(began).Seconds())
			})
		}
	}
}

// receiver is a server that runs.
type receiver struct {
	target string            // settings of the target
	titles func() [][]string // the titles in each of its messages, in order
}

// startBuilt runs a receiver in a folder of its own until the test ends, and waits until it
// listens at a port.
func startBuilt(t *testing.T, dir string, port int, name string, args ...string) {
	t.Helper()
	program, err := filepath.Abs(filepath.Join(builtReceivers, name))
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v (make receivers builds it)", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%s", name, &said)
		}
	})
	w := &world{t: t}
	w.await(name+" to listen", func() bool {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

// ask makes a request and decodes its answer, unless into is nil.
func ask(t *testing.T, method, address, token string, body, into any) []byte {
	t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(method, address, bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s %v\n%s", method, address, resp.Status, err, said)
	}
	if into != nil {
		if err := json.Unmarshal(said, into); err != nil {
			t.Fatalf("%s %s: %v\n%s", method, address, err, said)
		}
	}
	return said
}

func startMailpit(t *testing.T) receiver {
	web, port := freePort(t), freePort(t)
	startBuilt(t, t.TempDir(), port, "mailpit", "--listen", fmt.Sprintf("127.0.0.1:%d", web), "--smtp", fmt.Sprintf("127.0.0.1:%d", port))
	api := fmt.Sprintf("http://127.0.0.1:%d/api/v1/", web)
	return receiver{
		target: fmt.Sprintf("type: email, smtp: smtp+insecure://127.0.0.1:%d, from: watcher@example.org, to: [desk@example.org]", port),
		titles: func() [][]string {
			var list struct{ Messages []struct{ ID string } }
			ask(t, http.MethodGet, api+"messages?limit=1000", "", nil, &list)
			var all [][]string
			for _, m := range slices.Backward(list.Messages) {
				_, text := readMail(t, ask(t, http.MethodGet, api+"message/"+m.ID+"/raw", "", nil, nil))
				all = append(all, titleLine.FindAllString(text, -1))
			}
			return all
		},
	}
}

const dendriteConfig = `version: 2
global:
  server_name: localhost
  private_key: key.pem
  disable_federation: true
  jetstream: {storage_path: ., in_memory: true}
client_api:
  registration_disabled: false
  rate_limiting: {enabled: false}
federation_api: {database: {connection_string: "file:federation.db"}}
key_server: {database: {connection_string: "file:keys.db"}}
media_api: {database: {connection_string: "file:media.db"}, base_path: media}
mscs: {database: {connection_string: "file:mscs.db"}}
relay_api: {database: {connection_string: "file:relay.db"}}
room_server: {database: {connection_string: "file:rooms.db"}}
sync_api: {database: {connection_string: "file:sync.db"}}
user_api: {account_database: {connection_string: "file:users.db"}, device_database: {connection_string: "file:devices.db"}}
`

var titleAnywhere = regexp.MustCompile(`NATO \d{3} .*?\.end`)

func startDendrite(t *testing.T) receiver {
	dir, port := t.TempDir(), freePort(t)
	testutil.WriteFile(t, filepath.Join(dir, "dendrite.yaml"), dendriteConfig, 0o600)
	key := pem.EncodeToMemory(&pem.Block{Type: "MATRIX PRIVATE KEY", Headers: map[string]string{"Key-ID": "ed25519:test"}, Bytes: make([]byte, 32)})
	if err := os.WriteFile(filepath.Join(dir, "key.pem"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	startBuilt(t, dir, port, "dendrite", "-config", "dendrite.yaml", "-http-bind-address", fmt.Sprintf("127.0.0.1:%d", port), "-really-enable-open-registration")
	server := fmt.Sprintf("http://127.0.0.1:%d", port)
	api := server + "/_matrix/client/v3/"
	var user struct {
		Token string `json:"access_token"`
	}
	ask(t, http.MethodPost, api+"register", "", map[string]any{"auth": map[string]string{"type": "m.login.dummy"}, "username": "watcher", "password": "open sesame"}, &user)
	var room struct {
		ID string `json:"room_id"`
	}
	ask(t, http.MethodPost, api+"createRoom", user.Token, map[string]any{}, &room)
	return receiver{
		target: fmt.Sprintf("type: matrix, homeserver: %q, room: %q, token: %q", server, room.ID, user.Token),
		titles: func() [][]string {
			var all [][]string
			for from := ""; ; {
				var page struct {
					End   string
					Chunk []struct {
						Type    string
						Content struct{ Body string }
					}
				}
				ask(t, http.MethodGet, api+"rooms/"+url.PathEscape(room.ID)+"/messages?dir=b&limit=100&from="+url.QueryEscape(from), user.Token, nil, &page)
				for _, e := range page.Chunk {
					if e.Type == "m.room.message" {
						// An excerpt has the title once more.
						all = append(all, slices.Compact(titleAnywhere.FindAllString(e.Content.Body, -1)))
					}
				}
				if from = page.End; from == "" || len(page.Chunk) == 0 {
					slices.Reverse(all)
					return all
				}
			}
		},
	}
}
