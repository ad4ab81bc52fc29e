package page_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"golang.org/x/net/html"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"watcher/internal/notify"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/past"
	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/web"
	"watcher/internal/web/page"
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

// everyPage has the pages of the newsroom.
var everyPage = []string{
	"/alerts", "/alerts?severity=high&feed=Baltic+Wire", "/alerts?q=(", "/alerts?rule=nothing&state=held", "/alerts/a999998", "/alerts/a999996", "/alerts/a999997", "/alerts/a999995",
	"/search", "/search?q=brigade", "/search?q=NATO+AND", "/search?q=zzz", "/search/rule?q=brigade&item=p999999",
	"/rules", "/rules/cables", "/rules/baltic-brigades", "/feeds", "/feeds?state=failing", "/feeds/Nordic%20Defence%20Review", "/feeds/AC%2FDC%3F%20News%20&%20more",
	"/targets", "/mutes", "/status", "/subscribe", "/subscribe?feed=/rules/cables",
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

// TestChanges: a form does what it says, once it was confirmed and by those who may, and
// leads back below the same path, to a page that says what was done.
func TestChanges(t *testing.T) {
	yes := func(kv ...string) url.Values {
		form := url.Values{"confirm": {"yes"}}
		for i := 0; i < len(kv); i += 2 {
			form.Add(kv[i], kv[i+1])
		}
		return form
	}
	for _, test := range []struct {
		path string
		form url.Values
		did  string
		to   string
	}{
		{"/alerts/a999998/retry", yes("back", "alerts/a999998"), "retry a999998", "../../alerts/a999998?done=retry#done"},
		{"/alerts/a999998m/drop", yes(), "drop a999998m", "../../alerts/a999998m?done=drop#done"},
		{"/alerts/a999998/ack", yes("note", " seen "), "ack a999998 by anna: seen", "../../alerts/a999998?done=ack#done"},
		{"/alerts/a999997/unack", yes(), "unack a999997 by anna", "../../alerts/a999997?done=unack#done"},
		{"/mutes", yes("kind", "rule", "name", "cables", "for", "1d", "why", "by hand", "back", "alerts/a999998?x=1"), `mute rule "cables" for 24h0m0s by anna: by hand`, "./alerts/a999998?x=1&done=mute#done"},
		{"/mutes", yes("kind", "feed", "name", "AC/DC", "for", "4h", "back", "//evil.example"), `mute feed "AC/DC" for 4h0m0s by anna: `, "./mutes?done=mute#done"},
		{"/mutes/end", yes("kind", "rule", "name", "cables"), `mute rule "cables" for 0s by anna: `, "../mutes?done=unmute#done"},
		{"/feeds", yes("feed", "AC/DC", "do", "retry"), `retry "AC/DC" []`, "./feeds/AC%2FDC?done=poll#done"},
		{"/feeds", yes("feed", "N", "do", "release-some", "item", "k1", "item", "k2"), `release-some "N" [k1 k2]`, "./feeds/N?done=release#done"},
		{"/subscribe/revoke", yes("id", "t"), "revoke t", "../subscribe?done=revoke#done"},
		{"/targets", yes("target", "mail"), "try mail", "./targets?done=try#done"},
	} {
		h, d := newsroom(t, time.Now())
		for _, who := range []web.Person{{}, {Name: "jan"}} {
			if w := post(as(who, h), test.path, test.form); w.Code != http.StatusForbidden || len(d.did) > 0 {
				t.Errorf("%s by %q: %d, did %q", test.path, who.Name, w.Code, d.did)
			}
		}
		rash := url.Values{}
		for k, v := range test.form {
			if k != "confirm" {
				rash[k] = v
			}
		}
		if w := post(as(anna, h), test.path, rash); w.Code != http.StatusBadRequest || len(d.did) > 0 {
			t.Errorf("%s unconfirmed: %d, did %q", test.path, w.Code, d.did)
		}
		w := post(as(anna, h), test.path, test.form)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != test.to || strings.Join(d.did, "; ") != test.did {
			t.Errorf("%s: %d to %q, did %q; want to %q, did %q", test.path, w.Code, w.Header().Get("Location"), d.did, test.to, test.did)
		}
		d.fail = errors.New("the disk is full")
		if w := post(as(anna, h), test.path, test.form); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "the disk is full") {
			t.Errorf("%s that fails: %d", test.path, w.Code)
		}
	}
}

