package daemon

import (
	"context"
	"time"

	"watcher/internal/config"
	"watcher/internal/notify"
	"watcher/internal/text"
)

// retire makes dead letters of what is left for targets that are no longer configured.
// The config is in force by then; what fails is done at the next reload.
func (d *Daemon) retire(ctx context.Context, cfg *config.Config) {
	names := make([]string, len(cfg.Targets))
	for i, t := range cfg.Targets {
		names[i] = t.Name
	}
	n, err := d.store.Retire(ctx, names)
	switch {
	case err != nil:
		d.log.Error("messages for removed targets are not retired yet", "error", err)
	case n > 0:
		d.log.Warn("messages for removed targets are dead letters now; watcher alerts --dead lists them", "count", n)
		d.reportRetired(ctx, cfg, n)
	}
}

// reportRetired reports to the ops targets that messages for removed targets became
// dead letters.
func (d *Daemon) reportRetired(ctx context.Context, cfg *config.Config, n int) {
	what := "1 alert or message was"
	if n > 1 {
		what = text.Number(n) + " alerts and messages were"
	}
	report := notify.TroubleAlerts(cfg.Ops.Notify, notify.Trouble{
		Kind: "target_removed", Since: time.Now().UTC(),
		Text: what + " held or queued for targets that the config has no longer, and became dead letters. \"watcher alerts --dead\" lists them; to send them, put their target back under its name and use \"watcher alerts retry\".",
	})
	if err := d.store.Report(ctx, report); err != nil {
		d.log.Error("dead letters of removed targets not reported", "error", err)
	}
}
