import { describe, expect, it } from 'vitest'
import { readAddress } from './addresses.ts'

describe('an address', () => {
  it.each([
    ['reader@example.org', '', 'reader@example.org'],
    ['<reader@example.org>', '', 'reader@example.org'],
    ['Reader@EXAMPLE.org', '', 'Reader@example.org'],
    ['First Reader <reader@example.org>', 'First Reader', 'reader@example.org'],
    ['"Reader, first" <reader@example.org>', 'Reader, first', 'reader@example.org'],
    ['"Reader <first>" <reader@example.org>', 'Reader <first>', 'reader@example.org'],
    ['=?UTF-8?B?SsO2cmc=?= <joerg@example.org>', '=?UTF-8?B?SsO2cmc=?=', 'joerg@example.org'],
    ['reader+tag@mail.example.org', '', 'reader+tag@mail.example.org'],
    ["o'reader@xn--bcher-kva.example", '', "o'reader@xn--bcher-kva.example"],
  ])('%s is read', (text, name, address) => {
    expect(readAddress(text)).toEqual({ name, address })
  })

  it.each([
    '',
    ' ',
    'reader',
    '@example.org',
    'reader@',
    'reader@localhost',
    'reader@example..org',
    'reader@-example.org',
    'reader@[192.0.2.1]',
    '.reader@example.org',
    'rea..der@example.org',
    'a b@example.org',
    'a@example.org b@example.org',
    'a@example.org, b@example.org',
    'a@example.net <b@example.org>',
    'group: a@example.org;',
    'Reader <reader@example.org',
    'Reader reader@example.org>',
    'jörg@example.org',
    'reader@exämple.org',
    'reader@example.org\nBcc: x@example.org',
    'reader@example.org\0',
    '"a\rb" <reader@example.org>',
    `${'a'.repeat(65)}@example.org`,
    `reader@${'a.'.repeat(160)}org`,
  ])('%j is refused', text => {
    expect(() => readAddress(text)).toThrow(expect.objectContaining({ code: 'BadRequestException' }))
  })
})
