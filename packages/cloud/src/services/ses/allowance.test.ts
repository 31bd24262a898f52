import { days, hours, seconds, VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { Allowance } from './allowance.ts'
import { SANDBOX } from './limits.ts'

const start = (before: { at: number; count: number }[] = []) => {
  const clock = new VirtualClock(0)
  return { clock, allowance: new Allowance({ clock, realtime: clock }, before) }
}

/** What a message with so many recipients comes to. */
const outcome = (allowance: Allowance, quota = SANDBOX, recipients = 1, charged = recipients) => {
  try {
    allowance.take(quota, recipients, charged)
    return 'sent'
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown'
  }
}

describe('the sending quota', () => {
  // Amazon SES Developer Guide, "Request production access": 1 a second, 200 in 24 hours in the sandbox.
  it('lets one message a second pass in the sandbox', async () => {
    const { clock, allowance } = start()
    expect(outcome(allowance)).toBe('sent')
    expect(outcome(allowance)).toBe('Maximum sending rate exceeded.')
    await clock.advance(seconds(0.9))
    expect(outcome(allowance)).toBe('Maximum sending rate exceeded.')
    await clock.advance(seconds(0.1))
    expect(outcome(allowance)).toBe('sent')
  })

  it('lets 200 recipients pass in 24 hours, counted from each message on', async () => {
    const { clock, allowance } = start()
    for (let sent = 0; sent < 200; sent++) {
      expect(outcome(allowance)).toBe('sent')
      await clock.advance(seconds(2))
    }
    expect(outcome(allowance)).toBe('Daily message quota exceeded.')
    expect(allowance.used).toBe(200)
    await clock.advance(days(1) - seconds(400) + seconds(1))
    expect(outcome(allowance)).toBe('sent')
    expect(outcome(allowance)).toBe('Maximum sending rate exceeded.')
  })

  it('counts every recipient, and lets a large message pass that no second has room for', async () => {
    const { clock, allowance } = start()
    const quota = { perDay: 1000, perSecond: 10 }
    expect(outcome(allowance, quota, 50)).toBe('sent')
    await clock.advance(seconds(4))
    expect(outcome(allowance, quota)).toBe('Maximum sending rate exceeded.')
    await clock.advance(seconds(0.1))
    expect(outcome(allowance, quota)).toBe('sent')
    expect(allowance.used).toBe(51)
  })

  it('does not charge the day for the mailbox simulator', () => {
    const { allowance } = start()
    expect(outcome(allowance, SANDBOX, 1, 0)).toBe('sent')
    expect(allowance.used).toBe(0)
  })

  it('remembers what was sent before a restart', async () => {
    const { clock, allowance } = start([{ at: -hours(23), count: 199 }])
    expect(outcome(allowance, SANDBOX, 2)).toBe('Daily message quota exceeded.')
    await clock.advance(hours(1))
    expect(outcome(allowance, SANDBOX, 2)).toBe('sent')
  })
})
