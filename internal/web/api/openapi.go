package api

import (
	"net/http"
	"strings"
)

// dict is a JSON object.
type dict = map[string]any

// describe answers with the description of all operations.
func (c *call) describe() (any, error) { return Description(c.Version), nil }

// Description describes the API as OpenAPI 3.1 does, for a version of the program.
func Description(version string) map[string]any {
	s := schemas{}
	paths := dict{}
	for i := range operations {
		op := &operations[i]
		at, _ := paths[op.path].(dict)
		if at == nil {
			at = dict{}
			paths[op.path] = at
		}
		at[strings.ToLower(op.method)] = op.describe(s)
	}
	responses := dict{"Problem": problemResponse(s)}
	return dict{
		"openapi": "3.1.1",
		"info": dict{
			"title": "watcher", "version": version,
			"description": "Read the alerts, articles, rules, feeds and targets of watcher, and act on them. " +
				"Times are RFC 3339 in UTC. A list has its entries in `items`; if it has a `next`, pass that as `cursor` to get the next page. " +
				"Text from feeds is untrusted plain text: escape it for where you use it.",
		},
		"servers":    []any{dict{"url": "." + Prefix, "description": "The server that serves this description."}},
		"paths":      paths,
		"components": dict{"schemas": s.all(), "responses": responses, "securitySchemes": schemes},
		// Without a login in the config no credentials are needed, and only reads are allowed.
		"security": []any{dict{"token": []any{}}, dict{"session": []any{}}, dict{}},
		"tags":     tags,
	}
}

var schemes = dict{
	"token":   dict{"type": "http", "scheme": "bearer", "description": "The token from `http.token_file`."},
	"session": dict{"type": "apiKey", "in": "cookie", "name": "watcher_session", "description": "The session cookie of a user who logged in on the page."},
}

var tags = []any{
	dict{"name": "alerts", "description": "Articles that rules matched, and their delivery."},
	dict{"name": "search", "description": "The kept articles."},
	dict{"name": "rules", "description": "The rules and their matches."},
	dict{"name": "feeds", "description": "The feeds, their health and held items."},
	dict{"name": "targets", "description": "The targets, their health and queues."},
	dict{"name": "mutes", "description": "Alerts held back for a period."},
	dict{"name": "feed tokens", "description": "Tokens for reading alerts as Atom or JSON Feed without a login."},
	dict{"name": "status", "description": "The state of the daemon, and a stream of events."},
}

func problemResponse(s schemas) dict {
	return dict{
		"description": "The request failed; `detail` says why and what to do.",
		"content":     dict{"application/problem+json": dict{"schema": s.of(problem{})}},
	}
}

func (op *operation) describe(s schemas) dict {
	o := dict{"operationId": op.id, "tags": []any{op.tag}, "summary": op.summary, "responses": op.responses(s)}
	if op.does != "" {
		o["description"] = op.does
	}
	var params []any
	for i := range op.params {
		params = append(params, op.params[i].describe(op.path))
	}
	if params != nil {
		o["parameters"] = params
	}
	if op.body != nil {
		o["requestBody"] = dict{"required": !op.optional, "content": dict{"application/json": dict{"schema": s.body(op.body)}}}
	}
	if op.changes() {
		o["security"] = []any{dict{"token": []any{}}, dict{"session": []any{}}}
	}
	return o
}

func (op *operation) responses(s schemas) dict {
	refused := dict{"$ref": "#/components/responses/Problem"}
	content := dict{}
	if op.answer != nil {
		content["application/json"] = dict{"schema": s.of(op.answer)}
	}
	if op.lines != nil {
		content["application/jsonl"] = dict{"schema": dict{"type": "string", "description": "One JSON object per line."}}
		s.of(op.lines)
	}
	if op.events != nil {
		content["text/event-stream"] = dict{"schema": dict{"type": "string", "description": "Each event carries one JSON object as its data."}}
		s.of(op.events)
	}
	if len(content) == 0 {
		return dict{"204": dict{"description": "Done."}, "default": refused}
	}
	return dict{"200": dict{"description": "The result.", "content": content}, "default": refused}
}

func (p *param) describe(path string) dict {
	in, schema := "query", dict{"type": "string"}
	if strings.Contains(path, "{"+p.name+"}") {
		in = "path"
	}
	switch p.kind {
	case count:
		schema = dict{"type": "integer", "minimum": 1, "maximum": p.most, "default": p.usual}
	case choice:
		schema["enum"] = p.of
	case text:
		schema["maxLength"] = p.longest()
	}
	return dict{"name": p.name, "in": in, "required": p.needed, "description": p.does, "schema": schema}
}

// methods are those that operations have.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodDelete}
