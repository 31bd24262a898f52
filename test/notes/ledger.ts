import { call, json } from '../http.ts'

/** Writers that go on until they are stopped, and the titles whose writing was acknowledged. */
export interface Ledger {
  readonly acknowledged: readonly string[]
  stop(): Promise<void>
}

/** Adds notes through NGINX, one after the other in each of two writers. */
export function writeNotes(site: string): Ledger {
  const acknowledged: string[] = []
  let going = true
  let number = 0
  const writer = async () => {
    while (going) {
      const title = `Note ${number++}`
      const { status } = await call(`${site}/api/notes`, { method: 'POST', body: { title }, timeoutMs: 5000 })
      if (status === 201) acknowledged.push(title)
    }
  }
  const writers = Promise.all([writer(), writer()])
  return {
    acknowledged,
    async stop() {
      going = false
      await writers
    },
  }
}

/** What of the acknowledged is not there. */
export async function missingFrom(site: string, acknowledged: readonly string[]): Promise<readonly string[]> {
  const kept = new Set<string>()
  for (let before = ''; ; ) {
    const page = await json<{ id: number; title: string }[]>(`${site}/api/notes?limit=200${before}`)
    for (const { title } of page) kept.add(title)
    const last = page.at(-1)
    if (!last || page.length < 200) return acknowledged.filter(title => !kept.has(title))
    before = `&before=${last.id}`
  }
}
