import { seconds } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { normalizedAcceptEncoding } from './accept-encoding.ts'
import { rootedPath, selectBehavior } from './behavior.ts'
import { parseRange } from './byte-range.ts'
import { readFreshness } from './cache-control.ts'
import { cacheKey } from './cache-key.ts'
import { evaluateConditions } from './conditional.ts'
import { invalidationOf } from './invalidation.ts'
import { matchesPattern, normalizePath } from './path-pattern.ts'
import { pickCookies } from './selection.ts'
import { ALL, behavior, CACHING_DISABLED, caching, only, origin } from './testing.ts'
import { errorTimeToLive, timeToLive } from './ttl.ts'
import { parseTarget, type ViewerRequest } from './viewer-request.ts'

const NOW = Date.UTC(2026, 0, 1)

const requestFor = (target: string, headers: string[], cache = caching(), method = 'GET'): ViewerRequest => ({
  id: 'id',
  method,
  path: parseTarget(target)?.path ?? '',
  query: parseTarget(target)?.query ?? '',
  host: 'library.example.com',
  headers,
  minorVersion: 1,
  client: { address: '198.51.100.7', port: 40_000, secure: true, plain: false, entryPort: 443 },
  behavior: behavior({ cache }),
  origin: origin(),
})

describe('path patterns', () => {
  it.each([
    ['*', '/', true],
    ['images/*', '/images/', true],
    ['/images/*', '/images/a/b.jpg', true],
    ['images/*', '/Images/a.jpg', false],
    ['images/*', '/x/images/a.jpg', false],
    ['*.gif', '/images/sample.gif', true],
    ['*.gif', '/images/sample.gif.txt', false],
    ['/a?c', '/abc', true],
    ['/a?c', '/ac', false],
    ['/a?c', '/a/c', true],
    ['/a.c', '/abc', false],
    ['/api*', '/api', true],
    ['*/b/*/d', '/a/b/c/c/d', true],
    ['index.html', '/index.html', true],
  ])('%s with %s: %s', (pattern, path, matches) => {
    expect(matchesPattern(pattern, path)).toBe(matches)
  })

  it('takes no time over patterns with many stars', () => {
    expect(matchesPattern(`/${'*a'.repeat(100)}b`, `/${'a'.repeat(8_000)}`)).toBe(false)
  })

  it.each([
    ['/a/b', '/a/b'],
    ['//a///b', '/a/b'],
    ['/a/b/../c', '/a/c'],
    ['/a/./b/.', '/a/b/'],
    ['/../../a', '/a'],
    ['/%61dmin/%2e%2e/x', '/x'],
    ['/a%2fb', '/a%2Fb'],
    ['/a%20b', '/a%20b'],
    ['/a/', '/a/'],
  ])('sees %s as %s', (path, normalized) => {
    expect(normalizePath(path)).toBe(normalized)
  })

  it('takes the first behavior in order that matches, as in the example of the guide', () => {
    const behaviors = ['images/*.jpg', 'images/*', '*.gif', '*'].map(pattern => behavior({ pattern }))
    const chosen = (path: string) => selectBehavior(behaviors, path)?.pattern
    expect(chosen('/images/sample.gif')).toBe('images/*')
    expect(chosen('/images/sample.jpg')).toBe('images/*.jpg')
    expect(chosen('/sample.gif')).toBe('*.gif')
    expect(chosen('/sample.png')).toBe('*')
    expect(chosen('/other/../images/x')).toBe('images/*')
  })

  it('puts the default root object in the place of / alone (L-16)', () => {
    expect(rootedPath('/', 'index.html')).toBe('/index.html')
    expect(rootedPath('/docs/', 'index.html')).toBe('/docs/')
    expect(rootedPath('/', '')).toBe('/')
  })
})

