package targets_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"watcher/internal/netguard"
	"watcher/internal/notify/targets"
)

// The address of a target is checked like that of a feed, for HTTP and for mail; and no
// answer of a target leads an alert elsewhere.
func TestTargetsAreGuarded(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	elsewhere := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			elsewhere++
			return
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer srv.Close()
	address := strings.TrimPrefix(srv.URL, "http://")

	none := targets.NewEnv(nil, "", targets.Console{})
	resp, err := none.HTTP.Post(srv.URL, "application/json", strings.NewReader("{}"))
	if err == nil {
		resp.Body.Close()
		t.Fatal("a private address was reached")
	}
	if kind, text := netguard.NoAnswer(err, address); kind != netguard.Refused {
		t.Errorf("a private address: %s", text)
	}
	conn, err := none.Dial(t.Context(), "tcp", address)
	if err == nil {
		conn.Close()
		t.Fatal("a mail server at a private address was reached")
	}
	if kind, text := netguard.NoAnswer(err, address); kind != netguard.Refused {
		t.Errorf("a mail server at a private address: %s", text)
	}

	allowed := targets.NewEnv([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, "", targets.Console{})
	resp, err = allowed.HTTP.Post(srv.URL, "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusTemporaryRedirect || elsewhere != 0 {
		t.Errorf("a redirect: %s, and %d requests to where it leads", resp.Status, elsewhere)
	}
}
