package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"watcher/internal/config/strict"
	"watcher/internal/notify/targets"
	"watcher/internal/testutil"
)

// guarded has a secret.
type guarded struct {
	Common string         `yaml:"common"`
	Token  targets.Secret `yaml:"token,secret"`
}

func decodeGuarded(t *testing.T, text string, env Environment) (g guarded, errs []Mistake) {
	t.Helper()
	src := strict.NewSourceText("test.yaml", []byte(text))
	root, bad := parseYAML(src, []byte(text))
	if bad != nil {
		t.Fatal(bad)
	}
	r := newReader(strict.Part{Src: src, Root: root}, env)
	r.Decode(root, reflect.ValueOf(&g).Elem(), nil)
	return g, r.sorted(r.Errs)
}

func TestSecretFiles(t *testing.T) {
	dir, creds, elsewhere := t.TempDir(), t.TempDir(), t.TempDir()
	testutil.WriteFile(t, filepath.Join(dir, "hook"), "beside the config\n", 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "secrets/deep"), "below the config", 0o640)
	testutil.WriteFile(t, filepath.Join(dir, "spaces"), " kept as it is \r\n", 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "two-lines"), "one\ntwo\n\n", 0o600)
	testutil.WriteFile(t, filepath.Join(creds, "smtp"), "one credential", 0o400)
	testutil.WriteFile(t, filepath.Join(creds, "secrets_slack"), "of a directory", 0o400)
	testutil.WriteFile(t, filepath.Join(creds, "secrets_both"), "the directory's", 0o400)
	testutil.WriteFile(t, filepath.Join(creds, "both"), "the single one", 0o400)
	testutil.WriteFile(t, filepath.Join(dir, "both"), "the file", 0o600)
	absolute := testutil.WriteFile(t, filepath.Join(elsewhere, "key"), "by its full path", 0o600)
	tests := []struct{ shows, name, want string }{
		{"beside the config", "hook", "beside the config"},
		{"below the config", "secrets/deep", "below the config"},
		{"in the folder of the service's credentials, without systemd", "deep", "below the config"},
		{"an absolute path", absolute, "by its full path"},
		{"a credential that systemd passed", "smtp", "one credential"},
		{"a credential from a directory of them", "slack", "of a directory"},
		{"systemd's go first, the directory's before the single one", "both", "the directory's"},
		{"only the line end at the end is not part of it", "spaces", " kept as it is "},
		{"only one line end", "two-lines", "one\ntwo\n"},
	}
	env := Environment{Dir: dir, LookupEnv: func(name string) (string, bool) {
		return creds, name == "CREDENTIALS_DIRECTORY"
	}}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			got, errs := decodeGuarded(t, "token_file: "+test.name, env)
			if len(errs) > 0 || string(got.Token) != test.want {
				t.Errorf("got %q, %v, want %q", string(got.Token), errs, test.want)
			}
		})
	}
	t.Run("a path with a slash is never a credential", func(t *testing.T) {
		_, errs := decodeGuarded(t, "token_file: ../"+filepath.Base(creds)+"x/smtp", env)
		if len(errs) != 1 || strings.Contains(errs[0].Text, creds+"/") {
			t.Errorf("got %v", errs)
		}
	})
}

func TestSecretFileMistakes(t *testing.T) {
	dir := t.TempDir()
	testutil.WriteFile(t, filepath.Join(dir, "empty"), "\n", 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "open"), "x", 0o644)
	testutil.WriteFile(t, filepath.Join(dir, "writable"), "x", 0o602)
	testutil.WriteFile(t, filepath.Join(dir, "huge"), strings.Repeat("x", maxSecret+1), 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "good"), "x", 0o600)
	locked := testutil.WriteFile(t, filepath.Join(dir, "locked"), "x", 0o000)
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ shows, text, want string }{
		{"a file that is not there says where it was looked for", "token_file: none", "test.yaml:1:13: token_file: there is no such file, looked for as DIR/none"},
		{"an empty file", "token_file: empty", "test.yaml:1:13: token_file: DIR/empty is empty"},
		{"a file that everybody may read", "token_file: open", "test.yaml:1:13: token_file: DIR/open is open to every user of this machine (mode 0644): run chmod o= on it"},
		{"a file that everybody may write", "token_file: writable", "test.yaml:1:13: token_file: DIR/writable is open to every user of this machine (mode 0602): run chmod o= on it"},
		{"a file too long to be a secret", "token_file: huge", "test.yaml:1:13: token_file: DIR/huge is longer than a secret may be (65536 bytes)"},
		{"a directory", "token_file: .", "test.yaml:1:13: token_file: DIR is not a regular file"},
		{"a pipe, which would wait for ever", "token_file: pipe", "test.yaml:1:13: token_file: DIR/pipe is not a regular file"},
		{"value and file", "token: x\ntoken_file: good", "test.yaml:2:13: token_file: excludes token; keep one of the two"},
		{"no name", "token_file: ''", "test.yaml:1:13: token_file: wants the name of a file"},
		{"only secrets have a twin", "common_file: good", "test.yaml:1:1: common_file: unknown key, there are common and token"},
	}
	check := func(t *testing.T, text, want string) {
		t.Helper()
		_, errs := decodeGuarded(t, text, Environment{Dir: dir})
		got := strings.ReplaceAll(Mistakes(errs).Error(), dir, "DIR")
		if got, _, _ = strings.Cut(got, ", did"); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) { check(t, test.text, test.want) })
	}
	t.Run("a file that may not be read", func(t *testing.T) {
		if f, err := os.Open(locked); err == nil {
			f.Close()
			t.Skip("this user may read every file")
		}
		check(t, "token_file: locked", "test.yaml:1:13: token_file: cannot read DIR/locked: permission denied")
	})
}
