package inflect

import "watcher/internal/rules/words"

// Italian: i and e, with the h that keeps c and g hard before them, and the feminine
// where the ending shows that the word is an adjective or somebody's office. Names
// take nothing.
var italian = language{
	code: "it", script: words.LatinScript,
	family: "romance",
	forms: build(paradigms{
		lines: `
- | -
: - | - s
: o | o i
: a | a e
: e | e i
: co go | co ci chi go gi ghi
: ca ga | ca che ga ghe
: io | io i
: cia gia | cia ce cie gia ge gie
: ico aco | ico ica ici iche aco aca aci ache acchi
: ista | ista isti iste
: ta | ta te ti
: tore sore | tore tori trice trici sore sori
: ato ito uto | ato ata ati ate ito ita iti ite uto uta uti ute
: ivo oso | ivo iva ivi ive oso osa osi ose
: ano ino eno | ano ana ani ane ino ina ini ine eno ena eni ene
: ario torio | ario aria ari arie torio toria tori torie
: peo neo | peo pea pei pee neo nea nei nee
: usso ucco ozzo | usso ussa ussi usse ucco ucca ucchi ucche ozzo
: ese ale ile are | ese esi ale ali ile ili are ari
: etto olto erso asso | etto etta etti ette olto olta olti olte erso ersa ersi erse asso assa assi asse
: oni | oni one
: isti | isti ista
: tori | tori tore
: enti anti | enti ente anti ante
: ili ali | ili ile ali ale
: ati uti iti | ati ato ata ate uti uto uta ute iti ito ita ite
: uppe oppe orze erre | uppe uppa oppe oppa orze orza erre erra
: ani ini | ani ano ana ane ini ino ina ine
: esi | esi ese
`,
		groups: `
ministro ministra ministri ministre
presidente presidentessa presidenti
uomo uomini
arma armi
mano mani
uovo uova
braccio braccia bracci
migliaio migliaia
nuovo nuova nuovi nuove
russo russa russi russe
alto alta alti alte
rosso rossa rossi rosse
nero nera neri nere
bianco bianca bianchi bianche
turco turca turchi turche
greco greca greci greche
tedesco tedesca tedeschi tedesche
estone estoni
lettone lettoni
primo prima primi prime
terrorista terroristi terroriste
belga belgi belghe
dio dei
`,
		closed: `
il lo la i gli le un uno una di del dello della dei degli delle a al allo alla ai agli alle da dal dalla dai in nel nella nei con su sul sulla per tra fra e o che non si se ma come è sono era ha hanno suo sua suoi sue
questo questa questi queste quello quella due tre più anche dopo contro chi dove quando
`,
	}),
	clues: `il di che e della per una con del sono non gli dei nel alla più anche dal la le lo un si da al ma come nella delle dopo contro è ha hanno sul sulla dalla degli nei tra fra suo sua due chi quando dove perché
	governo presidente guerra attacca attacco attacchi incontra ministro ministra premier esteri esercito truppe russia ucraina russi russe russo russa ucraino ucraina germania francia italia italiano italiana stati uniti
	accordo vertice elezioni voto elettori parlamento senato legge giudice polizia arrestato arrestati morti feriti missili droni aiuti confine confini sicurezza difesa commissione europea europeo unione nuovo nuova nuovi nuove
	milioni mila euro settimana oggi ieri domani annuncia chiede respinge approva accusa nega visita arriva condanna minaccia tratta tregua cessate fuoco sanzioni dazi petrolio prezzi inchiesta nave porto voli anni anno`,
	letters: "ìò",
	small:   `a e è i o ad ai al ci da di do ed fa fu ha ho il in io la le li lo ma me mi ne né no od se sé si sì so su te ti tu un va vi`,
	three: `
all ama bel ben che chi cio coi col con cos cui dai dal dei dov due ecc era eri ero fai far fin fra fui gia giu gli hai lei lui mai mia mie mio nei
nel noi non ora ore osi per piu poi puo qua qui sai sei sia sig son sta sto sua sue sui sul suo tra tre tua tue tuo una uso vai via voi`,
	acronyms: `AI ANSA BAR CO DEL DIA ES ETA FARA FAST IDEA IO IT PACE PO TU UN UNO USA VA VI`,
	counted:  `per milioni anni giorni`,
}

/*
Test words of Italian:

Italia | | italiano italiana italiani
Ucraina | | ucraini ucraino
Russia | | russo russa russi russe
Estonia | | estone estoni
Germania | | germanico tedesco
Francia | | francese francesi
Mosca | | moscovita moscio
Milano | | milanese milanesi
Putin | | putiniano
Meloni | | melone
missile | missili | missione missioni
missili | missile | missione
missione | missioni | missile
drone | droni | droga
carro | carri | carriera
fregata | fregate | fregare
aereo | aerei | aeroporto
sanzione | sanzioni | sanzionare
sanzioni | sanzione | sanzionare
soldato | soldati | soldo
truppa | truppe | trucco
truppe | truppa | trucco
presidente | presidenti presidentessa | presidenza
ministro | ministra ministri ministre | ministero ministeri
ministero | ministeri | ministro
ambasciatore | ambasciatori ambasciatrice ambasciatrici | ambasciata
senatore | senatori senatrice | senato
generale | generali | generazione
giornalista | giornalisti giornaliste | giornale
banca | banche | banco banchi
attacco | attacchi | attaccare
politico | politica politici politiche | polizia
elezione | elezioni | elettore elettorale
confine | confini | confinare
porto | porti | porta porte
caso | casi | casa case
uomo | uomini | umano
arma | armi | armata
esercito | eserciti | esercizio
accordo | accordi | accordare
russo | russa russi russe | Russia
ucraino | ucraina ucraini ucraine | Ucrania
francese | francesi | Francia
tedesco | tedesca tedeschi tedesche | Germania
europeo | europea europei europee | Europa
nucleare | nucleari | nucleo
militare | militari | milite
armato | armata armati armate | arma armi
spia | spie | spiaggia
*/
