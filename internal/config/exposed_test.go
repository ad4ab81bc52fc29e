package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watcher/internal/config"
)

func TestSecretsThatOthersCanRead(t *testing.T) {
	const webhook = "notify:\n  desk: {type: slack, webhook: \"https://hooks.slack.com/services/T1/B1/hunter2\"}\n"
	const feed = "feeds: [{name: A, url: \"https://a.example.org/\", username: ann, password: hunter2}]\n"
	for _, c := range []struct {
		why, text string
		mode      os.FileMode
		want      string // empty: no warning
	}{
		{"a secret", webhook, 0o644, "2:32: notify.desk.webhook: is a secret, and every user of this machine can read this file (mode 0644): run chmod o= "},
		{"two", feed + webhook, 0o604, "1:75: feeds[0].password: this and notify.desk.webhook are secrets, and"},
		{"three", feed + webhook + "  room: {type: telegram, chat: \"1\", token: \"1:hunter2\"}\n", 0o644, "this and 2 others are secrets"},
		{"a header", "feeds: [{name: A, url: \"https://a.example.org/\", headers: {X-Api-Key: hunter2, Accept-Language: et}}]\n", 0o644, "feeds[0].headers.X-Api-Key: is a secret"},
		{"a file that only its group can read", webhook, 0o640, ""},
		{"a variable", "notify: {desk: {type: telegram, chat: \"1\", token: \"${TOKEN}\"}}\n", 0o644, ""},
		{"a receiver on this machine", "notify: {desk: {type: webhook, url: \"http://127.0.0.1:9/hunter2\"}}\n", 0o644, ""},
		{"no secret", "feeds: [{url: \"https://a.example.org/\"}]\n", 0o644, ""},
	} {
		path := filepath.Join(t.TempDir(), "it's.yaml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		t.Setenv("TOKEN", "1:hunter2")
		cfg, err := config.Load(path)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		var got string
		if cfg.Exposed != nil {
			got = cfg.Exposed.Error()
		}
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) || strings.Contains(got, "hunter2") {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
		if got != "" && !strings.Contains(got, `it'\''s.yaml'`) {
			t.Errorf("%s: the command does not quote the path: %s", c.why, got)
		}
		told := strings.Count(config.Mistakes(cfg.Warnings).Error(), "every user of this machine")
		if told != strings.Count(got, "every user") {
			t.Errorf("%s: %d warnings", c.why, told)
		}
	}
}
