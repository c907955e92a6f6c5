"""A gazetteer of made-up addresses round the postcodes of a Code-Point Open file, and a table that asks for them in another order.

    python3 benches/uprns.py CODEPOINT.csv COUNT
writes uprns.csv (for groundrule places load) and batch.csv (for groundrule lookup --batch).
"""

import csv
import random
import sys

random.seed(20261123)
with open(sys.argv[1]) as file:
    rows = [row for row in csv.reader(file) if row[2].isdigit()]
count = int(sys.argv[2])
uprns = list(range(100_120_000_000, 100_120_000_000 + count))
with open("uprns.csv", "w") as file:
    file.write("uprn,name,postcode,easting,northing\n")
    for number, uprn in enumerate(uprns):
        postcode, _, easting, northing = random.choice(rows)[:4]
        x, y = int(easting) + random.randint(-60, 60), int(northing) + random.randint(-60, 60)
        file.write(f"{uprn},{number % 200} Street {number % 977},{postcode},{x},{y}\n")
random.shuffle(uprns)
with open("batch.csv", "w") as file:
    file.write("id,uprn\n")
    file.writelines(f"{number},{uprn}\n" for number, uprn in enumerate(uprns))
