package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"watcher/internal/config"
	"watcher/internal/testutil"
)

func TestLogin(t *testing.T) {
	dir := t.TempDir()
	hash, err := bcrypt.GenerateFromPassword([]byte("correct horse"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	testutil.WriteFile(t, filepath.Join(dir, "users"), "anna:"+string(hash)+"\njan:"+string(hash)+"\n", 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "secrets/more"), "anna:"+string(hash)+"\n", 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "open"), "anna:"+string(hash)+"\n", 0o644)
	testutil.WriteFile(t, filepath.Join(dir, "plain"), "# the desk\nanna:hunter2\njan:hunter2\n", 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "token"), "4f5c0a8be1f2437c9d31\n", 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "short"), "hunter2\n", 0o600)
	for _, c := range []struct{ why, http, want string }{
		{"this machine alone", `listen: "127.0.0.1:8410"`, ""},
		{"its other address", `listen: "[::1]:8410"`, ""},
		{"by its name", `listen: "localhost:8410"`, ""},
		{"all addresses", `listen: ":8410"`, "1:16: http.listen: other machines reach this address, and the page has no login: write users_file or token_file, or page: false"},
		{"one that others reach", `listen: "192.0.2.7:8410"`, "http.listen: other machines reach this address"},
		{"a name, whatever it means", `listen: "desk.example.org:8410"`, "http.listen: other machines reach this address"},
		{"without a page", `listen: ":8410", page: false`, ""},
		{"with users", `listen: ":8410", users_file: users`, ""},
		{"with users of the folder of secrets", `listen: ":8410", users_file: more`, ""},
		{"with a token", `listen: ":8410", token_file: token`, ""},
		{"with a token that can be guessed", `listen: ":8410", token_file: short`, "http.token: is too short"},
		{"editors", `users_file: users, editors: [jan, anna], edit: true`, ""},
		{"an editor who cannot log in", `users_file: users, editors: [jan, ana]`, `http.editors[1]: no user of users_file is called "ana", did you mean anna?`},
		{"editors and no users", `token_file: token, editors: [anna]`, "http.editors: names users, but there is no users_file"},
		{"to edit without a login", `edit: true`, "http.edit: nobody can edit without a login: write users_file and editors"},
		{"to edit by the token", `token_file: token, edit: true`, ""},
		{"hashes that are none", `users_file: plain`, `http.users_file: line 2 of plain: the password of "anna" is not hashed with bcrypt: set it anew with htpasswd -B (and 1 more)`},
		{"users that all may read", `users_file: open`, "/open is open to every user of this machine (mode 0644)"},
		{"users that are nowhere", `users_file: nobody`, "http.users_file: there is no such file, looked for as "},
		{"users, and no file named", `users_file: ""`, "http.users_file: wants the name of a file"},
	} {
		cfg, err := config.Parse("w.yaml", []byte("http: {"+c.http+"}\n"), config.Environment{Dir: dir})
		var got string
		if err != nil {
			got = err.Error()
		}
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) || strings.Contains(got, "hunter2") {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
		if err == nil && strings.Contains(c.http, "users_file") && !cfg.HTTP.Users.Check("anna", "correct horse") {
			t.Errorf("%s: she is not let in", c.why)
		}
	}
	cfg, err := config.Parse("w.yaml", []byte("http: {users_file: users, edit: true}\n"), config.Environment{Dir: dir})
	if err != nil || !strings.Contains(config.Mistakes(cfg.Warnings).Error(), "http.edit: nobody may edit: name those who may in editors") {
		t.Errorf("that nobody may edit is not told: %v", err)
	}
}
