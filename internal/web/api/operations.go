package api

import (
	"net/http"
	"slices"

	"watcher/internal/desk"
	"watcher/internal/notify"
	"watcher/internal/past"
	"watcher/internal/poll"
	"watcher/internal/web/syndicate"
)

// How many entries of a list are in one answer.
const (
	usualList = 50
	maxList   = 200
)

// What several operations have in common.
var (
	paramCursor = param{name: "cursor", does: "The `next` of the previous page; leave it out for the first page."}
	paramLimit  = param{name: "limit", kind: count, usual: usualList, most: maxList, does: "Maximum number of entries in the answer."}
	paramAlert  = param{name: "id", needed: true, does: "The alert's id, the id of one of its deliveries, or a unique prefix of the alert's id."}
	paramRule   = param{name: "name", needed: true, does: "The name of the rule."}
	paramFeed   = param{name: "name", needed: true, does: "The name of the feed."}
	paramTarget = param{name: "name", needed: true, does: "The name of the target."}
	paramSince  = param{name: "since", kind: moment, does: "Only articles first seen at or after this time: a timestamp, a date, or an age such as `7d`."}
	paramUntil  = param{name: "until", kind: moment, does: "Only articles first seen before this time."}
	paramQuery  = param{name: "q", needed: true, does: "A query in the rule language, such as `frigate NEAR/5 minister`."}
)

// alertStates are what the state of an alert may be.
var alertStates = []string{
	string(notify.StateHeld), string(notify.StateWaiting), string(notify.StateSending), string(notify.StateSent),
	string(notify.StateDead), string(notify.StateSkipped), string(notify.StateDropped),
}

var severities = []string{notify.Low.String(), notify.Normal.String(), notify.High.String()}

// list is the form of all lists.
type list[T any] struct {
	Items []T `json:"items"`
	// Next continues the list as cursor; absent at its end.
	Next string `json:"next,omitempty"`
}

// operations are all there are. A change (POST, DELETE) wants somebody who may edit.
var operations = slices.Concat(
	ofAlerts, ofSearch, ofRules, ofFeeds, ofTargets, ofMutes, ofFeedTokens, ofStatus,
)

var ofAlerts = []operation{
	{
		id: "listAlerts", tag: "alerts", method: http.MethodGet, path: "/alerts",
		summary: "List alerts, newest first",
		does:    "An article that goes to several targets is one entry. Each request examines a bounded number of alerts, so with a selective filter a page may have few items or none and still have a `next`.",
		params: []param{
			{name: "rule", does: "Only alerts that this rule matched."},
			{name: "feed", does: "Only articles that appeared in this feed, alone or among others."},
			{name: "tag", does: "Only articles from feeds with this tag."},
			{name: "severity", kind: choice, of: severities, does: "Only alerts with this severity."},
			{name: "target", does: "Only alerts for this target."},
			{name: "state", kind: choice, of: alertStates, does: "Only alerts in this state at one of their targets."},
			{name: "q", does: "Only alerts whose text matches this query in the rule language."},
			{name: "from", kind: moment, does: "Only alerts raised at or after this time: a timestamp, a date, or an age such as `7d`."},
			{name: "to", kind: moment, does: "Only alerts raised before this time."},
			paramLimit, paramCursor,
		},
		answer: desk.Page[desk.AlertRow]{}, do: (*call).listAlerts,
	},
	{
		id: "getAlert", tag: "alerts", method: http.MethodGet, path: "/alerts/{id}",
		summary: "Get an alert and its delivery history",
		params:  []param{paramAlert}, answer: desk.Life{}, do: (*call).getAlert,
	},
	{
		id: "retryAlert", tag: "alerts", method: http.MethodPost, path: "/alerts/{id}/retry",
		summary: "Retry the dead letters of an alert",
		params:  []param{paramAlert}, answer: desk.Life{}, do: (*call).retryAlert,
	},
	{
		id: "dropAlert", tag: "alerts", method: http.MethodPost, path: "/alerts/{id}/drop",
		summary: "Drop the dead letters of an alert",
		params:  []param{paramAlert}, answer: desk.Life{}, do: (*call).dropAlert,
	},
	{
		id: "acknowledgeAlert", tag: "alerts", method: http.MethodPost, path: "/alerts/{id}/ack",
		summary: "Acknowledge an alert",
		does:    "Records the caller's name and an optional note. Acknowledging mutes nothing.",
		params:  []param{paramAlert}, body: acknowledgement{}, optional: true, answer: desk.Life{}, do: (*call).acknowledgeAlert,
	},
	{
		id: "unacknowledgeAlert", tag: "alerts", method: http.MethodDelete, path: "/alerts/{id}/ack",
		summary: "Withdraw the acknowledgement of an alert",
		does:    "Records the caller's name. Anyone who may edit can withdraw an acknowledgement, not only its author.",
		params:  []param{paramAlert}, answer: desk.Life{}, do: (*call).unacknowledgeAlert,
	},
}

