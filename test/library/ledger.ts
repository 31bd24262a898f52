import { call, json } from '../http.ts'

/** Writers that go on until they are stopped, and the titles whose writing was acknowledged. */
export interface Ledger {
  readonly acknowledged: readonly string[]
  stop(): Promise<void>
}

/** Adds books through the API, one after the other in each of two writers. */
export function writeBooks(api: string): Ledger {
  const acknowledged: string[] = []
  let going = true
  let number = 0
  const writer = async () => {
    while (going) {
      const title = `Book ${number++}`
      const { status } = await call(`${api}/books/`, { method: 'POST', body: { title, author: 'x' } })
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
export async function missingFrom(api: string, acknowledged: readonly string[]): Promise<readonly string[]> {
  const kept = new Set<string>()
  for (let offset = 0; ; offset += 1000) {
    const page = await json<{ title: string }[]>(`${api}/books/?limit=1000&offset=${offset}`)
    for (const { title } of page) kept.add(title)
    if (page.length < 1000) return acknowledged.filter(title => !kept.has(title))
  }
}
