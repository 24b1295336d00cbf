"""Places in GeoJSON polygons, by nothing but their coordinates."""


def holds(rings, lon, lat):
    """Even-odd, the rings of one polygon."""
    inside = False
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, ring[1:]):
            if (ay > lat) != (by > lat) and lon < ax + (lat - ay) / (by - ay) * (bx - ax):
                inside = not inside
    return inside


def covers(geometry, at):
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return any(holds(rings, *at) for rings in parts)
