package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"watcher/internal/config"
	"watcher/internal/daemon"
	"watcher/internal/notify"
)

func newSendTest(t *terminal) *cobra.Command {
	var path string
	var dryRun bool
	cmd := &cobra.Command{
		Use:     "send-test [-c FILE] [--dry-run] TARGET",
		Short:   "Send a sample alert to one target",
		Long:    "Sends one sample alert to a target of the config, at once and only once, and\nprints what the target answered if it did not take it. With --dry-run it prints\nwhat it would send, worded by the target's templates, and sends nothing.",
		Example: "  watcher send-test desk",
		Args:    exactly("TARGET"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if _, cfg, err := loadConfig(path); err == nil && len(args) == 0 {
				return targetNames(cfg), cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, cfg, err := loadConfig(path)
			if err != nil {
				return err
			}
			target, err := findTarget(cfg, args[0])
			if err != nil {
				return err
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			n, err := target.Options.Open(daemon.TargetEnv(cfg, daemonOptions(t, path, nil)))
			if err != nil {
				return err
			}
			messages, err := testMessages(n, target)
			if err != nil {
				return err
			}
			if dryRun {
				return previewTest(t, n, messages)
			}
			if err := sendTest(ctx, n, messages); err != nil {
				return fmt.Errorf("%s did not take the test alert: %w", target.Name, err)
			}
			fmt.Fprintf(t.stderr, "%s %s took the test alert\n", t.paintErr(green, "✓"), target.Name)
			return nil
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "print what would be sent, and send nothing")
	return cmd
}

func findTarget(cfg *config.Config, name string) (config.Target, error) {
	for _, target := range cfg.Targets {
		if target.Name == name {
			return target, nil
		}
	}
	return config.Target{}, unknown("target", name, names(cfg, "target"))
}

// testMessages words the sample as any other alert.
func testMessages(n notify.Notifier, target config.Target) ([]notify.Message, error) {
	alert := sampleAlert(target.Name, time.Now())
	// A fresh id each time: a target must not take the second test for a repeat.
	alert.ID = "test_" + rand.Text()
	return n.Compose(notify.Batch{ID: alert.ID, Target: target.Name, Time: alert.FirstSeen, Zone: target.Policy.Zone(), Alerts: []notify.Alert{alert}})
}

// previewTest prints the messages instead of sending them.
func previewTest(t *terminal, n notify.Notifier, messages []notify.Message) error {
	for _, m := range messages {
		text, err := notify.Preview(n, m)
		if err != nil {
			return err
		}
		fmt.Fprint(t.stdout, text)
	}
	return nil
}

func sendTest(ctx context.Context, n notify.Notifier, messages []notify.Message) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for _, m := range messages {
		if err := n.Notify(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func sampleAlert(target string, now time.Time) notify.Alert {
	title := "Test: Enhanced Forward Presence exercise begins in Estonia"
	text := "This is a sample, sent by watcher send-test. A NATO battle group and the Estonian division move to their positions; nothing of it has happened."
	published := now.Add(-3 * time.Minute).UTC()
	return notify.Alert{
		ID: "test", Target: target, FirstSeen: now.UTC(),
		Rules: []notify.RuleHit{{Name: "test-rule", Terms: []string{"Enhanced Forward Presence", "NATO"}}},
		Item: notify.Item{
			ID: "https://example.org/watcher-test", Title: title, Link: "https://example.org/watcher-test",
			Feed: "watcher send-test", FeedURL: "https://example.org/feed", Language: "en",
			Published: &published, Summary: text,
		},
		Excerpts: []notify.Excerpt{
			notify.MakeExcerpt("title", title, [][2]int{find(title, "Enhanced Forward Presence")}),
			notify.MakeExcerpt("content", text, [][2]int{find(text, "NATO")}),
		},
	}
}

// find returns where word stands in text.
func find(text, word string) [2]int {
	i := strings.Index(text, word)
	return [2]int{i, i + len(word)}
}
