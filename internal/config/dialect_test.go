package config_test

import (
	"reflect"
	"strings"
	"testing"

	"watcher/internal/config"
	"watcher/internal/config/strict"
	"watcher/internal/notify/targets"
)

// A key that another kind of target uses for the same thing is recognised.
func TestKeysOfOtherKinds(t *testing.T) {
	for text, says := range map[string]string{
		"notify: {x: {type: webhook, webhook: \"https://example.org\"}}": "unknown key, did you mean url?",
		"notify: {x: {type: slack, url: \"https://example.org\"}}":       "unknown key, did you mean webhook?",
	} {
		if _, err := config.Parse("w.yaml", []byte(text), config.Environment{}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", text, err, says)
		}
	}
}

// Every secret field of a target has a twin that names a file.
func TestSecretsHaveTwins(t *testing.T) {
	for _, kind := range targets.Kinds() {
		options, _ := targets.NewOptions(kind)
		fields := strict.Fields(reflect.TypeOf(options).Elem())
		for name, f := range fields {
			if _, twin := fields[name+strict.FileSuffix]; !f.File && twin != (f.Type == reflect.TypeFor[targets.Secret]()) {
				t.Errorf("%s of a target %s is of the type %s, and has a twin: %v", name, kind, f.Type, twin)
			}
		}
	}
}
