import { describe, expect, it } from 'vitest'
import { pathsBehind } from './image-path.ts'

const copies = [
  { source: '/here', target: '/app' },
  { source: '/here/dist', target: '/srv/site/dist' },
  { source: '/other/main.js', target: '/app/main.js' },
]

describe('a path of an image', () => {
  it.each([
    ['/app', ['/here', '/other']],
    ['/app/', ['/here', '/other']],
    ['/app/lib/a.js', ['/here/lib/a.js']],
    ['/app/main.js', ['/other/main.js', '/here/main.js']],
    ['/srv/site', ['/here']],
    ['/srv/site/dist/index.html', ['/here/dist/index.html']],
    ['/apple', []],
    ['/etc/passwd', []],
  ])('%s may be %j here', (path, here) => expect(pathsBehind(copies, path)).toEqual(here))

  it('has its place below a copy of the whole root', () =>
    expect(pathsBehind([{ source: '/here', target: '/' }], '/etc/nginx/nginx.conf')).toEqual([
      '/here/etc/nginx/nginx.conf',
    ]))
})
