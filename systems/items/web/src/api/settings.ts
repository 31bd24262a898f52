import { type PageTraces, tracePage } from '@terrace/ui'

/** The page waits this long for its settings before its first request, milliseconds: the list is worth more. */
const LONGEST_WAIT = 300

/** What the deployment says in `/config.json`, as far as the page wants to know. */
export interface Settings {
  /** 0…1: the share of page loads that are traced. */
  readonly traceSampling: number
}

/** Reads what came as `/config.json`; what is missing or wrong is as if nobody had asked for it. */
export function settingsFrom(config: unknown): Settings {
  const share = typeof config === 'object' && config !== null && 'traceSampling' in config ? config.traceSampling : 0
  return { traceSampling: typeof share === 'number' && share >= 0 && share <= 1 ? share : 0 }
}

/** The page's trace, once its share is known. */
export interface LaterTraces {
  readonly traces: PageTraces
  /** Resolves when it is known whether there is one, or when it took too long to wait for. */
  readonly known: Promise<unknown>
}

/** Asks how much is traced, and traces so much. */
export function tracesBySettings(): LaterTraces {
  let traces: PageTraces | undefined
  const asked = fetch('/config.json')
    .then(response => (response.ok ? response.json() : undefined))
    .catch(() => undefined)
    .then(config => {
      traces = tracePage({ service: 'items-page', share: settingsFrom(config).traceSampling })
    })
  const waited = new Promise(resolve => setTimeout(resolve, LONGEST_WAIT))
  return { traces: { call: (method, url) => traces?.call(method, url) }, known: Promise.race([asked, waited]) }
}
