import { describe, expect, it } from 'vitest'
import { pictureOfForm } from './multipart.ts'

const body = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const TYPE = 'multipart/form-data; boundary=b'
const read = (text: string, type = TYPE) => Buffer.from(pictureOfForm(body(text), type)).toString('latin1')

const part = (name: string, content: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"; filename="x"\r\nContent-Type: image/png\r\n\r\n${content}\r\n`

describe('a form', () => {
  it('gives the content of its field picture, whatever is in it', () => {
    expect(read(`${part('a', '1')}${part('picture', 'x\r\n--c\r\n\0y')}--b--\r\n`)).toBe('x\r\n--c\r\n\0y')
    expect(read(`preamble\r\n${part('picture', '')}--b--`)).toBe('')
    expect(
      read(part('picture', 'z').replaceAll('--b', '--a b').concat('--a b--'), 'multipart/form-data; boundary="a b"'),
    ).toBe('z')
  })

  it.each([
    ['names no boundary', part('picture', 'x'), 'multipart/form-data', /names no boundary/],
    ['does not have its boundary in it', 'nothing', TYPE, /boundary is not in it/],
    ['is cut off', part('picture', 'x'), TYPE, /a part of it has no end/],
    ['is cut off in headers', '--b\r\nContent-Disposition: form-data; name="picture"', TYPE, /no end/],
    ['has no field picture', `${part('file', 'x')}--b--`, TYPE, /no field picture/],
    ['is empty', '--b--', TYPE, /no field picture/],
    [
      'has another field whose file is called picture',
      '--b\r\nContent-Disposition: form-data; name="a"; filename="; name=picture"\r\n\r\nx\r\n--b--',
      TYPE,
      /no field picture/,
    ],
  ])('is refused when it %s', (_what, text, type, message) => {
    expect(() => read(text, type)).toThrow(message)
  })
})
