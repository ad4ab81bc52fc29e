package inflect

// Lithuanian: the five declensions, with t and d that soften before i and a
// back vowel (čio, džio). Adjectives, with their definite forms, are for words
// in small letters: Rusas is a man, Rusa a river. N are the endings that names
// from abroad take as they are written there.
var lithuanianSource = source{
	bare: true,
	sets: map[string]string{"N": "- as o ui a u e ai is io iui i iu s"},
	table: `
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
}

// Latvian: the six declensions, with the consonants that soften in the second,
// fifth and sixth (tis, ša; pis, pja), and the definite adjective.
var latvianSource = source{
	bare: true,
	table: `
s i | s a am u i iem us os :-
s | s ij i is im u
is i | is a im i u iem us os
tis si | tis sa tim ti si su siem sus sos ta tu tiem tus tos
dis zi | dis za dim di zi zu ziem zus zos da du diem dus dos
pis pji | pis pja pim pi pji pju pjiem pjus pjos
bis bji | bis bja bim bi bji bju bjiem bjus bjos
mis mji | mis mja mim mi mji mju mjiem mjus mjos
vis vji | vis vja vim vi vji vju vjiem vjus vjos
ns | ns nim ni na nu niem nus nos n ni nam
us | us um u i iem os us
a as | a as ai u am ajai aja o ajam ajas :-
e es | e es ei i em u
te tes | te tes tei ti tem su tu
de des | de des dei di dem zu du
pe pes | pe pes pei pi pem pju pu
be bes | be bes bei bi bem bju bu
me mes | me mes mei mi mem mju mu
ve ves | ve ves vei vi vem vju vu
ais | ais a ajam o aja ie ajiem os ajos
ie | ie o ajiem os ajos ais
o | o
u | u
: s a as | s a am u i iem us os as ai ais ajam o aja ie ajiem ajos ajai ajas
- | - s a am u i iem us os e es ei is im
`,
	groups: `
nakts naktij nakti naktis naksu naktim
suns suna sunim suni suni sunu suniem sunus sunos
`,
}
