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
	paramCursor = param{name: "cursor", does: "Where to go on: `next` of the answer before."}
	paramLimit  = param{name: "limit", kind: count, usual: usualList, most: maxList, does: "How many entries to answer with at most."}
	paramAlert  = param{name: "id", needed: true, does: "The id of the alert, of one of its deliveries, or enough of its beginning."}
	paramRule   = param{name: "name", needed: true, does: "The name of the rule."}
	paramFeed   = param{name: "name", needed: true, does: "The name of the feed."}
	paramTarget = param{name: "name", needed: true, does: "The name of the target."}
	paramSince  = param{name: "since", kind: moment, does: "Leave out articles that were seen before: a time, a day, or how long ago, such as `7d`."}
	paramUntil  = param{name: "until", kind: moment, does: "Leave out articles that were seen then or later."}
	paramQuery  = param{name: "q", needed: true, does: "A query of the rule language, such as `frigate NEAR/5 minister`."}
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
		summary: "List alerts, the newest first",
		does:    "An article that several targets are told of is one entry. A filter that finds little looks at so many alerts at a time: an answer may then have few items or none, and a `next` to go on by.",
		params: []param{
			{name: "rule", does: "Only what this rule matched."},
			{name: "feed", does: "Only articles of this feed, or that stand there too."},
			{name: "tag", does: "Only articles of feeds with this tag."},
			{name: "severity", kind: choice, of: severities, does: "Only alerts of this severity."},
			{name: "target", does: "Only alerts for this target."},
			{name: "state", kind: choice, of: alertStates, does: "Only alerts that are in this state at a target."},
			{name: "q", does: "Only alerts whose text this query of the rule language matches."},
			{name: "from", kind: moment, does: "Only alerts since then: a time, a day, or how long ago, such as `7d`."},
			{name: "to", kind: moment, does: "Only alerts before then."},
			paramLimit, paramCursor,
		},
		answer: desk.Page[desk.AlertRow]{}, do: (*call).listAlerts,
	},
	{
		id: "getAlert", tag: "alerts", method: http.MethodGet, path: "/alerts/{id}",
		summary: "Show an alert and all that became of it",
		params:  []param{paramAlert}, answer: desk.Life{}, do: (*call).getAlert,
	},
	{
		id: "retryAlert", tag: "alerts", method: http.MethodPost, path: "/alerts/{id}/retry",
		summary: "Send an alert again that was given up",
		params:  []param{paramAlert}, answer: desk.Life{}, do: (*call).retryAlert,
	},
	{
		id: "dropAlert", tag: "alerts", method: http.MethodPost, path: "/alerts/{id}/drop",
		summary: "Strike an alert that was given up from the dead letters",
		params:  []param{paramAlert}, answer: desk.Life{}, do: (*call).dropAlert,
	},
	{
		id: "acknowledgeAlert", tag: "alerts", method: http.MethodPost, path: "/alerts/{id}/ack",
		summary: "Acknowledge an alert",
		does:    "It is noted with the name of who asks, and mutes nothing.",
		params:  []param{paramAlert}, body: acknowledgement{}, optional: true, answer: desk.Life{}, do: (*call).acknowledgeAlert,
	},
	{
		id: "unacknowledgeAlert", tag: "alerts", method: http.MethodDelete, path: "/alerts/{id}/ack",
		summary: "Withdraw the acknowledgement of an alert",
		does:    "It is noted with the name of who asks, whoever had acknowledged it.",
		params:  []param{paramAlert}, answer: desk.Life{}, do: (*call).unacknowledgeAlert,
	},
}

var ofSearch = []operation{
	{
		id: "search", tag: "search", method: http.MethodGet, path: "/search",
		summary: "Search the kept articles, the newest first",
		does:    "With `Accept: application/jsonl` all that is found comes as one JSON object a line, as it is found, without a limit unless one is asked for.",
		params:  []param{paramQuery, paramSince, paramUntil, paramLimit, paramCursor},
		answer:  list[foundArticle]{}, lines: foundArticle{}, do: (*call).search,
	},
	{
		id: "countSearch", tag: "search", method: http.MethodGet, path: "/search/counts",
		summary: "Count what a query finds, by day and by the rules that catch it already",
		does:    "Where the text of many articles must be read, that takes long. With `Accept: application/jsonl`, what was counted so far, of the newest articles, comes as one JSON object a line now and then; `percent` is how much of the period was counted (it begins at `since`, but no earlier than `history.keep` ago). The last one has `percent` 100, and all.",
		params:  []param{paramQuery, paramSince, paramUntil},
		answer:  past.Counts{}, lines: countLine{}, do: (*call).countSearch,
	},
}

var ofRules = []operation{
	{
		id: "listRules", tag: "rules", method: http.MethodGet, path: "/rules",
		summary: "List the rules, in the order of the config, with what they caught lately",
		answer:  list[desk.RuleReport]{}, do: (*call).listRules,
	},
	{
		id: "getRule", tag: "rules", method: http.MethodGet, path: "/rules/{name}",
		summary: "Show a rule", params: []param{paramRule}, answer: desk.RuleReport{}, do: (*call).getRule,
	},
}