var ofSearch = []operation{
	{
		id: "search", tag: "search", method: http.MethodGet, path: "/search",
		summary: "Search the kept articles, newest first",
		does:    "With `Accept: application/jsonl`, results are streamed as they are found, one JSON object per line. The stream has no limit unless `limit` is given.",
		params:  []param{paramQuery, paramSince, paramUntil, paramLimit, paramCursor},
		answer:  list[foundArticle]{}, lines: foundArticle{}, do: (*call).search,
	},
	{
		id: "countSearch", tag: "search", method: http.MethodGet, path: "/search/counts",
		summary: "Count the articles that match a query, per day and per rule that also matches them",
		does:    "Counting is slow if the index cannot answer the query and the text of many articles must be read. With `Accept: application/jsonl`, intermediate counts are streamed, newest articles first, one JSON object per line. `percent` is the part of the period counted so far; the period starts at `since`, but no earlier than `history.keep` ago. The last line has `percent` 100 and the complete counts.",
		params:  []param{paramQuery, paramSince, paramUntil},
		answer:  past.Counts{}, lines: countLine{}, do: (*call).countSearch,
	},
}

var ofRules = []operation{
	{
		id: "listRules", tag: "rules", method: http.MethodGet, path: "/rules",
		summary: "List the rules in config order, with their recent matches",
		answer:  list[desk.RuleReport]{}, do: (*call).listRules,
	},
	{
		id: "getRule", tag: "rules", method: http.MethodGet, path: "/rules/{name}",
		summary: "Get a rule", params: []param{paramRule}, answer: desk.RuleReport{}, do: (*call).getRule,
	},
}

var ofFeeds = []operation{
	{
		id: "listFeeds", tag: "feeds", method: http.MethodGet, path: "/feeds",
		summary: "List the feeds and their health, sorted by name",
		params: []param{
			{name: "state", kind: choice, of: conditions(), does: "Only feeds in this state."},
			paramLimit, paramCursor,
		},
		answer: list[desk.FeedReport]{}, do: (*call).listFeeds,
	},
	{
		id: "getFeed", tag: "feeds", method: http.MethodGet, path: "/feeds/{name}",
		summary: "Get a feed and its held items", params: []param{paramFeed}, answer: desk.FeedReport{}, do: (*call).getFeed,
	},
	{
		id: "acceptFeed", tag: "feeds", method: http.MethodPost, path: "/feeds/{name}/accept",
		summary: "Mark all held items of a re-keyed feed as seen, without alerting",
		params:  []param{paramFeed}, answer: poll.Settled{}, do: (*call).acceptFeed,
	},
	{
		id: "releaseFeed", tag: "feeds", method: http.MethodPost, path: "/feeds/{name}/release",
		summary: "Release held items of a re-keyed feed as new, so that matching ones alert",
		does:    "Releases all held items if the body is missing or has no `items`.",
		params:  []param{paramFeed}, body: release{}, optional: true, answer: poll.Settled{}, do: (*call).releaseFeed,
	},
	{
		id: "retryFeed", tag: "feeds", method: http.MethodPost, path: "/feeds/{name}/retry",
		summary: "Poll a feed now, even if it is gone or set aside",
		params:  []param{paramFeed}, answer: desk.FeedReport{}, do: (*call).retryFeed,
	},
}

