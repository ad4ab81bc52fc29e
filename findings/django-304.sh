#!/usr/bin/env bash
# Guess: a server's 304 says that the feed has not changed. Django's feeds take
# Last-Modified from the newest pubDate in them. A story that was held back and keeps
# the time at which it was written, or a corrected headline, leaves it as it was: who
# asks with If-Modified-Since alone is told 304 though another story is in the feed,
# and with If-None-Match beside it gets 200. A reader that keeps one of the two
# validators, or loses the ETag on the way through a proxy, never sees the story.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download python3-django=3:3.2.25-0+deb12u7 python3-asgiref=3.6.0-1 python3-sqlparse=0.4.2-1+deb12u1 \
  python3-tz=2022.7.1-4 >apt.log 2>&1 || { cat apt.log; exit 1; }
for deb in *.deb; do dpkg-deb -x "$deb" .; done
cat >finding.py <<'PY'
import datetime
import sys

import django
from django.conf import settings
from django.contrib.syndication.views import Feed
from django.test import Client
from django.urls import path

settings.configure(SECRET_KEY='-', ALLOWED_HOSTS=['*'], ROOT_URLCONF=__name__, USE_TZ=True,
                   MIDDLEWARE=['django.middleware.http.ConditionalGetMiddleware'])
django.setup()
print('Django', django.get_version())


def at(hour):
    return datetime.datetime(2026, 3, 2, hour, tzinfo=datetime.timezone.utc)


stories = [['Ferry runs again', at(12), '/a']]


class Wire(Feed):
    title, link, description = 'Wire', '/', 'Wire'
    def items(self): return stories
    def item_title(self, story): return story[0]
    def item_description(self, story): return ''
    def item_pubdate(self, story): return story[1]
    def item_link(self, story): return story[2]


urlpatterns = [path('feed', Wire())]
client = Client()
first = client.get('/feed')
date, etag = first['Last-Modified'], first['ETag']
stories.append(['Cable is cut (embargo until noon)', at(9), '/b'])
alone = client.get('/feed', HTTP_IF_MODIFIED_SINCE=date).status_code
both = client.get('/feed', HTTP_IF_MODIFIED_SINCE=date, HTTP_IF_NONE_MATCH=etag).status_code
print('another story in it, If-Modified-Since alone:', alone)
print('the same with If-None-Match:                 ', both)
del stories[1]
stories[0][0] = 'Ferry does not run'
corrected = client.get('/feed', HTTP_IF_MODIFIED_SINCE=date).status_code
print('a corrected headline, If-Modified-Since alone:', corrected)
if (alone, both, corrected) != (304, 200, 304):
    print('this has changed')
    sys.exit(1)
PY
PYTHONPATH=usr/lib/python3/dist-packages python3 -W ignore finding.py
