package config_test

import (
	"strings"
	"testing"

	"watcher/internal/config"
)

// An address that the guard would refuse is reported beforehand, at its line.
func TestPrivateAddressesAreToldOf(t *testing.T) {
	const text = `network: {allow: [10.20.0.0/16]}
feeds:
  - {name: Loopback, url: "http://127.0.0.1:8471/rss"}
  - {name: Allowed, url: "http://10.20.1.1/rss"}
  - {name: Private, url: "http://[fd00::1]/rss"}
  - {name: Proxied, url: "http://192.168.0.1/rss", proxy: "http://proxy.example.org"}
  - {name: Named, url: "https://example.org/rss"}
rules: [{name: nato, keywords: [NATO], notify: [hook, mail, log]}]
notify:
  hook: {type: webhook, url: "http://localhost:9000/in"}
  mail: {type: email, smtp: "smtp://192.168.1.2", from: w@example.org, to: [d@example.org]}
  log: {type: console}
ops: {notify: [log]}
`
	cfg, err := config.Parse("w.yaml", []byte(text), config.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range cfg.Warnings {
		if strings.Contains(w.Text, "network: {allow") {
			got = append(got, w.KeyPath+" "+strings.Fields(w.Text)[0])
		}
	}
	want := "feeds[0].url 127.0.0.1, feeds[2].url fd00::1, notify.hook.url localhost, notify.mail.smtp 192.168.1.2"
	if strings.Join(got, ", ") != want {
		t.Errorf("warned of %s\nwant %s", strings.Join(got, ", "), want)
	}
}
