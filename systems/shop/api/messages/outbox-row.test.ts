import { describe, expect, it } from 'vitest'
import { fromRow, outgoing, toRow } from './outbox-row.ts'

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const one = outgoing({ type: 'order', orderId: 'one' }, TRACE)
const other = outgoing({ type: 'known-address', accountId: 7 }, undefined)

describe('a row of the outbox', () => {
  it('S-16: keeps messages with where in which trace each was made', () => {
    expect(toRow([one, other])).toEqual({
      messages: '[{"type":"order","orderId":"one"},{"type":"known-address","accountId":7}]',
      traces: JSON.stringify([TRACE, null]),
    })
    expect(fromRow(toRow([one, other]))).toEqual([one, other])
  })

  it('S-16: has no traces when nobody traces, as those of the version before', () => {
    const row = toRow([other])
    expect(row.traces).toBeNull()
    expect(fromRow(row)).toEqual([other])
  })

  it('S-16: gives no message the trace of another, when a relay of the version before took some of them', () => {
    const { messages } = toRow([one])
    const { traces } = toRow([other, one])
    expect(fromRow({ messages, traces })).toEqual([{ ...one, traceparent: undefined }])
  })
})
