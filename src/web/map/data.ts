import type { StyleSpecification } from 'maplibre-gl'
import { shallowRef, watch, type Ref } from 'vue'
import { report, settle } from '../shared/faults'
import { language } from '../shared/language'
import { collections, townTotals, type Collection, type Totals } from '../shared/queries'
import { ask, isAbort } from '../shared/server'

/** The style of the map; null until it has come. */
export function useStyle(): Ref<StyleSpecification | null> {
  const style = shallowRef<StyleSpecification | null>(null)
  async function load() {
    try {
      style.value = await ask<StyleSpecification>('/styles/plan.json')
    } catch (error) {
      report('mapFailed', error, load)
    }
  }
  void load()
  return style
}

/** The layers that have an edition, with titles in the page's language. */
export function useCollections(): Ref<Collection[]> {
  const list = shallowRef<Collection[]>([])
  async function load() {
    const wanted = language.value
    try {
      const read = await collections()
      if (wanted === language.value) list.value = read
      settle('legendFailed')
    } catch (error) {
      report('legendFailed', error, load)
    }
  }
  watch(language, load, { immediate: true })
  return list
}

/** Totals of a layer by town; null while they are on their way, for none (''), and after a fault. */
export function useTotals(layer: Ref<string>): Ref<Totals | null> {
  const totals = shallowRef<Totals | null>(null)
  let running = new AbortController()
  async function load() {
    running.abort()
    running = new AbortController()
    totals.value = null
    settle('totalsFailed')
    if (layer.value === '') return
    try {
      totals.value = await townTotals(layer.value, running.signal)
    } catch (error) {
      if (!isAbort(error)) report('totalsFailed', error, load)
    }
  }
  watch(layer, load, { immediate: true })
  return totals
}
