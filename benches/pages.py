"""Asks a server for the answer page of every postcode of a Code-Point Open file: bytes with headers, pages a second.

    python3 benches/pages.py 127.0.0.1:8124 POSTCODES.csv
"""
import csv
import http.client
import sys
import time
import urllib.parse

STATUS_LINE = len("HTTP/1.1 200 OK\r\n\r\n")


def ask(host, codes, prefix, encoding):
    """The bytes of each page on the wire, in order of size, and the seconds that all took."""
    connection = http.client.HTTPConnection(host)
    sizes = []
    begun = time.monotonic()
    for code in codes:
        path = f"{prefix}/at/{urllib.parse.quote(code)}"
        connection.request("GET", path, headers={"accept-encoding": encoding})
        reply = connection.getresponse()
        body = reply.read()
        if reply.status != 200:
            sys.exit(f"{path}: {reply.status}")
        sizes.append(STATUS_LINE + len(body) + sum(len(k) + len(v) + 4 for k, v in reply.getheaders()))
    return sorted(sizes), time.monotonic() - begun


def main(host, file):
    with open(file, encoding="utf-8") as rows:
        codes = [row[0] for row in csv.reader(rows)][1:]
    for prefix in ("", "/cy"):
        for encoding in ("br", "gzip"):
            sizes, seconds = ask(host, codes, prefix, encoding)
            count = len(sizes)
            print(
                f"{prefix or '/'} {encoding}: {count} pages, median {sizes[count // 2]}, "
                f"99 of 100 {sizes[count * 99 // 100]}, most {sizes[-1]} bytes, {count / seconds:.0f} a second"
            )


main(*sys.argv[1:])
