package postgres_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"watcher/internal/store/postgres"
	"watcher/internal/testutil"
)

func TestAddress(t *testing.T) {
	for _, c := range []struct {
		name, dsn string
		readWrite bool
		most      int32
	}{
		{"of one host", "postgres://u:geheim@a/news", false, 8},
		{"of one host, whose answer is wanted with TLS or without", "postgres://u:geheim@a/news?sslmode=prefer", false, 8},
		{"of several hosts: that one which can be written", "postgres://u:geheim@a,b:6432/news", true, 8},
		{"of several hosts, in words", "host=a,b user=u password=geheim", true, 8},
		{"which says otherwise", "postgres://u:geheim@a,b/news?target_session_attrs=any", false, 8},
		{"which says how many connections", "postgres://u:geheim@a/news?pool_max_conns=3", false, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := postgres.ReadAddress(c.dsn)
			testutil.Must(t, err)
			if a.ReadWrite != c.readWrite || a.Most != c.most {
				t.Errorf("%+v", a)
			}
		})
	}
}

// Whatever is wrong with an address, no error contains its password.
func TestPasswordIsNotSaid(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		"postgres://u:geheim@[::1/news",
		"postgres://u:geheim@a:port/news",
		"postgres://u:geheim@a/news?sslmode=perhaps",
		"postgres://u:geheim@a/news?pool_max_conns=many",
		"postgres://u:geheim@a/news?connect_timeout=soon",
		"postgres://u:geheim@a/news?target_session_attrs=best",
		"postgres://u:geheim@a/news?sslrootcert=/absent&sslmode=verify-full",
		"postgres://u:ge%zzheim@a/news",
		"postgres://u:geheim@a b/news",
		"postgres://u:gehe/im@127.0.0.1:1/news",
		"postgres://a/news?password=geheim&sslmode=perhaps",
		"host=a password=geheim sslmode=perhaps",
		"host=a password='geheim",
		"host=a password = geheim port=x",
		"host a password=geheim",
		"postgres://u:geheim@127.0.0.1:1/news", // nothing listens there
	} {
		s, err := postgres.Open(context.Background(), dsn, postgres.Options{Log: slog.New(slog.DiscardHandler)})
		if err == nil {
			_ = s.Close()
			t.Errorf("%s is opened", dsn)
			continue
		}
		if strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "gehe") || strings.Contains(err.Error(), "heim") {
			t.Errorf("of %s the error says: %v", dsn, err)
		}
	}
}

// If no host answers, each is named once, although it was tried with TLS and without.
func TestHostsAreNamedOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, dsn string
		once      []string
	}{
		{"two that refuse", "postgres://u:geheim@127.0.0.1:1,localhost:2/news", []string{"127.0.0.1:1", "localhost"}},
		{"one whose name nobody knows", "postgres://u:geheim@nobody.invalid/news", []string{"nobody.invalid"}},
		{"a socket that is not there", "postgres://u:geheim@/news?host=/nowhere", []string{".s.PGSQL.5432"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := postgres.Ask(t.Context(), c.dsn)
			if err == nil {
				t.Fatal("it answered")
			}
			text := err.Error()
			for _, host := range c.once {
				lines := 0
				for part := range strings.SplitSeq(text, "; ") {
					if strings.Contains(part, host) {
						lines++
					}
				}
				if lines != 1 {
					t.Errorf("%s is named in %d reasons of %q", host, lines, text)
				}
			}
			if strings.Contains(text, "\n") || strings.Contains(text, "geheim") {
				t.Errorf("%q", text)
			}
			if got := postgres.Judge(err); got != "elsewhere" {
				t.Errorf("it means %s", got)
			}
		})
	}
}