// TestBadForms: they are refused with what is wrong, and do nothing.
func TestBadForms(t *testing.T) {
	h, d := newsroom(t, time.Now())
	for _, form := range []string{"kind=rule&for=1d", "kind=moon&name=x&for=1d", "kind=rule&name=x&for=-1d", "kind=rule&name=x&for=9999d", "kind=rule&name=x"} {
		values, _ := url.ParseQuery("confirm=yes&" + form)
		if w := post(as(anna, h), "/mutes", values); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", form, w.Code)
		}
	}
	for _, form := range []string{"feed=x", "feed=x&do=eat", "do=retry", "feed=x&do=release-some"} {
		values, _ := url.ParseQuery("confirm=yes&" + form)
		if w := post(as(anna, h), "/feeds", values); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", form, w.Code)
		}
	}
	if len(d.did) > 0 {
		t.Errorf("did %q", d.did)
	}
	for _, path := range []string{"/alerts/none", "/rules/none", "/feeds/none"} {
		if w := get(h, path); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "none") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := get(h, "/alerts/sample"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "The link of the test message works") {
		t.Errorf("behind a test message: %d %s", w.Code, w.Body)
	}
	for _, path := range []string{"/alerts?from=soon", "/alerts?severity=dire", "/alerts?state=odd", "/search?q=x&days=-1", "/search?q=x&to=0"} {
		if w := get(h, path); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// hostile closes every kind of element and attribute that a text may stand in.
const hostile = `</title></textarea></script><script>hostile()</script>'"><img src=x onerror=hostile()>{{.}}`

// poison adds the hostile text to every string in v, except those that only we make.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Struct:
		if _, ok := v.Interface().(time.Time); ok {
			return
		}
		for i := range v.NumField() {
			switch v.Type().Field(i).Name {
			case "ID", "Day", "Kind", "State", "Spans": // ours
			default:
				poison(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString(v.String() + hostile)
		}
	}
}

// TestHostile: whatever any field contains stays text. Nothing of it becomes an element or
// an attribute, and no link leads anywhere but to the web.
func TestHostile(t *testing.T) {
	h, d := newsroom(t, time.Now())
	for i := range d.alerts {
		poison(reflect.ValueOf(&d.alerts[i]))
	}
	for id, life := range d.lives {
		poison(reflect.ValueOf(&life))
		d.lives[id] = life
	}
	for _, v := range []any{&d.mutes, &d.rules, &d.feeds, &d.targets, &d.status} {
		poison(reflect.ValueOf(v).Elem())
	}
	d.alerts[1].Item.Link, d.alerts[1].AlsoIn = "javascript:hostile()", []notify.Location{{Feed: "x", Link: "data:text/html,x"}}
	for _, held := range d.held {
		poison(reflect.ValueOf(held))
	}
	d.held["Nordic Defence Review"+hostile] = d.held["Nordic Defence Review"]
	text := url.QueryEscape(hostile)
	for _, path := range []string{
		"/alerts", "/alerts?q=" + text + "&rule=" + text + "&feed=" + text + "&tag=" + text, "/alerts?from=" + text, "/alerts/a999998", "/alerts/a999999", "/alerts/" + url.PathEscape(hostile),
		"/search?q=" + text, "/search?q=brigade&days=" + text, "/search/rule?q=" + text + "&name=" + text, "/rules?name=" + text, "/rules", "/rules/" + url.PathEscape("cables"+hostile),
		"/feeds", "/feeds?name=" + text + "&state=" + text, "/feeds/" + url.PathEscape("Nordic Defence Review"+hostile), "/targets", "/mutes", "/status",
	} {
		body := get(as(web.Person{Name: "anna" + hostile, MayEdit: true}, h), path).Body.String()
		if !strings.Contains(body, "hostile") {
			t.Errorf("%s shows nothing of it", path)
		}
		checkMarkup(t, path, body)
	}
}

// checkMarkup fails if there is markup that is not ours.
func checkMarkup(t *testing.T, path, body string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			if tok.Data == "img" || tok.Data == "style" || tok.Data == "iframe" || tok.Data == "base" {
				t.Errorf("%s has <%s>", path, tok.Data)
			}
			for _, a := range tok.Attr {
				value := strings.ToLower(strings.TrimSpace(a.Val))
				switch {
				case strings.HasPrefix(a.Key, "on") || a.Key == "style":
					t.Errorf("%s has %s=%q", path, a.Key, a.Val)
				case tok.Data == "script" && !strings.HasPrefix(value, "./assets/") && !strings.HasPrefix(value, "../") && a.Key == "src":
					t.Errorf("%s loads the script %q", path, a.Val)
				case (a.Key == "href" || a.Key == "action" || a.Key == "src") && strings.Contains(strings.SplitN(value, "/", 2)[0], ":") && !strings.HasPrefix(value, "http"):
					t.Errorf("%s leads to %q", path, a.Val)
				}
			}
		case html.TextToken:
		}
	}
}

