import { language } from './language'
import { texts, type Language } from './texts'

/** What the server refused, in its own words (RFC 9457), or that it was not there. */
export class ServerFault extends Error {
  /** `status` is 0 when there was no answer at all. */
  constructor(readonly status: number, readonly detail: string) {
    super(detail)
  }

  inWords(tongue: Language): string {
    return this.status === 0 ? texts[tongue].serverAway : texts[tongue].serverSays(this.status, this.detail)
  }
}

async function faultOf(answer: Response): Promise<ServerFault> {
  const problem = await answer.json().catch(() => ({}))
  const detail = [problem.detail ?? answer.statusText, problem.hint].filter(Boolean).join(' · ')
  return new ServerFault(answer.status, detail)
}

/** JSON from an address of this host, with titles in the page's language. Throws ServerFault, or AbortError when `signal` fires. */
export async function ask<T>(address: string, signal?: AbortSignal): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(address, { signal, headers: { 'Accept-Language': language.value } })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ServerFault(0, String(error))
  }
  if (!answer.ok) throw await faultOf(answer)
  return answer.json()
}

/** A sentence for a person about anything that was thrown. */
export function inWords(error: unknown, tongue: Language): string {
  if (error instanceof ServerFault) return error.inWords(tongue)
  return error instanceof Error ? error.message : String(error)
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
