package config_test

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/config"
	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/notify/targets"
	"watcher/internal/rules"
	"watcher/internal/testutil"
)

const whole = `
store: {path: data/watcher.db}
poll: {every: 10m, first: alert}
network: {allow: [10.20.0.0/16]}
http: {contact: "https://desk.example.org/bot"}
history: {keep: 30d, max: 2GB}
hosts: {default: {spacing: 1s}, "Bridge.example.org:1200": {parallel: 16, spacing: 0s}, example.org:443: {parallel: 1}}
lists:
  baltics: [Estonia, Latvia, Lithuania]
feeds:
  - {name: Foreign Policy, url: "https://foreignpolicy.com/feed/", tags: [analysis]}
  - {name: ERR News, url: "https://news.err.ee/rss", every: 5m}
  - {url: "https://example.org/feed", schedule: "*/10 6-22 * * MON-FRI", timezone: Europe/Tallinn}
  - {name: Bridge, url: "http://bridge.example.org:1200/x", every: adaptive, updates: true, host_limits: false}
rules:
  - name: forward-presence
    keywords: [Baltic, NATO, Enhanced Forward Presence]
    notify: [desk]
  - name: baltic-brigades
    match: '@baltics AND NATO'
    feeds: ["tag:analysis", ERR News, "https://example.org/feed"]
    severity: high
notify:
  desk: {type: slack, webhook: "https://hooks.slack.com/services/T0/B0/x"}
  duty: {type: email, smtp: "smtp://mail.example.org:587", username: w, password: "${SMTP}", from: watcher@example.org, to: [duty@example.org]}
  hook: {type: webhook, url: "https://hooks.example.org/in", headers: {x-desk: baltic}}
  terminal: {type: console}
ops: {notify: [desk]}
`

// unpacked compares the feeds of configs.
var unpacked = cmp.Transformer("unpacked", func(s *feeds.Sources) []feeds.Source { return slices.Collect(s.All()) })

