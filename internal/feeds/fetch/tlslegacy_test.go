package fetch_test

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/testutil"
)

// TestLegacyTLS shows that an error names what old servers need, and that it is used if the
// config says so; certificates are checked all the same.
func TestLegacyTLS(t *testing.T) {
	for _, test := range []struct {
		shows  string
		server *tls.Config
	}{
		{"keys exchanged by RSA alone", &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_256_GCM_SHA384}}},
		{"3DES alone", &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}}},
		{"TLS 1.0", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}},
	} {
		t.Run(test.shows, func(t *testing.T) {
			srv := httptest.NewUnstartedServer(answerWith(200, testutil.RSS(testutil.Post{GUID: "1", Title: "One"})))
			srv.TLS = test.server
			srv.Config.ErrorLog = log.New(io.Discard, "", 0)
			srv.StartTLS()
			defer srv.Close()
			src := feeds.Source{ID: "old", URL: srv.URL, TLS: feeds.LegacyTLS}
			_, err := testClient(t).Fetch(context.Background(), src, feeds.Known{}, nil)
			wantError(t, err, feeds.TLS, "is not trusted")

			c := testClient(t)
			c.Direct().TLSClientConfig.RootCAs = srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
			_, err = c.Fetch(context.Background(), feeds.Source{ID: "old", URL: srv.URL}, feeds.Known{}, nil)
			wantError(t, err, feeds.TLS, "tls: legacy for this feed allows that")
			res, err := c.Fetch(context.Background(), src, feeds.Known{}, nil)
			if err != nil || len(res.Document.Items) != 1 {
				t.Errorf("with tls: legacy: %d items, %v", len(res.Document.Items), err)
			}
		})
	}
}
