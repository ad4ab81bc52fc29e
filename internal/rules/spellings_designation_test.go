package rules_test

import (
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/rules"
)

// designations are real ones, a line each: the rule, what it finds and what it must not
// find, separated by |, with ; between the texts of a part.
const designations = `
F-35 | Poland's first F-35A rolls out; two F-35As land; the F-35s; the F-35's engine; F-35/F-16 fleet; F35A; F 35 jets; f-35b | F-350 recalled; F-3 5; AF-35
F-16 | F-16V jets; F-16C/D; F-16AM; F16s; an F-16's pilot; F-16 Block 70 | F-161; F-116; route F-160A
F-15 | F-15E; F-15EX Eagle II; F-15s | F-150 pickup
F-22 | F-22A Raptor; F-22s | F-220
F-117 | F-117A | F-1170
F/A-18 | F/A-18E; F/A-18E/F Super Hornet; F/A-18s; F/A18C | F/A-180
EF-18 | EF-18M; EF-18s | EF-180
EA-18G | EA-18Gs; EA-18G's | EA-18; EA-180G
A-10 | A-10C Thunderbolt II; A-10s; two A 10 jets land | A 10 percent rise; a 10am start; A-101; A-100
A-50 | A-50U shot down; the A-50's crew; A50 | A-500
B-1 | B-1B Lancer; B-1Bs | B-10; B-12; B-1000
B-2 | B-2A Spirit; B-2s; a B 2 bomber | Plan b 2 days later; Plan B 2 days later; B-20; B-21
B-21 | B-21 Raider; B-21s | B-210; B-2
B-52 | B-52H; B-52Hs; B-52s over the Baltic | B-520; B-5 2
C-17 | C-17A; C-17s | C-170
C-130 | C-130J; C-130Js; C-130J-30 | C-1300; C-13
C-5 | C-5M Super Galaxy; C-5s | C-50; C-500
KC-46 | KC-46A; KC-46As; KC46 tankers; KC-46's boom | KC-460; KC-4
KC-135 | KC-135R; KC-135s | KC-1350
KC-130 | KC-130J | KC-1300
MC-130 | MC-130J | MC-1300
AC-130 | AC-130J Ghostrider | AC-1300
EC-130 | EC-130H | EC-1300
RC-135 | RC-135V; RC-135W Rivet Joint; RC-135s | RC-1350
E-3 | E-3A Sentry; E-3s | E-30; E-32
E-7 | E-7A Wedgetail; E-7As | E-70
E-2 | E-2D Hawkeye; E-2Ds | E-20
E-6 | E-6B Mercury | E-60
P-3 | P-3C Orion; P-3s | P-30
P-8 | P-8A Poseidon; P-8As; P-8I | P-80; P-800
U-2 | U-2S; U-2s | U-20; u 2 da
V-22 | V-22 Ospreys; V-22s; V22 | V-220
MV-22 | MV-22B | MV-220
CV-22 | CV-22B | CV-220
CH-47 | CH-47F Chinook; CH-47Fs | CH-470
CH-53 | CH-53K; CH-53E | CH-530
UH-60 | UH-60M; UH-60Ms; UH60 | UH-600
MH-60 | MH-60R; MH-60Rs | MH-600
HH-60 | HH-60W | HH-600
AH-64 | AH-64E Apache; AH-64Es; AH-64D | AH-640
AH-1 | AH-1Z Viper | AH-10
OH-58 | OH-58D | OH-580
NH90 | NH90s; NH-90; NH 90; NH90's | NH900; NH9
EH101 | EH-101 | EH1010
MQ-1 | MQ-1C Gray Eagle; MQ-1B | MQ-10
MQ-9 | MQ-9A Reaper; MQ-9B; MQ-9s | MQ-90
MQ-4 | MQ-4C Triton | MQ-40
RQ-4 | RQ-4B Global Hawk; RQ-4D; RQ-4s | RQ-40
RQ-170 | RQ-170s | RQ-1700
MQ-25 | MQ-25A Stingray | MQ-250
TB2 | Bayraktar TB2s; TB-2; TB2's | TB20; TB25
TB-3 | TB3; TB-3s | TB30
Bayraktar TB2 | Bayraktar TB2S; Bayraktar TB-2; two Bayraktar TB2s | Bayraktar TB20
Shahed-136 | Shahed-136s; Shahed 136B; Shahed136 | Shahed-1360; Shahed-13
Shahed 131 | Shahed-131s; Shahed 131 drones | Shahed 1310
Geran-2 | Geran-2s; Geran 2 drones | Geran-20
Orlan-10 | Orlan-10E; Orlan 10; Orlan-10s | Orlan-100; Orlan-30
Lancet-3 | Lancet-3M; Lancet 3 | Lancet-30
Mohajer-6 | Mohajer 6; Mohajer-6s | Mohajer-60
Tu-95 | Tu-95MS bombers; Tu-95MSM; Tu-95s; Tu 95 bombers | Tu-950; Tu-9
Tu-160 | Tu-160M; Tu-160M2; Tu-160s | Tu-1600; Tu-16
Tu-22 | Tu-22M3; Tu-22M3s; Tu-22MR | Tu-220; Tu-222
Tu-142 | Tu-142MK; Tu-142M3 | Tu-1420
Tu-134 | Tu-134UBL | Tu-1340
Tu-154 | Tu-154M; Tu-154's | Tu-1540
Il-76 | Il-76MD; Il-76MD-90A; Il-76s; IL-76; an Il 76 crashed; an IL 76 crashed | Il-760; Il-7
Il-20 | Il-20M; Il-20s | Il-200; Il-22
Il-38 | Il-38N | Il-380
Il-78 | Il-78M | Il-780
An-124 | An-124-100; An-124s; an An 124 landed; two An 124 planes | An-1240; An-12
An-12 | An-12BK; An-12s | An-124; An-120
An-26 | An-26B | An-260
An-225 | An-225's | An-2250
Su-24 | Su-24M; Su-24MR; Su-24s | Su-240
Su-25 | Su-25SM3; Su-25s; Su-25UB | Su-250
Su-27 | Su-27SM; Su-27UB; Su-27s; Su27; a Su 27 crossed | Su-270; Su-2
Su-30 | Su-30SM2; Su-30MKI; Su-30MKIs; Su-30s | Su-300; Su-3
Su-33 | Su-33s | Su-330
Su-34 | Su-34M; Su-34s | Su-340
Su-35 | Su-35S; Su-35Ss; Su-35s | Su-350
Su-57 | Su-57M; Su-57s | Su-570
MiG-21 | MiG-21bis; MiG-21MF; MiG-21s | MiG-210; MiG-2
MiG-29 | MiG-29SMT; MiG-29K; MiG-29s; MIG-29; MiG 29 | MiG-290
MiG-31 | MiG-31K airborne; MiG-31BM; MiG-31Ks; Mig-31's | MiG-310; MiG-3
Mi-8 | Mi-8AMTSh; Mi-8MTV-5; Mi-8s | Mi-80; Mi-800
Mi-17 | Mi-17V5; Mi-17s | Mi-170
Mi-24 | Mi-24P; Mi-24V; Mi-24s | Mi-240
Mi-26 | Mi-26T2 | Mi-260
Mi-28 | Mi-28NM; Mi-28s | Mi-280
Ka-27 | Ka-27PL; Ka-27s | Ka-270
Ka-52 | Ka-52M; Ka-52s; Ka 52 helicopters | Ka-520; Ka-5
J-10 | J-10C; J-10CE; J-10s | J-100; J-1
J-15 | J-15T; J-15s | J-150
J-16 | J-16D; J-16s | J-160
J-20 | J-20A; J-20S; J-20s | J-200
J-35 | J-35A | J-350
H-6 | H-6K; H-6N bombers; H-6s | H-60; H-600
Y-20 | Y-20A; Y-20s; Y-20U | Y-200
JF-17 | JF-17C; JF-17s | JF-170
KJ-500 | KJ-500A; KJ-500s | KJ-5000
A400M | A400Ms; A-400M; A400M's | A400; A4000M
A330 | A330neo; A330s; A-330; A330-200 | A3300; A33
A320 | A320neo; A320s; A320's | A3200; A32
B737 | B-737; B737s | B7370
T-14 | T-14 Armata; T-14s | T-140; T-1
T-54 | T-54B; T-54s | T-540
T-55 | T-55A; T-55AM; T-55s | T-550
T-62 | T-62M; T-62MV; T-62s | T-620
T-64 | T-64BV; T-64BVs; T-64s | T-640
T-72 | T-72B3 tanks; T-72B3M; T-72s; T-72's; T72; T-72M1; Т-72Б3; Т-72 | T-720; T-7
T-80 | T-80BVM; T-80U; T-80s | T-800
T-84 | T-84BM Oplot | T-840
T-90 | T-90M; T-90Ms; T-90A; T-90s | T-900
BMP-1 | BMP-1s; BMP-1AM; BMP 1 | BMP-10; BMP-2
BMP-2 | BMP-2M; BMP-2s | BMP-20
BMP-3 | BMP-3F; BMP-3s | BMP-30
BMD-4 | BMD-4M; BMD-4Ms | BMD-40
BTR-80 | BTR-80A; BTR-80s | BTR-800; BTR-8
BTR-82 | BTR-82A; BTR-82AM | BTR-820
BTR-4 | BTR-4E | BTR-40; BTR-44
MT-LB | MT-LBs; MT-LB | MT-L
M1 | M1A2; M1A1; M1A2SEPv3; M1A2s; M-1 | M10; M113
M1A2 | M1A2SEPv3; M1A2s; M1A2's; M-1A2 | M1A1; M1A20
M2 | M2A3; M2 Bradley; M2A2-ODS | M20; M270
M109 | M109A6; M109L; M109A7s | M1090; M10
M113 | M113A3; M113s | M1130
M270 | M270A1; M270B1 | M2700; M27
M142 | M142s; M142 HIMARS | M1420
M777 | M777A2; M777s; M-777 | M7770; M77
M10 | M10 Booker; M10s | M109; M100
Leopard 2 | Leopard 2A8; Leopard-2s; Leopard 2s; Leopard 2A7V; Leopard 2's; Leopards 2; Leopard2 | Leopard 20; Leopard 1
Leopard-2 | Leopard 2A6; Leopard 2A4s; leopard 2 | Leopard 23; Leopard 200
Leopard 1 | Leopard 1A5; Leopard 1s | Leopard 10; Leopard 12
Challenger 2 | Challenger 2s; Challenger 2E | Challenger 20; Challenger 3
Abrams | Abrams tanks | Abram
K2 | K2PL; K2s; K2 Black Panther; K-2 | K20; K200
K9 | K9A1; K9A2; K9s; K-9 | K90; K99
PT-91 | PT-91M; PT-91s | PT-910
CV90 | CV9035NL no; CV90s; CV-90; CV90 vehicles | CV900; CV9
Type 99 | Type 99A; Type-99s; Type 99A2 | Type 990; Type 9
Type 15 | Type 15s | Type 150
Type 10 | Type 10s | Type 100
Type 23 | Type 23s; Type 23 frigate's; Type-23 | Type 230; Type 2
Type 26 | Type 26s; Type-26 frigates | Type 260
Type 31 | Type 31e; Type 31s | Type 310
Type 45 | Type 45s; Type 45 destroyers | Type 450
Type 212 | Type 212A; Type 212CD; Type 212s | Type 2120; Type 21
Type 055 | Type 055s; Type 055A | Type 0550; Type 05
Type 052D | Type 052Ds; Type 052DL no; Type 052D's | Type 052; Type 0520D
Type 075 | Type 075s | Type 0750
U-212 | U-212A; U212 | U-2120
SSN-774 | SSN 774; SSN774 | SSN-7740
CVN-78 | CVN 78; CVN-78's | CVN-780
DDG-51 | DDG 51; DDG-51s | DDG-510; DDG-5
LCS-1 | LCS 1 | LCS-10; LCS-12
Project 636 | Project 636.3; Project 636M; Project-636s | Project 6360; Project 63
Project 955 | Project 955A; Project 955s | Project 9550
Project 22350 | Project 22350M | Project 223500; Project 2235
Project 1171 | Project 1171s | Project 11711; Project 117
K-141 | K-141 Kursk; K141 | K-1410; K-14
S-200 | S-200V; S-200s | S-2000
S-300 | S-300PMU2; S-300PS; S-300PM; S-300V4; S-300s; S300; S-300PMU-2; S-300 launchers; moved S 300 batteries | S-3000; S-30
S-350 | S-350E | S-3500
S-400 | S-400s; S-400's; S-400E; S400; Russia moves S 400 to Crimea | S-4000; S-40; s 400 vojaky
S-500 | S-500 Prometey; S-500s | S-5000
S-8 | S-8KOM | S-80
C-400 | С-400; ЗРС С-400 | C-4000; с 400 солдатами
Pantsir-S1 | Pantsir-S1M; Pantsir S1s; Pantsir-S1 | Pantsir-S10
Tor-M2 | Tor-M2U; Tor M2s; Tor-M2KM | Tor-M20
Buk-M3 | Buk-M3s; Buk M3 | Buk-M30
Buk-M1 | Buk-M1-2 | Buk-M10
SA-11 | SA-11s; SA 11 | SA-110
SA-15 | SA-15 | SA-150
PAC-3 | PAC-3 MSE; PAC-3s; PAC 3 | PAC-30
SM-2 | SM-2ER; SM-2s | SM-20
SM-3 | SM-3 Block IIA; SM-3s; SM3 | SM-30
SM-6 | SM-6s | SM-60
AIM-9 | AIM-9X; AIM-9Xs; AIM-9M | AIM-90
AIM-120 | AIM-120C-7; AIM-120D; AIM-120Ds; AIM-120C8 | AIM-1200
AGM-88 | AGM-88E; AGM-88G; AGM-88s | AGM-880
AGM-114 | AGM-114R; AGM-114s | AGM-1140
AGM-158 | AGM-158B; AGM-158C; AGM-158B-2 | AGM-1580
AGM-154 | AGM-154C; AGM-154A | AGM-1540
GBU-39 | GBU-39B; GBU-39s; GBU39 | GBU-390
GBU-12 | GBU-12s | GBU-120
GBU-57 | GBU-57A | GBU-570
MGM-140 | MGM-140A; MGM-140s | MGM-1400
BGM-109 | BGM-109G | BGM-1090
Mk 41 | Mk 41s; Mk-41; MK 41; Mk41 | Mk 410; Mk 4
Mk 84 | Mk 84s; Mk-84 | Mk 840
FIM-92 | FIM-92J; FIM-92s | FIM-920
FGM-148 | FGM-148F; FGM-148s | FGM-1480
RPG-7 | RPG-7s; RPG-7V | RPG-70
AT4 | AT4s; AT-4 | AT40
NLAW | NLAWs | NLAWER
AK-47 | AK-47s; AK47; AK-47's | AK-470
AK-74 | AK-74M; AK-74s | AK-740
FAB-500 | FAB-500M62; FAB-500s | FAB-5000; FAB-50
KAB-1500 | KAB-1500L | KAB-15000
Kh-101 | Kh-101s; Kh-101/102; Kh101 | Kh-1010; Kh-10
Kh-22 | Kh-22M; Kh-22s; Kh-22N | Kh-220
Kh-55 | Kh-55SM; Kh-55s | Kh-550; Kh-555
Kh-47M2 | Kh-47M2s; Kh-47M2 Kinzhal | Kh-47M20
Х-101 | Х-101; ракеты Х-101 | Х-1010
X-101 | Х-101 | X-1010
P-800 | P-800 Oniks; P-800s | P-8000
P-270 | P-270 Moskit | P-2700
3M14 | 3M14E; 3M14s; 3M14T | 3M140; 3M1
3M22 | 3M22 Zircon; 3M22s | 3M220
9K720 | 9K720-M; 9K720M; 9K720s | 9K7200; 9K72
9M729 | 9M729s; 9M729's | 9M7290; 9M72
9M723 | 9M723K5; 9M723-1 | 9M7230
9M83 | 9M83M | 9M830
2S19 | 2S19M2; 2S19M1; 2S19s | 2S190; 2S1
2S7 | 2S7M; 2S7s | 2S70
2S35 | 2S35-1; 2S35s | 2S350
2S4 | 2S4s | 2S40
BM-21 | BM-21s; BM-21 Grad; BM 21 | BM-210
BM-30 | BM-30s | BM-300
TOS-1 | TOS-1A; TOS-1As; TOS-2 no; TOS-1 | TOS-10
TOS-1A | TOS-1As; TOS-1A's | TOS-1B; TOS-10
DF-21 | DF-21D; DF-21Ds; DF21 | DF-210
DF-26 | DF-26B; DF-26s | DF-260
DF-41 | DF-41s | DF-410; DF-4
DF-5 | DF-5B; DF-5C | DF-50
JL-3 | JL-3s | JL-30
Hwasong-17 | Hwasong-17s; Hwasong 17; Hwasong-17's | Hwasong-170; Hwasong-1
Hwasong-11 | Hwasong-11A; Hwasong-11B | Hwasong-110
KN-23 | KN-23s; KN-23B | KN-230
KN-25 | KN-25s | KN-250
Fateh-110 | Fateh-110s; Fateh 110B | Fateh-1100
Shahab-3 | Shahab-3B; Shahab 3 | Shahab-30
Qiam-1 | Qiam 1s | Qiam-10
RS-24 | RS-24 Yars; RS-24s | RS-240
RS-28 | RS-28 Sarmat | RS-280
R-36 | R-36M2; R-36s | R-360; R-3
R-37 | R-37M; R-37Ms | R-370
R-360 | R-360 Neptune; R-360MC | R-3600; R-36
R-77 | R-77M; R-77-1 | R-770
Agni-5 | Agni-5P; Agni 5 | Agni-50
Trident II | Trident II | Trident III
D5 | D5LE; D-5; D5s | D50; D55
GLSDB | GLSDBs | GLSD
Article 5 | Article 5's; Article 5 | Article 50; Article 5th; Article 51
Article 4 | Article 4's; Article 4 talks | Article 40; Article 42
Article 42 | Article 42(7); Article 42.7 | Article 420; Article 4
Article 2 | Article 2's | Article 20; Article 231
Resolution 2231 | Resolution 2231's; Resolution 2231 | Resolution 22310; Resolution 223
Resolution 1701 | Resolution 1701's | Resolution 17010; Resolution 1702
Resolution 242 | Resolution 242's | Resolution 2420; Resolution 24
UNSCR 1325 | UNSCR 1325; UNSCR-1325 | UNSCR 13250
Protocol 14 | Protocol 14's | Protocol 140
Chapter 7 | Chapter 7's | Chapter 70; Chapter 77
Directive 2008 | Directive 2008's | Directive 20081
START III | New START III | START II
Section 232 | Section 232s; Section 232's | Section 2320; Section 23
Executive Order 14024 | Executive Order 14024's | Executive Order 140240
MH17 | MH17's; MH-17; MH 17 | MH170; MH175; MH370
MH370 | MH370's; MH-370 | MH3700; MH37
PS752 | PS-752; PS 752 | PS7520
G7 | G7's; G7 leaders; G-7; G-7s | G70; G77
G20 | G20's; G-20; G20 summit | G200; G2
G77 | G-77 | G770; G7
COP29 | COP29's; COP-29; COP 29 | COP290; COP2
P5 | P5 members; P-5 | P50
E3 | E3's; E-3 | E30
U-24 | U24 | U-240
5G | 5G's; 5Gs | 5; 50G
COVID-19 | covid-19; Covid 19; COVID19; COVID-19's | COVID-190
H5N1 | H5N1's; H5N1 | H5N10; H5N5
R-Day 1 | R-Day 1's | R-Day 10
Unit 731 | Unit 731's; Unit-731 | Unit 7310
Unit 8200 | Unit 8200's | Unit 82000; Unit 820
GRU Unit 29155 | GRU Unit 29155's | GRU Unit 291550
Task Force 58 | Task Force 58's | Task Force 580
Carrier Strike Group 12 | Carrier Strike Group 12's | Carrier Strike Group 120
Highway 60 | Highway 60's | Highway 600; Highway 60m
E40 | E40's; E-40 | E400
M-4 | M4; M-4s | M-40
Nord Stream 2 | Nord Stream 2's; Nord Stream-2 | Nord Stream 20; Nord Stream 1
Falcon 9 | Falcon 9s; Falcon 9's | Falcon 90
Soyuz-2 | Soyuz-2.1b; Soyuz 2 | Soyuz-20
`

