// Package pgtest gives tests a PostgreSQL of their own: a real server in a folder that
// goes away with the process, on a port of its own, as a user that is not root.
package pgtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a PostgreSQL, as it calls a server and its databases.
type Cluster struct {
	Port  string
	dsn   string // up to the name of a database
	bin   string
	libs  string
	dir   string
	lock  *os.File
	as    *syscall.SysProcAttr
	cmd   *exec.Cmd
	mu    sync.Mutex
	admin *pgx.Conn // to its database postgres
	bases int
}

// ErrAbsent says that this machine has no PostgreSQL.
var ErrAbsent = errors.New("PostgreSQL is not there")

// Start makes a server and starts it. Stop ends it.
func Start() (*Cluster, error) {
	return start(func(c *Cluster) error {
		return c.do("initdb", "--no-sync", "--auth=trust", "--username=watcher", "--encoding=UTF8", "--locale=C", "-D", c.data())
	})
}

// Standby starts another server that follows this one.
func (c *Cluster) Standby() (*Cluster, error) {
	return start(func(n *Cluster) error {
		return n.do("pg_basebackup", "--no-sync", "--checkpoint=fast", "--write-recovery-conf", "--dbname", c.dsn+"postgres", "-D", n.data())
	})
}

func start(fill func(*Cluster) error) (_ *Cluster, err error) {
	c := new(Cluster)
	if c.dir, c.lock, err = folder("pgtest"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Stop())
		}
	}()
	if c.bin, c.libs, err = Programs(c.dir); err != nil {
		return nil, err
	}
	if c.as, err = notRoot(c.dir); err != nil {
		return nil, err
	}
	if c.Port, err = freePort(); err != nil {
		return nil, err
	}
	c.dsn = "postgres://watcher@127.0.0.1:" + c.Port + "/"
	if err := fill(c); err != nil {
		return nil, err
	}
	return c, c.Run()
}

func (c *Cluster) environ() []string {
	if c.libs == "" {
		return os.Environ()
	}
	return append(os.Environ(), "LD_LIBRARY_PATH="+c.libs)
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// do runs one of PostgreSQL's programs to its end.
func (c *Cluster) do(program string, args ...string) error {
	cmd := exec.Command(filepath.Join(c.bin, program), args...)
	cmd.SysProcAttr, cmd.Dir, cmd.Env = c.as, c.dir, c.environ()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, out)
	}
	return nil
}

