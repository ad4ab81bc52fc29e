package config

import (
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"watcher/internal/problem"

	"watcher/internal/config/strict"
)

const wantsDatabase = "wants the address of a database, such as postgres://USER:PASSWORD@HOST/DATABASE"

func (s *StoreOptions) Validate() []problem.Problem {
	if s.Postgres == "" {
		return nil
	}
	if s.Path != "" {
		return []problem.Problem{problem.At("path", "excludes postgres; keep one of the two")}
	}
	if wrong := wrongDatabase(string(s.Postgres)); wrong != "" {
		return []problem.Problem{problem.At("postgres", "%s", wrong)}
	}
	return nil
}

// wrongDatabase says what is wrong with the address of a database; empty if nothing is.
// It quotes nothing of it: with a slash in the password, for example, the password
// could be anywhere.
func wrongDatabase(dsn string) string {
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		return wantsDatabase
	}
	cfg, err := pgconn.ParseConfig(dsn)
	file, isFile := errors.AsType[*os.PathError](err) // for example a certificate
	switch {
	case isFile:
		return "names a file that cannot be read: " + file.Error()
	case err != nil:
		return wantsDatabase + "; letters of the password that mean something there are written as %2F, say, and sslmode and the other settings as libpq has them"
	case cfg.Database == "":
		return "names no database: write postgres://USER:PASSWORD@HOST/DATABASE"
	}
	return ""
}

// checkStore returns the store's settings. name is the config's.
func (c *checker) checkStore(name string) StoreOptions {
	s := c.doc.Store
	section, there := strict.Locate(c.Root, key("store"))
	if there && s.Postgres == "" {
		for _, e := range strict.Entries(strict.Follow(section)) {
			if e.Key.Value == "postgres" {
				c.wrong(key("store").Child("postgres"), wantsDatabase)
			}
		}
	}
	return c.env.store(s, name)
}

// store fills in the defaults of store settings.
func (e Environment) store(s StoreOptions, name string) StoreOptions {
	if s.Postgres != "" {
		s.Beside = e.path(filepath.Base(name))
		return s
	}
	s.Path, s.Default = e.storePath(s.Path)
	s.Beside = s.Path
	return s
}

// Place is the store's place for people, without the password of a database.
func (s StoreOptions) Place() string {
	if s.Postgres == "" {
		return s.Path
	}
	cfg, err := pgconn.ParseConfig(string(s.Postgres))
	if err != nil {
		return "postgres://…"
	}
	u := url.URL{Scheme: "postgres", Path: "/" + cfg.Database}
	if cfg.User != "" {
		u.User = url.User(cfg.User)
	}
	if filepath.IsAbs(cfg.Host) { // a socket
		u.RawQuery = url.Values{"host": {cfg.Host}}.Encode()
		return u.String()
	}
	hosts := []string{hostPort(cfg.Host, cfg.Port)}
	for _, f := range cfg.Fallbacks { // each host, and again without TLS
		if h := hostPort(f.Host, f.Port); !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	u.Host = strings.Join(hosts, ",")
	return u.String()
}

func hostPort(host string, port uint16) string {
	if port == 5432 {
		return host
	}
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}
