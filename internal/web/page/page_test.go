package page_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"watcher/internal/web"
)

var anna = web.Person{Name: "anna", MayEdit: true}

func get(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func post(h http.Handler, path string, form url.Values) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	h.ServeHTTP(w, r)
	return w
}

// everyPage are the pages of the newsroom.
var everyPage = []string{
	"/alerts", "/alerts?severity=high&feed=Baltic+Wire", "/alerts?q=(", "/alerts?rule=nothing&state=held", "/alerts/a999998", "/alerts/a999996",
	"/search", "/search?q=brigade", "/search?q=NATO+AND", "/search?q=zzz", "/search/rule?q=brigade&item=p999999",
	"/rules", "/rules/cables", "/rules/baltic-brigades", "/feeds", "/feeds?state=failing", "/feeds/Nordic%20Defence%20Review", "/feeds/AC%2FDC%3F%20News%20&%20more",
	"/targets", "/mutes", "/status",
}

func TestEveryPage(t *testing.T) {
	h, _ := newsroom(t, time.Now())
	for _, who := range []web.Person{{}, {Name: "jan"}, anna} {
		for _, path := range everyPage {
			w := get(as(who, h), path)
			body := w.Body.String()
			if w.Code != 200 || !strings.Contains(body, "<h1") || !strings.HasSuffix(strings.TrimSpace(body), "</html>") {
				t.Errorf("%s for %q: %d, %d bytes: %.300s", path, who.Name, w.Code, len(body), body)
			}
			if len(body) > 100<<10 {
				t.Errorf("%s has %d bytes", path, len(body))
			}
			for _, never := range []string{" style=", "<style", "onclick", "javascript:", "ZgotmplZ", "<no value>", "%!"} {
				if strings.Contains(body, never) {
					t.Errorf("%s has %q", path, never)
				}
			}
		}
	}
}
