import { RequestError } from '@terrace/ui'
import { describe, expect, it } from 'vitest'
import { explain } from './explain.ts'
import { text } from './text.ts'

const problem = (detail: string) => ({ title: 'a title', detail, errors: [] })

describe('errors in words', () => {
  it('are the API’s own where it says no, as a sentence (S-03)', () => {
    const error = new RequestError('refused', '', { status: 409, problem: problem('Red mug is sold out') })
    expect(explain(error)).toBe('Red mug is sold out.')
  })

  it('are never what a broken server says, nor about tokens (S-15)', () => {
    const broken = new RequestError('broken', '', { status: 500, problem: problem('ER_DUP_ENTRY at line 3') })
    const refused = new RequestError('refused', '', { status: 403, problem: problem('The CSRF token is missing') })
    expect(explain(broken)).toBe(text.errorBroken)
    expect(explain(refused)).toBe(text.errorSession)
    expect(explain(new TypeError('x is undefined'))).toBe(text.errorUnknown)
  })
})
