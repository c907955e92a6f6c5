#!/usr/bin/env python3
"""Makes files with the columns and the numbers of rows of the Ordnance Survey's, to measure a gazetteer with.

    benches/places.py uprns 40000000 uprns.csv     like OS Open UPRN: in order, coordinates in centimetres
    benches/places.py names 3000000 names/         like OS Open Names: headerless tables by squares of 20 km, in Data/
    benches/places.py postcodes 1740000 points/    like Code-Point Open: headerless tables by areas, in Data/CSV/

The same numbers give the same bytes. Kinds of names stand in the shares that OS Open Names has in Great Britain.
"""
import os
import random
import sys

ENGLISH = """High Church Station Main Park Victoria Green Manor Kings Queens New Grange North South West East Mill School
London York Albert Springfield George Stanley Richmond Windsor Alexandra Chapel Broad Highfield Orchard Hill Well Bridge Castle Oak
Elm Ash Beech Cedar Chestnut Hawthorn Holly Laurel Maple Rowan Willow Birch Poplar Meadow River Brook Lake Spring Sunny Fair Long Short
Abbey Priory Rectory Vicarage Bishop Priest Monk Nelson Wellington Churchill Gladstone Cromwell Milton Shakespeare Byron Tennyson
Wordsworth Coronation Jubilee Market Cross Forge Smithy Quarry Pit Railway Canal Dock Harbour Beach Cliff Sea Marine Ocean""".split()
WELSH = """Bryn Maes Llan Aber Pen Ty Tan Pont Rhyd Coed Cae Nant Afon Glan Tre Caer Felin Eglwys Capel Plas Ffordd Heol Lôn Stryd
Fawr Bach Newydd Hen Uchaf Isaf Gwyn Du Coch Glas Hir Môr Llyn Mynydd Dyffryn Cwm Gelli Llwyn Onnen Derw Helyg Eithin Grug Haul""".split()
BEGINS = """Ab Al Ash Ax Bar Bat Ben Bex Bil Birk Black Blen Bod Bos Brad Bram Brent Brig Bro Buck Bur Cal Cam Can Car Cas Chat Ches Chip Clay
Cler Cod Col Con Cran Crew Cro Cul Dal Dar Den Dor Dun Dur East Ec Eg El En Ex Fal Far Fel Fin Ford Fram Gal Gar Gil Glas Glen Gos Graf
Gran Gres Had Hal Ham Han Har Has Hat Haw Hay Hel Hen Her Hex High Hin Hol Hor Hull Hun Il Ips Kel Ken Kes Kid Kil King Kirk Lam Lan Lang
Led Lei Lin Liv Long Lud Lut Mal Man Mar Mel Mer Mid Mil Mol Mor New Nor Not Oak Od Ol Os Ox Pad Pem Pen Pet Pick Pol Pres Rad Ram Red
Rich Rip Roch Rom Ross Rug Sal San Scar Sed Shef Ship Shrew Sil Skip Sle South Staf Stan Stock Sun Sut Swan Tam Tar Taun Tet Thet Tiv Tor
Tun Up Ut Wal Wan War Wat Wel Wen Wes Whit Wig Wil Win Wol Wood Wor Wrex Yar Yeo""".split()
ENDS = """ton ham ford bury ley field worth wick by thorpe don den stead well bridge burn mouth minster port chester hill wood dale combe stow
 over hurst church haven gate stone water minster side toft beck holme""".split()
STREETS = "Road Street Lane Close Avenue Drive Way Crescent Gardens Court Place Terrace Grove Walk Hill Square Mews Row Rise View".split()
WEIGHTS = [26, 12, 11, 14, 9, 9, 6, 4, 4, 5, 3, 3, 3, 2, 2, 1, 2, 1, 1, 1]
KINDS = [
    ("populatedPlace", "City", 71), ("populatedPlace", "Town", 1355), ("populatedPlace", "Village", 15155), ("populatedPlace", "Hamlet", 12900),
    ("populatedPlace", "Other Settlement", 2914), ("populatedPlace", "Suburban Area", 10876), ("transportNetwork", "Named Road", 882055),
    ("transportNetwork", "Section Of Named Road", 101301), ("transportNetwork", "Numbered Road", 11100), ("transportNetwork", "Railway Station", 3326),
    ("other", "Postcode", 1743127), ("other", "Primary Education", 36929), ("hydrography", "Inland Water", 26870),
    ("landcover", "Woodland Or Forest", 121148), ("landform", "Hill Or Mountain", 76443),
]
AREAS = """AB AL B BA BB BD BH BL BN BR BS CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EH EN EX FK FY G GL GU HA HD HG HP HR HS HU HX
IG IP IV KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW
SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE""".split()


