package daemon

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A start that takes long asks for more time, and stops asking once it is over.
func TestStartingExtends(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	synctest.Test(t, func(t *testing.T) {
		stop := newSystemd(func(key string) string { return map[string]string{"NOTIFY_SOCKET": path}[key] }).starting()
		time.Sleep(25 * time.Second)
		stop()
		time.Sleep(time.Minute)
	})
	if err := socket.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	var got []string
	for buf := make([]byte, 1000); ; {
		n, err := socket.Read(buf)
		if err != nil {
			break
		}
		got = append(got, string(buf[:n]))
	}
	if len(got) != 2 || !strings.HasPrefix(got[0], "EXTEND_TIMEOUT_USEC=60000000\n") {
		t.Errorf("sent %q, want two extensions", got)
	}
}
