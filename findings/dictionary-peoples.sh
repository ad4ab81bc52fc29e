#!/usr/bin/env bash
# Guess: a word that a language's spelling dictionary rejects is misspelt, at least where
# the dictionary has the country and its neighbours. Debian's German one has Litauen,
# litauisch, Letten and Polen, but no Litauer, Este or Georgier in any case; the
# Icelandic one has Eistland and Pólverji, but neither Eisti nor eistneskur, nor a
# Letti, Lithái or Úkraínumaður. Who has it sieve a table of peoples and adjectives, as
# one would to keep out mistakes, throws out the words that the Baltic desk's headlines
# are made of, and the table looks checked.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download hunspell=1.7.1-1 libhunspell-1.7-0=1.7.1-1 hunspell-de-de=20161207-11 hunspell-is=1:7.5.0-1 >apt.log 2>&1 || { cat apt.log; exit 1; }
for deb in *.deb; do dpkg-deb -x "$deb" .; done
libs=(usr/lib/*/)
# rejected LANGUAGE WORD…: those of the words that the dictionary does not have.
rejected() {
	local language=$1
	shift
	printf '%s\n' "$@" | LC_ALL=C.UTF-8 LD_LIBRARY_PATH=$PWD/${libs[0]} usr/bin/hunspell -i utf-8 -d "$PWD/usr/share/hunspell/$language" -l | paste -sd ' '
}
german=$(rejected de_DE Litauen litauisch Litauer Litauern Estland estnisch Este Esten Georgien georgisch Georgier Lette Letten Pole Finne Ukrainer)
icelandic=$(rejected is_IS Eistland Eisti eistneskur Lettland Letti Litháen Lithái Úkraína Úkraínumaður Pólverji Rússi Finni Norðmaður)
echo "hunspell-de-de 20161207-11 rejects: $german"
echo "hunspell-is 7.5.0-1 rejects: $icelandic"
[[ $german == 'Litauer Litauern Este Esten Georgier' && $icelandic == 'Eisti eistneskur Letti Lithái Úkraínumaður' ]] || { echo 'this has changed'; exit 1; }
