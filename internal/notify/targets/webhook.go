package targets

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"golang.org/x/net/http/httpguts"

	"watcher/internal/notify"
	"watcher/internal/problem"
)

// WebhookOptions configure a receiver of Standard Webhooks.
type WebhookOptions struct {
	URL Secret `yaml:"url,secret"` // http or https
	// Secret signs the requests: whsec_ and base64 of 24 to 64 random bytes. Empty:
	// they are not signed.
	Secret Secret `yaml:"secret,secret"`
	// Headers are added to each request, such as Authorization.
	Headers map[string]Secret `yaml:"headers"`
}

func (o *WebhookOptions) Validate() []problem.Problem {
	ps := append(checkURL("url", o.URL, "https", "http"), checkKind(o.URL)...)
	if isPlaceholder([]string{string(o.Secret)}) {
		ps = append(ps, problem.At("secret", "is an example's, with … in it: put your own secret here"))
	} else if _, err := o.signer(); err != nil {
		ps = append(ps, problem.At("secret", "is not base64, write whsec_ and what openssl rand -base64 32 prints"))
	}
	for _, name := range sortedKeys(o.Headers) {
		key := "headers." + name
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			ps = append(ps, problem.At(key, "is not a header's name"))
		case !httpguts.ValidHeaderFieldValue(string(o.Headers[name])):
			ps = append(ps, problem.At(key, "holds a line break or another control character"))
		case strings.HasPrefix(strings.ToLower(name), "webhook-"), slices.Contains([]string{"content-type", "content-length", "host"}, strings.ToLower(name)):
			ps = append(ps, problem.At(key, "is set by watcher, leave it out"))
		}
	}
	return ps
}

func (o *WebhookOptions) signer() (*standardwebhooks.Webhook, error) {
	if o.Secret == "" {
		return nil, nil
	}
	return standardwebhooks.NewWebhook(string(o.Secret))
}

func (o *WebhookOptions) Open(env Env) (notify.Notifier, error) {
	signer, err := o.signer()
	if err != nil {
		return nil, fmt.Errorf("webhook: read secret: %w", err)
	}
	w := &webhook{url: o.URL, headers: o.Headers, signer: signer}
	w.poster = poster{env: env, kind: "webhook", secrets: []Secret{o.URL, o.Secret}}
	for _, v := range o.Headers {
		w.poster.secrets = append(w.poster.secrets, v)
	}
	return w, nil
}

type webhook struct {
	url     Secret
	headers map[string]Secret
	signer  *standardwebhooks.Webhook // nil: unsigned
	poster  poster
}

var _ notify.Notifier = (*webhook)(nil)

func (w *webhook) Compose(b notify.Batch) ([]notify.Message, error) {
	return composeEvents(b)
}

func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// Notify sends the same body and ID in every attempt, with a new timestamp and so a new
// signature.
func (w *webhook) Notify(ctx context.Context, m notify.Message) error {
	now := time.Now()
	header := map[string]string{
		standardwebhooks.HeaderWebhookID:        m.ID,
		standardwebhooks.HeaderWebhookTimestamp: strconv.FormatInt(now.Unix(), 10),
	}
	for k, v := range w.headers {
		header[k] = string(v)
	}
	if w.signer != nil {
		signature, err := w.signer.Sign(m.ID, now, m.Payload)
		if err != nil {
			return fmt.Errorf("webhook: sign: %w", err)
		}
		header[standardwebhooks.HeaderWebhookSignature] = signature
	}
	a, err := w.poster.do(ctx, http.MethodPost, string(w.url), header, m.Payload)
	if err != nil {
		return err
	}
	return a.settle(webhookVerdict(a.status))
}

// webhookVerdict follows Standard Webhooks: every 2xx accepts (but settle refuses a web
// page for all kinds), 410 disables the target, anything else is retried. A status that
// blames the body is retried too, since the body is frozen and a receiver answers 401,
// 403 or 404 while it is being deployed.
func webhookVerdict(status int) verdict {
	switch status {
	case http.StatusGone:
		return deadTarget
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge,
		http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return badMessage
	}
	if status >= 200 && status < 300 {
		return accepted
	}
	return temporary
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
