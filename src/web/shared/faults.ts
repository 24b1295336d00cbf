import { reactive } from 'vue'
import type { Texts } from './texts'

/** What can go wrong for the page as a whole: the name of its sentence in the texts. */
export type FaultName = Extract<keyof Texts, 'mapFailed' | 'tilesFailed' | 'legendFailed' | 'totalsFailed' | 'noWebGl' | 'webGlLost'>

export interface Fault {
  name: FaultName
  error: unknown
  retry: (() => void) | null
}

/** What the person is told about, oldest first; one entry a name. */
export const faults = reactive<Fault[]>([])

export function settle(name: FaultName) {
  const at = faults.findIndex((fault) => fault.name === name)
  if (at >= 0) faults.splice(at, 1)
}

export function report(name: FaultName, error: unknown = null, retry: (() => void) | null = null) {
  if (faults.some((fault) => fault.name === name)) return
  faults.push({ name, error, retry })
}
