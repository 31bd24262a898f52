import { VirtualClock } from '@terrace/kit'
import { beforeEach, describe, expect, it } from 'vitest'
import { Journal } from './journal.ts'
import { Zones } from './zones.ts'

let told: string[]
let zones: Zones

beforeEach(() => {
  told = []
  zones = new Zones(['us-east-1a', 'us-east-1b'], new Journal(new VirtualClock()), {
    freeze: zone => told.push(`${zone} is frozen`),
    endFrozen: async zone => void told.push(`what was frozen in ${zone} is gone`),
  })
  zones.onChange((zone, up) => void told.push(`${zone} is ${up ? 'up' : 'down'}`))
})

describe('a zone', () => {
  it('freezes before anybody is told, and is empty before it is up again', async () => {
    await zones.stop('us-east-1a')
    expect(zones.isUp('us-east-1a')).toBe(false)
    expect(zones.isUp('us-east-1b')).toBe(true)
    await zones.start('us-east-1a')

    expect(told).toEqual([
      'us-east-1a is frozen',
      'us-east-1a is down',
      'what was frozen in us-east-1a is gone',
      'us-east-1a is up',
    ])
  })

  it('that is stopped already stays so, and nobody is told twice', async () => {
    await zones.stop('us-east-1b')
    await zones.stop('us-east-1b')
    expect(told).toHaveLength(2)
  })

  it('that does not exist is refused by name', async () => {
    await expect(zones.stop('us-east-1c')).rejects.toMatchObject({
      code: 'ZONE_UNKNOWN',
      hint: 'the zones of this system are us-east-1a, us-east-1b',
    })
  })
})