def town(chance):
    if chance.random() < 0.08:
        return "".join(chance.sample(WELSH[:16], 2)).capitalize()
    return chance.choice(BEGINS) + chance.choice(ENDS)


def street(chance):
    if chance.random() < 0.06:
        return f"{chance.choice(WELSH[20:24])} {chance.choice(WELSH)} {chance.choice(WELSH)}".strip()
    # A few names are everywhere, most are somewhere.
    first = ENGLISH[min(int(chance.paretovariate(0.6)) - 1, len(ENGLISH) - 1)] if chance.random() < 0.5 else town(chance)
    return f"{first} {chance.choices(STREETS, WEIGHTS)[0]}"


def inhabited(chance):
    """A position on land, more often where people are."""
    middles = [(530000, 180000), (407000, 287000), (384000, 398000), (430000, 434000), (317000, 176000), (325000, 673000), (259000, 665000), (280000, 372000)]
    if chance.random() < 0.6:
        x, y = chance.choice(middles)
        return x + chance.gauss(0, 18000), max(y + chance.gauss(0, 18000), 20000)
    return chance.uniform(200000, 620000), chance.uniform(60000, 800000)


def uprns(rows, path):
    chance = random.Random(1)
    uprn, x, y = 0, 358260.66, 172796.5
    jump = chance.random
    with open(path, "w", buffering=1 << 20) as out:
        out.write("\ufeffUPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n")
        for row in range(rows):
            if row % 100000 == 0:
                # Each authority numbers its own properties, one beside the other.
                x, y = inhabited(chance)
                uprn += 1 + int(jump() * 900_000_000 * 40_000_000 / max(rows, 1) / 1.8)
            uprn += 1 if jump() < 0.8 else int(jump() * 20) + 1
            x += (jump() - 0.5) * 60
            y += (jump() - 0.5) * 60
            out.write(f"{uprn},{x:.2f},{y:.2f},{49.8 + y / 111200:.7f},{-2 + (x - 400000) / 70000:.7f}\n")


def names(rows, folder):
    chance = random.Random(2)
    whole = sum(count for _, _, count in KINDS)
    tables = {}
    towns = [(town(chance), *inhabited(chance)) for _ in range(20000)]
    for kind, local, count in KINDS:
        for at in range(count * rows // whole):
            x, y = inhabited(chance)
            lang, second, second_lang = "", "", ""
            if local == "Postcode":
                name = postcode(chance)
            elif kind == "transportNetwork" and "Road" in local:
                name = f"A{chance.randrange(1, 9999)}" if local.startswith("Numbered") else street(chance)
            elif kind == "populatedPlace":
                name = town(chance)
                if chance.random() < 0.05:
                    lang, second, second_lang = "eng", town(chance), "cym"
            else:
                name = f"{town(chance)} {dict(other='School', hydrography='Pond', landcover='Wood', landform='Hill').get(kind, 'Station')}"
            place = "" if kind == "populatedPlace" else chance.choice(towns)[0]
            line = ["id", "http://data.ordnancesurvey.co.uk/id/1", name, lang, second, second_lang, kind, local, f"{x:.0f}", f"{y:.0f}"]
            line += ["1", "2", "", "", "", "", "AA1", "u", place, "u", "u", "", "", "", "Anyshire", "u", "u", "Region", "u", "England", "u", "", "", ""]
            tables.setdefault((x // 20000, y // 20000), []).append(",".join(line))
    os.makedirs(f"{folder}/Data", exist_ok=True)
    for (x, y), lines in sorted(tables.items()):
        with open(f"{folder}/Data/T{int(x):02}{int(y):02}.csv", "w") as out:
            out.write("\n".join(lines) + "\n")


def postcode(chance):
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return f"{chance.choice(AREAS)}{chance.randrange(1, 40)} {chance.randrange(10)}{chance.choice(letters)}{chance.choice(letters)}"


def postcodes(rows, folder):
    chance = random.Random(3)
    os.makedirs(f"{folder}/Data/CSV", exist_ok=True)
    for area in AREAS:
        with open(f"{folder}/Data/CSV/{area.lower()}.csv", "w") as out:
            for _ in range(rows // len(AREAS)):
                x, y = inhabited(chance)
                code = area + postcode(chance).lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
                out.write(f'"{code}",10,{x:.0f},{y:.0f},"E92000001","E19000001","E18000001","","E06000001","E05000001"\n')


if __name__ == "__main__":
    what, rows, where = sys.argv[1:]
    {"uprns": uprns, "names": names, "postcodes": postcodes}[what](int(rows), where)