// TestDesignations: each finds its variants, its plural and its possessive, and no other
// number. A text that ends in " no" must not be found.
func TestDesignations(t *testing.T) {
	n := 0
	for line := range strings.Lines(designations) {
		parts := strings.Split(strings.TrimSpace(line), " | ")
		if len(parts) < 3 {
			continue
		}
		n++
		s, err := rules.Compile([]rules.Rule{{Name: "r", Keywords: []string{parts[0]}}}, rules.Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		check := func(text string, want bool) {
			for _, it := range []*feeds.Item{{Title: text}, {Title: text + ", and that is what the spokesman said to them"}} {
				if got := len(s.Match(it)) == 1; got != want {
					t.Errorf("%s on %q: %v", parts[0], it.Title, got)
				}
			}
		}
		check(parts[0], true)
		for text := range strings.SplitSeq(parts[1], "; ") {
			text, no := strings.CutSuffix(text, " no")
			check(text, !no)
		}
		for text := range strings.SplitSeq(parts[2], "; ") {
			check(text, false)
		}
	}
	if n < 200 {
		t.Errorf("%d designations", n)
	}
	t.Logf("%d designations", n)
}

// TestDesignationsApart: one or two letters followed by a space and a number are a
// designation only in capitals, and only if they are not a word of the sentence.
func TestDesignationsApart(t *testing.T) {
	for _, c := range []struct {
		why, rule, lang string
		yes, no         []string
	}{
		{"the article of English", "A-10", "en", []string{"Two A 10 jets land", "The A-10 flew", "a-10s"},
			[]string{"A 10 percent rise", "a 10am start", "a 10 percent rise", "Plan a 10 years later", "Government Announces A 10 Percent Rise", "A 10am start", "He said: A 10 year plan", "A 10 people team", "It was a 10"}},
		{"a letter that is no word", "B-2", "en", []string{"B 2 bombers over Guam", "A B 2 took off"}, []string{"Plan b 2 days later", "Plan B 2 days later", "Plan B: 2 killed", "B 2,000 strong", "plan b. 2 killed"}},
		{"the preposition of French, with its accent or without", "A-10", "fr", []string{"un avion A 10 américain"}, []string{"à 10 heures", "À 10 heures, la réunion", "A 10 heures, la réunion", "il a 10 ans"}},
		{"the preposition of Russian", "С-400", "ru", []string{"Россия разместила С 400 в Крыму", "ЗРС С-400", "комплексы C-400", "с-400"}, []string{"с 400 солдатами", "С 400 солдатами он пришел", "встреча с 400 депутатами"}},
		{"the conjunction of Russian", "А-50", "ru", []string{"самолет А-50У", "сбит самолет А 50"}, []string{"а 50 ранены", "А 50 ранены", "двое убиты, а 50 ранены"}},
		{"the preposition of Polish", "Z-20", "pl", []string{"śmigłowce Z-20"}, []string{"Z 20 posłów tylko jeden", "z 20 krajów"}},
		{"the preposition of Polish, one letter", "W-3", "pl", []string{"śmigłowiec W-3 Sokół", "śmigłowiec W-3WA"}, []string{"W 3 dni do celu", "w 3 dni"}},
		{"the preposition of Czech", "S-400", "cs", []string{"ruské S-400"}, []string{"S 400 vojáky přijel", "s 400 vojáky"}},
		{"a declared language without tables", "E-3", "it", []string{"un E-3A"}, []string{"E 3 morti", "e 3 feriti"}},
		{"a small word of two letters", "Il-76", "it", []string{"un Il-76 russo"}, []string{"Il 76 per cento", "il 76 per cento"}},
		{"the same letters where they are none", "Il-76", "en", []string{"An Il 76 crashed", "Il 76 crashes near the border of the country"}, []string{"il 76"}},
		{"nothing is read across paragraphs", "B-2", "en", nil, []string{"Plan B\n\n2 killed"}},
		{"three letters and more as written", "BMP-3", "en", []string{"BMP 3", "bmp-3"}, []string{"BMP 30"}},
		{"a plain word before the number takes its forms", "Leopard-2", "pl", []string{"Leopardy 2A4", "Leopardów 2"}, []string{"Leopardy 20"}},
		{"whatever the rule's case", "IL-76", "en", []string{"An Il 76 crashed", "Il-76s", "il-76"}, []string{"il 76"}},
		{"in small letters too", "kc-46", "en", []string{"KC-46As", "a KC 46 landed"}, nil},
		{"small letters and a space are words", "by 2030", "en", []string{"by 2030", "By 2030 it is done"}, nil},
		{"other words tell that it is none", "Group of 7", "en", []string{"the Group of 7", "Group of 7’s"}, []string{"Group of 70"}},
		{"a date", "le 14 juillet", "fr", []string{"le 14 juillet", "Le 14 juillet"}, nil},
		{"an address", "No 10", "en", []string{"No 10 denies it", "A No. 10 spokesman"}, []string{"no 10 people"}},
		{"two letters, and what the feed says of itself", "Ju-52", "de", []string{"Ju 52 landet", "Ju 52"}, nil},
		{"an acronym that is a word", "MiG-29", "", []string{"Mig-29", "mig-29s", "MiG 29", "two Mig 29 jets"}, []string{"mig 29 år"}},
		{"a measure joined", "155mm", "en", []string{"155 mm shells", "155-mm", "155mm"}, []string{"1550 mm", "155 men"}},
		{"a measure apart", "155 mm", "en", []string{"155mm shells", "155-mm"}, []string{"155 m"}},
		{"no measure of one letter", "5G", "en", []string{"5G", "5Gs"}, []string{"5 g of it"}},
		{"a number behind a number", "B61-12", "en", []string{"B61-12s", "B61-12"}, []string{"B61-120", "B61-11"}},
		{"a date in figures", "9/11", "en", []string{"9/11", "9/11’s"}, []string{"9/110"}},
		{"units", "K-100", "en", []string{"K-100M", "K-100a"}, []string{"K-100m", "K-100km", "K-100th", "K-100am"}},
		{"quotes are exactly one", `"F-35"`, "en", []string{"F-35", "F35"}, []string{"F-35A", "F-35s", "F-35's"}},
		{"quotes of a word and a number", `"Leopard 2"`, "en", []string{"Leopard 2", "Leopard-2"}, []string{"Leopard 2A8", "Leopard 2s", "Leopards 2"}},
		{"a variant has its own plural and no other letters", "F-35A", "en", []string{"F-35A", "F-35As", "F-35A's", "F35A"}, []string{"F-35", "F-35B", "F-35AB"}},
		{"a variant has its own numbers", "T-72B", "en", []string{"T-72B3", "T-72Bs", "T-72B3M"}, []string{"T-72", "T-72M1", "T-720"}},
		{"Russian wires", "Ту-95", "ru", []string{"Ту-95МС", "Ту-95мс", "два Ту-95МСМ"}, []string{"Ту-950"}},
		{"Russian wires, Il", "Ил-76", "ru", []string{"Ил-76МД", "Ил 76"}, []string{"Ил-760"}},
		{"a prefix of a designation", "F-16*", "en", []string{"F-16V", "F16C", "F-16"}, []string{"F-15", "16"}},
		{"a prefix of two letters and a number", "Il-76*", "en", []string{"Il-76MD", "Il-76"}, []string{"Il-78"}},
		{"a prefix in Korean", "나토*", "", []string{"나토가 병력을 증강한다", "나토"}, []string{"나비"}},
		{"a prefix in Chinese", "北约*", "", []string{"北约峰会"}, []string{"北京"}},
	} {
		both := []rules.Rule{{Name: "r", Match: c.rule}, {Name: "k", Keywords: []string{c.rule}}}
		if strings.Contains(c.rule, " ") && c.rule[0] != '"' {
			both[0] = both[1] // in a query the words may stand anywhere
		}
		matchTitles(t, c.why+": "+c.rule, both, rules.Options{}, c.lang, c.yes, c.no)
	}
}