// A config with every setting becomes what it says, with the defaults filled in.
func TestWholeConfig(t *testing.T) {
	cfg, err := config.Parse("w.yaml", []byte(whole), config.Environment{Dir: "/etc/watcher", LookupEnv: testEnv(map[string]string{"SMTP": "hunter2"}).LookupEnv})
	if err != nil {
		t.Fatal(err)
	}
	want := &config.Config{
		Store:   config.StoreOptions{Path: "/etc/watcher/data/watcher.db", Beside: "/etc/watcher/data/watcher.db"},
		Poll:    config.Poll{Every: 10 * time.Minute, First: config.Alert},
		Network: config.Network{Allow: []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16")}},
		HTTP:    config.HTTP{Contact: "https://desk.example.org/bot", Page: true},
		History: config.HistoryOptions{Keep: 30 * 24 * time.Hour, Max: 2 << 30},
		Hosts: map[string]config.Host{
			config.AnyHost: {Spacing: new(time.Second)}, "bridge.example.org:1200": {new(16), new(time.Duration(0))}, "example.org": {Parallel: new(1)},
		},
		Lists: map[string][]string{"baltics": {"Estonia", "Latvia", "Lithuania"}},
		Feeds: feeds.Pack([]feeds.Source{
			{ID: "Foreign Policy", URL: "https://foreignpolicy.com/feed/", Tags: []string{"analysis"}, Every: 10 * time.Minute},
			{ID: "ERR News", URL: "https://news.err.ee/rss", Every: 5 * time.Minute},
			{ID: "https://example.org/feed", URL: "https://example.org/feed", Schedule: "*/10 6-22 * * MON-FRI", Timezone: "Europe/Tallinn"},
			{ID: "Bridge", URL: "http://bridge.example.org:1200/x", Adaptive: true, Updates: true, HostLimits: new(false)},
		}...),
		Rules: []config.RoutedRule{
			{
				Rule:   rules.Rule{Name: "forward-presence", Keywords: []string{"Baltic", "NATO", "Enhanced Forward Presence"}},
				Notify: []string{"desk"},
			}, {
				Rule:     rules.Rule{Name: "baltic-brigades", Match: "@baltics AND NATO", Feeds: []string{"tag:analysis", "ERR News", "https://example.org/feed"}},
				Severity: notify.High,
				Notify:   []string{"desk", "duty", "hook", "terminal"},
			},
		},
		Targets: []config.TargetEntry{
			{"desk", "slack", &targets.SlackOptions{Webhook: "https://hooks.slack.com/services/T0/B0/x"}, deliver.DefaultPolicy()},
			{"duty", "email", &targets.EmailOptions{SMTP: "smtp://mail.example.org:587", Username: "w", Password: "hunter2", From: "watcher@example.org", To: []string{"duty@example.org"}}, deliver.DefaultPolicy()},
			{"hook", "webhook", &targets.WebhookOptions{URL: "https://hooks.example.org/in", Headers: map[string]targets.Secret{"x-desk": "baltic"}}, deliver.DefaultPolicy()},
			{"terminal", "console", &targets.ConsoleOptions{}, deliver.DefaultPolicy()},
		},
		Ops: config.Ops{Notify: []string{"desk"}}, Reload: config.BySignal, Defaults: config.Defaults{Inflect: true},
		RulePlaces: []config.Place{{"w.yaml", 16}, {"w.yaml", 19}}, ListPlaces: map[string]config.Place{"baltics": {"w.yaml", 9}},
	}
	if cfg.Set == nil {
		t.Error("the rules are not compiled")
	}
	if o := cfg.Language(); o.Exact || len(o.Lists) != 1 || len(o.Feeds) != 4 || len(o.Tags) != 1 {
		t.Errorf("the rules are compiled with %+v", o)
	}
	cfg.Set, cfg.Zone = nil, nil
	if diff := cmp.Diff(want, cfg, unpacked, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

// The same in JSON, which is YAML.
func TestJSON(t *testing.T) {
	const text = `{"feeds": [{"url": "https:\/\/example.org\/feed", "every": "5m"}],
		"rules": [{"name": "n", "match": "title:NATO"}], "notify": {"t": {"type": "console"}}, "ops": {"notify": ["t"]}}`
	cfg, err := config.Parse("w.json", []byte(text), config.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Warnings) > 0 || cfg.Feeds.At(0).URL != "https://example.org/feed" || cfg.Feeds.At(0).Every != 5*time.Minute {
		t.Errorf("%+v", cfg)
	}
}

// TestTimezone shows that the top-level zone applies to targets without one.
func TestTimezone(t *testing.T) {
	const text = `
timezone: Europe/Tallinn
feeds: [{url: "https://example.org/feed", schedule: "0 7 * * *"}]
rules: [{name: n, match: NATO}]
notify:
  desk: {type: console}
  brussels: {type: console, digest: "0 7 * * *", timezone: Europe/Brussels}
ops: {notify: [desk]}
`
	cfg, err := config.Parse("w.yaml", []byte(text), config.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{cfg.Zone.String(), cfg.Targets[0].Policy.Zone().String(), cfg.Targets[1].Policy.Zone().String(), cfg.Feeds.At(0).Timezone}
	if diff := cmp.Diff([]string{"Europe/Tallinn", "Europe/Tallinn", "Europe/Brussels", ""}, got); diff != "" {
		t.Error(diff)
	}
}

// TestMaxPerHour shows that a plain number is the number of alerts.
func TestMaxPerHour(t *testing.T) {
	const text = `
feeds: [{url: "https://example.org/feed"}]
rules: [{name: n, match: NATO}]
notify:
  plain: {type: console, max_per_hour: 20}
  most: {type: console, max_per_hour: {alerts: 20, except: high}}
ops: {notify: [plain]}
`
	cfg, err := config.Parse("w.yaml", []byte(text), config.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	want := []*deliver.LimitOptions{{Alerts: 20}, {Alerts: 20, Except: new(notify.High)}}
	if diff := cmp.Diff(want, []*deliver.LimitOptions{cfg.Targets[0].Policy.MaxPerHour, cfg.Targets[1].Policy.MaxPerHour}); diff != "" {
		t.Error(diff)
	}
}

func TestDefaults(t *testing.T) {
	parse := func(t *testing.T, text string, env config.Environment) *config.Config {
		t.Helper()
		cfg, err := config.Parse("w.yaml", []byte(text), env)
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	t.Run("of an almost empty file", func(t *testing.T) {
		cfg := parse(t, "poll:\nfeeds:\n  # - none yet\n", config.Environment{Dir: "/etc/watcher"})
		want := &config.Config{Store: config.StoreOptions{Path: "/etc/watcher/watcher.db", Default: true, Beside: "/etc/watcher/watcher.db"}, Poll: config.Poll{Every: 15 * time.Minute, First: config.Baseline}, History: config.HistoryOptions{90 * 24 * time.Hour, 4 << 30}, HTTP: config.HTTP{Page: true}, Reload: config.BySignal, Defaults: config.Defaults{Inflect: true}}
		if cfg.Zone != time.UTC {
			t.Errorf("times are told in %s", cfg.Zone)
		}
		cfg.Set, cfg.Warnings, cfg.Zone = nil, nil, nil
		cfg.RulePlaces, cfg.ListPlaces = nil, nil
		if diff := cmp.Diff(want, cfg, unpacked, cmp.Transformer("empty", func(ss []string) []string { return append([]string{}, ss...) })); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("systemd's directory for the store", func(t *testing.T) {
		env := config.Environment{Dir: "/etc/watcher", LookupEnv: testEnv(map[string]string{"STATE_DIRECTORY": "/var/lib/watcher:/var/lib/other"}).LookupEnv}
		if got := parse(t, "feeds: []", env).Store.Path; got != "/var/lib/watcher/watcher.db" {
			t.Error(got)
		}
		if got := parse(t, "store: {path: /srv/w.db}", env).Store.Path; got != "/srv/w.db" {
			t.Errorf("a path that is written does not hold: %s", got)
		}
	})
	t.Run("adaptive by default, but for feeds that say otherwise", func(t *testing.T) {
		cfg := parse(t, "poll: {every: '${E}'}\nfeeds: [{url: 'https://a.example/'}, {url: 'https://b.example/', every: 5m}, {url: 'https://c.example/', schedule: '@hourly'}]",
			config.Environment{LookupEnv: testEnv(map[string]string{"E": "adaptive"}).LookupEnv})
		fs := slices.Collect(cfg.Feeds.All())
		if !fs[0].Adaptive || fs[0].Every != 0 || fs[1].Adaptive || fs[1].Every != 5*time.Minute || fs[2].Adaptive || fs[2].Every != 0 {
			t.Errorf("%+v", fs)
		}
	})
	t.Run("nobody named is everybody", func(t *testing.T) {
		cfg := parse(t, "rules: [{name: n, keywords: [NATO]}]\nnotify: {a: {type: console}, b: {type: console}}", config.Environment{})
		if want := []string{"a", "b"}; !slices.Equal(cfg.Rules[0].Notify, want) || !slices.Equal(cfg.Ops.Notify, want) {
			t.Errorf("rule %v, ops %v", cfg.Rules[0].Notify, cfg.Ops.Notify)
		}
	})
}

// A value that is shared by YAML merging must not be shared between entries, so that a
// change of one would show in another.
func TestMergedEntriesAreTheirOwn(t *testing.T) {
	const text = `
x-a: &a {tags: [one], every: 5m}
feeds:
  - {<<: *a, url: "https://a.example.org/"}
  - {<<: *a, url: "https://b.example.org/", every: 10m}
`
	cfg, err := config.Parse("w.yaml", []byte(text), config.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	fs := slices.Collect(cfg.Feeds.All())
	fs[0].Tags[0] = "changed"
	if fs[1].Tags[0] != "one" || fs[0].Every != 5*time.Minute || fs[1].Every != 10*time.Minute {
		t.Errorf("%+v", fs)
	}
}

func TestWarnings(t *testing.T) {
	const quiet = "\nfeeds: [{name: f, url: \"https://example.org/\"}]\nrules: [{name: r, keywords: [NATO]}]\nnotify: {t: {type: console}}\nops: {notify: [t]}\n"
	tests := []struct{ shows, text, want string }{
		{"a config that has all it needs", quiet, ""},
		{"nothing at all", "store: {}", "w.yaml:1:1: feeds: no feed is named, so nothing is polled\n" +
			"w.yaml:1:1: rules: there is no rule, so nothing is alerted\n" +
			"w.yaml:1:1: notify: there is no target, so nobody is told"},
		{"no ops", strings.Replace(quiet, "ops: {notify: [t]}", "", 1),
			"w.yaml:2:1: ops.notify: is missing, so every target hears of watcher's own troubles; name those who should: ops: {notify: [t]}"},
		{"ops without names", strings.Replace(quiet, "ops: {notify: [t]}", "ops: {}", 1),
			"w.yaml:5:6: ops.notify: is missing, so every target hears of watcher's own troubles; name those who should: ops: {notify: [t]}"},
		{"polling like a hammer", "poll: {every: 30s}" + strings.Replace(quiet, "name: f", "name: f, every: 1s", 1),
			"w.yaml:1:15: poll.every: every 30s is for servers of your own; others may refuse whoever asks more often than once a minute\n" +
				"w.yaml:2:26: feeds[0].every: every 1s is for servers of your own; others may refuse whoever asks more often than once a minute"},
		{"a list that no rule uses, also not through another", "lists: {a: ['@b'], b: [x], c: ['@d'], d: [y]}" + strings.Replace(quiet, "NATO", "'@a'", 1),
			"w.yaml:1:31: lists.c: no rule uses this list; in a query it is written @c\n" +
				"w.yaml:1:42: lists.d: no rule uses this list; in a query it is written @d"},
		{"a target that nobody tells anything", strings.Replace(strings.Replace(quiet, "{t:", "{spare: {type: console}, t:", 1), "keywords:", "notify: [t], keywords:", 1),
			"w.yaml:4:17: notify.spare: no rule names this target, nor does ops"},
		{"a mail address that not every server knows", strings.Replace(quiet, "{type: console}", "{type: email, smtp: 'smtp://m.example.org', from: w@näide.ee, to: [jüri@example.org]}", 1),
			"w.yaml:4:80: notify.t.to[0]: has letters beyond ASCII before the @, which every mail server on the way must know (SMTPUTF8); many do not"},
		{"what excepts all", strings.Replace(quiet, "console}", "console, max_per_hour: {alerts: 3, except: low}, quiet: {from: '22:00', to: '06:00', except: low}}", 1),
			"w.yaml:4:63: notify.t.max_per_hour.except: with low nothing waits for the limit; write normal or high, or remove max_per_hour\n" +
				"w.yaml:4:113: notify.t.quiet.except: with low nothing waits for the quiet hours; write normal or high, or remove quiet"},
		{"a target twice in a list", strings.Replace(quiet, "keywords:", "notify: [t, t], keywords:", 1),
			"w.yaml:3:31: rules[0].notify[1]: t is named twice"},
		{"a phrase whose quotes were YAML's", strings.Replace(quiet, "keywords: [NATO]", `match: "Enhanced Forward Presence"`, 1),
			"w.yaml:3:27: rules[0].match: these words are looked for in any order and place; for the phrase write '\"Enhanced Forward Presence\"' with both quotes, or keywords: [Enhanced Forward Presence]; if any order is meant, write AND between them\n    Enhanced Forward Presence\n    ^"},
		{"the same words without quotes are as they should be", strings.Replace(quiet, "keywords: [NATO]", `match: NATO Tallinn`, 1), ""},
		{"a country that is also a pronoun", strings.Replace(quiet, "keywords: [NATO]", `match: NATO AND US`, 1),
			"w.yaml:3:35: rules[0].match: US also finds the word us where an article is not in English; did you mean =US?\n    NATO AND US\n             ^"},
		{"also among keywords", strings.Replace(quiet, "[NATO]", `[NATO, US]`, 1),
			"w.yaml:3:36: rules[0].keywords[1]: US also finds the word us where an article is not in English; did you mean =US?\n    US\n    ^"},
		{"a rule within another one", strings.Replace(quiet, "keywords: [NATO]", "match: NATO}, {name: z, match: NATO AND Tallinn", 1),
			"w.yaml:3:33: rules[1]: rule r finds all that it finds; keep both only if they notify different targets"},
		{"one that ranks higher has its reason", strings.Replace(quiet, "keywords: [NATO]", "match: NATO}, {name: z, severity: high, match: NATO AND Tallinn", 1), ""},
		{"a country without its adjective", strings.Replace(quiet, "[NATO]", `[NATO, Estonia]`, 1),
			"w.yaml:3:36: rules[0].keywords[1]: Estonia does not find its adjective (Estonian); write (Estonia OR Estonian), in lists and keywords both, or \"Estonia\" in quotes if the country alone is meant\n    Estonia\n    ^"},
		{"quotes that YAML needs are none of that", strings.Replace(quiet, "keywords: [NATO]", `match: '"Forward Presence" AND NATO'`, 1), ""},
		{"nor is one word", strings.Replace(quiet, "keywords: [NATO]", `match: "NATO"`, 1), ""},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			t.Chdir(t.TempDir())
			cfg, err := config.Check(testutil.WriteFile(t, "w.yaml", test.text, 0o600))
			if err != nil {
				t.Fatal(err)
			}
			if got := config.Mistakes(cfg.Warnings).Error(); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// Rules are compared with one another only if somebody reads the result.
func TestCheckLooksAtRules(t *testing.T) {
	file := testutil.WriteFile(t, filepath.Join(t.TempDir(), "w.yaml"), "feeds: [{name: f, url: \"https://example.org/\"}]\nrules: [{name: a, match: NATO}, {name: b, match: NATO}]\nnotify: {t: {type: console}}\n", 0o644)
	const ops = "ops.notify: is missing"
	for _, c := range []struct {
		name string
		read func(string) (*config.Config, error)
		want []string
	}{{"Load", config.Load, []string{ops}}, {"Check", config.Check, []string{ops, "rules[1]: it repeats rule a"}}} {
		cfg, err := c.read(file)
		if err != nil {
			t.Fatal(err)
		}
		got := config.Mistakes(cfg.Warnings).Error()
		if len(cfg.Warnings) != len(c.want) || !strings.Contains(got, c.want[0]) || !strings.Contains(got, c.want[len(c.want)-1]) {
			t.Errorf("%s warns %q, want %q", c.name, got, c.want)
		}
	}
	if _, err := config.Check(file + "x"); err == nil || !strings.Contains(err.Error(), "cannot read the config") {
		t.Errorf("no such file: %v", err)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	t.Run("a file, with what lies beside it", func(t *testing.T) {
		testutil.WriteFile(t, filepath.Join(dir, "slack"), "https://hooks.slack.com/services/T0/B0/x\n", 0o600)
		file := testutil.WriteFile(t, filepath.Join(dir, "watcher.yaml"), "notify: {desk: {type: slack, webhook_file: slack}}", 0o644)
		t.Setenv("STATE_DIRECTORY", "")
		t.Setenv("CREDENTIALS_DIRECTORY", "")
		cfg, err := config.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := cfg.Targets[0].Options.(*targets.SlackOptions).Webhook; string(got) != "https://hooks.slack.com/services/T0/B0/x" {
			t.Errorf("webhook %q", string(got))
		}
		if want := filepath.Join(dir, "watcher.db"); cfg.Store.Path != want {
			t.Errorf("store %s, want %s", cfg.Store.Path, want)
		}
	})
	t.Run("the process's environment", func(t *testing.T) {
		t.Setenv("WATCHER_TEST_CONTACT", "https://desk.example.org/")
		cfg, err := config.Load(testutil.WriteFile(t, filepath.Join(dir, "env.yaml"), "http: {contact: '${WATCHER_TEST_CONTACT}'}", 0o644))
		if err != nil || cfg.HTTP.Contact != "https://desk.example.org/" {
			t.Errorf("%+v, %v", cfg, err)
		}
	})
	for shows, file := range map[string]string{
		"no such file": filepath.Join(dir, "none.yaml"),
		"a directory":  dir,
	} {
		t.Run(shows, func(t *testing.T) {
			_, err := config.Load(file)
			es, ok := errors.AsType[config.Mistakes](err)
			if !ok || len(es) != 1 || !strings.HasPrefix(err.Error(), file+": cannot read the config: ") || strings.Count(err.Error(), file) != 1 {
				t.Errorf("%v", err)
			}
		})
	}
}

// A mistake in one place hides no mistake in another: the good file with each of its lines
// broken in turn still names the other mistakes.
func TestEveryMistakeAtOnce(t *testing.T) {
	const text = "poll: {evry: 5m}\nfeeds: [{url: nowhere}]\nrules: [{name: r, keyword: [x]}]\nnotify: {t: {type: consol}}\nops: {notify: [u]}\nhttp: {contact: x}\n"
	_, err := config.Parse("w.yaml", []byte(text), config.Environment{})
	es, _ := errors.AsType[config.Mistakes](err)
	lines := map[int]bool{}
	for _, e := range es {
		lines[e.Line] = true
	}
	if got := slices.Sorted(maps.Keys(lines)); !slices.Equal(got, []int{1, 2, 3, 4, 5, 6}) {
		t.Errorf("mistakes on lines %v:\n%v", got, err)
	}
}

// No error or warning repeats a secret, however the config is broken.
func TestSecretsStaySecret(t *testing.T) {
	const secret = "hunter2-hunter2"
	texts := []string{
		"notify: {a: {type: slack, webhook: %s}}",
		"notify: {a: {type: slack, webhook: [%s], x: y}}",
		"notify: {a: {type: slack, webhook: \"https://%s\", hook: x}}",
		"notify: {a: {type: email, password: %s, pasword: x, smtp: [x]}}",
		"notify: {a: {type: email, password: *%s}}",
		"notify: {a: {type: email, password: \"%s}}",
		"notify: {a: {type: email, password: @%s}}",
		"notify: {a: {type: webhook, url: %s, secret: %s, headers: {Authorization: \"%s\\n\"}}}",
		"feeds: [{url: \"https://example.org/\", token: \"%s\\n\"}]",
		"feeds: [{url: \"https://example.org/\", password: [%s]}]",
	}
	for _, text := range texts {
		text = strings.ReplaceAll(text, "%s", secret)
		_, err := config.Parse("w.yaml", []byte(text), config.Environment{})
		if err == nil {
			t.Errorf("accepted: %s", text)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%v\nof: %s", err, text)
		}
	}
}

// A config printed for debugging shows no secret.
func TestConfigPrintsNoSecret(t *testing.T) {
	cfg, err := config.Parse("w.yaml", []byte(whole), testEnv(map[string]string{"SMTP": "hunter2"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range cfg.Targets {
		text := fmt.Sprintf("%+v %#v", target.Options, reflect.ValueOf(target.Options).Elem())
		if strings.Contains(text, "hunter2") || strings.Contains(text, "/T0/B0/x") {
			t.Error(text)
		}
	}
}

// Whatever a terminal would obey is neutralised in what is printed.
func TestErrorsAreSafeToPrint(t *testing.T) {
	_, err := config.Parse("w.yaml", []byte(`"\e[31mred": x`+"\nnotify: {\"a\\nb\": {type: console}}\n"), config.Environment{})
	if err == nil || strings.ContainsAny(err.Error(), "\x1b") || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("%q", err)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("\r0")) // a carriage return alone ends a line too
	for _, dir := range []string{"testdata/bad/*.yaml", "../../config.example.yaml"} {
		files, _ := filepath.Glob(dir)
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Setenv("SET", "set")
	file := filepath.Join(f.TempDir(), "fuzz.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := config.Check(testutil.WriteFile(t, file, string(data), 0o600))
		if err == nil {
			if cfg.Set == nil {
				t.Error("neither an error nor a set of rules")
			}
			checkPlaces(t, cfg.Warnings, data)
			return
		}
		es, ok := errors.AsType[config.Mistakes](err)
		if !ok || len(es) == 0 {
			t.Fatalf("%T: %v", err, err)
		}
		checkPlaces(t, es, data)
	})
}

func manyFeeds(n int) []byte {
	var b strings.Builder
	b.WriteString("feeds:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - name: Feed number %d\n    url: https://host%d.example.org/feed.xml\n    tags: [analysis, batch%d]\n    every: 30m\n", i, i, i%100)
	}
	b.WriteString("rules: [{name: nato, keywords: [NATO], feeds: [\"tag:analysis\"]}]\nnotify: {t: {type: console}}\nops: {notify: [t]}\n")
	return []byte(b.String())
}

func BenchmarkParse50kFeeds(b *testing.B) {
	data := manyFeeds(50_000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := config.Parse("w.yaml", data, config.Environment{}); err != nil {
			b.Fatal(err)
		}
	}
}

// 50,000 wrong feeds cost no more than a small multiple of good ones.
func BenchmarkParse50kMistakes(b *testing.B) {
	data := []byte(strings.ReplaceAll(string(manyFeeds(50_000)), "every: 30m", "evry: 30m"))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := config.Parse("w.yaml", data, config.Environment{}); err == nil {
			b.Fatal("no error")
		}
	}
}

// Looking for what was meant, 5,000 times among 50,000 names, is not slow either.
func BenchmarkParse5kUnknownFeeds(b *testing.B) {
	var rules strings.Builder
	rules.WriteString("rules:\n")
	for i := range 5_000 {
		fmt.Fprintf(&rules, "  - {name: r%d, keywords: [NATO], feeds: [Fedd number %d]}\n", i, i)
	}
	feeds, rest, _ := strings.Cut(string(manyFeeds(50_000)), "rules:")
	_, rest, _ = strings.Cut(rest, "\n")
	data := []byte(feeds + rules.String() + rest)
	for b.Loop() {
		es, _ := errors.AsType[config.Mistakes](func() error { _, err := config.Parse("w.yaml", data, config.Environment{}); return err }())
		if len(es) != 5_000 {
			b.Fatalf("%d mistakes", len(es))
		}
	}
}
