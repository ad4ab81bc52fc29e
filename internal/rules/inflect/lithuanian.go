package inflect

import "watcher/internal/rules/words"

// Lithuanian: the five declensions, with t and d that soften before i and a
// back vowel (čio, džio). Adjectives, with their definite forms, are for words
// in small letters: Rusas is a man, Rusa a river. N are the endings that names
// from abroad take as they are written there.
var lithuanian = language{
	code: "lt", script: words.LatinScript,
	family: "baltic",
	forms: build(paradigms{
		bare: true,
		sets: map[string]string{"N": "- as o ui a u e ai is io iui i iu s"},
		lines: `
as ai | as o ui a u e ai ams us ais uose am ame
jus jai | jus jaus jui ju jumi juje jau jai jams jais juose jus
jas | jas jo jui ja ju juje jau jai jams jus jais juose yje jyje i
ias iai | ias io iui ia iu yje y e iau iai iams ius iais iuose i
jis jys | jis jo jui ji ju juje jyje jy jai jams jus jais juose
is ys iai | is io iui i iu yje y iai iams ius iais iuose iame iam ys
is ys | is ies iai i imi yje ie ys iu ims imis yse im
tis tys ciai | tis tys cio ciui ti ciu tyje ty ciai ciams cius ciais ciuose
tis tys | tis ties ciai ti timi tyje tie tys ciu tims timis tyse cio
dis dys dziai | dis dys dzio dziui di dziu dyje dy dziai dziams dzius dziais dziuose
dis dys | dis dies dziai di dimi dyje die dys dziu dims dimis dyse
a os | a os ai oje oj u oms om as omis ose on
e es | e es ei eje ej iu ems em emis ese en
te tes | te tes tei teje tej ciu tems tem temis tese ten
de des | de des dei deje dej dziu dems dem demis dese
us | us aus ui u umi uje uj au ums umis uose
ius | ius iaus iui iu iumi iuje iuj iau iai iams iais iuose
uo | uo ens eniui eni eniu enyje enie enys enu enims enis enimis enyse enio
uo | uo ers eriai eri eria eryje erie erys eru erims eris erimis eryse
inis ine ines iniai | inis inio iniam iniui inyje ini iniu iniame iniai iniams inius iniais iniuose ine ines inei ineje inems inemis inese inius
: as a os i | as o am a u ame i oj om iem iems us ais uose os ai oje oms omis ose
: as a asis oji | asis ojo ajam aji uoju ajame ieji uju iesiems uosius aisiais uosiuose oji osios ajai aja ojoje osioms asias osiomis osiose
: ieji osios | ieji uju iesiems uosius aisiais uosiuose osios osioms asias osiomis osiose asis ojo ajam aji uoju ajame oji ajai aja ojoje
: us | us aus iam u iu iame us iu iems ius iais iuose i ios iai ia ioje ioms ias iomis iose
on en am om em im um | on+N en+N am+N om+N em+N im+N um+N
- | +N
`,
		groups: `
zmogus zmogaus zmogui zmogu zmogumi zmoguje zmones zmoniu zmonems zmonemis zmonese
menuo menesio menesiui menesi menesiu menesyje menesiai menesiams menesius menesiais
dukte dukters dukteriai dukteri dukteria dukterimi dukteryje dukterys dukteru dukterims dukteris dukterimis
suo suns suniui suni suniu sunys sunu sunims sunis sunimis
`,
	}),
	clues: `ir kad su is yra bet buvo kaip tai del apie po nuo per iki jis savo taip pat uz bei nes kurie ar dar jau sako metu
	be virs pries tarp uz prie ant kol arba tik kur kas ka kodel kam ji jie jos ju mes jus man musu buti bus gali turi nera daugiau naujas nauja naujos naujos nauju visi sios si siuo
	prezidentas premjeras ministras ministre seimas vyriausybe rusija rusijos lietuva lietuvos lietuvoje ukraina ukrainos ukrainoje europos sajungos karas karo kariuomene ataka raketomis dronai siena ginklu gynybos
	susitiko kalbejosi ispeja atakavo prieme pasirase lankosi didina uzdaro traukiasi reikia teigia pranese sake zuvo sprogimas sankcijos istatyma biudzeta salies salis zmoniu zmones apsaugos
	stato tvora pasienyje pazeisti kabeliai juroje popiezius ragina siekti taikos blokuoja naryste kainos kaina kyla palieka vyksta teismas teismo bylos partija partijos rinkimai
	rinkimu rinkimuose kandidatas istatymas pinigai pinigu eurai euru milijonai milijonu tukstanciai procentai procentu mokykla ligonine vaikai vaiku moterys vyrai miestas miesto
	mieste savivaldybe meras siandien rytoj savaite antras treciasis didesnis maziau negali galetu imone imones darbas darbo darbuotojai`,
	letters: "ąęėįųū",
	small:   `o į ar as aš be bi iš ir ji jo jį jų ka ko ką ne ni no nu po su ta tą to tu tų už va`,
	three: `
abi abu ana ant bei bet dar dis dit ech gal gan iki jam jas jau jei jie jis jog jos juk jus kad kai kol kur lai lig lyg mat mes mln mus nei nes nuo
ogi pat per pro pvz sau sia sie sio siu tad tai tam tas tau tik tol tuo vai vel vos yra`,
	acronyms: `AI CIA DEL IS IT KAS KO MAN NET PAS PO SIS TU VA VIS`,
}

