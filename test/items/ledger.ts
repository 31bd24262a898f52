import type { Running } from '../running.ts'
import { create, namesOf } from './calls.ts'

/** Writers that go on until they are stopped, and the names whose writing was acknowledged. */
export interface Ledger {
  readonly acknowledged: readonly string[]
  /** What else was answered; 0 where nothing was. */
  readonly refused: readonly number[]
  /** Ends them. @returns what of the acknowledged is not in the list once */
  settle(): Promise<readonly string[]>
}

/** Adds items, one after the other in each of two writers. @param name  that no other ledger of the system has */
export function writeItems(running: Running, name: string): Ledger {
  const acknowledged: string[] = []
  const refused: number[] = []
  let going = true
  let number = 0
  const writer = async () => {
    while (going) {
      const written = `${name} ${number++}`
      const { status } = await create(running, { name: written }, { timeoutMs: 40_000 })
      if (status === 201) acknowledged.push(written)
      else refused.push(status)
    }
  }
  const writers = Promise.all([writer(), writer()])
  return {
    acknowledged,
    refused,
    async settle() {
      going = false
      await writers
      const kept = Map.groupBy(await namesOf(running), each => each)
      return acknowledged.filter(each => kept.get(each)?.length !== 1)
    },
  }
}
