import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Ledger } from './testing-ledger.ts'

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-sqs-'))
})

afterEach(() => {
  rmSync(state, { recursive: true, force: true })
})

describe('the end of the process at any moment', () => {
  it.each([1, 2])(
    'loses no accepted message, brings back none whose delete was acknowledged, and keeps the order of groups (seed %i)',
    async seed => {
      const random = seeded(`crash ${seed}`)
      const ledger = new Ledger(state, { messages: 1200, groups: 5 })
      await ledger.run({ kills: 3, untilKill: () => 20 + random.integer(100) })
      expect(ledger.findings()).toEqual({ lost: 0, broughtBack: 0, outOfOrder: 0 })
      expect(ledger.accepted).toBeGreaterThanOrEqual(2400)
    },
    60_000,
  )
})
