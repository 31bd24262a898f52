import { RequestError } from '@terrace/ui'
import { describe, expect, it } from 'vitest'
import { explain, ReloadedError } from './explain.ts'
import { text } from './text.ts'

const problem = (detail: string) => ({ title: 'Refused', detail, errors: [] })

describe('an error in words', () => {
  it('is the sentence of the API when it refused, and our own when a firewall did (I-02)', () => {
    expect(explain(new RequestError('refused', 'x', { status: 422, problem: problem('Choose a new key') }))).toBe(
      'Choose a new key.',
    )
    expect(explain(new RequestError('refused', 'x', { status: 403 }))).toBe(text.errorRefused)
  })

  it('never shows what a broken server says, and tells the kinds of silence apart (I-02)', () => {
    expect(explain(new RequestError('broken', 'x', { status: 500, problem: problem('stack trace') }))).toBe(
      text.errorBroken,
    )
    expect(explain(new RequestError('away', 'x'))).toBe(text.errorAway)
    expect(explain(new ReloadedError('x'))).toBe(text.errorReloaded)
    expect(explain(new TypeError('x'))).toBe(text.errorUnknown)
  })
})
