import { formatMu } from '../shared/format'
import type { Place, PlaceFeature } from '../shared/queries'

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}

function featureRows(feature: PlaceFeature): HTMLElement {
  const table = element('dl', 'card-fields')
  for (const [name, value] of Object.entries(feature)) {
    if (value === null || name === 'id' || name === 'extra') continue
    table.append(element('dt', '', name === 'mu' ? '面积' : name))
    table.append(element('dd', '', name === 'mu' ? formatMu(Number(value)) : String(value)))
  }
  return table
}

/** What stands at a point, layer by layer, as a card for a popup. */
export function placeCard(place: Place): HTMLElement {
  const card = element('section', 'card')
  const where = [place.district, place.town].filter(Boolean).join(' · ')
  card.append(element('h2', 'card-place', where || `${place.lon.toFixed(5)}, ${place.lat.toFixed(5)}`))
  if (place.layers.length === 0) card.append(element('p', '', '此处没有图层要素'))
  for (const layer of place.layers) {
    card.append(element('h3', 'card-layer', layer.title))
    for (const feature of layer.features) card.append(featureRows(feature))
  }
  return card
}
