package netguard

import (
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// Guard returns a dialer that refuses private, link-local and other special
// addresses, but for those in allow. It looks at the address that is about to
// be connected to, so neither a redirect nor a DNS answer that changes between
// check and use gets past it. Every port is allowed: feeds live on 8080 too.
//
// The dialer is safe for concurrent use. An http.Transport built on it must
// have no Proxy, which would make the connections in its place.
func Guard(allow []netip.Prefix) *net.Dialer {
	var v4, v6 []netip.Prefix
	for _, p := range allow {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	guardian := ssrf.New(
		ssrf.WithAnyPort(),
		ssrf.WithAllowedV4Prefixes(v4...),
		ssrf.WithAllowedV6Prefixes(v6...),
	)
	return &net.Dialer{
		Timeout:   DialTimeout,
		KeepAlive: 30 * time.Second,
		Control:   guardian.Safe,
	}
}

// GuardBut is Guard, but for connections to named, each an address and its port.
func GuardBut(allow []netip.Prefix, named []netip.AddrPort) *net.Dialer {
	d := Guard(allow)
	if len(named) == 0 {
		return d
	}
	guard := d.Control
	d.Control = func(network, address string, c syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err == nil && slices.Contains(named, netip.AddrPortFrom(to.Addr().Unmap(), to.Port())) {
			return nil
		}
		return guard(network, address, c)
	}
	return d
}

// Refuses reports whether Guard refuses a host that is an address or localhost. It is
// false for any other name, whose address only DNS knows.
func Refuses(guard *net.Dialer, host string) bool {
	if host == "localhost" {
		host = "127.0.0.1"
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	network := "tcp4"
	if addr.Is6() {
		network = "tcp6"
	}
	return guard.Control(network, net.JoinHostPort(addr.String(), "443"), nil) != nil
}

const DialTimeout = 10 * time.Second
