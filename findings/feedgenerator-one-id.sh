#!/usr/bin/env bash
# Guess: each entry of an Atom feed has an id of its own, or the library that writes it
# raises an error. feedgenerator, which is Django's writer without Django and which
# Pelican publishes with, makes an id where none is given from the host, the day and the
# path of the link, and drops the query: all stories of a day at /story?id=1, /story?id=2
# have one id, and a story whose date is corrected has another. In RSS the same items have
# no guid and two links. Who trusts the id tells one story a day; who moves from the RSS
# form of a feed to the Atom one for its better ids loses the others.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download python3-feedgenerator=2.0.0-1 >apt.log 2>&1 || { cat apt.log; exit 1; }
dpkg-deb -x python3-feedgenerator*.deb .
cat >finding.py <<'PY'
import re
import sys
from datetime import datetime, timezone

from feedgenerator import Atom1Feed, Rss201rev2Feed


def ids(form, tag, day=29):
    feed = form(title='Wire', link='https://wire.example/', description='News')
    for number in (1, 2):
        feed.add_item(title=f'Story {number}', link=f'https://wire.example/story?id={number}',
                      description='More.', pubdate=datetime(2026, 11, day, 9, number, tzinfo=timezone.utc))
    return re.findall(f'<{tag}>([^<]*)</{tag}>', feed.writeString('utf-8'))[1:]


print('python3-feedgenerator 2.0.0-1')
atom, corrected = ids(Atom1Feed, 'id'), ids(Atom1Feed, 'id', day=28)
print('Atom ids: ', *atom)
print('the same, dated a day earlier:', *corrected)
print('RSS links:', *ids(Rss201rev2Feed, 'link'))
print('RSS guids:', len(ids(Rss201rev2Feed, 'guid')))
if atom != ['tag:wire.example,2026-11-29:/story'] * 2 or corrected == atom:
    print('this has changed')
    sys.exit(1)
PY
PYTHONPATH=usr/lib/python3/dist-packages python3 finding.py