var ofFeeds = []operation{
	{
		id: "listFeeds", tag: "feeds", method: http.MethodGet, path: "/feeds",
		summary: "List the feeds by name, and how they are",
		params: []param{
			{name: "state", kind: choice, of: conditions(), does: "Only feeds in this state."},
			paramLimit, paramCursor,
		},
		answer: list[desk.FeedReport]{}, do: (*call).listFeeds,
	},
	{
		id: "getFeed", tag: "feeds", method: http.MethodGet, path: "/feeds/{name}",
		summary: "Show a feed, with the items that it holds", params: []param{paramFeed}, answer: desk.FeedReport{}, do: (*call).getFeed,
	},
	{
		id: "acceptFeed", tag: "feeds", method: http.MethodPost, path: "/feeds/{name}/accept",
		summary: "Take all held items of a re-keyed feed for seen: nobody is told of them",
		params:  []param{paramFeed}, answer: poll.Settled{}, do: (*call).acceptFeed,
	},
	{
		id: "releaseFeed", tag: "feeds", method: http.MethodPost, path: "/feeds/{name}/release",
		summary: "Take held items of a re-keyed feed for new: they alert",
		does:    "Without a body, or without `items` in it, all of them are.",
		params:  []param{paramFeed}, body: release{}, optional: true, answer: poll.Settled{}, do: (*call).releaseFeed,
	},
	{
		id: "retryFeed", tag: "feeds", method: http.MethodPost, path: "/feeds/{name}/retry",
		summary: "Poll a feed now, even one that is gone or was set aside",
		params:  []param{paramFeed}, answer: desk.FeedReport{}, do: (*call).retryFeed,
	},
}

var ofTargets = []operation{
	{
		id: "listTargets", tag: "targets", method: http.MethodGet, path: "/targets",
		summary: "List the targets, and how far what is for them has come",
		answer:  list[desk.TargetReport]{}, do: (*call).listTargets,
	},
	{
		id: "retryTarget", tag: "targets", method: http.MethodPost, path: "/targets/{name}/retry",
		summary: "Try at once all that waits for a target, and send again what was given up for it",
		params:  []param{paramTarget}, answer: desk.Tried{}, do: (*call).retryTarget,
	},
}

var ofMutes = []operation{
	{
		id: "listMutes", tag: "mutes", method: http.MethodGet, path: "/mutes",
		summary: "List the mutes in force, and how many alerts each holds",
		answer:  list[desk.MuteReport]{}, do: (*call).listMutes,
	},
	{
		id: "addMute", tag: "mutes", method: http.MethodPost, path: "/mutes",
		summary: "Hold back the alerts of a rule, a feed, a target or a story for a time",
		does:    "A mute of the same name is replaced.",
		body:    muting{}, answer: desk.MuteReport{}, do: (*call).addMute,
	},
	{
		id: "endMute", tag: "mutes", method: http.MethodDelete, path: "/mutes/{kind}/{name}",
		summary: "End a mute now: what it held is sent",
		params: []param{
			{name: "kind", kind: choice, of: muteKinds, needed: true, does: "What is muted."},
			{name: "name", needed: true, does: "Its name."},
		},
		do: (*call).endMute,
	},
}

var ofFeedTokens = []operation{
	{
		id: "listFeedTokens", tag: "feed tokens", method: http.MethodGet, path: "/feed-tokens",
		summary: "List the tokens of alerts as feeds: who made them, and when they were used",
		answer:  list[syndicate.ListedToken]{}, do: (*call).listFeedTokens,
	},
	{
		id: "makeFeedToken", tag: "feed tokens", method: http.MethodPost, path: "/feed-tokens",
		summary: "Make a token for a reader that cannot log in",
		does:    "It opens one feed, in both formats. Its text is in this answer and never again.",
		body:    feedToken{}, answer: syndicate.MadeToken{}, do: (*call).makeFeedToken,
	},
	{
		id: "revokeFeedToken", tag: "feed tokens", method: http.MethodDelete, path: "/feed-tokens/{id}",
		summary: "Revoke a token: it opens nothing any more",
		params:  []param{{name: "id", needed: true, does: "The id of the token."}}, do: (*call).revokeFeedToken,
	},
}

var ofStatus = []operation{
	{
		id: "getStatus", tag: "status", method: http.MethodGet, path: "/status",
		summary: "Say how watcher is", answer: desk.Status{}, do: (*call).getStatus,
	},
	{
		id: "streamEvents", tag: "status", method: http.MethodGet, path: "/events",
		summary: "Stream new alerts and what becomes of them, as server-sent events",
		does:    "The name of an event is that of its `kind`. After `missed`, ask for the list again. A stream ends after a quarter of an hour; browsers then connect anew by themselves.",
		events:  desk.Event{}, do: (*call).streamEvents,
	},
}

func init() {
	operations = append(operations, operation{
		id: "getDescription", tag: "status", method: http.MethodGet, path: "/openapi.json",
		summary: "Describe this API as OpenAPI 3.1 does", answer: map[string]any{}, do: (*call).describe,
	})
}

func conditions() []string {
	all := make([]string, len(poll.Conditions))
	for i, c := range poll.Conditions {
		all[i] = string(c)
	}
	return all
}