// TestSubscribe: the address of a feed is made for those who may, and shown in the answer.
func TestSubscribe(t *testing.T) {
	h, d := newsroom(t, time.Now())
	form := url.Values{"feed": {"search?q=cable"}}
	for _, who := range []web.Person{{}, {Name: "jan"}, anna} { // anna is not confirmed yet
		if w := post(as(who, h), "/subscribe", form); w.Code == http.StatusOK || len(d.did) > 0 {
			t.Errorf("%q: %d, did %q", who.Name, w.Code, d.did)
		}
	}
	form.Set("confirm", "yes")
	w := post(as(anna, h), "/subscribe", form)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "token=t-1") || strings.Join(d.did, "; ") != "token of /search?q=cable by anna" {
		t.Errorf("%d, did %q", w.Code, d.did)
	}
	for _, feed := range []string{"status", "//evil.example", "https://evil.example", "rules"} {
		if w := get(h, "/subscribe?feed="+url.QueryEscape(feed)); w.Code != http.StatusBadRequest {
			t.Errorf("a feed of %s: %d", feed, w.Code)
		}
	}
}

// TestPaths: the links of a page work when it is served below a path that it does not know.
func TestPaths(t *testing.T) {
	h, _ := newsroom(t, time.Now())
	for _, path := range everyPage {
		body := get(as(anna, h), path).Body.String()
		z := html.NewTokenizer(strings.NewReader(body))
		for z.Next() != html.ErrorToken {
			for _, a := range z.Token().Attr {
				if (a.Key == "href" || a.Key == "src" || a.Key == "action") && strings.HasPrefix(a.Val, "/") {
					t.Errorf("%s: %s=%q leaves the path that a proxy gives the page", path, a.Key, a.Val)
				}
			}
		}
	}
	if w := get(h, "/"); w.Header().Get("Location") != "./alerts" {
		t.Errorf("/ leads to %q", w.Header().Get("Location"))
	}
}

// slowPast has counted a part when the time is over.
type slowPast struct{ fakePast }

func (p slowPast) Count(ctx context.Context, q past.Query, zone *time.Location, known *rules.Set, progress func(so past.Counts, done, total int)) (past.Counts, error) {
	n, err := p.fakePast.Count(ctx, q, zone, known, progress)
	if !q.Since.IsZero() || !q.Oldest.IsZero() { // how far it came is known
		progress(n, 40, 100)
	}
	return n, cmp.Or(err, context.DeadlineExceeded)
}