var ofTargets = []operation{
	{
		id: "listTargets", tag: "targets", method: http.MethodGet, path: "/targets",
		summary: "List the targets, with their health and queues",
		answer:  list[desk.TargetReport]{}, do: (*call).listTargets,
	},
	{
		id: "retryTarget", tag: "targets", method: http.MethodPost, path: "/targets/{name}/retry",
		summary: "Retry everything that waits for a target now, including its dead letters",
		params:  []param{paramTarget}, answer: desk.Tried{}, do: (*call).retryTarget,
	},
}

var ofMutes = []operation{
	{
		id: "listMutes", tag: "mutes", method: http.MethodGet, path: "/mutes",
		summary: "List the active mutes, with the number of alerts each holds",
		answer:  list[desk.MuteReport]{}, do: (*call).listMutes,
	},
	{
		id: "addMute", tag: "mutes", method: http.MethodPost, path: "/mutes",
		summary: "Mute a rule, feed, target or story for a period",
		does:    "Alerts are held until the mute ends. A mute of the same kind and name is replaced.",
		body:    muting{}, answer: desk.MuteReport{}, do: (*call).addMute,
	},
	{
		id: "endMute", tag: "mutes", method: http.MethodDelete, path: "/mutes/{kind}/{name}",
		summary: "End a mute and send the alerts it held",
		params: []param{
			{name: "kind", kind: choice, of: notify.MuteKinds, needed: true, does: "The kind of what is muted."},
			{name: "name", needed: true, does: "The name of what is muted."},
		},
		do: (*call).endMute,
	},
}

var ofFeedTokens = []operation{
	{
		id: "listFeedTokens", tag: "feed tokens", method: http.MethodGet, path: "/feed-tokens",
		summary: "List the feed tokens, with their creators and last use",
		answer:  list[syndicate.ListedToken]{}, do: (*call).listFeedTokens,
	},
	{
		id: "makeFeedToken", tag: "feed tokens", method: http.MethodPost, path: "/feed-tokens",
		summary: "Create a feed token for a reader that cannot log in",
		does:    "The token gives access to one feed, in both formats. It is returned only once, in this answer.",
		body:    feedToken{}, answer: syndicate.MadeToken{}, do: (*call).makeFeedToken,
	},
	{
		id: "revokeFeedToken", tag: "feed tokens", method: http.MethodDelete, path: "/feed-tokens/{id}",
		summary: "Revoke a feed token",
		params:  []param{{name: "id", needed: true, does: "The token's id."}}, do: (*call).revokeFeedToken,
	},
}

var ofStatus = []operation{
	{
		id: "getStatus", tag: "status", method: http.MethodGet, path: "/status",
		summary: "Get the status of the daemon", answer: desk.Status{}, do: (*call).getStatus,
	},
	{
		id: "streamEvents", tag: "status", method: http.MethodGet, path: "/events",
		summary: "Stream new and changed alerts as server-sent events",
		does:    "Each event is named after its `kind`. After a `missed` event, reload the list. The server closes a stream after 15 minutes; browsers reconnect automatically.",
		events:  desk.Event{}, do: (*call).streamEvents,
	},
}

func init() {
	operations = append(operations, operation{
		id: "getDescription", tag: "status", method: http.MethodGet, path: "/openapi.json",
		summary: "Get this OpenAPI 3.1 description", answer: map[string]any{}, do: (*call).describe,
	})
}

func conditions() []string {
	all := make([]string, len(poll.Conditions))
	for i, c := range poll.Conditions {
		all[i] = string(c)
	}
	return all
}