describe('the cache key', () => {
  const key = (target: string, headers: string[] = [], cache = caching(), method = 'GET') =>
    cacheKey(requestFor(target, headers, cache, method)).text
  const byQuery = (names: typeof ALL) => caching({ queryStrings: names })

  it.each([
    ['the query string, when the policy leaves it out', key('/a?x=1'), key('/a?x=2'), true],
    ['the query string, when it counts', key('/a?x=1', [], byQuery(ALL)), key('/a?x=2', [], byQuery(ALL)), false],
    ['the order of parameters', key('/a?x=1&y=2', [], byQuery(ALL)), key('/a?y=2&x=1', [], byQuery(ALL)), false],
    [
      'parameters not named',
      key('/a?x=1&y=2', [], byQuery(only('x'))),
      key('/a?x=1&y=3', [], byQuery(only('x'))),
      true,
    ],
    ['the case of a parameter', key('/a?X=1', [], byQuery(only('x'))), key('/a', [], byQuery(only('x'))), true],
    [
      'parameters excepted',
      key('/a?x=1&y=2', [], byQuery({ kind: 'allExcept', names: ['y'] })),
      key('/a?x=1', [], byQuery({ kind: 'allExcept', names: ['y'] })),
      true,
    ],
    ['the case of the path', key('/a'), key('/A'), false],
    ['cookies, when the policy leaves them out', key('/a', ['Cookie', 'a=1']), key('/a', ['Cookie', 'a=2']), true],
    ['HEAD', key('/a'), key('/a', [], caching(), 'HEAD'), true],
    ['OPTIONS', key('/a'), key('/a', [], caching(), 'OPTIONS'), false],
    [
      'a named cookie',
      key('/a', ['Cookie', 'a=1; b=2'], caching({ cookies: only('a') })),
      key('/a', ['Cookie', 'b=3; a=2'], caching({ cookies: only('a') })),
      false,
    ],
    [
      'the order of cookies',
      key('/a', ['Cookie', 'a=1; b=2'], caching({ cookies: ALL })),
      key('/a', ['Cookie', 'b=2; a=1'], caching({ cookies: ALL })),
      true,
    ],
    [
      'the spelling of a field name',
      key('/a', ['ORIGIN', 'x'], caching({ headers: only('Origin') })),
      key('/a', ['origin', 'x'], caching({ headers: only('Origin') })),
      true,
    ],
    [
      'a missing and an empty field',
      key('/a', [], caching({ headers: only('Origin') })),
      key('/a', ['Origin', ''], caching({ headers: only('Origin') })),
      false,
    ],
    ['Cache-Control of the viewer', key('/a', ['Cache-Control', 'no-cache']), key('/a'), true],
  ])('and %s', (_, one, other, same) => {
    expect(one === other).toBe(same)
  })

  it.each([
    ['gzip, deflate, br, zstd', 'br,gzip'],
    ['br;q=1.0, gzip;q=0.8', 'br,gzip'],
    ['gzip', 'gzip'],
    ['BR', 'br'],
    ['gzip;q=0, br', 'br'],
    ['deflate', ''],
    ['identity', ''],
  ])('has %s as "%s"', (accepted, normalized) => {
    expect(normalizedAcceptEncoding(requestFor('/', ['Accept-Encoding', accepted]))).toBe(normalized)
  })

  it('leaves Accept-Encoding out when the policy enables no compression, and for HTTP/1.0', () => {
    const headers = ['Accept-Encoding', 'br, gzip']
    expect(normalizedAcceptEncoding(requestFor('/', headers, CACHING_DISABLED))).toBe('')
    expect(normalizedAcceptEncoding({ ...requestFor('/', headers), minorVersion: 0 })).toBe('')
  })

  it('sorts cookies by name and knows wildcards in names', () => {
    expect(pickCookies(['b=2; a=1', 'c=3'], () => true)).toBe('a=1; b=2; c=3')
    const policy = caching({ cookies: only('wp-*') })
    expect(key('/a', ['Cookie', 'wp-1=x; other=1'], policy)).toBe(key('/a', ['Cookie', 'other=2; wp-1=x'], policy))
    expect(key('/a', ['Cookie', 'wp-1=x'], policy)).not.toBe(key('/a', ['Cookie', 'wp-1=y'], policy))
  })
})

