#!/usr/bin/env bash
# Asks dictionaries of Debian and npm for the words of data/people and writes those that
# they do not have to testdata/unverified.txt. It needs apt-get, dpkg-deb, npm and
# python3, and no root.
set -euo pipefail
cd "$(dirname "$0")/data"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# A language, and the dictionaries one of which must have a word.
languages='
ar ar|be be_BY|bg bg_BG|bs bs_BA sr_Latn_RS sr_RS hr_HR|cs cs_CZ|da da_DK|de de_DE|el el_GR|en en_US|es es_ES|et et_EE|fa fa_IR
fi voikko|fr fr|he he_IL|hr hr_HR bs_BA sr_Latn_RS|hu hu_HU|hy hy_AM|is is_IS|it it_IT|ka ka|ko ko_KR|lt lt_LT|lv lv_LV|mk mk|nl nl_NL|no nb_NO nn_NO|pl pl_PL
pt pt_PT pt_BR|ro ro_RO|ru ru_RU|sk sk_SK|sl sl_SI|sq sq_AL|sr sr_Latn_RS sr_RS|sv sv_SE|tr tr_TR|uk uk_UA
az -|ja -|ur -|zh -'
packages='hunspell libhunspell-1.7-0 hunspell-ar hunspell-be hunspell-bg hunspell-bs hunspell-cs hunspell-da hunspell-de-de
hunspell-el hunspell-en-us hunspell-es myspell-et myspell-fa hunspell-fr-classical hunspell-he hunspell-hr hunspell-hu myspell-hy
hunspell-is hunspell-it hunspell-ko hunspell-lt hunspell-lv hunspell-nl hunspell-no hunspell-pl hunspell-pt-pt hunspell-pt-br
hunspell-ro hunspell-ru hunspell-sk hunspell-sl myspell-sq hunspell-sr hunspell-sv hunspell-tr hunspell-uk
libvoikko1 python3-libvoikko voikko-fi libhfstospell11 libarchive13 libicu72 libtinyxml2-9'

(cd "$tmp" && apt-get download -qq $packages && for deb in *.deb; do dpkg-deb -x "$deb" .; done) 2>/dev/null
for lang in ka mk; do
	(cd "$tmp" && npm pack --silent "dictionary-$lang" >/dev/null && tar xzf dictionary-$lang-*.tgz)
	for ext in aff dic; do mv "$tmp/package/index.$ext" "$tmp/usr/share/hunspell/$lang.$ext"; done
done
LD_LIBRARY_PATH=$(dirname "$(find "$tmp" -name 'libhunspell-1.7.so.0')")
export LD_LIBRARY_PATH LC_ALL=C.UTF-8

{
	echo '# Made by verify.sh: the words of data/people that no dictionary of the language has. Behind'
	echo '# a language stands the beginning of the SHA-256 of its file.'
	echo "# Dictionaries: $(cd "$tmp" && printf '%s\n' *spell-*.deb voikko-fi*.deb dictionary-*.tgz |
		sed -E 's/(_all)?.(deb|tgz)$//; s/_[0-9]*%3a/_/; s/(_|-([0-9]+\.))/ \2/; s/$/,/' | paste -sd' ' | sed 's/,$//')"
	tr '|' '\n' <<<"$languages" | grep . | sort | while read -r lang dictionaries; do
		of="$lang $(sha256sum "people/$lang.txt" | cut -c1-12)"
		grep -v '^#' "people/$lang.txt" | cut -d: -f2 | tr '| -' '\n' | grep '[^*]$' | sort -u >"$tmp/words"
		if [ "$dictionaries" = - ]; then
			echo "$of: no dictionary: all $(wc -l <"$tmp/words") words"
			continue
		fi
		if [ "$dictionaries" = voikko ]; then
			PYTHONPATH=$tmp/usr/lib/python3/dist-packages python3 -c '
import sys, libvoikko
v = libvoikko.Voikko("fi", path=sys.argv[1])
print(sys.argv[2] + ":", *(w for w in sys.stdin.read().split() if not v.spell(w) and not v.spell(w.capitalize())))
' "$tmp/usr/lib/voikko" "$of" <"$tmp/words"
			continue
		fi
		for d in $dictionaries; do
			"$tmp/usr/bin/hunspell" -i utf-8 -d "$tmp/usr/share/hunspell/$d" -l <"$tmp/words" 2>/dev/null >"$tmp/rest" || true
			grep -Fxf "$tmp/rest" "$tmp/words" >"$tmp/left" || true
			mv "$tmp/left" "$tmp/words"
		done
		echo "$of: $(paste -sd' ' "$tmp/words")"
	done
} >../testdata/unverified.txt