// Run starts the server, again after Kill, and waits until it answers.
func (c *Cluster) Run() error {
	log, err := os.OpenFile(filepath.Join(c.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	c.cmd = exec.Command(filepath.Join(c.bin, "postgres"), "-D", c.data(), "-p", c.Port, "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories="+c.dir, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200", "-c", "shared_buffers=32MB")
	c.cmd.SysProcAttr, c.cmd.Dir, c.cmd.Stdout, c.cmd.Stderr, c.cmd.Env = c.as, c.dir, log, log, c.environ()
	if err := c.cmd.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		if c.admin, err = pgx.Connect(ctx, c.dsn+"postgres?default_transaction_read_only=off"); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			out, _ := os.ReadFile(log.Name())
			return fmt.Errorf("PostgreSQL does not answer: %w: %s", err, out)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Kill ends the server as a crash does.
func (c *Cluster) Kill() {
	if c.cmd != nil && c.cmd.Process != nil {
		_ = c.cmd.Process.Signal(syscall.SIGQUIT)
		_ = c.cmd.Wait()
		c.cmd = nil
	}
}

// Exec runs statements as the owner of the server, each in a transaction of its own.
func (c *Cluster) Exec(statements ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range statements {
		if _, err := c.admin.Exec(context.Background(), s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// Stop ends the server and removes its folder.
func (c *Cluster) Stop() error {
	c.Kill()
	return errors.Join(os.RemoveAll(c.dir), c.lock.Close())
}

// Database makes an empty database and returns where it is.
func (c *Cluster) Database(t testing.TB) (dsn string) {
	t.Helper()
	dsn, err := c.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.drop(t, dsn) })
	return dsn
}

// New is Database outside of a test.
func (c *Cluster) New() (dsn string, err error) { return c.copy("template1") }

// Like makes a database that is like the one at dsn, which nobody may be connected to.
// It is made sooner than many tables are.
func (c *Cluster) Like(t testing.TB, dsn string) string {
	t.Helper()
	dsn, err := c.copy(dsn[strings.LastIndex(dsn, "/")+1:])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.drop(t, dsn) })
	return dsn
}

func (c *Cluster) copy(base string) (dsn string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bases++
	name := fmt.Sprint("test", c.bases)
	// Files are copied sooner than they are logged.
	_, err = c.admin.Exec(context.Background(), "create database "+name+" template "+base+" strategy file_copy")
	return c.dsn + name, err
}

// drop makes room: what tests leave lies in memory.
func (c *Cluster) drop(t testing.TB, dsn string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cmd == nil {
		return
	}
	if _, err := c.admin.Exec(context.Background(), "drop database "+dsn[strings.LastIndex(dsn, "/")+1:]+" with (force)"); err != nil {
		t.Error(err)
	}
}

// folder makes a folder, which is of this process as long as its lock is held, and
// removes those of processes that were killed before they could.
func folder(name string) (dir string, lock *os.File, err error) {
	parent := cmp.Or(memory(), os.TempDir())
	left, _ := filepath.Glob(filepath.Join(parent, name+"*", "lock"))
	for _, path := range left {
		if f, err := os.Open(path); err == nil {
			if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
				_ = os.RemoveAll(filepath.Dir(path))
			}
			_ = f.Close()
		}
	}
	if dir, err = os.MkdirTemp(parent, name); err != nil {
		return "", nil, err
	}
	// It has its name once it is locked.
	if lock, err = os.Create(filepath.Join(dir, "new")); err == nil {
		err = errors.Join(syscall.Flock(int(lock.Fd()), syscall.LOCK_EX), os.Rename(lock.Name(), filepath.Join(dir, "lock")))
	}
	return dir, lock, err
}

// memory is a folder of the memory, where there is one: what a disk takes its time for is
// of no use after a test.
func memory() string {
	const shared = "/dev/shm"
	var fs syscall.Statfs_t
	const tmpfs = 0x01021994
	if err := syscall.Statfs(shared, &fs); err != nil || int64(fs.Type) != tmpfs || fs.Bavail*uint64(fs.Bsize) < 1<<30 {
		return ""
	}
	return shared
}

// Programs returns the folder of the newest PostgreSQL, and where its libraries are:
// Debian does not put it on the path. Where there is none, Debian's is unpacked below dir.
func Programs(dir string) (bin, libraries string, err error) {
	if bin := newest(""); bin != "" {
		return bin, "", nil
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), "", nil
	}
	root, err := Unpack("postgresql", dir)
	if err != nil {
		return "", "", fmt.Errorf("%w: %w", ErrAbsent, err)
	}
	if bin := newest(root); bin != "" {
		return bin, Libraries(root), nil
	}
	return "", "", ErrAbsent
}

func newest(root string) (bin string) {
	all, _ := filepath.Glob(root + "/usr/lib/postgresql/*/bin/initdb")
	if len(all) == 0 {
		return ""
	}
	return filepath.Dir(slices.MaxFunc(all, func(a, b string) int { return version(a) - version(b) }))
}

func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	return n
}

// Give lets the server write in a folder.
func (c *Cluster) Give(dir string) error {
	if c.as.Credential == nil {
		return nil
	}
	return os.Chown(dir, int(c.as.Credential.Uid), int(c.as.Credential.Gid))
}

// notRoot says as whom the server runs, which refuses root, and gives that user dir. The
// server ends with this process, however that ends.
func notRoot(dir string) (*syscall.SysProcAttr, error) {
	as := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Getuid() != 0 {
		return as, nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.ParseUint(nobody.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(nobody.Gid, 10, 32)
	if err := errors.Join(err1, err2, os.Chown(dir, int(uid), int(gid))); err != nil {
		return nil, err
	}
	as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return as, nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
