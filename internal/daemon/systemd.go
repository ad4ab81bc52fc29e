package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// systemd reports the daemon's state to the service manager (sd_notify(3)). Without a
// manager its methods do nothing.
type systemd struct {
	socket string
	period time.Duration // of the watchdog; 0 if there is none
}

func newSystemd(getenv func(string) string) *systemd {
	s := &systemd{socket: getenv("NOTIFY_SOCKET")}
	if usec, err := strconv.ParseInt(getenv("WATCHDOG_USEC"), 10, 64); err == nil && usec > 0 {
		s.period = time.Duration(usec) * time.Microsecond
	}
	return s
}

func (s *systemd) ready(status string) { s.send("READY=1\nSTATUS=" + status) }
func (s *systemd) stopping()           { s.send("STOPPING=1\nSTATUS=ending") }

// reloading must carry the time, or a unit of Type=notify-reload fails to reload; older
// managers ignore it.
func (s *systemd) reloading() {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) == nil {
		s.send(fmt.Sprintf("RELOADING=1\nMONOTONIC_USEC=%d\nSTATUS=reloading", ts.Nano()/1000))
	}
}

const (
	// extendEvery is how often a long start asks for more time, and extendBy for how
	// much; the manager counts from the request.
	extendEvery = 10 * time.Second
	extendBy    = 60 * time.Second
	// maxStart is how long a start may take: a disk that hangs is no reason to wait for
	// ever.
	maxStart = 30 * time.Minute
)

// starting asks for more time while the daemon starts, until stop is called: a large
// store that was not closed properly is read completely.
func (s *systemd) starting() (stop func()) {
	ctx, cancel := context.WithTimeout(context.Background(), maxStart)
	go func() {
		tick := time.NewTicker(extendEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				s.send(fmt.Sprintf("EXTEND_TIMEOUT_USEC=%d\nSTATUS=reading the store", extendBy.Microseconds()))
			}
		}
	}()
	return cancel
}

// watchdog pings twice a period while alive finds progress. A stuck daemon logs it,
// stops pinging, and is restarted.
func (s *systemd) watchdog(ctx context.Context, log *slog.Logger, alive func() error) {
	if s.period == 0 {
		return
	}
	tick := time.NewTicker(s.period / 2)
	defer tick.Stop()
	for well := true; ; { // workers have half a period to start
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := alive()
		if err == nil {
			s.send("WATCHDOG=1")
		} else if well {
			log.Error("stuck: systemd restarts watcher unless it continues", "error", err)
		}
		well = err == nil
	}
}

func (s *systemd) send(state string) {
	if s.socket == "" {
		return
	}
	name := s.socket
	if name[0] == '@' {
		name = "\x00" + name[1:] // abstract socket
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		return // the manager is gone
	}
	defer conn.Close()
	_, _ = conn.Write([]byte(state))
}
