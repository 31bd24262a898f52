import { describe, expect, it } from 'vitest'
import { attributesMd5, selectAttributes, sizeOf } from './message-attributes.ts'

const ATTRIBUTES = {
  when: { dataType: 'Number', text: '1493147359900' },
  raw: { dataType: 'Binary.png', binary: Buffer.from([0, 255]).toString('base64') },
}

describe('message attributes', () => {
  it('have the digest that the developer guide describes, over names in their order', () => {
    expect(attributesMd5({})).toBeUndefined()
    expect(attributesMd5({ timestamp: ATTRIBUTES.when })).toBe('235c5c510d26fb653d073faed50ae77c')
    const { raw, when } = ATTRIBUTES
    expect(attributesMd5({ when, raw })).toBe(attributesMd5({ raw, when }))
    expect(attributesMd5({ raw })).not.toBe(attributesMd5({ raw: { dataType: 'Binary.png', text: '\u0000' } }))
  })

  it('count for the size of a message with their names, types and bytes', () => {
    expect(sizeOf('9 €', ATTRIBUTES)).toBe(5 + (4 + 6 + 13) + (3 + 10 + 2))
  })

  it.each([
    [['All'], ['raw', 'when']],
    [['.*'], ['raw', 'when']],
    [['wh.*'], ['when']],
    [['raw', 'none'], ['raw']],
    [['ra'], []],
    [[], []],
  ])('are chosen by %j', (wanted, names) => {
    expect(Object.keys(selectAttributes(ATTRIBUTES, wanted)).sort()).toEqual(names)
  })
})
