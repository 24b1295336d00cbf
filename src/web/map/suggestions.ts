import { ref, watch, type Ref } from 'vue'
import { parseCoordinates, type ReadPlace } from '../shared/coordinates'
import { language } from '../shared/language'
import { find, type Found } from '../shared/queries'
import { isAbort } from '../shared/server'

export type Suggestion = { kind: 'place'; place: ReadPlace } | { kind: 'feature'; found: Found }

const pause = 200

/**
 * What a text may mean, while it is being typed: coordinates at once, else what the server finds after a short pause.
 * An answer that is no longer wanted is never shown, and its request is given up.
 */
export function useSuggestions(text: Ref<string>) {
  const suggestions = ref<Suggestion[]>([])
  const state = ref<'idle' | 'searching' | 'done' | 'failed'>('idle')
  const more = ref(false)
  const error = ref<unknown>(null)
  let timer = 0
  let running = new AbortController()

  async function search(wanted: string) {
    running = new AbortController()
    try {
      const answer = await find(wanted, running.signal)
      suggestions.value = answer.results.map((found) => ({ kind: 'feature', found }))
      more.value = answer.more
      state.value = 'done'
    } catch (thrown) {
      if (isAbort(thrown)) return
      error.value = thrown
      suggestions.value = []
      state.value = 'failed'
    }
  }

  function look(delay: number) {
    clearTimeout(timer)
    running.abort()
    const wanted = text.value.trim()
    more.value = false
    const place = parseCoordinates(wanted)
    suggestions.value = place ? [{ kind: 'place', place }] : wanted === '' ? [] : suggestions.value
    state.value = place ? 'done' : wanted === '' ? 'idle' : 'searching'
    if (state.value === 'searching') timer = window.setTimeout(() => search(wanted), delay)
  }
  watch(text, () => look(pause))
  watch(language, () => look(0))
  return { suggestions, state, more, error, retry: () => look(0) }
}