/*
Test words of Lithuanian:

Lietuva | Lietuvos Lietuvai Lietuvą Lietuvoje Lietuvon | lietuvis lietuviai lietuvių lietuviškas lietuviškai lietus
Rusija | Rusijos Rusijai Rusiją Rusijoje | rusas rusai rusų rusiškas rusvas
Ukraina | Ukrainos Ukrainai Ukrainą Ukrainoje | ukrainietis ukrainiečiai ukrainiečių ukrainietiškas
Lenkija | Lenkijos Lenkijai Lenkiją Lenkijoje | lenkas lenkai lenkų lenkiškas lenktynės
Latvija | Latvijos Latvijai Latviją Latvijoje | latvis latviai latvių latviškas
Estija | Estijos Estijai Estiją Estijoje | estas estai estų estiškas
Baltarusija | Baltarusijos Baltarusijai Baltarusiją Baltarusijoje | baltarusis baltarusiai baltarusių baltas
Vokietija | Vokietijos Vokietijai Vokietiją Vokietijoje | vokietis vokiečiai vokiečių vokiškas
Kinija | Kinijos Kinijai Kiniją Kinijoje | kinas kinai kinų kiniškas
Jungtinės | Jungtinių Jungtinėms Jungtines Jungtinėmis Jungtinėse | junginys jungti
Europa | Europos Europai Europą Europoje | europietis europiečiai europietiškas
Sąjunga | Sąjungos Sąjungai Sąjungą Sąjungoje | sąjungininkas sąjungininkai
Vilnius | Vilniaus Vilniui Vilnių Vilniumi Vilniuje | vilnietis vilniečiai vilna vilniškis
Kaunas | Kauno Kaunui Kauną Kaunu Kaune | kaunietis kauniečiai kaukė
Šiauliai | Šiaulių Šiauliams Šiaulius Šiauliais Šiauliuose | šiaulietis šiauliečiai šiaurė
Klaipėda | Klaipėdos Klaipėdai Klaipėdą Klaipėdoje | klaipėdietis klaipėdiečiai klaida
Trakai | Trakų Trakams Trakus Trakais Trakuose | trakiškis traktorius
Druskininkai | Druskininkų Druskininkams Druskininkus Druskininkuose | druska druskininkietis
Alytus | Alytaus Alytui Alytų Alytumi Alytuje | alytiškis alyva
Kijevas | Kijevo Kijevui Kijevą Kijevu Kijeve | kijevietis kijeviečiai
Maskva | Maskvos Maskvai Maskvą Maskvoje | maskvietis maskviečiai maskuotė
Ryga | Rygos Rygai Rygą Rygoje | rygietis rygiečiai rykštė
Briuselis | Briuselio Briuseliui Briuselį Briuselyje | briuselietis
Paryžius | Paryžiaus Paryžiui Paryžių Paryžiuje | paryžietis
Vašingtonas | Vašingtono Vašingtonui Vašingtoną Vašingtone | vašingtonietis
Minskas | Minsko Minskui Minską Minske | minskietis minskiečiai
Kaliningradas | Kaliningrado Kaliningradui Kaliningradą Kaliningrade | kaliningradietis
Landsbergis | Landsbergio Landsbergiui Landsbergį Landsbergiu | Landsbergienė Landsbergytė
Nausėda | Nausėdos Nausėdai Nausėdą | Nausėdienė
Nausėdienė | Nausėdienės Nausėdienei Nausėdienę | Nausėdaitė
Šimonytė | Šimonytės Šimonytei Šimonytę | Šimonis Šimonienė
Anušauskas | Anušausko Anušauskui Anušauską Anušausku | Anušauskienė Anušauskaitė
Paluckas | Palucko Paluckui Palucką Palucku | Paluckienė palūkanos
Grybauskaitė | Grybauskaitės Grybauskaitei Grybauskaitę | Grybauskas grybauti
Skvernelis | Skvernelio Skverneliui Skvernelį Skverneliu | Skvernelienė skvernas
Kubilius | Kubiliaus Kubiliui Kubilių Kubiliumi | Kubilienė kubilas
Rupšys | Rupšio Rupšiui Rupšį Rupšiu | Rupšytė rupūs
Rytis | Ryčio Ryčiui Rytį Ryčiu | Rytas
Žemaitis | Žemaičio Žemaičiui Žemaitį Žemaičiu | Žemaitija Žemaitienė žemė
Putinas | Putino Putinui Putiną Putinu | Putinaitė putėsis
Zelenskis | Zelenskio Zelenskiui Zelenskį Zelenskiu | Zelenska
Trumpas | Trumpo Trumpui Trumpą Trumpu | trumpesnis trumpiau trumpinys
Bidenas | Bideno Bidenui Bideną Bidenu | bidonas
Tuskas | Tusko Tuskui Tuską Tusku | tustas
Šoigu | | šokis
Seimas | Seimo Seimui Seimą Seimu Seime | seimūnas
Vyriausybė | Vyriausybės Vyriausybei Vyriausybę Vyriausybėje | vyriausias vyriausiasis
ministerija | ministerijos ministerijai ministeriją ministerijoje ministerijų ministerijoms | ministras ministrai ministrė
ministras | ministro ministrui ministrą ministru ministrai ministrų ministrams | ministerija ministerijos
kariuomenė | kariuomenės kariuomenei kariuomenę kariuomenėje | karys kariai karinis
karys | kario kariui karį kariu kariai karių kariams karius kariais | karas kariuomenė
karas | karo karui karą karu kare karai karų karams | karys karys kariuomenė
brigada | brigados brigadai brigadą brigadoje brigadų | brigadininkas
raketa | raketos raketai raketą raketoje raketų raketoms raketomis | raketinis
dronas | drono dronui droną dronu dronai dronų dronams dronais | dronininkas
medis | medžio medžiui medį medžiu medyje medžiai medžių medžiams | medus medinis
valdžia | valdžios valdžiai valdžią valdžioje | valda valdyti
sankcijos | sankcijų sankcijoms sankcijas sankcijomis | sankcionuoti
Gedvydas | Gedvydo Gedvydui Gedvydą | Gedvydienė
Lietuvos | Lietuva Lietuvai Lietuvą Lietuvoje | lietuvis
brolis | brolio broliui brolį broliu broliai brolių | broliškas brolienė
# More names of the field, of people and places abroad, and words that change inside.
Pabaltijys | Pabaltijo Pabaltijui Pabaltijį Pabaltijyje | pabaltys
Baltijos | | baltas balta
Lietuvis | Lietuvio Lietuviai Lietuvių Lietuviams | Lietuva
Peru | | per
Oslo | |
Trumpas | Trumpo Trumpui Trumpą Trumpu Trumpe |
Bushas | Busho Bushui Bushą Bushu |
Obama | Obamos Obamai Obamą Obamos |
Merkel | |
Macronas | Macrono Macronui Macroną Macronu |
Makronas | Makrono Makronui Makroną |
Putin | Putino Putinui Putinas |
Zelenskis | Zelenskio Zelenskiui Zelenskį Zelenskiu | žalias
Lavrovas | Lavrovo Lavrovui Lavrovą |
Navalnas | Navalno Navalnui Navalną |
Lukašenka | Lukašenkos Lukašenkai Lukašenką |
Cichanouskaja | Cichanouskajos Cichanouskajai Cichanouskają |
Stoltenbergas | Stoltenbergo Stoltenbergui Stoltenbergą | stoti
Adamkus | Adamkaus Adamkui Adamkų Adamkumi | Adomas
Paksas | Pakso Paksui Paksą | pakas
Brazauskas | Brazausko Brazauskui Brazauską | Brazauskienė
Brazauskienė | Brazauskienės Brazauskienei Brazauskienę | Brazauskas
Blinkevičiūtė | Blinkevičiūtės Blinkevičiūtei Blinkevičiūtę | Blinkevičius
Blinkevičius | Blinkevičiaus Blinkevičiui Blinkevičių Blinkevičiumi | Blinkevičiūtė
Karbauskis | Karbauskio Karbauskiui Karbauskį Karbauskiu |
Linkevičius | Linkevičiaus Linkevičiui Linkevičių Linkevičiumi |
Kasčiūnas | Kasčiūno Kasčiūnui Kasčiūną | kasti
Budrys | Budrio Budriui Budrį Budriu | budrus
Jakeliūnas | Jakeliūno Jakeliūnui |
Vytautas | Vytauto Vytautui Vytautą Vytautu |
Algirdas | Algirdo Algirdui Algirdą |
Gitanas | Gitano Gitanui Gitaną | gitara
Ingrida | Ingridos Ingridai Ingridą |
Dalia | Dalios Daliai Dalią | dalis dalies
Kinija | Kinijos Kinijai Kiniją Kinijoje | kinas kinai
Prancūzija | Prancūzijos Prancūzijai Prancūziją Prancūzijoje | prancūzas
Ispanija | Ispanijos Ispanijai Ispaniją Ispanijoje | ispanas
Italija | Italijos Italijai Italiją Italijoje | italas
Suomija | Suomijos Suomijai Suomiją Suomijoje | suomis suomiai
Švedija | Švedijos Švedijai Švediją Švedijoje | švedas
Norvegija | Norvegijos Norvegijai Norvegiją | norvegas
Danija | Danijos Danijai Daniją | danas
Izraelis | Izraelio Izraeliui Izraelį Izraelyje | izraelietis
Iranas | Irano Iranui Iraną Irane | Irakas Irako iranietis
Irakas | Irako Irakui Iraką Irake | Iranas Irano
Austrija | Austrijos Austrijai Austriją | Australija austras
Nigeris | Nigerio Nigeriui | Nigerija Nigerijos
Nigerija | Nigerijos Nigerijai | Nigeris Nigerio
Gruzija | Gruzijos Gruzijai Gruziją Gruzijoje | gruzinas
Moldova | Moldovos Moldovai Moldovą Moldovoje | moldavas
Krymas | Krymo Krymui Krymą Kryme | krimas
Donbasas | Donbaso Donbasui Donbasą Donbase |
Charkivas | Charkivo Charkivui Charkivą Charkive |
Odesa | Odesos Odesai Odesą Odesoje |
Panevėžys | Panevėžio Panevėžiui Panevėžį Panevėžyje | panevėžietis
Marijampolė | Marijampolės Marijampolei Marijampolę Marijampolėje |
Mažeikiai | Mažeikių Mažeikiams Mažeikius Mažeikiuose | mažas
Telšiai | Telšių Telšiams Telšius Telšiuose |
Utena | Utenos Utenai Uteną Utenoje | utėlė
Nida | Nidos Nidai Nidą Nidoje |
Palanga | Palangos Palangai Palangą Palangoje | palangė
Jonava | Jonavos Jonavai Jonavą Jonavoje | Jonas
Tauragė | Tauragės Tauragei Tauragę Tauragėje | taurė
Rukla | Ruklos Ruklai Ruklą Rukloje |
Pabradė | Pabradės Pabradei Pabradę Pabradėje |
Nemunas | Nemuno Nemunui Nemuną Nemune | nemuniškis
Neris | Neries Neriai Nerį Neryje Nerimi | nerimas nerimo
Berlynas | Berlyno Berlynui Berlyną Berlyne |
Londonas | Londono Londonui Londoną Londone |
Varšuva | Varšuvos Varšuvai Varšuvą Varšuvoje |
Ženeva | Ženevos Ženevai Ženevą Ženevoje |
Kremlius | Kremliaus Kremliui Kremlių Kremliuje | kremas
Pentagonas | Pentagono Pentagonui Pentagoną Pentagone |
Orlen | |
Lietuvos | Lietuva Lietuvoje | lietuvis
Respublika | Respublikos Respublikai Respubliką | respublikonas
rinkimai | rinkimų rinkimams rinkimus rinkimuose rinkimais | rinkėjas rinkti
migrantas | migranto migrantai migrantų migrantams migrantus | migracija
pabėgėlis | pabėgėlio pabėgėliai pabėgėlių pabėgėliams | pabėgti
gynyba | gynybos gynybai gynybą gynyboje | gynėjas
oras | oro orui orą ore orai |
kelias | kelio keliui kelią kelyje keliai kelių |
sąjungininkas | sąjungininko sąjungininkai sąjungininkų sąjungininkams | sąjunga
vėjas | vėjo vėjui vėją vėjyje vėjai |
duktė | dukters dukteriai dukterį dukterys | duktaras
sesuo | sesers seseriai seserį seserys |
vanduo | vandens vandeniui vandenį vandenyje | vandenynas
akmuo | akmens akmeniui akmenį akmenys |
ugnis | ugnies ugniai ugnį ugnyje |
pilis | pilies piliai pilį pilyje pilys pilių | pilietis
sūnus | sūnaus sūnui sūnų sūnumi sūnūs |
turgus | turgaus turgui turgų turguje |
Biden | Bideno Bidenui Bideną Bidenas | bidė
Macron | Macrono Macronui Macroną | makaronai
Johnson | Johnsono Johnsonui Johnsonas |
Merkel | Merkelio | merkti
*/