// TestPartOfACount: what was counted when the time was over is shown, with a bar, and a way
// to go on.
func TestPartOfACount(t *testing.T) {
	cfg, err := config.Parse("watcher.yaml", []byte(newsroomConfig), config.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	d := newsDesk(time.Now(), cfg)
	h := page.New(page.Options{Desk: d, Subscriptions: d, Past: slowPast{newsPast(time.Now())}, Config: func() *config.Config { return cfg }, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	for path, goesOn := range map[string]bool{"/search?q=cable&days=7": true, "/search?q=cable&days=0": true, "/search?q=cable&days=7&count=all": false} {
		body := get(h, path).Body.String()
		if !strings.Contains(body, "articles so far") && !strings.Contains(body, "article so far") || !strings.Contains(body, `<progress max="100" value="40"`) {
			t.Errorf("%s does not say what was counted: %s", path, body)
		}
		if strings.Contains(body, "Count them") != goesOn {
			t.Errorf("%s goes on: %v", path, !goesOn)
		}
	}
}

// TestPager: pages of alerts follow one another without a gap, and keep their filter.
func TestPager(t *testing.T) {
	h, d := newsroom(t, time.Now())
	next, pages := regexp.MustCompile(`rel="next" href="\./(alerts[^"]*)"`), 0
	var ids []string
	for path := "alerts?feed=Baltic+Wire"; path != ""; pages++ {
		body := get(h, "/"+path).Body.String()
		for _, m := range regexp.MustCompile(`data-id="([^"]*)"`).FindAllStringSubmatch(body, -1) {
			ids = append(ids, m[1])
		}
		path = ""
		if m := next.FindStringSubmatch(body); m != nil {
			path = html.UnescapeString(m[1])
		}
	}
	var want []string
	for _, a := range d.alerts {
		if a.Item.Feed == "Baltic Wire" {
			want = append(want, a.ID)
		}
	}
	if pages != 2 || !slices.Equal(ids, want) {
		t.Errorf("%d pages with %d alerts, want 2 with %d", pages, len(ids), len(want))
	}
}

// TestAssets: files are served under names made of their content, are cached for ever, and
// nothing else is served there.
func TestAssets(t *testing.T) {
	h, _ := newsroom(t, time.Now())
	for _, m := range regexp.MustCompile(`(?:href|src)="\./(assets/[^"]+)"`).FindAllStringSubmatch(get(h, "/alerts").Body.String(), -1) {
		w := get(h, "/"+m[1])
		if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", m[1], w.Code, w.Header())
		}
	}
	for _, path := range []string{"/assets/page.css", "/assets/", "/assets/..%2fpage.go", "/assets/%2e%2e%2fpage.go", "/assets/layout.html"} {
		if w := get(h, path); w.Code == 200 {
			t.Errorf("%s is served", path)
		}
	}
}

// TestLook: every reader may choose colours.
func TestLook(t *testing.T) {
	h, _ := newsroom(t, time.Now())
	w := post(h, "/look", url.Values{"theme": {"dark"}, "back": {"alerts?feed=x"}})
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "./alerts?feed=x" || len(cookies) != 1 {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	if cookies[0].SameSite != http.SameSiteLaxMode {
		t.Error("who opens the page from a chat does not see it in the colours of their choice")
	}
	r := httptest.NewRequest(http.MethodGet, "/alerts", nil)
	r.AddCookie(cookies[0])
	dark := httptest.NewRecorder()
	h.ServeHTTP(dark, r)
	if !strings.Contains(dark.Body.String(), `data-theme="dark"`) {
		t.Error("the choice is not kept")
	}
}

// TestLinksLead: every link of ours on a page leads to a page, whatever the name of a rule
// or a feed, and opening it changes nothing.
func TestLinksLead(t *testing.T) {
	room := newRulesRoom(t)
	room.desk.alerts = room.desk.alerts[:8]
	h, began := as(anna, room), room.files(t)
	answers := make(map[string]int)
	for _, page := range append([]string{"/files", "/rules/harbour"}, everyPage...) {
		base, err := url.Parse("http://desk.example.org" + page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`<a [^>]*href="([^"]*)"`).FindAllStringSubmatch(get(h, page).Body.String(), -1) {
			link, err := base.Parse(html.UnescapeString(m[1]))
			if err != nil {
				t.Errorf("%s has the link %q: %v", page, m[1], err)
				continue
			}
			path := link.RequestURI()
			if link.Host != base.Host || strings.HasSuffix(link.Path, ".atom") || strings.HasSuffix(link.Path, ".json") {
				continue // not a page of this package
			}
			if answers[path] == 0 {
				answers[path] = get(h, path).Code
			}
			// The page of a rule in the config itself says that it is not edited here.
			if code := answers[path]; code != 200 && code != 303 && (code != 403 || !strings.HasSuffix(link.Path, "/edit")) {
				t.Errorf("%s has the link %q: %d", page, m[1], code)
			}
		}
	}
	if len(answers) < 50 || len(room.desk.did) > 0 || !maps.Equal(began, room.files(t)) {
		t.Errorf("%d links, which did %q", len(answers), room.desk.did)
	}
}

// TestManyRules: a page has a hundred of them, and a search finds all.
func TestManyRules(t *testing.T) {
	h, d := newsroom(t, time.Now())
	d.rules = nil
	for i := range 250 {
		d.rules = append(d.rules, desk.RuleReport{Rule: rules.Rule{Name: fmt.Sprintf("rule-%03d", i), Match: "word"}})
	}
	seen, path := 0, "/rules?name=rule-"
	for pages := 0; path != ""; pages++ {
		if pages == 3 {
			t.Fatalf("a fourth page: %s", path)
		}
		body := get(h, path).Body.String()
		if len(body) > 100<<10 {
			t.Errorf("%s has %d bytes", path, len(body))
		}
		seen += strings.Count(body, `<th scope="row">`)
		path = ""
		if m := regexp.MustCompile(`rel="next" href="\./([^"]*)"`).FindStringSubmatch(body); m != nil {
			path = "/" + html.UnescapeString(m[1])
		}
	}
	if seen != 250 {
		t.Errorf("%d rules are shown", seen)
	}
	if body := get(h, "/rules?from=300").Body.String(); strings.Contains(body, "No rules") || !strings.Contains(body, "See all rules") {
		t.Errorf("behind the last of them: %s", body)
	}
}

// TestWhatPagesSay: what a page says when something fails.
func TestWhatPagesSay(t *testing.T) {
	now := time.Now()
	h, d := newsroom(t, now)
	again := notify.Attempt{Start: now, End: now, Answer: "the server is being mended"}
	long := "NATO " + strings.Repeat("holds an exercise in the north ", 12) + "at the end"
	d.alerts = append(d.alerts, desk.AlertRow{
		ID: "a1", Held: now, Item: notify.AlertItem{Title: long}, Excerpts: []notify.Excerpt{notify.MakeExcerpt("title", long, [][2]int{{0, 4}})},
	})
	d.lives["a1"] = desk.Life{AlertRow: d.alerts[len(d.alerts)-1], Alerts: []notify.Trace{{Deliveries: []notify.DeliveryTrace{{Attempts: []notify.Attempt{again, again, again}}}}}}
	d.alerts[0].State, d.alerts[0].Targets = notify.StateDead, []desk.AtTarget{{Target: "hook", Answer: "channel_is_archived"}}
	d.targets = []desk.TargetReport{
		{Name: "hook", State: "ok", Dead: 1, Sent: 1234567},
		{Name: "pager", State: "refusing", Dead: 2100, Refused: 2000, Error: "unknown_field", Since: now},
	}
	d.status = desk.Status{
		Healthy: true, States: map[poll.Condition]int{poll.Failing: 4000}, Polls: 999, Sent: 1000, History: desk.HistorySize{Bytes: 1000 << 20, Max: 12345 << 30},
		Failing: []desk.FailingTarget{{Target: "pager", State: "refusing", Refused: 2000, Error: "unknown_field", Since: now}},
	}
	for _, c := range []struct{ why, path, has, hasNot string }{
		{"some feeds fail: not all is well", "/status", "<h1>Running, with problems</h1>", "All is well"},
		{"a query with a mistake was not asked: that nothing is found is not said", "/alerts?q=(", "is not closed", "No alert matches"},
		{"an alert's own page has its whole title, marked", "/alerts/a1", "<mark>NATO</mark>" + long[4:] + "</h1>", ""},
		{"the same answer again is not repeated", "/alerts/a1", "tried, the same answer", ""},
		{"dead letters have the target's own words", "/targets", ">channel_is_archived</pre>", ""},
		{"a target that answers and refuses each message is not ok", "/targets", `<span class="st bad">refusing since <time`, ""},
		{"nor is all well then, and the overview has its words", "/status", "<td dir=\"auto\">unknown_field</td>", "All is well"},
		{"a large count is parted in groups", "/targets", ">1,234,567<", "1234567"},
		{"a size too, and what has three digits is not", "/status", "1,000.0 MB of 12,345.0 GB", "12345"},
		{"and the feeds in a state", "/status", `<span class="num">4,000</span>`, "4000"},
		{"an address that leads nowhere has the way back on it", "/alertz", "there is no page at this address", ""},
	} {
		body := get(h, c.path).Body.String()
		if !strings.Contains(body, c.has) || c.hasNot != "" && strings.Contains(body, c.hasNot) {
			t.Errorf("%s: %s has\n%s", c.why, c.path, body)
		}
	}
	if body := get(h, "/alerts/a1").Body.String(); strings.Count(body, again.Answer) != 1 {
		t.Errorf("an answer of three tries stands there %d times", strings.Count(body, again.Answer))
	}
	if code := get(h, "/alertz").Code; code != http.StatusNotFound {
		t.Errorf("an address that leads nowhere: %d", code)
	}
}
