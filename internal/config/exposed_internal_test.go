package config

import (
	"strings"
	"testing"
)

func TestSecretsOfTheService(t *testing.T) {
	e := exposed("/etc/watcher/watcher.yaml", 0o644, []Mistake{{KeyPath: "notify.desk.webhook"}})
	if want := "run chgrp watcher /etc/watcher/watcher.yaml && chmod o= /etc/watcher/watcher.yaml, or"; !strings.Contains(e.Text, want) {
		t.Errorf("the service could not read its config: %s", e.Text)
	}
}
