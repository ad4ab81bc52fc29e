package chaos

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// nets are network namespaces of the test's own: a hub with two bridges, one for the
// database and one for the web, and a namespace for each member with a link to both. No
// packet leaves them.
type nets struct {
	t       *testing.T
	prefix  string
	members int
	number  map[string]int
}

// newNets makes the hub. It skips the test without the permission for that.
func newNets(t *testing.T) *nets {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can make network namespaces")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("the program ip is not installed")
	}
	n := &nets{t: t, prefix: fmt.Sprintf("watcher%d-", os.Getpid()), number: make(map[string]int)}
	if out, err := exec.Command("ip", "netns", "add", n.space("hub")).CombinedOutput(); err != nil {
		t.Skipf("network namespaces cannot be made here: %s", out)
	}
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", n.space("hub")).Run() })
	for _, bridge := range []string{"db", "web"} {
		n.ip("-n", n.space("hub"), "link", "add", bridge, "type", "bridge")
		n.ip("-n", n.space("hub"), "link", "set", bridge, "up")
	}
	return n
}

func (n *nets) space(name string) string { return n.prefix + name }

func (n *nets) ip(args ...string) {
	n.t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		n.t.Fatalf("ip %v: %v: %s", args, err, out)
	}
}

// add makes a member. Its address is 10.66.0.N towards the database and 10.66.1.N
// towards the web.
func (n *nets) add(name string) {
	n.t.Helper()
	n.members++
	number := n.members
	n.number[name] = number
	n.ip("netns", "add", n.space(name))
	n.t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", n.space(name)).Run() })
	n.ip("-n", n.space(name), "link", "set", "lo", "up")
	for i, bridge := range []string{"db", "web"} {
		port := n.port(name, bridge)
		n.ip("link", "add", port, "netns", n.space("hub"), "type", "veth", "peer", "name", bridge, "netns", n.space(name))
		n.ip("-n", n.space("hub"), "link", "set", port, "master", bridge, "up")
		n.ip("-n", n.space(name), "addr", "add", fmt.Sprintf("10.66.%d.%d/24", i, number), "dev", bridge)
		n.ip("-n", n.space(name), "link", "set", bridge, "up")
	}
}

func (n *nets) port(name, bridge string) string { return fmt.Sprint(bridge, n.number[name]) }

// db returns the address of a member on the database's bridge.
func (n *nets) db(name string) string { return fmt.Sprint("10.66.0.", n.number[name]) }

// cut disconnects a member from a bridge, and mend reconnects it. Packets are dropped
// silently, as with a pulled cable.
func (n *nets) cut(name, bridge string) {
	n.ip("-n", n.space("hub"), "link", "set", n.port(name, bridge), "down")
}

func (n *nets) mend(name, bridge string) {
	n.ip("-n", n.space("hub"), "link", "set", n.port(name, bridge), "up")
}

// command is a program that runs at a member.
func (n *nets) command(name string, args ...string) *exec.Cmd {
	return exec.Command("ip", append([]string{"netns", "exec", n.space(name)}, args...)...)
}

// at runs f in the namespace of a member.
func (n *nets) at(name string, f func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	own, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	defer own.Close()
	other, err := os.Open("/var/run/netns/" + n.space(name))
	if err != nil {
		return err
	}
	defer other.Close()
	if err := unix.Setns(int(other.Fd()), unix.CLONE_NEWNET); err != nil {
		return err
	}
	defer func() {
		if err := unix.Setns(int(own.Fd()), unix.CLONE_NEWNET); err != nil {
			panic(err) // the thread must not serve others
		}
	}()
	return f()
}

// dial connects from the namespace of a member. The address must be numeric: another
// thread would resolve a name.
func (n *nets) dial(name string) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (c net.Conn, err error) {
		err = n.at(name, func() (err error) {
			var d net.Dialer
			c, err = d.DialContext(ctx, network, address)
			return err
		})
		return c, err
	}
}
