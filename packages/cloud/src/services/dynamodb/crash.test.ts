import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { seeded } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions } from '../../gateway/testing.ts'

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-dynamodb-'))
})

afterEach(() => {
  rmSync(state, { recursive: true, force: true })
})

interface Running {
  readonly child: ChildProcess
  readonly documents: DynamoDBDocumentClient
}

async function start(): Promise<Running> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing-process.ts'), state], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const { value: url } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  return { child, documents: DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(String(url)))) }
}

/** What a writer was told of its own item: the version that is there, or `undefined` when it was deleted. */
interface Told {
  acknowledged: number | undefined
  /** What it has asked for and not heard of. */
  asked: number | undefined
}

/** Puts, replaces and deletes one item again and again, until the process is gone. */
async function write({ documents }: Running, id: string, told: Told, onAcknowledged: () => void): Promise<void> {
  const TableName = 'items'
  for (let version = (told.acknowledged ?? told.asked ?? 0) + 1; ; version++) {
    told.asked = version % 5 === 0 ? undefined : version
    try {
      if (told.asked === undefined) await documents.send(new DeleteCommand({ TableName, Key: { id } }))
      else await documents.send(new PutCommand({ TableName, Item: { id, version, text: 'x'.repeat(500) } }))
    } catch {
      return
    }
    told.acknowledged = told.asked
    onAcknowledged()
  }
}

describe('the end of the process at any moment', () => {
  it('loses no acknowledged write, and leaves every index with exactly what its table has', async () => {
    const random = seeded('crash')
    const ledger = new Map(Array.from({ length: 8 }, (_, i): [string, Told] => [`${i}`, noted(undefined)]))
    let writes = 0
    let running = await start()
    for (let kills = 0; kills < 3; kills++) {
      const { child, documents } = running
      const until = writes + 50 + random.integer(150)
      const gone = once(child, 'exit')
      const count = () => {
        if (++writes === until) child.kill('SIGKILL')
      }
      await Promise.all([...ledger].map(([id, told]) => write(running, id, told, count)))
      await gone
      documents.destroy()
      running = await start()
      await compare(ledger, running)
    }
    expect(writes).toBeGreaterThan(150)
    running.documents.destroy()
    const gone = once(running.child, 'exit')
    running.child.kill()
    await gone
  }, 60_000)
})

const noted = (version: number | undefined): Told => ({ acknowledged: version, asked: version })

/** Looks at what is there after a start; the writers go on from it. */
async function compare(ledger: Map<string, Told>, { documents }: Running): Promise<void> {
  const scan = async (IndexName?: string) => {
    const { Items = [] } = await documents.send(
      new ScanCommand({ TableName: 'items', ...(IndexName && { IndexName }) }),
    )
    return Items.map(({ id, version }): [string, number] => [String(id), Number(version)]).toSorted()
  }
  const [items, entries] = [await scan(), await scan('byVersion')]
  const versions = new Map(items)
  for (const [id, { acknowledged, asked }] of ledger) {
    expect([acknowledged, asked]).toContain(versions.get(id))
    ledger.set(id, noted(versions.get(id)))
  }
  expect(entries).toEqual(items)
}
