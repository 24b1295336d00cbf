import type { Feature, Point } from 'geojson'
import type { GeoJSONSource, Map } from 'maplibre-gl'
import { formatMuShort } from '../shared/format'
import type { Totals } from '../shared/queries'
import type { Language } from '../shared/texts'

const source = 'totals'
const layer = 'totals'
/** The tile layer's town names stand where the totals do not. */
const townNames = 'label-towns'
const fromZoom = 9
const toZoom = 12

/**
 * Names of towns with what of a layer lies in them, below zoom 12: one point a town, so that each is there once. While it
 * shows, it takes the place of the style's own town names. Called again for another language or other totals; null
 * takes it away.
 */
export function showTotals(map: Map, totals: Totals | null, layerId: string, language: Language, visible: boolean) {
  const shown = totals !== null && visible
  map.setLayerZoomRange(townNames, shown ? toZoom : fromZoom, 24)
  if (map.getLayer(layer)) map.setLayoutProperty(layer, 'visibility', shown ? 'visible' : 'none')
  if (!totals) return
  const features = totals.features.filter((town) => town.geometry !== null).map((town): Feature<Point> => {
    const mu = town.properties.totals[layerId]?.mu ?? 0
    return { ...town, properties: { name: town.properties.name, mu, text: formatMuShort(mu, language) } }
  })
  const data = { type: 'FeatureCollection' as const, features }
  const held = map.getSource<GeoJSONSource>(source)
  if (held) return void held.setData(data)
  map.addSource(source, { type: 'geojson', data })
  addLabels(map)
}

function addLabels(map: Map) {
  const size = map.getLayoutProperty(townNames, 'text-size')
  map.addLayer({
    id: layer, type: 'symbol', source, minzoom: fromZoom, maxzoom: toZoom,
    layout: {
      'text-field': ['case', ['>', ['get', 'mu'], 0],
        ['format', ['get', 'name'], {}, '\n', {}, ['get', 'text'], { 'font-scale': 0.92, 'text-color': '#0f4a2b' }], ['get', 'name']],
      'text-font': ['Noto Sans CJK SC', 'sans-serif'], 'text-size': size, 'text-max-width': 12, 'text-line-height': 1.15,
      'symbol-sort-key': ['-', 0, ['get', 'mu']],
    },
    paint: { 'text-color': '#2b352d', 'text-halo-color': '#ffffff', 'text-halo-width': 2.2 },
  })
}
