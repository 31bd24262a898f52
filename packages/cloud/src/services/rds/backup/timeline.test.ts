import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Timeline } from './timeline.ts'

describe('the timeline of a database', () => {
  let folder = ''
  let timeline: Timeline
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'terrace-timeline-'))
    timeline = new Timeline(join(folder, 'archive', 'timeline.json'))
    // A clock that is ten times as fast as the machine's.
    await timeline.addMark({ at: 1000, real: 100, position: 'a' })
    await timeline.addBase({ snapshot: 'first', at: 1000 })
    await timeline.addMark({ at: 2000, real: 200, position: 'b' })
    await timeline.addMark({ at: 3000, real: 300, position: 'b' })
    await timeline.addBase({ snapshot: 'second', at: 3000 })
    await timeline.addMark({ at: 4000, real: 400, position: 'c' })
  })
  afterEach(() => rm(folder, { recursive: true }))

  it.each([
    ['before the first backup', 999, undefined],
    ['after the last mark', 4001, undefined],
    ['on the first backup', 1000, { snapshot: 'first', until: { position: 'a' } }],
    ['while something was written', 1500, { snapshot: 'first', until: { at: 150 } }],
    ['while nothing was written', 2500, { snapshot: 'first', until: { position: 'b' } }],
    ['on a later backup', 3000, { snapshot: 'second', until: { position: 'b' } }],
    ['after a later backup', 3250, { snapshot: 'second', until: { at: 325 } }],
    ['at the latest time', 4000, { snapshot: 'second', until: { position: 'c' } }],
  ])('%s', (_, at, plan) => {
    expect(timeline.planFor(at)).toEqual(plan)
  })

  it('is the same when it is read again', () => {
    const again = new Timeline(join(folder, 'archive', 'timeline.json'))
    expect([again.earliest, again.latest]).toEqual([1000, 4000])
    expect(again.planFor(1500)).toEqual(timeline.planFor(1500))
  })

  it('loses what came before its oldest backup', async () => {
    await timeline.keepBases(new Set(['second']))
    expect([timeline.earliest, timeline.latest]).toEqual([3000, 4000])
    expect(timeline.planFor(2500)).toBeUndefined()
    await timeline.keepBases(new Set())
    expect([timeline.earliest, timeline.latest]).toEqual([undefined, undefined])
  })
})
