import 'maplibre-gl/dist/maplibre-gl.css'
import type { Feature } from 'geojson'
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { Map, setWorkerUrl, type ErrorEvent, type StyleSpecification } from 'maplibre-gl'
import type { Totals } from '../shared/queries'
import type { Language } from '../shared/texts'
import { styleLayersOf } from './legend'
import { showMarks } from './marks_layer'
import { drawHatch, parseHatch } from './patterns'
import { showTotals } from './totals_layer'

setWorkerUrl(worker)

export interface View {
  zoom: number
  lon: number
  lat: number
}

export interface MapEvents {
  moved(view: View): void
  /** Somebody points at a place: with the pointer, or at the centre by the Enter key. */
  pointed(place: { lon: number; lat: number }, byKey: boolean): void
  tilesFailed(error: { message: string; status?: number }): void
  contextLost(): void
  contextBack(): void
}

/** What of the map lies under panels, in pixels. */
export interface Cover {
  right: number
  bottom: number
}

/** The one place that speaks to MapLibre. */
export interface MapView {
  readonly ready: Promise<void>
  view(): View
  jump(view: View): void
  goTo(place: { lon: number; lat: number }, zoom: number, cover: Cover): void
  fit(box: [number, number, number, number], cover: Cover): void
  /** Moves only if the place lies under what covers the map. */
  keepInSight(place: { lon: number; lat: number }, cover: Cover): void
  zoomBy(steps: number): void
  wholeCity(): void
  setHidden(entries: Iterable<string>, hidden: Iterable<string>): void
  setTotals(totals: Totals | null, layer: string, language: Language, visible: boolean): void
  setMarks(at: { lon: number; lat: number } | null, found: Feature[]): void
  setLabel(label: string): void
  metresPerPixel(): number
  refreshTiles(): void
  remove(): void
}

declare global {
  interface Window {
    /** The MapLibre map of the page, for tests and for a developer's console: tests ask it what it has drawn. */
    caituMap?: Map
  }
}

const wholeCityBox: [number, number, number, number] = [115.42, 39.44, 117.51, 41.06]
const closest = 19
const edge = 48

function openMap(container: HTMLElement, style: StyleSpecification, view: View | null): Map {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  return new Map({
    container, style,
    ...(view ? { center: [view.lon, view.lat], zoom: view.zoom } : { bounds: wholeCityBox, fitBoundsOptions: { padding: 12 } }),
    minZoom: 4, maxZoom: closest, maxPitch: 0, dragRotate: false, pitchWithRotate: false,
    attributionControl: false, fadeDuration: still ? 0 : 200,
  })
}

function viewOf(map: Map): View {
  return { zoom: map.getZoom(), lon: map.getCenter().lng, lat: map.getCenter().lat }
}

function listen(map: Map, events: MapEvents) {
  map.on('moveend', () => events.moved(viewOf(map)))
  map.on('click', (event) => events.pointed({ lon: event.lngLat.lng, lat: event.lngLat.lat }, false))
  map.getCanvas().addEventListener('keydown', (event) => {
    if (event.key === 'Enter') events.pointed(viewOf(map), true)
  })
  map.on('error', (event: ErrorEvent) => events.tilesFailed(event.error))
  map.on('webglcontextlost', () => events.contextLost())
  map.on('webglcontextrestored', () => events.contextBack())
  map.setMissingStyleImageResolver((id) => {
    const hatch = parseHatch(id)
    const ratio = Math.max(1, Math.round(devicePixelRatio))
    if (hatch && !map.hasImage(id)) map.addImage(id, drawHatch(hatch, ratio), { pixelRatio: ratio })
  })
  // A person's tools and the tests wait for this: the map has drawn everything that it asked for.
  map.on('idle', () => document.body.setAttribute('data-map', 'idle'))
  for (const busy of ['movestart', 'dataloading'] as const) map.on(busy, () => document.body.removeAttribute('data-map'))
}

/** Draws a style in a container. Throws when the browser has no WebGL. */
export function openMapView(container: HTMLElement, style: StyleSpecification, view: View | null, events: MapEvents): MapView {
  const map = openMap(container, style, view)
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  listen(map, events)
  window.caituMap = map
  const padding = (cover: Cover) => ({ top: edge, left: edge, right: edge + cover.right, bottom: edge + cover.bottom })
  return {
    ready: new Promise((resolve) => map.once('load', () => resolve())),
    view: () => viewOf(map),
    jump: ({ zoom, lon, lat }) => void map.jumpTo({ zoom, center: [lon, lat] }),
    goTo: ({ lon, lat }, zoom, cover) =>
      void map.flyTo({ center: [lon, lat], zoom: Math.max(zoom, map.getZoom()), offset: [-cover.right / 2, -cover.bottom / 2] }),
    fit: (box, cover) => void map.fitBounds(box, { padding: padding(cover), maxZoom: 16 }),
    keepInSight({ lon, lat }, cover) {
      const { x, y } = map.project([lon, lat])
      const { clientWidth, clientHeight } = map.getContainer()
      const dx = Math.max(0, x - (clientWidth - cover.right - edge))
      const dy = Math.max(0, y - (clientHeight - cover.bottom - edge))
      if (dx > 0 || dy > 0) map.panBy([dx, dy])
    },
    zoomBy: (steps) => void map.zoomTo(Math.round((map.getZoom() + steps) * 2) / 2),
    wholeCity: () => void map.fitBounds(wholeCityBox, { padding: 12 }),
    setHidden(entries, hidden) {
      const off = new Set(hidden)
      for (const entry of entries) {
        for (const layer of styleLayersOf(style, entry)) {
          map.setLayoutProperty(layer.id, 'visibility', off.has(entry) ? 'none' : 'visible')
        }
      }
    },
    setTotals: (totals, layer, language, visible) => showTotals(map, totals, layer, language, visible),
    setMarks: (at, found) => showMarks(map, at, found),
    setLabel: (label) => map.getCanvas().setAttribute('aria-label', label),
    metresPerPixel: () => (40075016.686 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / (512 * 2 ** map.getZoom()),
    refreshTiles() {
      for (const source of Object.keys(style.sources)) map.refreshTiles(source)
    },
    remove: () => map.remove(),
  }
}
