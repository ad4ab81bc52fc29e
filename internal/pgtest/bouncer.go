package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Bouncer is a PgBouncer before a Cluster: it hands each transaction to one of four
// connections for a database.
type Bouncer struct {
	port string
	to   *Cluster
	dir  string
	lock *os.File
	cmd  *exec.Cmd
}

// ErrNoBouncer says that this machine has no PgBouncer, and why none was downloaded.
var ErrNoBouncer = errors.New("PgBouncer is not there")

// Bouncer starts one. Stop ends it.
func (c *Cluster) Bouncer() (_ *Bouncer, err error) {
	b := &Bouncer{to: c}
	if b.dir, b.lock, err = folder("pgbouncer"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Stop())
		}
	}()
	program, libraries, err := pgbouncer(b.dir)
	if err != nil {
		return nil, err
	}
	if b.port, err = freePort(); err != nil {
		return nil, err
	}
	users, conf := filepath.Join(b.dir, "users"), filepath.Join(b.dir, "conf")
	err = errors.Join(c.Give(b.dir),
		os.WriteFile(users, []byte(`"watcher" ""`+"\n"), 0o644),
		os.WriteFile(conf, []byte(`[databases]
* = host=127.0.0.1 port=`+c.Port+`
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = `+b.port+`
unix_socket_dir =
auth_type = trust
auth_file = `+users+`
pool_mode = transaction
default_pool_size = 4
max_client_conn = 500
server_login_retry = 1
query_wait_timeout = 5
server_idle_timeout = 5
`), 0o644))
	if err != nil {
		return nil, err
	}
	var said strings.Builder
	b.cmd = exec.Command(program, conf)
	b.cmd.SysProcAttr, b.cmd.Dir, b.cmd.Stderr = c.as, b.dir, &said
	b.cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+libraries)
	if err := b.cmd.Start(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, b.Through(c.dsn+"postgres")+"?default_query_exec_mode=cache_describe")
		if err == nil {
			return b, conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			_ = b.Stop()
			return nil, fmt.Errorf("PgBouncer does not answer: %w: %s", err, said.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Through is the address of a database through the bouncer.
func (b *Bouncer) Through(dsn string) string {
	return strings.Replace(dsn, "127.0.0.1:"+b.to.Port, "127.0.0.1:"+b.port, 1)
}

// Stop ends it and removes its folder.
func (b *Bouncer) Stop() error {
	if b.cmd != nil && b.cmd.Process != nil {
		_ = b.cmd.Process.Signal(syscall.SIGQUIT)
		_ = b.cmd.Wait()
		b.cmd = nil
	}
	return errors.Join(os.RemoveAll(b.dir), b.lock.Close())
}

// pgbouncer returns the program, and where its libraries are: the machine's own, or
// Debian's, unpacked below dir.
func pgbouncer(dir string) (program, libraries string, err error) {
	for _, path := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} {
		if p, err := exec.LookPath(path); err == nil {
			return p, "", nil
		}
	}
	root, err := Unpack("pgbouncer", dir)
	if err != nil {
		return "", "", fmt.Errorf("%w: %w", ErrNoBouncer, err)
	}
	return filepath.Join(root, "usr/sbin/pgbouncer"), Libraries(root), nil
}
