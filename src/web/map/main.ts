import 'maplibre-gl/dist/maplibre-gl.css'
import './map.css'
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { Map, NavigationControl, Popup, ScaleControl, setWorkerUrl } from 'maplibre-gl'
import { placeCard } from './place_card'
import { everythingAt } from '../shared/queries'

setWorkerUrl(worker)

const map = new Map({
  container: 'map',
  style: '/styles/plan.json',
  hash: true,
  minZoom: 4,
  maxZoom: 19,
  maxPitch: 0,
  dragRotate: false,
  attributionControl: { compact: false },
})
map.touchZoomRotate.disableRotation()
map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left')

map.on('click', async (event) => {
  const popup = new Popup({ maxWidth: '360px' }).setLngLat(event.lngLat).setText('…').addTo(map)
  try {
    popup.setDOMContent(placeCard(await everythingAt(event.lngLat.lng, event.lngLat.lat)))
  } catch (error) {
    popup.setText(error instanceof Error ? error.message : String(error))
  }
})

// A person's tools and the tests wait for this: the map has drawn everything that it asked for.
map.on('idle', () => document.body.setAttribute('data-map', 'idle'))
map.on('movestart', () => document.body.removeAttribute('data-map'))
