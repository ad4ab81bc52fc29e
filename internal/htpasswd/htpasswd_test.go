package htpasswd_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"watcher/internal/htpasswd"
)

// hashed returns a hash as htpasswd -B writes it, with the prefix $2y$.
func hashed(t *testing.T, password string, cost int) string {
	t.Helper()
	h, err := bcrypt.GenerateFromPassword([]byte(password), cost)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(string(h), "$2a$", "$2y$", 1)
}

func TestUsers(t *testing.T) {
	anna := hashed(t, "correct horse", bcrypt.MinCost)
	u, wrong := htpasswd.Parse("# the desk\n\nanna:" + anna + "\r\nJaan Tamm:" + hashed(t, "", bcrypt.MinCost) + "\n")
	if wrong != nil || u.Len() != 2 {
		t.Fatalf("%v, %v", u, wrong)
	}
	for _, c := range []struct {
		why, name, password string
		want                bool
	}{
		{"the password", "anna", "correct horse", true},
		{"another one", "anna", "correct horse ", false},
		{"none", "anna", "", false},
		{"the hash itself", "anna", anna, false},
		{"a name in other letters is another name", "Anna", "correct horse", false},
		{"a name with a space", "Jaan Tamm", "", true},
		{"nobody of the name", "jan", "correct horse", false},
		{"no name", "", "", false},
	} {
		if got := u.Check(c.name, c.password); got != c.want {
			t.Errorf("%s: %v", c.why, got)
		}
	}
	if (htpasswd.Users{}).Check("", "") || (htpasswd.Users{}).Check("anna", "x") {
		t.Error("no users let somebody in")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if got := fmt.Sprintf(verb, u); got != "2 users" {
			t.Errorf("%s prints %q", verb, got)
		}
	}
	other, _ := htpasswd.Parse("anna:" + hashed(t, "correct horse", bcrypt.MinCost))
	if u.Mark("anna") == other.Mark("anna") || u.Mark("jan") != other.Mark("jan") {
		t.Error("a password that was set anew has the mark of the one before, or nobody has one")
	}
}

func TestMistakes(t *testing.T) {
	good := hashed(t, "x", bcrypt.MinCost)
	for _, c := range []struct{ why, line, want string }{
		{"a password alone", "hunter2-hunter2", "wants NAME:HASH, as htpasswd -B writes it"},
		{"a password that is not hashed", "anna:hunter2", `the password of "anna" is not hashed with bcrypt: set it anew with htpasswd -B`},
		{"MD5 of Apache", "anna:$apr1$hunter2$hunter2hunter2hunter2", `the password of "anna" is not hashed with bcrypt`},
		{"SHA-1", "anna:{SHA}hunter2hunter2hunter2=", `the password of "anna" is not hashed with bcrypt`},
		{"a hash that is cut off", "anna:" + good[:50], `the password of "anna" is not hashed with bcrypt`},
		{"a hash with a letter too strange", "anna:" + good[:30] + "!" + good[31:], `the password of "anna" is not hashed with bcrypt`},
		{"more behind the hash", "anna:" + good + ":hunter2", `the password of "anna" is not hashed with bcrypt`},
		{"a cost that would take days", "anna:" + strings.Replace(good, "$04$", "$31$", 1), `the hash of "anna" has the cost 31`},
		{"no name", ":" + good, "has a name that is empty"},
		{"a name that steers terminals", "an\x1bna:" + good, "has a name that is empty, too long"},
		{"a name of twice", "jan:" + good, `the user "jan" is there twice, first on line 1`},
	} {
		u, wrong := htpasswd.Parse("jan:" + good + "\n" + c.line + "\n")
		if len(wrong) != 1 || wrong[0].Line != 2 || !strings.HasPrefix(wrong[0].Text, c.want) || u.Len() != 0 {
			t.Errorf("%s: %v, %v", c.why, u, wrong)
		}
		if strings.Contains(fmt.Sprint(wrong), "hunter2") {
			t.Errorf("%s: a secret is quoted: %v", c.why, wrong)
		}
	}
}
