import type { Feature } from 'geojson'
import type { GeoJSONSource, Map } from 'maplibre-gl'

const source = 'marks'

/** The place whose card is open, as a ring, and what was found, with a bold outline above everything. */
export function showMarks(map: Map, at: { lon: number; lat: number } | null, found: Feature[]) {
  const features: Feature[] = found.map((feature) => ({ ...feature, properties: { mark: 'found' } }))
  if (at) features.push({ type: 'Feature', geometry: { type: 'Point', coordinates: [at.lon, at.lat] }, properties: { mark: 'at' } })
  const data = { type: 'FeatureCollection' as const, features }
  const held = map.getSource<GeoJSONSource>(source)
  if (held) return void held.setData(data)
  map.addSource(source, { type: 'geojson', data })
  map.addLayer({
    id: 'marks-halo', type: 'line', source, filter: ['==', ['get', 'mark'], 'found'],
    layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': '#ffffff', 'line-width': 7, 'line-opacity': 0.9 },
  })
  map.addLayer({
    id: 'marks-line', type: 'line', source, filter: ['==', ['get', 'mark'], 'found'],
    layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': '#111827', 'line-width': 3 },
  })
  map.addLayer({
    id: 'marks-found', type: 'circle', source, filter: ['all', ['==', ['get', 'mark'], 'found'], ['==', ['geometry-type'], 'Point']],
    paint: { 'circle-radius': 12, 'circle-opacity': 0, 'circle-stroke-color': '#111827', 'circle-stroke-width': 3 },
  })
  map.addLayer({
    id: 'marks-at', type: 'circle', source, filter: ['==', ['get', 'mark'], 'at'],
    paint: { 'circle-radius': 7, 'circle-color': '#ffffff', 'circle-opacity': 0.6, 'circle-stroke-color': '#111827', 'circle-stroke-width': 2.5 },
  })
}
