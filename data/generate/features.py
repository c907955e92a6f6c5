"""A feature of a layer: its attributes in the digital-land names, and its geometry in whole decimetres."""
from dataclasses import dataclass, field

import lines
from overlay import dm


@dataclass
class Feature:
    """`kind` is polygon, line or point; `shape` is a region, a line or a single place accordingly."""
    reference: str
    shape: list
    kind: str = "polygon"
    values: dict = field(default_factory=dict)


def area(reference, name, name_cy, shape, **more):
    """A policy area. Underscores in further names stand for hyphens; empty values are left out."""
    if not shape:
        raise ValueError("nothing is left of area " + reference)
    values = {"name": name, "name-cy": name_cy}
    values.update((key.replace("_", "-"), value) for key, value in more.items())
    return Feature(reference, shape, values={k: v for k, v in values.items() if v not in ("", None)})


def point(reference, place, **more):
    values = {key.replace("_", "-"): value for key, value in more.items()}
    return Feature(reference, dm([place])[0], "point", {k: v for k, v in values.items() if v not in ("", None)})


def line(reference, places, **more):
    values = {key.replace("_", "-"): value for key, value in more.items()}
    return Feature(reference, dm(places), "line", {k: v for k, v in values.items() if v not in ("", None)})


def rough_ring(points, chance, roughness=0.07, spacing=26, tolerance=2.0, coarse=80):
    """A natural outline through hand-drawn points (metres of the National Grid): smooth every `coarse` metres, then
    roughened, then thinned."""
    smooth = lines.curve(points, coarse, closed=True)
    return lines.thin_ring(lines.roughen(smooth + smooth[:1], roughness, chance, spacing)[:-1], tolerance)