describe('how long an answer lasts', () => {
  const zero = caching({ minTtl: 0, defaultTtl: seconds(100), maxTtl: seconds(1000) })
  const some = caching({ minTtl: seconds(10), defaultTtl: seconds(100), maxTtl: seconds(1000) })
  const expires = (after: number) => ['Expires', new Date(NOW + seconds(after)).toUTCString()]
  const control = (value: string) => ['Cache-Control', value]

  it.each([
    ['max-age=60', control('max-age=60'), 60, 60],
    ['max-age above MaxTTL', control('max-age=5000'), 1000, 1000],
    ['max-age below MinTTL', control('max-age=5'), 5, 10],
    ['max-age=0', control('max-age=0'), 0, 10],
    ['s-maxage before max-age', control('max-age=60, s-maxage=70'), 70, 70],
    ['max-age before Expires', [...control('max-age=60'), ...expires(90)], 60, 60],
    ['Expires alone', expires(90), 90, 90],
    ['Expires above MaxTTL', expires(5000), 1000, 1000],
    ['Expires in the past', expires(-90), 0, 10],
    ['Expires that is no date', ['Expires', '0'], 0, 10],
    ['nothing', [], 100, 100],
    ['a max-age that is no number', control('max-age=soon'), 100, 100],
    ['no-cache', control('no-cache'), undefined, 10],
    ['no-store', control('no-store, max-age=60'), undefined, 10],
    ['private', control('Private, max-age=60'), undefined, 10],
    ['two fields', [...control('max-age=60'), ...control('no-store')], undefined, 10],
    ['no-cache for a field alone', control('no-cache="Set-Cookie", max-age=60'), 60, 60],
  ])('%s', (_, headers, withoutMinTtl, withMinTtl) => {
    const freshness = readFreshness(headers, NOW)
    const inSeconds = (ttl: number | undefined) => (ttl === undefined ? undefined : ttl / 1000)
    expect(inSeconds(timeToLive(freshness, zero))).toBe(withoutMinTtl)
    expect(inSeconds(timeToLive(freshness, some))).toBe(withMinTtl)
    expect(timeToLive(freshness, CACHING_DISABLED)).toBeUndefined()
  })

  it('takes DefaultTTL no lower than MinTTL', () => {
    const policy = caching({ minTtl: seconds(10), defaultTtl: seconds(5) })
    expect(timeToLive(readFreshness([], NOW), policy)).toBe(seconds(10))
  })

  it('keeps no-store for one second under CachingOptimized', () => {
    expect(timeToLive(readFreshness(control('no-store'), NOW), caching())).toBe(seconds(1))
  })

  it.each([
    [404, [], 10],
    [410, [], 10],
    [500, [], 10],
    [504, [], 10],
    [404, control('max-age=60'), 60],
    [404, control('max-age=5'), 10],
    [404, control('no-store'), undefined],
    [501, control('private'), undefined],
    [500, control('no-store'), 10],
    [503, control('no-cache'), 10],
    [403, [], undefined],
    [403, control('max-age=60'), 60],
    [400, control('s-maxage=30'), 30],
    [405, [], undefined],
    [412, [], undefined],
    [415, [], undefined],
    [416, control('max-age=60'), undefined],
    [401, control('max-age=60'), undefined],
    [429, [], undefined],
  ])('%i with %j lasts %s s', (status, headers, expected) => {
    const ttl = errorTimeToLive(status, readFreshness(headers, NOW), zero, seconds(10))
    expect(ttl).toBe(expected === undefined ? undefined : seconds(expected))
    expect(errorTimeToLive(status, readFreshness(headers, NOW), CACHING_DISABLED, seconds(10))).toBeUndefined()
  })
})

describe('conditions', () => {
  const headers = ['ETag', '"a"', 'Last-Modified', 'Thu, 01 Jan 2026 00:00:00 GMT']
  it.each([
    ['If-None-Match', '"a"', 'notModified'],
    ['If-None-Match', 'W/"a"', 'notModified'],
    ['If-None-Match', '"b", "a"', 'notModified'],
    ['If-None-Match', '"b"', 'send'],
    ['If-None-Match', '*', 'notModified'],
    ['If-Modified-Since', 'Thu, 01 Jan 2026 00:00:00 GMT', 'notModified'],
    ['If-Modified-Since', 'Wed, 31 Dec 2025 00:00:00 GMT', 'send'],
    ['If-Modified-Since', 'nonsense', 'send'],
    ['If-Match', '"a"', 'send'],
    ['If-Match', 'W/"a"', 'failed'],
    ['If-Match', '"b"', 'failed'],
    ['If-Unmodified-Since', 'Wed, 31 Dec 2025 00:00:00 GMT', 'failed'],
  ])('%s: %s', (name, value, outcome) => {
    expect(evaluateConditions([name, value], headers)).toBe(outcome)
  })

  it('asks the tag before the date', () => {
    const both = ['If-None-Match', '"b"', 'If-Modified-Since', 'Thu, 01 Jan 2026 00:00:00 GMT']
    expect(evaluateConditions(both, headers)).toBe('send')
  })
})

describe('ranges of 10 bytes', () => {
  it.each([
    ['bytes=0-3', { first: 0, last: 3 }],
    ['bytes=4-', { first: 4, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-30', { first: 0, last: 9 }],
    ['bytes=9-99', { first: 9, last: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', 'whole'],
    ['bytes=0-1,3-4', 'whole'],
    ['lines=0-1', 'whole'],
    ['bytes=-', 'whole'],
  ])('%s', (header, expected) => {
    expect(parseRange(header, 10)).toEqual(expected)
  })
})

describe('invalidations', () => {
  it.each([
    ['/a', '/a', true],
    ['/a', '/A', false],
    ['/a', '/a?x=1', false],
    ['/a?x=1', '/a?x=1', true],
    ['/a*', '/a?x=1', true],
    ['/images/*', '/images/a/b', true],
    ['/images/*', '/images', false],
    ['/*', '/anything', true],
    ['/*.jpg', '/a.jpg', false],
    ['/', '/index.html', true],
  ])('%s concerns %s: %s', (path, kept, concerned) => {
    expect(invalidationOf([path], 'index.html')(kept)).toBe(concerned)
  })
})

it('takes targets apart', () => {
  expect(parseTarget('/a?b?c#d')).toEqual({ path: '/a', query: 'b?c' })
  expect(parseTarget('https://library.example.com/a?b')).toEqual({ path: '/a', query: 'b' })
  expect(parseTarget('http://library.example.com')).toEqual({ path: '/', query: '' })
  expect(parseTarget('*')).toBeUndefined()
})
