package web

import (
	"context"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/poll"
	"watcher/internal/websub"
)

// Numbers is a snapshot of the program's state.
type Numbers struct {
	Version  string
	Ready    bool
	Outage   bool // no feed can be reached: the machine is cut off
	Rules    int
	Feeds    iter.Seq2[poll.FeedStatus, error]
	Polling  poll.PollTally
	Targets  map[string]deliver.Count
	Outbox   notify.OutboxTally
	Reloaded time.Time // the last reload; zero if there was none
	ReloadOK bool
	WebSub   *websub.Stats // nil if hubs cannot reach us
	Err      error         // why some of this is missing
}

// maxSeries bounds the feeds with series of their own. If there are more feeds, only
// those that need attention have them.
const maxSeries = 2000

// scrapeTime is how long a scrape may take.
const scrapeTime = 20 * time.Second

// metrics serves our own registry, which collects the numbers at each scrape.
func metrics(numbers func(context.Context) Numbers) http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collector{numbers})
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: scrapeTime})
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("watcher_"+name, help, labels, nil)
}

var (
	buildInfo     = desc("build_info", "Which version runs; always 1.", "version")
	ready         = desc("ready", "1 while polls and deliveries progress.")
	networkOutage = desc("network_outage", "1 while no feed can be reached on any host.")
	ruleCount     = desc("rules", "Rules of the config.")
	reloadOK      = desc("config_last_reload_successful", "1 if the last reload was taken, or there was none.")
	reloadTime    = desc("config_last_reload_timestamp_seconds", "When the config was last told to reload.")

	feedsByState = desc("feeds", "Feeds in each state.", "state")
	feedsDue     = desc("feeds_due", "Feeds whose poll is due.")
	pollLag      = desc("poll_lag_seconds", "How long the feed that has waited longest for its poll is due.")
	noFullText   = desc("full_text_failures", "Articles matched by their summary, as their page could not be read, of the configured feeds.")
	pollResults  = desc("polls_total", "Polls by result: not_modified, unchanged, read, or the kind of failure.", "result")
	newItems     = desc("items_total", "Items that came up after the baselines.")
	alertCount   = desc("alerts_total", "Alerts made, reports of troubles included.")

	feedState   = desc("feed_state", "1 for the state that the feed is in.", "feed", "state")
	feedHealthy = desc("feed_healthy", "1 unless somebody has to look after the feed.", "feed")
	feedSuccess = desc("feed_last_success_timestamp_seconds", "The last poll that worked.", "feed")
	feedNew     = desc("feed_last_new_timestamp_seconds", "The last time that something new came up.", "feed")
	feedFails   = desc("feed_failures", "Failed polls in a row.", "feed")
	feedPushed  = desc("feed_pushed", "1 while a hub pushes the feed.", "feed")

	deliveries  = desc("deliveries_total", "Attempts to deliver a message by target and result.", "target", "result")
	outboxHeld  = desc("outbox_alerts_held", "Alerts that wait to be composed.")
	outboxReady = desc("outbox_messages_waiting", "Messages that wait to be delivered.")
	outboxDead  = desc("outbox_dead_letters", "Alerts that no target took.")
	ambiguous   = desc("ambiguous_attempts", "Attempts ever that may have arrived and were made again.")

	subscriptions = desc("websub_subscriptions", "Feeds that offer a hub, by the state of the subscription.", "state")
	pushes        = desc("websub_pushes_total", "What hubs pushed, by what became of it.", "result")
)

// collector reads the numbers at each scrape.
type collector struct {
	numbers func(context.Context) Numbers
}

