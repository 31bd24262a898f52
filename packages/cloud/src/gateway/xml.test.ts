import { expect, it } from 'vitest'
import { readXml } from './xml.ts'

const nested = (levels: number) => '<a>'.repeat(levels) + '</a>'.repeat(levels)

it('XML may have 50 levels and no more', () => {
  expect(() => readXml(nested(50))).not.toThrow()
  expect(() => readXml(nested(51))).toThrow('nested deeper than 50')
})

it('elements beside one another are no levels, nor are those that end at once', () => {
  const flat = `<?xml version="1.0"?><r><!-- <a> -->${'<a>x</a><b/><c d="e"/>'.repeat(1_000)}</r>`
  expect(() => readXml(flat)).not.toThrow()
})

it('refuses declarations of entities', () => {
  expect(() => readXml('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')).toThrow('document type declaration')
})
