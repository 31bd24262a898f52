import { setTimeout as wait } from 'node:timers/promises'
import { get } from './running.ts'

/** One request of a load: when it began (`performance.now`), how long it took in milliseconds, and what came back. */
export interface Answer {
  readonly at: number
  readonly took: number
  /** 0 when there was no answer. */
  readonly status: number
}

/** A load that goes on until it is stopped. */
export interface Load {
  readonly answers: readonly Answer[]
  /** No new requests; resolves when the last answer is there. */
  stop(): Promise<void>
}

/** Requests at a constant rate of arrivals, whatever the answers do: nothing that is slow hides what comes after it. */
export function openLoad(rate: number, send: (number: number) => Promise<{ readonly status: number }>): Load {
  const answers: Answer[] = []
  const open = new Set<Promise<void>>()
  const began = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    for (const due = ((performance.now() - began) / 1000) * rate; sent < due; sent++) {
      const at = performance.now()
      const one = send(sent).then(({ status }) => {
        answers.push({ at, took: performance.now() - at, status })
        open.delete(one)
      })
      open.add(one)
    }
  }, 5)
  return {
    answers,
    async stop() {
      clearInterval(timer)
      await Promise.all(open)
    },
  }
}

/** What writers did, as they saw it: what was acknowledged must be there afterwards, once. */
export interface Ledger extends Load {
  /** In the order of their acknowledgements; times as `performance.now` gives them. */
  readonly acknowledged: readonly { readonly title: string; readonly at: number }[]
}

/** Adds books through the API at a constant rate; each has a title of its own, and an idempotency key. */
export function writeBooks(api: string, rate: number, prefix: string): Ledger {
  const acknowledged: { title: string; at: number }[] = []
  const load = openLoad(rate, async number => {
    const title = `${prefix} ${number}`
    const answer = await get(`${api}/books/`, {
      method: 'POST',
      body: JSON.stringify({ title, author: 'ledger' }),
      timeoutMs: 20_000,
    })
    if (answer.status === 201) acknowledged.push({ title, at: performance.now() })
    return answer
  })
  return { ...load, acknowledged }
}

/** The titles in the library that begin so, with how often each is there. Retries while the API does not answer. */
export async function titlesOf(api: string, prefix: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (let offset = 0; ; ) {
    const { status, body } = await get(`${api}/books/?limit=1000&offset=${offset}`)
    if (status !== 200) {
      await wait(200)
      continue
    }
    const page = JSON.parse(body) as { readonly title: string }[]
    for (const { title } of page) if (title.startsWith(prefix)) counts.set(title, (counts.get(title) ?? 0) + 1)
    if (page.length === 0) return counts
    offset += page.length
  }
}

/** The longest time between two acknowledgements that reaches past a moment, in seconds. */
export function gapAfter(acknowledged: Ledger['acknowledged'], moment: number): number {
  const times = acknowledged.map(({ at }) => at).sort((a, b) => a - b)
  const gaps = times.flatMap((at, index) => {
    const next = times[index + 1]
    return next !== undefined && next > moment ? [(next - at) / 1000] : []
  })
  return Math.max(0, ...gaps)
}
