#!/usr/bin/env python3
"""Reads the tiles of a server with GDAL, all of one zoom as one map, by /tiles.json: prints `layer features` for each layer.

Ends with 1 where GDAL says anything at all, warnings included, or finds a feature without geometry or a layer
that is not in Web Mercator.
"""
import sys

from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()


def main(address, zoom):
    said = []
    gdal.PushErrorHandler(lambda kind, number, message: said.append(message))
    options = [f"METADATA_FILE={address}/tiles.json", "TILE_EXTENSION=mvt"]
    tiles = gdal.OpenEx(f"MVT:{address}/tiles/current/{zoom}", gdal.OF_VECTOR, open_options=options)
    for number in range(tiles.GetLayerCount()):
        layer = tiles.GetLayer(number)
        reference_system = layer.GetSpatialRef()
        if reference_system is None or reference_system.GetAuthorityCode(None) != "3857":
            said.append(f"{layer.GetName()} is not in Web Mercator")
        features = 0
        for feature in layer:
            geometry = feature.GetGeometryRef()
            if geometry is None or geometry.IsEmpty():
                said.append(f"{layer.GetName()} {feature.GetFID()}: no geometry")
            features += 1
        print(layer.GetName(), features)
    gdal.PopErrorHandler()
    print(*said[:10], sep="\n", file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
