"""Chance that falls the same way on every machine and in every Python: a small generator of our own,
smooth noise, and sine and cosine from plain arithmetic (libm differs in the last bit between machines)."""
from math import floor, sqrt

MASK = (1 << 64) - 1
TAU = 6.283185307179586


def _mix(z):
    """SplitMix64's finaliser: 64 well-stirred bits out of any integer."""
    z = (z + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


class Chance:
    """A stream of random choices fixed by its seed."""

    def __init__(self, seed):
        self.state = _mix(seed)

    def unit(self):
        """A number in [0, 1)."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        return (_mix(self.state) >> 11) / (1 << 53)

    def between(self, low, high):
        return low + (high - low) * self.unit()

    def whole(self, low, high):
        """An integer from low to high, both included."""
        return low + floor(self.unit() * (high - low + 1))

    def happens(self, probability):
        return self.unit() < probability

    def pick(self, items):
        return items[floor(self.unit() * len(items))]

    def shuffled(self, items):
        items = list(items)
        for i in range(len(items) - 1, 0, -1):
            j = floor(self.unit() * (i + 1))
            items[i], items[j] = items[j], items[i]
        return items

    def around_zero(self):
        """A bell-shaped number, about -2 to 2, deviation about 0.7."""
        return self.unit() + self.unit() + self.unit() + self.unit() - 2.0 + (self.unit() - 0.5) * 0.5


def _lattice(seed, ix, iy):
    return (_mix(seed * 0x1F123BB5 + ix * 0x3C6EF372 + iy * 0x2545F491) >> 11) / (1 << 53) * 2 - 1


class Noise:
    """Smooth noise in about -1..1: several octaves of value noise, the widest `size` metres across."""

    def __init__(self, seed, size, octaves=4, gain=0.5):
        self.seed, self.size, self.octaves, self.gain = seed, size, octaves, gain
        self.corners = {}

    def __call__(self, x, y):
        total, weight, size = 0.0, 1.0, self.size
        for octave in range(self.octaves):
            total += weight * self._one(octave, x / size, y / size)
            weight *= self.gain
            size *= 0.47
        return total

    def _one(self, octave, x, y):
        ix, iy = floor(x), floor(y)
        key = (octave, ix, iy)
        corner = self.corners.get(key)
        if corner is None:
            seed = self.seed * 31 + octave
            corner = (_lattice(seed, ix, iy), _lattice(seed, ix + 1, iy),
                      _lattice(seed, ix, iy + 1), _lattice(seed, ix + 1, iy + 1))
            self.corners[key] = corner
        u, v = x - ix, y - iy
        u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
        south = corner[0] + (corner[1] - corner[0]) * u
        north = corner[2] + (corner[3] - corner[2]) * u
        return south + (north - south) * v


def direction(turn):
    """The unit vector of a part of a full turn, anticlockwise from east."""
    turn -= floor(turn)
    quarter = floor(turn * 4)
    a = (turn - quarter / 4) * TAU
    square = a * a
    sine, term, n = a, a, 1
    while n < 21:
        term *= -square / ((n + 1) * (n + 2))
        sine += term
        n += 2
    cosine = sqrt(max(0.0, 1 - sine * sine))
    for _ in range(quarter):
        sine, cosine = cosine, -sine
    return cosine, sine
