import { describe, expect, it } from 'vitest'
import { parseNginx } from './parse.ts'
import { printNginx } from './print.ts'

const names = (text: string) => parseNginx(text).map(({ name, words }) => [name, ...words.map(word => word.text)])

describe('a configuration of NGINX', () => {
  it('is words, blocks and comments', () => {
    const [server] = parseNginx('# first\nserver {\n  listen 80; # why\n  root /srv;\n}\n')
    expect(server).toMatchObject({ name: 'server', words: [], line: 2 })
    expect(server?.block?.map(({ name, line }) => [name, line])).toEqual([
      ['listen', 3],
      ['root', 4],
    ])
  })

  it.each([
    ['return 200 "a;b{c}\\n";', ['return', '200', 'a;b{c}\n']],
    ['add_header X \'say "hi"\';', ['add_header', 'X', 'say "hi"']],
    ['set $a ${b}c;', ['set', '$a', '${b}c']],
    ['rewrite ^/(\\d+)$ /x?id=$1#a last;', ['rewrite', '^/(\\d+)$', '/x?id=$1#a', 'last']],
    ['log_format x "a" \'b\';', ['log_format', 'x', 'a', 'b']],
    ['root "";', ['root', '']],
  ])('reads %s', (text, expected) => expect(names(text)).toEqual([expected]))

  it('keeps what map keys and locations say', () => {
    const text = 'map $uri $cache {\n  default "no-cache";\n  "~^/a b" x;\n  ~^/assets/ "public, max-age=1";\n}\n'
    expect(printNginx(parseNginx(text))).toBe(text)
  })

  it('written again is the same configuration', () => {
    const text =
      'server { listen 80; location ~ "\\.(?:js|css){1}$" { add_header A \'x\' always; if ($a = "") { return 204; } } }'
    const once = printNginx(parseNginx(text))
    expect(printNginx(parseNginx(once))).toBe(once)
    expect(once).toContain('"\\.(?:js|css){1}$"')
  })

  it.each([
    ['server {', 'line 1: unexpected end of file, expecting "}"'],
    ['a;\n}', 'line 2: unexpected "}"'],
    ['root "/srv;', 'unexpected end of file, expecting "'],
    ['root', 'unexpected end of file, expecting ";" or "}"'],
    ['{ }', 'unexpected "{"'],
    ['root "a"b;', 'unexpected "b"'],
    ['content_by_lua_block { ngx.say("}") }', 'code of another language'],
  ])('%s is refused, naming the line', (text, message) => {
    expect(() => parseNginx(text)).toThrow(message)
  })
})
