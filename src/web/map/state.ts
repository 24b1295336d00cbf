import { onBeforeUnmount, onMounted, reactive, watch } from 'vue'
import { language } from '../shared/language'
import { formatAddress, parseAddress, type MapState } from './address'

/**
 * The state of the map page, kept in step with the address in both ways: what a person does is written there at once,
 * and an address that is typed or pasted is taken up; `moved` is then called so that the map follows.
 */
export function useMapState(moved: (state: MapState) => void): MapState {
  const state = reactive<MapState>(parseAddress(location.hash))
  if (state.language) language.value = state.language
  watch(language, (now) => (state.language = now), { immediate: true })

  watch(state, () => {
    const written = formatAddress(state)
    if (written !== location.hash) history.replaceState(history.state, '', written || location.pathname)
  }, { deep: true })

  function takeUp() {
    if (location.hash === formatAddress(state)) return
    const read = parseAddress(location.hash)
    if (read.language) language.value = read.language
    Object.assign(state, read, { language: language.value, view: read.view ?? state.view })
    moved(state)
  }
  onMounted(() => window.addEventListener('hashchange', takeUp))
  onBeforeUnmount(() => window.removeEventListener('hashchange', takeUp))
  return state
}
