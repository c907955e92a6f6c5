#!/usr/bin/env python3
"""Reads every .mvt file of a folder with GDAL and checks each feature with GEOS.

Prints one line a source layer, `file layer features parts`, then `valid`; ends with 1 and the first faults
where a geometry is invalid or empty. Without CLIP=NO the driver would cut every shape to the tile by GEOS,
which hides what is wrong and drops what lies in the buffer.
"""
import sys
from pathlib import Path

from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()


def parts(geometry):
    return geometry.GetGeometryCount() if geometry.GetGeometryName().startswith("MULTI") else 1


def main(folder):
    faults = []
    files = sorted(Path(folder).glob("*.mvt"))
    for path in files:
        tile = gdal.OpenEx(str(path), gdal.OF_VECTOR, open_options=["CLIP=NO"])
        for number in range(tile.GetLayerCount()):
            layer = tile.GetLayer(number)
            features = pieces = 0
            for feature in layer:
                geometry = feature.GetGeometryRef()
                told = f"{path.name} {layer.GetName()} {feature.GetField('mvt_id')}"
                if geometry is None or geometry.IsEmpty():
                    faults.append(f"{told}: no geometry")
                    continue
                if not geometry.IsValid():
                    faults.append(f"{told}: {geometry.ExportToWkt()[:400]}")
                features += 1
                pieces += parts(geometry)
            print(path.name, layer.GetName(), features, pieces)
    if faults or not files:
        print(*(faults[:10] or ["no tiles"]), sep="\n", file=sys.stderr)
        return 1
    print("valid")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