// Describe sends nothing, which makes the collector unchecked: feeds and targets come and
// go.
func (c collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c collector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	n := c.numbers(ctx)
	put := putter(out)
	if n.Err != nil {
		out <- prometheus.NewInvalidMetric(ready, n.Err)
		return
	}
	put.gauge(buildInfo, 1, n.Version)
	put.gauge(ready, truth(n.Ready))
	put.gauge(networkOutage, truth(n.Outage))
	put.gauge(ruleCount, float64(n.Rules))
	put.gauge(reloadOK, truth(n.ReloadOK))
	if !n.Reloaded.IsZero() {
		put.gauge(reloadTime, seconds(n.Reloaded))
	}
	put.feeds(n.Feeds)
	for result, count := range n.Polling.Polls {
		put.counter(pollResults, float64(count), result)
	}
	put.counter(newItems, float64(n.Polling.Items))
	put.counter(alertCount, float64(n.Polling.Alerts))
	for target, count := range n.Targets {
		put.counter(deliveries, float64(count.Sent), target, "accepted")
		put.counter(deliveries, float64(count.Failed), target, "failed")
	}
	put.gauge(outboxHeld, float64(n.Outbox.Held))
	put.gauge(outboxReady, float64(n.Outbox.Waiting))
	put.gauge(outboxDead, float64(n.Outbox.Dead))
	put.gauge(ambiguous, float64(n.Outbox.Ambiguous))
	if s := n.WebSub; s != nil {
		put.gauge(subscriptions, float64(s.Live), "live")
		put.gauge(subscriptions, float64(s.Pending), "pending")
		put.gauge(subscriptions, float64(s.Failing), "failing")
		put.gauge(subscriptions, float64(s.Denied), "denied")
		for result, count := range s.Pushes {
			put.counter(pushes, float64(count), string(result))
		}
	}
}

// putter sends metrics.
type putter chan<- prometheus.Metric

func (p putter) gauge(d *prometheus.Desc, v float64, labels ...string) {
	p.put(d, prometheus.GaugeValue, v, labels)
}

func (p putter) counter(d *prometheus.Desc, v float64, labels ...string) {
	p.put(d, prometheus.CounterValue, v, labels)
}

func (p putter) put(d *prometheus.Desc, t prometheus.ValueType, v float64, labels []string) {
	for i, l := range labels {
		labels[i] = strings.ToValidUTF8(l, "\ufffd")
	}
	m, err := prometheus.NewConstMetric(d, t, v, labels...)
	if err != nil {
		m = prometheus.NewInvalidMetric(d, err)
	}
	p <- m
}

// feeds sends the metrics of feeds, in total and each.
func (p putter) feeds(entries iter.Seq2[poll.FeedStatus, error]) {
	now := time.Now()
	counts := make(map[poll.Condition]int)
	due, noText := 0, 0
	var lag time.Duration
	var first, unhealthy []poll.FeedStatus
	for e, err := range entries {
		if err != nil {
			p <- prometheus.NewInvalidMetric(feedsByState, err)
			return
		}
		state := e.Health(now).Condition
		counts[state]++
		noText += e.State.NoText
		if late := now.Sub(e.Due); late > 0 && !e.State.Gone {
			due++
			lag = max(lag, late)
		}
		if len(first) <= maxSeries {
			first = append(first, e)
		}
		if !state.Healthy() && len(unhealthy) < maxSeries {
			unhealthy = append(unhealthy, e)
		}
	}
	for _, state := range poll.Conditions {
		p.gauge(feedsByState, float64(counts[state]), string(state))
	}
	p.gauge(feedsDue, float64(due))
	p.gauge(pollLag, lag.Seconds())
	p.gauge(noFullText, float64(noText))
	if len(first) > maxSeries {
		first = unhealthy
	}
	for i := range first {
		p.feed(&first[i], now)
	}
}

func (p putter) feed(e *poll.FeedStatus, now time.Time) {
	s, state := &e.State, e.Health(now).Condition
	p.gauge(feedState, 1, e.Feed, string(state))
	p.gauge(feedHealthy, truth(state.Healthy()), e.Feed)
	if !s.Good.IsZero() {
		p.gauge(feedSuccess, seconds(s.Good), e.Feed)
	}
	if at := s.LastNew(); !at.IsZero() {
		p.gauge(feedNew, seconds(at), e.Feed)
	}
	p.gauge(feedFails, float64(s.Failed), e.Feed)
	if s.Push != nil && s.Push.Hub != "" {
		p.gauge(feedPushed, truth(s.Push.Live(now)), e.Feed)
	}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
